package disco

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/wire"
)

// The info and the hashes of the two examples of XEP-0115, sections 5.2 and 5.3.
const (
	exodusVer = "QgayPKawpkPSDYmwT/WM94uAlu0="
	psiVer    = "q07IKJEyjvHSyhy//CH0CxmKi8w="
)

func exodus() *discoinfo.Query {
	return &discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "client", Type: "pc", Name: "Exodus 0.9.1"}},
		Feature:  features("muc", "disco#info", "disco#items", "caps"),
	}
}

func psi() *discoinfo.Query {
	return &discoinfo.Query{
		Identity: []discoinfo.Identity{
			{Lang: "en", Category: "client", Type: "pc", Name: "Psi 0.11"},
			{Lang: "el", Category: "client", Type: "pc", Name: "Ψ 0.11"},
		},
		Feature: features("disco#items", "caps", "muc", "disco#info"),
		Form: []xdata.Form{form("urn:xmpp:dataforms:softwareinfo",
			xdata.Field{Var: "software_version", Value: []string{"0.11"}},
			xdata.Field{Var: "os", Value: []string{"Mac"}},
			xdata.Field{Var: "ip_version", Type: xdata.FieldTextMulti, Value: []string{"ipv6", "ipv4"}},
			xdata.Field{Var: "software", Value: []string{"Psi"}},
			xdata.Field{Var: "os_version", Value: []string{"10.5.1"}},
		)},
	}
}

func features(names ...string) (out []discoinfo.Feature) {
	for _, n := range names {
		out = append(out, discoinfo.Feature{Var: "http://jabber.org/protocol/" + n})
	}
	return out
}

func form(typ string, fields ...xdata.Field) xdata.Form {
	first := xdata.Field{Var: formType, Type: xdata.FieldHidden, Value: []string{typ}}
	return xdata.Form{Type: xdata.FormResult, Field: append([]xdata.Field{first}, fields...)}
}

func TestVer(t *testing.T) {
	tests := []struct {
		name   string
		info   *discoinfo.Query
		change func(*discoinfo.Query)
		hash   string
		want   string
		err    error
	}{
		{name: "simple example", info: exodus(), want: exodusVer},
		{name: "complex example", info: psi(), want: psiVer},
		{
			name: "forms that do not count", info: exodus(), want: exodusVer,
			change: func(q *discoinfo.Query) {
				bare := xdata.Form{Type: xdata.FormResult, Field: []xdata.Field{{Var: "a", Value: []string{"b"}}}}
				shown := form("urn:example:shown")
				shown.Field[0].Type = ""
				q.Form = []xdata.Form{bare, shown}
			},
		},
		{
			name: "the FORM_TYPE repeated", info: psi(), want: psiVer,
			change: func(q *discoinfo.Query) {
				q.Form[0].Field[0].Value = append(q.Form[0].Field[0].Value, q.Form[0].Field[0].Value[0])
			},
		},
		{
			name: "two values of FORM_TYPE", info: psi(), err: ErrIllFormed,
			change: func(q *discoinfo.Query) { q.Form[0].Field[0].Value = append(q.Form[0].Field[0].Value, "urn:example") },
		},
		{
			name: "a FORM_TYPE twice", info: psi(), err: ErrIllFormed,
			change: func(q *discoinfo.Query) { q.Form = append(q.Form, form("urn:xmpp:dataforms:softwareinfo")) },
		},
		{
			name: "a feature twice", info: exodus(), err: ErrIllFormed,
			change: func(q *discoinfo.Query) { q.Feature = append(q.Feature, q.Feature[0]) },
		},
		{
			name: "an identity twice", info: psi(), err: ErrIllFormed,
			change: func(q *discoinfo.Query) { q.Identity = append(q.Identity, q.Identity[1]) },
		},
		{name: "SHA-256", info: exodus(), hash: "sha-256", want: "Wr6IGEKhx6b9627gBmi/cCmpxXBc/GYq5zWuYfWGWoc="},
		{name: "a function we do not have", info: exodus(), hash: "md5", err: errHash},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.change != nil {
				test.change(test.info)
			}
			if test.hash == "" {
				test.hash = sha1Name
			}
			got, err := Ver(test.info, test.hash)
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Ver (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlainSortsByOctet(t *testing.T) {
	info := &discoinfo.Query{
		Identity: []discoinfo.Identity{
			{Category: "client-x", Type: "a"}, {Category: "client", Type: "web"}, {Category: "client", Type: "pc", Lang: "en"},
			{Category: "client", Type: "pc"}, {Category: "Client", Type: "pc"},
		},
		Feature: []discoinfo.Feature{{Var: "ä"}, {Var: "a"}, {Var: "Z"}, {Var: "aa"}},
	}
	c, err := canonical(info)
	if err != nil {
		t.Fatal(err)
	}
	want := "Client/pc//<client/pc//<client/pc/en/<client/web//<client-x/a//<Z<a<aa<ä<"
	if diff := cmp.Diff(want, plain(c)); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
}

// TestVerifyRefuses holds answers that must not be believed of anybody but who gave them (XEP-0115, sections 5.4 and 9.3).
func TestVerifyRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*discoinfo.Query)
		err    error
	}{
		{"a feature more", func(q *discoinfo.Query) { q.Feature = append(q.Feature, discoinfo.Feature{Var: "urn:example"}) }, errMismatch},
		{"a feature less", func(q *discoinfo.Query) { q.Feature = q.Feature[1:] }, errMismatch},
		{"a feature twice", func(q *discoinfo.Query) { q.Feature = append(q.Feature, q.Feature[0]) }, ErrIllFormed},
		{
			"features inside the name",
			func(q *discoinfo.Query) {
				sorted := []string{q.Feature[3].Var, q.Feature[1].Var, q.Feature[2].Var, q.Feature[0].Var}
				q.Identity[0].Name += "<" + strings.Join(sorted, "<")
				q.Feature = nil
			}, errSeparator,
		},
		{
			"two features in one",
			func(q *discoinfo.Query) {
				q.Feature[1].Var += "<" + q.Feature[2].Var
				q.Feature = slices.Delete(q.Feature, 2, 3)
			}, errSeparator,
		},
		{
			"a feature as an identity",
			func(q *discoinfo.Query) {
				q.Identity = append(q.Identity, discoinfo.Identity{Category: "http:", Lang: "jabber.org", Name: "protocol/caps"})
				q.Feature = q.Feature[:3]
			}, errSeparator,
		},
		{
			"the type inside the category",
			func(q *discoinfo.Query) {
				q.Identity[0] = discoinfo.Identity{Category: "client/pc", Type: "", Name: "Exodus 0.9.1"}
			},
			errSeparator,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			info := exodus()
			test.change(info)
			if _, err := verify(&caps.C{Hash: sha1Name, Ver: exodusVer}, info); !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
		})
	}
}

// TestVerifyKeepsWhatIsHashed has an answer with true hash and, beside what the hash covers, something it does not.
func TestVerifyKeepsWhatIsHashed(t *testing.T) {
	info := psi()
	info.Node = "http://psi-im.org#" + psiVer
	info.Form[0].Title = "free text"
	info.Form[0].Field[1].Label = "free text"
	info.Form = append(info.Form, xdata.Form{Type: xdata.FormResult, Title: "no FORM_TYPE"})
	info.Any = []wire.Element{&xdata.Field{Var: "foreign"}}
	known, err := verify(&caps.C{Hash: sha1Name, Ver: psiVer}, info)
	if err != nil {
		t.Fatal(err)
	}
	got, err := wire.Marshal(known)
	if err != nil {
		t.Fatal(err)
	}
	want := `<query xmlns="http://jabber.org/protocol/disco#info">` +
		`<identity category="client" type="pc" name="Ψ 0.11" xml:lang="el"/><identity category="client" type="pc" name="Psi 0.11" xml:lang="en"/>` +
		`<feature var="http://jabber.org/protocol/caps"/><feature var="http://jabber.org/protocol/disco#info"/>` +
		`<feature var="http://jabber.org/protocol/disco#items"/><feature var="http://jabber.org/protocol/muc"/>` +
		`<x xmlns="jabber:x:data" type="result">` +
		`<field var="FORM_TYPE" type="hidden"><value>urn:xmpp:dataforms:softwareinfo</value></field>` +
		`<field var="ip_version"><value>ipv4</value><value>ipv6</value></field><field var="os"><value>Mac</value></field>` +
		`<field var="os_version"><value>10.5.1</value></field><field var="software"><value>Psi</value></field>` +
		`<field var="software_version"><value>0.11</value></field></x></query>`
	if diff := cmp.Diff(want, strings.ReplaceAll(string(got), "'", `"`)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}
