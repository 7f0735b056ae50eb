package xsdmodel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// read reads a schema with the lenient rules, and lists the slips: position, message, what it is read as.
func read(t *testing.T, in string) (*xsdmodel.Set, []string) {
	t.Helper()
	var slips []string
	r := xsdmodel.Reader{Slip: func(e *xsdmodel.Error) {
		slips = append(slips, fmt.Sprintf("%d:%d: %s; %s", e.Pos.Line, e.Pos.Column, e.Msg, e.Hint))
	}}
	s, err := r.Parse(strings.NewReader(in), "a.xsd")
	if err != nil {
		t.Fatal(err)
	}
	set, err := r.NewSet([]*xsdmodel.Schema{s})
	if err != nil {
		t.Fatal(err)
	}
	return set, slips
}

// TestSlips looks at a slip of each kind. What becomes of the schema, package load's cases show.
func TestSlips(t *testing.T) {
	const typ = `<xs:complexType name="t">%s</xs:complexType>`
	tests := []struct {
		name, in string
		want     []string
	}{
		{"none", `<xs:element name="a" type="xs:string"/>`, nil},
		{"misspelt", `<xs:elemnt name="a"/>`, []string{"2:1: <xs:elemnt> is not allowed in <xs:schema>; read as <xs:element>"}},
		{"unknown", `<xs:nothing/>`, []string{"2:1: <xs:nothing> is not allowed in <xs:schema>; left out"}},
		{"unbound prefix", `<xs:element name="a" type="xsd:int"/>`, []string{"2:1: type int is not declared; read as xs:int"}},
		{"misspelt type", `<xs:element name="a" type="xs:datetime"/>`,
			[]string{"2:1: type datetime of namespace " + xsdmodel.Namespace + " is not declared; read as xs:dateTime"}},
		{"empty", `<xs:element name="a" type="e:empty"/>`,
			[]string{`2:1: type empty is not declared in namespace "urn:example"; read as a string that is empty`}},
		{"not imported", `<xs:element name="a" type="q:t" xmlns:q="urn:q"/>`,
			[]string{`2:1: namespace "urn:q" is not imported; read as if it were`, `2:1: type t is not declared in namespace "urn:q"; read as any content`}},
		{"order", fmt.Sprintf(typ, `<xs:attribute name="a"/><xs:sequence/>`),
			[]string{"2:50: the content model must stand before the attributes; read as if before them"}},
		{"twice", `<xs:element name="a"/><xs:element name="a"/>`, []string{"2:23: a is declared already: a.xsd:2:1; the first declaration rules"}},
		{"circle", `<xs:simpleType name="t"><xs:restriction base="e:t"/></xs:simpleType>`,
			[]string{"2:1: the type derives from itself: t -> t; the reference that closes the circle is left out"}},
		{"choice that cannot decide", fmt.Sprintf(typ, `<xs:choice><xs:element name="a" type="xs:int"/><xs:any/></xs:choice>`),
			[]string{"2:73: the content model is ambiguous: what stands here and at a.xsd:2:37 takes the same element (Unique Particle Attribution); " +
				"read all the same; a validator refuses it"}},
		{"fixed number", fmt.Sprintf(typ, `<xs:sequence><xs:element name="a" type="xs:int" minOccurs="2" maxOccurs="2"/><xs:element name="a" type="xs:int"/></xs:sequence>`), nil},
		{"any order", fmt.Sprintf(typ, `<xs:all><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" minOccurs="0"/></xs:all>`), nil},
		{"other beside own", fmt.Sprintf(typ, `<xs:sequence><xs:element name="a" form="qualified" type="xs:int" minOccurs="0"/><xs:any namespace="##other" minOccurs="0"/></xs:sequence>`), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got := read(t, schema(tt.in))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestSubstitution puts a choice where an element stands that others may stand in for.
func TestSubstitution(t *testing.T) {
	set, slips := read(t, schema(`<xs:element name="head" abstract="true" type="xs:string"/><xs:element name="a" substitutionGroup="e:head"/>`+
		`<xs:element name="b" substitutionGroup="e:a"/><xs:complexType name="t"><xs:sequence><xs:element ref="e:head" maxOccurs="2"/></xs:sequence></xs:complexType>`))
	if len(slips) > 0 {
		t.Errorf("slips: %v", slips)
	}
	p := set.ComplexType(n("t")).Content.Parts[0]
	var names []string
	for _, part := range p.Parts {
		names = append(names, part.Element.Name.Local)
	}
	if p.Kind != xsdmodel.Choice || p.Max != 2 || strings.Join(names, " ") != "a b" {
		t.Errorf("particle of kind %d, at most %d times, of %v", p.Kind, p.Max, names)
	}
}

// TestMerge reads a schema of two documents, one of which has no namespace of its own.
func TestMerge(t *testing.T) {
	r := xsdmodel.Reader{Slip: func(e *xsdmodel.Error) { t.Errorf("slip: %v", e) }}
	whole, err := r.Parse(strings.NewReader(schema(`<xs:include schemaLocation="part.xsd"/><xs:element name="a" type="e:t"/>`)), "a.xsd")
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Includes) != 1 || whole.Includes[0].Location != "part.xsd" {
		t.Fatalf("includes %v", whole.Includes)
	}
	r.Target = whole.TargetNamespace
	part, err := r.Parse(strings.NewReader(`<xs:schema xmlns:xs="`+xsdmodel.Namespace+`"><xs:complexType name="t"><xs:attribute name="b" type="s"/></xs:complexType>`+
		`<xs:simpleType name="s"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>`), "part.xsd")
	if err != nil {
		t.Fatal(err)
	}
	whole.Merge(part)
	set, err := r.NewSet([]*xsdmodel.Schema{whole})
	if err != nil {
		t.Fatal(err)
	}
	if got := set.ComplexType(n("t")); got == nil || got.Attributes[0].Type != n("s") {
		t.Errorf("type t is %+v", got)
	}
}
