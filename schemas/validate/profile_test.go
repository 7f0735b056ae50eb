package validate_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

// kit declares what the project's schemas have little of.
const kit = `<xs:element name="pairs"><xs:complexType><xs:sequence maxOccurs="unbounded">
    <xs:element name="key" type="xs:string"/><xs:element name="value" minOccurs="0" type="xs:int"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="either"><xs:complexType><xs:sequence>
    <xs:element name="head" type="xs:string"/>
    <xs:choice><xs:element name="left" type="xs:string"/><xs:sequence><xs:element name="right" type="xs:string"/><xs:element name="far" type="xs:string"/></xs:sequence></xs:choice>
    <xs:element name="tail" minOccurs="0" maxOccurs="2" type="xs:string"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="open"><xs:complexType><xs:sequence>
    <xs:element name="a" minOccurs="0" type="xs:string"/>
    <xs:any namespace="##other" processContents="lax" minOccurs="0"/>
    <xs:element name="b" minOccurs="0" type="xs:string"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="talk"><xs:complexType mixed="true"><xs:sequence>
    <xs:element name="a" minOccurs="0" type="xs:string"/><xs:element name="b" minOccurs="0" type="xs:int"/>
  </xs:sequence></xs:complexType></xs:element>`

func TestDefault(t *testing.T) {
	tests := []struct {
		name, doc    string
		strict, want []string
	}{
		{name: "swapped children", doc: `<query xmlns='jabber:iq:version'><version>1</version><name>n</name></query>`, strict: []string{
			`1:34: query/version: element "version" is not allowed here; expected name`,
		}},
		{name: "extension before body", doc: `<message xmlns='jabber:client'><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/><body>x</body><x xmlns='urn:example:x'/><subject/></message>`},
		{name: "missing child", doc: `<either xmlns='urn:kit'><tail/><left/></either>`, strict: []string{
			`1:1: either: element "head" is required before "left"`,
			`1:25: either/tail: element "tail" is not allowed here; expected head`,
		}, want: []string{
			`1:1: either: element "head" is required`,
		}},
		{name: "values where one is missing", doc: `<pairs xmlns='urn:kit' xmlns:_type='urn:t' xmlns:_xsi='urn:x'><value>_type:one _xsi:x</value></pairs>`, want: []string{
			`1:1: pairs: element "key" is required`,
			`1:63: pairs/value: value "_type:one _xsi:x" is not allowed; expected a whole number from -2147483648 to 2147483647`,
		}},
		{name: "missing in the middle", doc: `<either xmlns='urn:kit'><tail/><head/></either>`, want: []string{
			`1:1: either: an element is required; expected one of: left, right`,
		}},
		{name: "half of a choice", doc: `<either xmlns='urn:kit'><far/><head/></either>`, want: []string{
			`1:1: either: element "right" is required`,
		}},
		{name: "both of a choice", doc: `<either xmlns='urn:kit'><tail/><right/><far/><left/><head/></either>`, want: []string{
			`1:46: either/left: element "left" is not allowed here; expected tail`,
		}},
		{name: "one too many", doc: `<either xmlns='urn:kit'><tail/><tail/><left/><tail/><head/></either>`, want: []string{
			`1:46: either/tail[3]: element "tail" is one too many; expected the end of "either"`,
		}},
		{name: "undeclared", doc: `<either xmlns='urn:kit'><nose/><left/><head/></either>`, want: []string{
			`1:25: either/nose: element "nose" is not allowed here; expected tail`,
		}},
		{name: "repeated group in order", doc: `<pairs xmlns='urn:kit'><key/><value>1</value><key/><key/><value>2</value></pairs>`},
		{name: "repeated group out of order", doc: `<pairs xmlns='urn:kit'><value>1</value><value>2</value><key/><key/></pairs>`, strict: []string{
			`1:24: pairs/value[1]: element "value" is not allowed here; expected key`,
			`1:40: pairs/value[2]: element "value" is not allowed here; expected key`,
		}},
		{name: "a value of a child that was moved", doc: `<pairs xmlns='urn:kit'><value>one</value><key/></pairs>`, want: []string{
			`1:24: pairs/value: value "one" is not allowed; expected a whole number from -2147483648 to 2147483647`,
		}},
		{name: "what a wildcard takes, once", doc: `<open xmlns='urn:kit'><b/><x xmlns='urn:x'/><a/><y xmlns='urn:x'/></open>`, want: []string{
			`1:49: open/y: element "y" of namespace "urn:x" is not allowed here; expected the end of "open"`,
		}},
		{name: "mixed content", doc: `<talk xmlns='urn:kit'>so <b>7</b> and <a/> on</talk>`},
		{name: "foreign child of an empty element", doc: `<ping xmlns='urn:xmpp:ping'><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/></ping>`, strict: []string{
			`1:29: ping/delay: element "delay" of namespace "urn:xmpp:delay" is not allowed: "ping" has no children`,
		}},
		{name: "foreign child between children", doc: `<either xmlns='urn:kit'><head/><ping xmlns='urn:xmpp:ping'/><left/></either>`},
		{name: "foreign child with a fault", doc: `<ping xmlns='urn:xmpp:ping'><delay xmlns='urn:xmpp:delay' stamp='noon' x='1'/></ping>`, want: []string{
			`1:59: ping/delay/@stamp: value "noon" is not allowed; expected a date and time of no other zone than UTC`,
			`1:72: ping/delay/@x: attribute "x" is not allowed; expected one of: stamp, from, xml:lang`,
		}},
		{name: "foreign child that nothing declares", doc: `<ping xmlns='urn:xmpp:ping'><pong xmlns='urn:xmpp:delay'/><x xmlns='urn:x'/></ping>`, want: []string{
			`1:29: ping/pong: element "pong" of namespace "urn:xmpp:delay" is not allowed: "ping" has no children`,
			`1:59: ping/x: element "x" of namespace "urn:x" is not allowed: "ping" has no children`,
		}},
		{name: "foreign child in text", doc: `<presence xmlns='jabber:client'><priority>1<ping xmlns='urn:xmpp:ping'/></priority></presence>`, want: []string{
			`1:44: presence/priority/ping: element "ping" of namespace "urn:xmpp:ping" is not allowed: "priority" holds text only`,
		}},
		{name: "foreign child that is named, once too often", doc: `<message xmlns='jabber:client' type='error'><error type='cancel'>
<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`, want: []string{
			`2:52: message/error/conflict: element "conflict" of namespace "urn:ietf:params:xml:ns:xmpp-stanzas" is not allowed here; expected an element of another namespace`,
		}},
		{name: "xml:lang", doc: `<ping xmlns='urn:xmpp:ping' xml:lang='en'/>`, strict: []string{
			`1:29: ping/@xml:lang: attribute "xml:lang" is not allowed; expected no attribute`,
		}},
		{name: "xml:lang on text", doc: `<query xmlns='jabber:iq:version'><version>1</version><name xml:lang='de'>n</name></query>`},
		{name: "xml:lang that is none", doc: `<ping xmlns='urn:xmpp:ping' xml:lang='de_AT'/>`, want: []string{
			`1:29: ping/@xml:lang: value "de_AT" is not allowed; expected a language tag such as en or pt-BR`,
		}},
		{name: "other attributes", doc: `<ping xmlns='urn:xmpp:ping' xml:space='preserve' lang='en'/>`, want: []string{
			`1:29: ping/@xml:space: attribute "xml:space" is not allowed; expected no attribute`,
			`1:50: ping/@lang: attribute "lang" is not allowed; expected no attribute`,
		}},
		{name: "undeclared where anything may stand", doc: `<message xmlns='jabber:client'><pong xmlns='urn:xmpp:ping'/></message>`, want: []string{
			`1:32: message/pong: element "pong" is not declared in namespace "urn:xmpp:ping"`,
		}},
		{name: "root of no schema", doc: `<x xmlns='urn:example:x'/>`, want: []string{
			`1:1: x: element "x" cannot be a root: namespace "urn:example:x" has no schema`,
		}},
	}
	v, err := validate.New(validate.Source{FS: fstest.MapFS{"kit.xsd": schema("urn:kit", kit)}})
	if err != nil {
		t.Fatal(err)
	}
	strict := v.With(validate.Strict)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, text(t, v, tt.doc)); diff != "" {
				t.Errorf("default (-want +got)\n%s", diff)
			}
			if tt.strict == nil {
				return
			}
			if diff := cmp.Diff(tt.strict, text(t, strict, tt.doc)); diff != "" {
				t.Errorf("strict (-want +got)\n%s", diff)
			}
		})
	}
}

// TestManyOutOfOrder expects the work to grow with the document, not with its square.
func TestManyOutOfOrder(t *testing.T) {
	v, err := validate.New(validate.Source{FS: fstest.MapFS{"kit.xsd": schema("urn:kit", kit)}})
	if err != nil {
		t.Fatal(err)
	}
	const n = 5_000
	var names strings.Builder
	for i := range n {
		fmt.Fprintf(&names, "<x%d xmlns='urn:x'/>", i)
	}
	tests := []struct {
		name, doc string
		want      int
	}{
		{"repeated group", "<pairs xmlns='urn:kit'>" + strings.Repeat("<value>1</value>", n) + strings.Repeat("<key/>", n) + strings.Repeat("<x/>", n) + "</pairs>", n},
		{"many names", "<message xmlns='jabber:client'>" + names.String() + "<body/><thread/><subject/></message>", 0},
		{"many names where one may be", "<open xmlns='urn:kit'><b/>" + names.String() + "<a/></open>", n - 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := text(t, v, tt.doc); len(got) != tt.want {
				t.Errorf("want %d findings, got %d: %s", tt.want, len(got), got[:min(1, len(got))])
			}
		})
	}
}
