package wire_test

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

type kept wire.Kept

// sameElements compares decoded elements: addresses by value, errors by what they say.
var sameElements = cmp.Options{
	cmp.Comparer(func(a, b jid.JID) bool { return a == b }),
	cmp.Transformer("byName", func(all []wire.Kept) map[xml.Name][]kept { // the order between names is not kept
		m := map[xml.Name][]kept{}
		for _, k := range all {
			if !k.Shadow {
				k.Text = "" // amid a number it is in another form the second time; that it stays in its place is seen when encoding again
			}
			m[k.Elem.ElementName()] = append(m[k.Elem.ElementName()], kept(k))
		}
		return m
	}),
	cmp.Comparer(func(a, b error) bool { return a == nil && b == nil || a != nil && b != nil && a.Error() == b.Error() }),
}

// reencode decodes the document, encodes it again, lets the judge compare, and checks that another round changes nothing. It returns the first element.
func reencode(t *testing.T, doc string) wire.Element {
	t.Helper()
	el, err := wire.Unmarshal([]byte(doc), samples())
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	out, err := wire.Marshal(el)
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	for _, lost := range judge(t, doc, string(out)) {
		t.Errorf("%s\n%s\n%s", doc, out, lost)
	}
	again, err := wire.Unmarshal(out, samples())
	if err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if diff := cmp.Diff(el, again, sameElements); diff != "" {
		t.Errorf("%s\n%s\ndecoded again (-want +got):\n%s", doc, out, diff)
	}
	twice, err := wire.Marshal(again)
	if err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if diff := cmp.Diff(string(out), string(twice)); diff != "" {
		t.Errorf("encoded again (-want +got):\n%s", diff)
	}
	return el
}

// TestExtra says of each document that nothing of it is lost, and what its elements held.
func TestExtra(t *testing.T) {
	tests := []struct {
		name, doc string
		raw       bool // the document is not held by its type
		err       string
	}{
		{name: "all fields", doc: query(`count='3' from='a@b.example/c' type='get' ver='1' max='7' tags='a b' hash='aGk=' xml:lang='de'`,
			`<item jid='x@y.example' asked='1'><group>g</group><item/></item><item/><thread parent='p'>t</thread><point x='-1' y='2'>1.5</point>
			<group>a</group><group>b</group><level>1</level><show>away</show><owner>o@b.example</owner><prio>-1</prio>
			<stamp>2024-02-29T12:00:00.5+02:00</stamp><data>aGk=</data><size>9</size><flip-page/><conflict>why</conflict><x xmlns='urn:other'/>`)},

		{name: "unknown attribute", doc: query(`count='1' new='x'`, `<size>1</size>`)},
		{name: "foreign attribute", doc: query(`count='1' xmlns:f='urn:f' f:count='x' f:type='y'`, `<size>1</size>`)},
		{name: "attribute value that looks like another attribute", doc: query(`count='1' new=' newer=' newer='x' f='"' from2=' from='`, `<size>1</size>`)},
		{name: "empty string attribute", doc: query(`count='1' type=''`, `<size>1</size>`)},
		{name: "empty attribute with a meaning", doc: query(`count='1' ver=''`, `<size>1</size>`)},
		{name: "empty address", doc: query(`count='1' from=''`, `<size>1</size>`)},
		{name: "empty lang", doc: query(`count='1' xml:lang=''`, `<size>1</size>`)},
		{name: "empty list", doc: query(`count='1' tags=''`, `<size>1</size>`)},
		{name: "blank list", doc: query(`count='1' tags='  '`, `<size>1</size>`)},
		{name: "list with a no-break space", doc: query("count='1' tags='a\u00a0b c'", `<size>1</size>`)},
		{name: "empty bytes", doc: query(`count='1' hash=''`, `<size>1</size><data/>`)},
		{name: "wild attributes", doc: query(`count='1'`, `<point x='1' y='' z='2' xmlns:f='urn:f' f:x='3'>2</point><size>1</size>`)},

		{name: "unknown child", doc: query(`count='1'`, `<new a='b'><c>d</c></new><size>1</size><new/>`)},
		{name: "registered type as unknown child", doc: query(`count='1'`, `<size>1</size><item><strict on='1'/><new/></item><query count='2'/>`)},
		{name: "foreign children", doc: query(`count='1'`, `<size>1</size><x xmlns='urn:other'/><size xmlns='urn:other'/><form xmlns='urn:example:form'/>`)},
		{name: "child without a namespace", doc: query(`count='1'`, `<size>1</size><item xmlns=''><group/></item>`)},
		{name: "stray text", doc: query(`count='1'`, "a <size>1</size> b\n<item>c</item><![CDATA[ ]]>")},
		{name: "stray text alone", doc: `<item xmlns='urn:example'>text</item>`},
		{name: "stray text in many places", doc: query(`count='1'`, `<size>1</size>`+strings.Repeat(`w<item/>`, 50))},

		{name: "repeated struct", doc: query(`count='1'`, `<thread>1</thread><size>1</size><thread>2</thread><thread/>`)},
		{name: "repeated scalar", doc: query(`count='1'`, `<prio>1</prio><prio>2</prio><size>1</size><prio>bad</prio>`)},
		{name: "repeated string", doc: query(`count='1'`, `<show>a</show><size>1</size><show>b</show><show/>`)},
		{name: "repeated string after an empty one", doc: query(`count='1'`, `<show/><size>1</size><show>b</show>`)},
		{name: "repeated bytes", doc: query(`count='1'`, `<data>aGk=</data><data>aGg=</data><size>1</size>`)},
		{name: "repeated flag", doc: query(`count='1'`, `<flip-page/><size>1</size><flip-page a='b'/>`)},
		{name: "repeated condition", doc: query(`count='1'`, `<conflict>1</conflict><bad-request/><conflict>2</conflict><size>1</size>`)},
		{name: "repeated required scalar", doc: query(`count='1'`, `<size>1</size><size>2</size><size>x</size>`)},
		{name: "repeated required struct", doc: strict(`on='1' at='2024-01-01T00:00:00Z'`, fwd+`<ready>0</ready><forwarded xmlns='urn:example:fwd'/>`)},

		{name: "bad items keep their places", doc: query(`count='1'`, `<item jid='a@b.example'/><item jid='@'/><item jid='c@d.example'/><item jid='@@'/><size>1</size>`)},
		{name: "bad items only", doc: query(`count='1'`, `<item jid='@'/><size>1</size><item asked='x'/>`)},
		{name: "bad scalars keep their places", doc: query(`count='1'`, `<level>x</level><level>1</level><level>99999</level><level/><level>2</level><size>1</size>`)},
		{name: "bad optional", doc: query(`count='1'`, `<point x='y'>1</point><size>1</size>`)},
		{name: "bad optional, then a good one", doc: query(`count='1'`, `<point x='y'>1</point><point x='1'>1</point><size>1</size>`)},
		{name: "bad text", doc: query(`count='1'`, `<point x='1'>many</point><size>1</size>`)},
		{name: "bad optional scalar", doc: query(`count='1'`, `<prio>300</prio><stamp>yesterday</stamp><data>?</data><size>1</size>`)},
		{name: "bad string scalar", doc: query(`count='1'`, `<owner>@</owner><size>1</size>`)},
		{name: "bad string scalar, then good ones", doc: query(`count='1'`, `<owner>@</owner><owner>a@b.example</owner><owner>c@d.example</owner><size>1</size>`)},
		{name: "bad in a bad", doc: query(`count='1'`, `<item asked='x'><item jid='@'/></item><item><item asked='?'/><item jid='a@b.example'/></item><size>1</size>`)},
		{name: "bad attribute", doc: query(`count='many'`, `<size>1</size>`), raw: true, err: "wire: query[@count]: \"many\" is no unsigned integer of 32 bits"},
		{name: "bad required scalar", doc: query(`count='1'`, `<size a='b'>big</size><thread/>`), raw: true, err: "wire: query/size: \"big\" is no unsigned integer of 64 bits"},
		{name: "bad required struct", doc: strict(`on='1' at='2024-01-01T00:00:00Z'`, `<forwarded xmlns='urn:example:fwd'><delay seconds='x'/></forwarded>`),
			raw: true, err: "wire: strict/forwarded/delay[@seconds]: \"x\" is no integer of 32 bits"},

		{name: "missing attribute", doc: query(``, `<size>1</size>`)},
		{name: "missing scalar", doc: query(`count='1'`, ``)},
		{name: "missing all", doc: `<query xmlns='urn:example'/>`},
		{name: "missing all of a strict one", doc: `<strict xmlns='urn:example'/>`},
		{name: "missing deep inside", doc: strict(`on='0' at='2024-01-01T00:00:00Z'`, `<forwarded xmlns='urn:example:fwd'/><ready>0</ready>`)},
		{name: "missing deeper inside", doc: strict(``, `<forwarded xmlns='urn:example:fwd'><delay/></forwarded>`)},
		{name: "nothing missing", doc: strict(`on='0' at='2024-01-01T00:00:00Z'`, fwd+`<ready>0</ready>`)},
		{name: "required zeros", doc: query(`count='0'`, `<size>0</size><point x='0'>0</point>`)},
		{name: "missing attribute of the text's", doc: query(`count='1'`, `<size>1</size><point>1</point>`)},

		{name: "flag with attribute", doc: query(`count='1'`, `<flip-page now='1'/><size>1</size>`)},
		{name: "flag with text", doc: query(`count='1'`, `<flip-page>now</flip-page><size>1</size>`)},
		{name: "flag with child", doc: query(`count='1'`, `<flip-page><x/></flip-page><size>1</size>`)},
		{name: "condition with attribute", doc: query(`count='1'`, `<conflict a='b'>why</conflict><size>1</size>`)},
		{name: "condition with child", doc: query(`count='1'`, `<conflict>why<x/>not</conflict><size>1</size>`)},
		{name: "textless condition with text", doc: message(`<error type='cancel'><conflict xmlns='urn:example:errors'>why</conflict></error>`)},
		{name: "textless condition with attribute", doc: message(`<error><conflict xmlns='urn:example:errors' a='b'/></error>`)},
		{name: "enum with attribute", doc: query(`count='1'`, `<show xml:lang='de'>away</show><size>1</size>`)},
		{name: "empty enum", doc: query(`count='1'`, `<show/><size>1</size>`)},
		{name: "empty enum with attribute", doc: query(`count='1'`, `<show a='b'/><size>1</size>`)},
		{name: "scalars with attributes, in other forms", doc: query(`count='1'`, `<prio a='b'>+05</prio><size a='b'>007</size><level c='d'>-0</level>
			<owner a='b'>O@B.Example</owner><data a='b'>aG k=</data><stamp a='b'>2024-01-01T01:00:00+01:00</stamp>`)},
		{name: "boolean with attribute, in another form", doc: strict(`on='1' at='2024-01-01T00:00:00Z'`, fwd+`<ready a='b'>1</ready>`)},
		{name: "list of strings with attributes", doc: query(`count='1'`, `<group a='1'>x</group><group>y</group><group a='2'>x</group><group a='3'/><size>1</size>`)},
		{name: "scalar with child", doc: query(`count='1'`, `<group>x<y/>z</group><prio><z/>1</prio><size>1</size>`)},
		{name: "simple content with child and attribute", doc: query(`count='1'`, `<thread a='b'>x<y>&lt;</y>z</thread><size>1</size>`)},

		{name: "text around children", doc: message(`<body>hello <b>bold</b> and <i>it</i><b/> world<x xmlns='urn:x'/></body><body><b/>x<b/></body><body><b/></body>`)},
		{name: "number around a child", doc: query(`count='1'`, `<point x='1'>1<y/>5</point><point x='1'>0<y/>1.50</point><size>1</size>`)},

		{name: "ordered choice", doc: `<form xmlns='urn:example:form'><label>1</label><field/><label>2</label><field max='x'/><field max='1'/><label/><new/></form>`},
		{name: "mixed content", doc: `<body xmlns='` + NSHTML + `' a='b'>a <p>b<br/>c</p> d <x xmlns='urn:x'/> <item xmlns='urn:example' asked='?'/></body>`},
		{name: "stanza", doc: message(`<body xml:lang='de'>x</body><a xmlns='urn:a'/><body/><b xmlns='urn:b'>y</b><a xmlns='urn:a'/><subject>s</subject>`)},
		{name: "stanza of a server", doc: `<message xmlns='jabber:server' id='1'><body>x</body><forwarded xmlns='urn:x'><message xmlns='jabber:client'/></forwarded></message>`},
		{name: "unregistered", doc: `<a xmlns='urn:a' xmlns:p='urn:p' p:b='c' d='p:e'><p:f xml:space='preserve'> </p:f>p:g</a>`},
		{name: "empty CDATA", doc: `<a>b<![CDATA[]]><c><![CDATA[]]></c></a>`},
		{name: "xml prefix", doc: `<xml:a><xml:b xmlns='urn:b' c='d'><e/></xml:b></xml:a>`},
		{name: "two prefixes in content", doc: `<a xmlns='urn:a' xmlns:p='urn:p' xmlns:q='urn:q'>q:x p:y<b z='p:q:' xmlns:p='urn:r'>p:y</b></a>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			el := reencode(t, tt.doc)
			raw, isRaw := el.(*wire.Raw)
			if isRaw && raw.Err != nil != tt.raw {
				t.Fatalf("error %v", raw.Err)
			}
			if tt.raw && raw.Err.Error() != tt.err {
				t.Errorf("error %v, want %v", raw.Err, tt.err)
			}
		})
	}
}

const fwd = `<forwarded xmlns='urn:example:fwd'><delay seconds='1'><final/></delay></forwarded>`

func query(attrs, content string) string {
	return "<query xmlns='urn:example' " + attrs + ">" + content + "</query>"
}
func strict(attrs, content string) string {
	return "<strict xmlns='urn:example' " + attrs + ">" + content + "</strict>"
}
func message(content string) string {
	return "<message xmlns='jabber:client'>" + content + "</message>"
}

// TestFields says what fields hold when the wire held more.
func TestFields(t *testing.T) {
	doc := query(`count='1' type='' new='x'`, `text<thread>1</thread><thread>2</thread><level>x</level><level>2</level>
		<show/><prio>300</prio><flip-page a='b'/><conflict c='d'>why</conflict><unknown/>`)
	got := reencode(t, doc).(*Query)
	extra := got.Extra
	got.Extra = nil
	want := &Query{Count: 1, Thread: &Thread{Text: "1"}, Level: []int16{2}, FlipPage: true, Condition: "conflict", ConditionText: "why"}
	if diff := cmp.Diff(want, got, sameElements); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	var have []string
	for _, k := range extra.Children {
		raw := k.Elem.(*wire.Raw)
		s := raw.Name.Local
		if raw.Err != nil {
			s += " bad"
		}
		if k.Shadow {
			s += " shadow"
		}
		have = append(have, s)
	}
	if diff := cmp.Diff([]string{"thread", "level bad", "show shadow", "prio bad", "flip-page shadow", "conflict shadow", "unknown"}, have); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if extra.Text != "text" || len(extra.Attrs) != 2 || len(extra.Missing) != 1 || extra.Missing[0].Local != "size" {
		t.Errorf("extra %+v", extra)
	}
	if bad := (*wire.ValueError)(nil); !errors.As(extra.Children[3].Elem.(*wire.Raw).Err, &bad) || bad.Path != "query/prio" {
		t.Errorf("path %+v", bad)
	}
}

// TestFieldWins changes fields after decoding: what Extra kept of them gives way.
func TestFieldWins(t *testing.T) {
	tests := []struct {
		name, doc string
		change    func(*Query)
		want      string
	}{
		{name: "attribute that was empty", doc: query(`count='1' type=''`, `<size>1</size>`), change: func(x *Query) { x.Type = "set" },
			want: query(`count='1' type='set'`, `<size>1</size>`)},
		{name: "attribute that was missing", doc: query(``, ``), change: func(x *Query) { x.Count, x.Size = 2, 3 },
			want: query(`count='2'`, `<size>3</size>`)},
		{name: "enum that was empty", doc: query(`count='1'`, `<show a='b'/><size>1</size>`), change: func(x *Query) { x.Show = "away" },
			want: query(`count='1'`, `<show>away</show><size>1</size>`)},
		{name: "enum with an attribute", doc: query(`count='1'`, `<show a='b'>x</show><size>1</size>`), change: func(x *Query) { x.Show = "away" },
			want: query(`count='1'`, `<show>away</show><size>1</size>`)},
		{name: "flag with an attribute", doc: query(`count='1'`, `<flip-page a='b'>c</flip-page><size>1</size>`), change: func(x *Query) { x.FlipPage = false },
			want: query(`count='1'`, `<size>1</size>`)},
		{name: "condition with an attribute", doc: query(`count='1'`, `<conflict a='b'>x</conflict><size>1</size>`), change: func(x *Query) { x.ConditionText = "" },
			want: query(`count='1'`, `<conflict/><size>1</size>`)},
		{name: "other condition", doc: query(`count='1'`, `<conflict a='b'>x</conflict><size>1</size>`), change: func(x *Query) { x.Condition = "bad-request" },
			want: query(`count='1'`, `<bad-request>x</bad-request><size>1</size>`)},
		{name: "number with an attribute", doc: query(`count='1'`, `<prio a='b'>01</prio><size c='d'>2</size>`), change: func(x *Query) { *x.Prio, x.Size = 2, 3 },
			want: query(`count='1'`, `<prio>2</prio><size>3</size>`)},
		{name: "items removed", doc: query(`count='1'`, `<group a='b'>x</group><group>y</group><size>1</size>`), change: func(x *Query) { x.Group = x.Group[1:] },
			want: query(`count='1'`, `<group>y</group><size>1</size>`)},
		{name: "bad value replaced", doc: query(`count='1'`, `<owner>@</owner><size>1</size>`), change: func(x *Query) { x.Owner = jid.MustParse("a@b.example") },
			want: query(`count='1'`, `<owner>@</owner><owner>a@b.example</owner><size>1</size>`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := reencode(t, tt.doc).(*Query)
			tt.change(x)
			out, err := wire.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			if diff := judge(t, tt.want, string(out)); diff != nil {
				t.Errorf("%s\n%q", out, diff)
			}
		})
	}
}

// TestMissingFilled fills in what the wire lacked: all of it is written.
func TestMissingFilled(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Strict)
		want   string
	}{
		{name: "attribute deep inside", change: func(x *Strict) { x.Fwd.Delay.Seconds = 1 }, want: `<forwarded xmlns='urn:example:fwd'><delay seconds='1'/></forwarded>`},
		{name: "flag deep inside", change: func(x *Strict) { x.Fwd.Delay.Final = true }, want: `<forwarded xmlns='urn:example:fwd'><delay><final/></delay></forwarded>`},
		{name: "empty element in a wildcard", change: func(x *Strict) { x.Fwd.Any = []wire.Element{&Delay{}} },
			want: `<forwarded xmlns='urn:example:fwd'><delay/><delay seconds='0'/></forwarded>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := reencode(t, strict(`on='1' at='2024-01-01T00:00:00Z'`, `<ready>1</ready>`)).(*Strict)
			tt.change(x)
			out, err := wire.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			if diff := judge(t, strict(`on='1' at='2024-01-01T00:00:00Z'`, `<ready>1</ready>`+tt.want), string(out)); diff != nil {
				t.Errorf("%s\n%q", out, diff)
			}
		})
	}
}

// TestNewElements encodes elements made by hand: required parts are written even when zero.
func TestNewElements(t *testing.T) {
	at := time.Date(2024, 1, 1, 1, 0, 0, 5, time.FixedZone("", 3600))
	tests := []struct {
		name string
		el   wire.Element
		want string
	}{
		{name: "query", el: &Query{}, want: `<query xmlns='urn:example' count='0'><size>0</size></query>`},
		{name: "strict", el: &Strict{At: at}, want: `<strict xmlns='urn:example' on='false' at='2024-01-01T00:00:00.000000005Z'>` +
			`<forwarded xmlns='urn:example:fwd'><delay seconds='0'/></forwarded><ready>false</ready></strict>`},
		{name: "raw", el: &wire.Raw{}, want: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := wire.Marshal(tt.el)
			if string(out) != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("%s, %v, want %s", out, err, tt.want)
			}
		})
	}
}
