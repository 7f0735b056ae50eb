package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/schemas/validate"
)

// TestMutants expects validation to refuse nearly every mutant of the project's fixtures.
func TestMutants(t *testing.T) {
	var out strings.Builder
	ok, err := run(config{fixtures: "../../testdata/fixtures"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Errorf("not enough refused, or a fixture is not valid:\n%s", out.String())
	}
	t.Log(out.String())
}

const kit = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:kit" targetNamespace="urn:kit" elementFormDefault="qualified">
  <xs:element name="box">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="lid" type="xs:boolean"/>
        <xs:choice minOccurs="0">
          <xs:sequence><xs:element name="key" type="xs:string"/><xs:element name="lock" maxOccurs="3" type="code"/></xs:sequence>
          <xs:element name="rope" type="xs:string"/>
        </xs:choice>
        <xs:any namespace="##other" processContents="lax" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="size" type="xs:unsignedByte" use="required"/>
      <xs:attribute name="note" type="xs:string"/>
    </xs:complexType>
  </xs:element>
  <xs:element name="spare" type="xs:string"/>
  <xs:simpleType name="code"><xs:restriction base="xs:string"><xs:maxLength value="4"/></xs:restriction></xs:simpleType>
</xs:schema>`

// kitRun writes the schema and a fixture and returns what the command prints about them.
func kitRun(t *testing.T, fixture string, complete bool) (ok bool, out string) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string]string{"kit.xsd": kit, "box.xml": fixture} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	ok, err := run(config{schemas: dir, fixtures: dir, complete: complete}, &b)
	if err != nil {
		t.Fatal(err)
	}
	return ok, b.String()
}

func TestReport(t *testing.T) {
	const box = `<box xmlns='urn:kit' size='7' note='x'><lid>true</lid><key/><lock>1</lock></box>`
	tests := []struct {
		name, fixture string
		complete, ok  bool
		want          []string // lines
	}{
		{name: "as it is", fixture: box, ok: true, want: []string{
			"add attribute     8        8        0         0",
			"add child         7        7        0         0", // one of no schema is the box's to take
			"add text          1        1        0         0",
			"drop attribute    1        1        0         0",
			"drop child        3        3        0         0",
			"exceed attribute  2        2        0         0",
			"exceed child      3        3        0         0",
			"exceed text       1        1        0         0",
			"spoil attribute   1        1        0         0",
			"spoil text        2        2        0         0",
			"{urn:kit}rope\tkit.xsd:8",
			"{urn:kit}spare\tkit.xsd:16",
		}},
		{name: "complete", fixture: box, complete: true},
		{name: "not valid", fixture: `<box xmlns='urn:kit'/>`, want: []string{"Fixtures that are not valid:"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ok, out := kitRun(t, tt.fixture, tt.complete)
			if ok != tt.ok {
				t.Errorf("ok is %v", ok)
			}
			for _, want := range tt.want {
				if !strings.Contains(out, want+"\n") {
					t.Errorf("want a line %q in\n%s", want, out)
				}
			}
		})
	}
}

func TestSpoilt(t *testing.T) {
	limited := &xsdmodel.SimpleType{Base: xsdmodel.Name{Space: xsdmodel.Namespace, Local: "int"}, Facets: []*xsdmodel.Facet{{Name: "maxInclusive", Value: "9"}}}
	tests := []struct {
		name      string
		builtin   string
		typ       *xsdmodel.SimpleType
		spoilt    string
		exceeding []string
	}{
		{name: "text", builtin: "string"},
		{name: "number", builtin: "unsignedByte", spoilt: "@ spoilt @", exceeding: []string{"-1", "256"}},
		{name: "bound", typ: limited, spoilt: "@ spoilt @", exceeding: []string{"10", "-2147483649", "2147483648"}},
		{name: "enumeration", typ: &xsdmodel.SimpleType{Enums: []*xsdmodel.EnumValue{{Value: "a"}}}, spoilt: "@ spoilt @"},
		{name: "pattern", typ: &xsdmodel.SimpleType{Facets: []*xsdmodel.Facet{{Name: "pattern", Value: ".+"}}}, spoilt: ""},
		{name: "length", typ: &xsdmodel.SimpleType{Facets: []*xsdmodel.Facet{{Name: "maxLength", Value: "12"}}}, spoilt: candidates[len(candidates)-1],
			exceeding: []string{"goodxxxxxxxxx"}},
		{name: "list", typ: &xsdmodel.SimpleType{Variety: xsdmodel.List, BaseType: limited}, spoilt: "@ spoilt @"},
		{name: "union", typ: &xsdmodel.SimpleType{Variety: xsdmodel.Union, Members: []xsdmodel.Name{limited.Base},
			Inline: []*xsdmodel.SimpleType{{Enums: []*xsdmodel.EnumValue{{Value: "@ spoilt @"}}}}}, spoilt: "@spoilt@"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := value{&xsdmodel.Set{}, xsdmodel.Content{Type: tt.typ}}
			if tt.builtin != "" {
				v.Name = xsdmodel.Name{Space: xsdmodel.Namespace, Local: tt.builtin}
			}
			got, _ := v.spoilt()
			if got != tt.spoilt {
				t.Errorf("spoilt: want %q, got %q", tt.spoilt, got)
			}
			if diff := cmp.Diff(tt.exceeding, v.exceeding("good")); diff != "" && len(tt.exceeding)+len(v.exceeding("good")) > 0 {
				t.Errorf("exceeding (-want +got)\n%s", diff)
			}
		})
	}
}

func TestExplains(t *testing.T) {
	tests := []struct {
		path string
		want bool
	}{
		{"iq/query", true},
		{"iq/query[2]/@ver", true},
		{"iq[1]/query/item[3]", true},
		{"iq", false},
		{"iq/query/item/@jid", false},
		{"iq/query2", false},
		{"iq/other", false},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			if got := (mutant{path: "iq/query"}).explains(validate.Finding{Path: tt.path}); got != tt.want {
				t.Errorf("want %v, got %v", tt.want, got)
			}
		})
	}
}
