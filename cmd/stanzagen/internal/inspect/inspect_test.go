package inspect_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/inspect"
	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

func ExampleDocument() {
	r, err := inspect.Document([]byte(`<iq xmlns="jabber:client"><ping xmlns="urn:xmpp:ping"/><x xmlns="urn:x"/></iq>`), gen.Registry())
	if err != nil {
		fmt.Println(err)
		return
	}
	for depth, el := range r.Root.All() {
		fmt.Println(depth, el.Name.Local, el.Type, el.Raw)
	}
	// Output:
	// 0 iq stanza.IQ false
	// 1 ping ping.Ping false
	// 1 x *wire.Raw true
}

func TestDocument(t *testing.T) {
	tests := []struct {
		name, doc string
		want      []string // depth, local name, Go type
	}{
		{
			name: "plain values",
			doc:  `<field xmlns="jabber:x:data"><desc>d</desc><required/><value>1</value><value>2</value></field>`,
			want: []string{"0 field xdata.Field", "1 desc string", "1 required bool", "1 value string", "1 value string"},
		},
		{
			name: "numbers and elements of a sequence",
			doc:  `<set xmlns="http://jabber.org/protocol/rsm"><max>3</max><first index="0">a</first></set>`,
			want: []string{"0 set rsm.Set", "1 max uint32", "1 first rsm.First"},
		},
		{
			name: "condition",
			doc:  `<error xmlns="jabber:client" type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">x</gone></error>`,
			want: []string{"0 error stanza.Error", "1 gone stanzaerrors.Condition"},
		},
		{
			name: "a second condition is kept",
			doc: `<error xmlns="jabber:client" type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>` +
				`<conflict xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`,
			want: []string{"0 error stanza.Error", "1 gone stanzaerrors.Condition", "1 conflict stanzaerrors.Conflict"},
		},
		{
			name: "unknown, with something known in it",
			doc:  `<x xmlns="urn:x"><y><ping xmlns="urn:xmpp:ping"/></y></x>`,
			want: []string{"0 x *wire.Raw", "1 y *wire.Raw", "2 ping ping.Ping"},
		},
		{
			name: "stanza of a server",
			doc:  `<message xmlns="jabber:server"><body>b</body><nothing/></message>`,
			want: []string{"0 message stanza.Message", "1 body stanza.Body", "1 nothing *wire.Raw"},
		},
		{
			name: "bad values, before, between and behind good ones",
			doc:  `<query xmlns="jabber:iq:roster"><item jid="@"/><item jid="a@b"/><item jid="@"><group/></item><item jid="c@d"/><item jid="@"/></query>`,
			want: []string{
				"0 query roster.Query", "1 item *wire.Raw", "1 item roster.Item", "1 item *wire.Raw", "2 group *wire.Raw", "1 item roster.Item", "1 item *wire.Raw",
			},
		},
		{
			name: "repeats",
			doc:  `<set xmlns="http://jabber.org/protocol/rsm"><max>1</max><last>a</last><max>2</max><first>b</first><first>c</first></set>`,
			want: []string{"0 set rsm.Set", "1 max uint32", "1 last string", "1 max *wire.Raw", "1 first rsm.First", "1 first rsm.First"},
		},
		{
			name: "a plain value that holds more",
			doc:  `<set xmlns="http://jabber.org/protocol/rsm"><last x="y">a<ping xmlns="urn:xmpp:ping"/></last></set>`,
			want: []string{"0 set rsm.Set", "1 last string", "2 ping *wire.Raw"},
		},
		{
			name: "an empty value that holds more",
			doc:  `<set xmlns="http://jabber.org/protocol/rsm"><last><x/></last></set>`,
			want: []string{"0 set rsm.Set", "1 last string", "2 x *wire.Raw"},
		},
		{
			name: "a bad plain value",
			doc:  `<set xmlns="http://jabber.org/protocol/rsm"><max>many</max><max>3</max></set>`,
			want: []string{"0 set rsm.Set", "1 max *wire.Raw", "1 max uint32"},
		},
		{
			name: "an element in text",
			doc:  `<body xmlns="jabber:client">a<b xmlns="urn:b"/>c</body>`,
			want: []string{"0 body stanza.Body", "1 b *wire.Raw"},
		},
	}
	reg := gen.Registry()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := inspect.Document([]byte(tt.doc), reg)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for depth, el := range r.Root.All() {
				got = append(got, fmt.Sprint(depth, " ", el.Name.Local, " ", el.Type))
				if el.Raw != (el.Type == "*wire.Raw") {
					t.Errorf("%s: type %s, raw %v", el.Name.Local, el.Type, el.Raw)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if len(r.Lost) > 0 {
				t.Errorf("lost: %v in %s", r.Lost, r.Encoded)
			}
		})
	}
}

func TestDocumentSyntax(t *testing.T) {
	for _, bad := range []string{"", "<a>", "<a xmlns='urn:a'/><b xmlns='urn:b'/>", "<p:a/>", "<!DOCTYPE a><a xmlns='urn:a'/>"} {
		if _, err := inspect.Document([]byte(bad), gen.Registry()); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// TestDocumentFixtures counts what the decoded value holds raw by another way, and every element of the source.
func TestDocumentFixtures(t *testing.T) {
	files, err := filepath.Glob("../../../../testdata/fixtures/*/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures (%v)", err)
	}
	reg := gen.Registry()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := inspect.Document(data, reg)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		el, err := wire.Unmarshal(data, reg)
		if err != nil {
			t.Fatal(err)
		}
		all, raw := 0, 0
		for _, e := range r.Root.All() {
			all++
			if e.Raw {
				raw++
			}
		}
		if want := countRaw(reflect.ValueOf(el)); raw != want {
			t.Errorf("%s: %d raw, want %d", file, raw, want)
		}
		text := string(r.Encoded)
		if tags := strings.Count(text, "<") - strings.Count(text, "</"); all != tags {
			t.Errorf("%s: %d elements, want %d", file, all, tags)
		}
		if len(r.Lost) > 0 {
			t.Errorf("%s: lost %v", file, r.Lost)
		}
	}
}

// countRaw counts the Raws in a value. A shadow stands beside a value that a field holds, so that only what is in it counts.
func countRaw(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		if raw, ok := v.Interface().(*wire.Raw); ok {
			return 1 + countRaw(reflect.ValueOf(raw.Nodes))
		}
		return countRaw(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			n += countRaw(v.Index(i))
		}
	case reflect.Struct:
		if kept, ok := v.Interface().(wire.Kept); ok && kept.Shadow {
			return countRaw(reflect.ValueOf(kept.Elem.(*wire.Raw).Nodes))
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				n += countRaw(v.Field(i))
			}
		}
	}
	return n
}
