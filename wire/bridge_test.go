package wire_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

// bridged are documents of types that have the methods of encoding/xml, and what makes such a type.
var bridged = []struct {
	name, doc string
	make      func() wire.Element
}{
	{"empty", "<query xmlns='urn:example'/>", func() wire.Element { return new(Query) }},
	{"full", query(`count='3' from='a@b.example/c' type='' ver='' xml:lang='de' xmlns:f='urn:f' f:a='1' new='&lt;&#10;&quot;'`,
		`x<item jid='@'/><item><group a='b'>&lt;g&gt;</group></item><thread> t </thread><point x='1' f:y='2'>1.5</point><size>9</size><flip-page/>
		<any xmlns='urn:any' xmlns:p='urn:p' q='p:x' p:r='s'>p:y<b xmlns=''/></any>`), func() wire.Element { return new(Query) }},
	{"prefixed", "<p:query xmlns:p='urn:example' count='1'><p:size>2</p:size><q xmlns='urn:q' xmlns:r='urn:r' r:s='t'/></p:query>", func() wire.Element { return new(Query) }},
	{"attribute namespace that ends like a prefix", query(`count='1' xmlns:f='http://f.example/ns1' f:a='1' xmlns:g='urn:g' g:b='2'`, `<size>1</size>`), func() wire.Element { return new(Query) }},
	{"missing", "<strict xmlns='urn:example'><ready>1</ready></strict>", func() wire.Element { return new(Strict) }},
	{"stanza", message(`<body xml:lang='de'>a&amp;b</body><error><conflict xmlns='urn:example:errors'>x</conflict></error><x xmlns='urn:x'>y</x>`), func() wire.Element { return new(Message) }},
	{"mixed", "<body xmlns='" + NSHTML + "'>a <p>b<br/>c</p>\n d</body>", func() wire.Element { return new(HTML) }},
}

// TestBridge: xml.Unmarshal and xml.Marshal do what the codec does with an empty registry.
func TestBridge(t *testing.T) {
	for _, tt := range bridged {
		t.Run(tt.name, func(t *testing.T) {
			want, got := tt.make(), tt.make()
			if err := wire.UnmarshalInto([]byte(tt.doc), nil, want); err != nil {
				t.Fatal(err)
			}
			if err := xml.Unmarshal([]byte(tt.doc), got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, sameElements); diff != "" {
				t.Errorf("xml.Unmarshal (-codec +got):\n%s", diff)
			}
			out, err := xml.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			for _, lost := range judge(t, tt.doc, string(out)) {
				t.Errorf("xml.Marshal: %s\n%s", out, lost)
			}
			again := tt.make()
			if err := wire.UnmarshalInto(out, nil, again); err != nil {
				t.Fatalf("%s: %v", out, err)
			}
			if diff := cmp.Diff(want, again, sameElements); diff != "" {
				t.Errorf("xml.Marshal wrote %s (-want +got):\n%s", out, diff)
			}
		})
	}
}

// TestBridgeNested puts elements into a struct of the user's own.
func TestBridgeNested(t *testing.T) {
	type outer struct {
		XMLName xml.Name `xml:"urn:outer outer"`
		A       string   `xml:"a,attr"`
		Query   []Query  `xml:"urn:example query"`
		Point   *Point   `xml:"urn:outer point"`
		B       string   `xml:"b"`
	}
	const doc = `<outer xmlns="urn:outer" a="1"><query xmlns="urn:example" count="2"><size>3</size></query><query xmlns="urn:example" count="4"><size>5</size></query>` +
		`<point xmlns="urn:outer" x="6">7</point><b>8</b></outer>`
	var x outer
	if err := xml.Unmarshal([]byte(doc), &x); err != nil {
		t.Fatal(err)
	}
	want := outer{XMLName: xml.Name{Space: "urn:outer", Local: "outer"}, A: "1", Query: []Query{{Count: 2, Size: 3}, {Count: 4, Size: 5}}, Point: &Point{X: 6, Value: 7}, B: "8"}
	if diff := cmp.Diff(want, x, sameElements); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	out, err := xml.MarshalIndent(x, "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, lost := range judge(t, doc, string(out)) {
		t.Errorf("%s\n%s", out, lost)
	}
}

func TestBridgeErrors(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"other name", "<strict xmlns='urn:example'/>", "wire: element {urn:example}strict where {urn:example}query was expected"},
		{"bad value", query("count='x'", ""), "wire: query[@count]: \"x\" is no unsigned integer of 32 bits"},
		{"cut off", "<query xmlns='urn:example'><size>", "XML syntax error on line 1: unexpected EOF"},
		{"separator in a namespace", query("count='1'", "<a xmlns='urn:a b'/>"), "wire: not-well-formed at byte 37: white space, a control character or a separator in a namespace name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := xml.Unmarshal([]byte(tt.doc), new(Query)); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	dec := xml.NewDecoder(strings.NewReader("<query xmlns='urn:example' count='1'><size>1</size></query><!-- -->"))
	if err := dec.Decode(new(Query)); err != nil {
		t.Error(err)
	}
	if _, err := xml.Marshal(&Query{Type: "\x00"}); err == nil {
		t.Error("control character marshalled")
	}
	if _, err := xml.Marshal(&Point{AnyAttr: []wire.Attr{attr("", "a b", "")}}); err == nil {
		t.Error("attribute with a space marshalled")
	}
}
