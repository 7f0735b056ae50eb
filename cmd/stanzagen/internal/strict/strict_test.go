package strict_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/strict"
	"github.com/stanzakit/stanzakit/schemas"
)

const head = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns="urn:t" elementFormDefault="qualified">` + "\n"

func tree(body string) fs.FS {
	return fstest.MapFS{"a.xsd": {Data: []byte(head + body + "\n</xs:schema>\n")}}
}

func ExampleCheck() {
	for _, f := range strict.Check(tree(`<xs:element name="a" type="xs:int" default="many"/>`), "my", []string{"a.xsd"}) {
		fmt.Println(f.File, f.Line, f.Column)
	}
	// Output: my/a.xsd 2 1
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string // line:column: part of the message
	}{
		{"good", `<xs:element name="a" type="xs:int" default="1"/>`, nil},
		{"default", `<xs:element name="a"><xs:complexType>
  <xs:attribute name="x" type="xs:int" default="1"/>
  <xs:attribute name="y" type="xs:int" default="abc"/></xs:complexType></xs:element>`, []string{"4:3: default value for y"}},
		{"enumerated value", `<xs:simpleType name="t"><xs:restriction base="xs:int">
  <xs:enumeration value="1"/><xs:enumeration value="x"/></xs:restriction></xs:simpleType>
<xs:element name="a" type="t"/>`, []string{"3:30: value x"}},
		{"facet", `<xs:simpleType name="t"><xs:restriction base="xs:int"><xs:minInclusive value="abc"/></xs:restriction></xs:simpleType>`, []string{"2:55: value abc"}},
		{"pattern", `<xs:simpleType name="t"><xs:restriction base="xs:string">
<xs:pattern value="[a-"/></xs:restriction></xs:simpleType>`, []string{"3:1: regex"}},
		{"ambiguous", `<xs:element name="a"><xs:complexType><xs:sequence>
  <xs:element name="b" type="xs:string" minOccurs="0"/>
  <xs:any namespace="##any" processContents="lax"/></xs:sequence></xs:complexType></xs:element>`, []string{"4:3: UPA"}},
		{"several", `<xs:element name="a" type="xs:int" default="x"/>
<xs:element name="b" type="xs:int" default="y"/>
<xs:simpleType name="t"><xs:restriction base="xs:string"><xs:pattern value="("/></xs:restriction></xs:simpleType>`, []string{"2:1: ", "3:1: ", "4:58: "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strict.Check(tree(tt.body), "my", []string{"a.xsd"})
			if len(got) != len(tt.want) {
				t.Fatalf("want %v, got %v", tt.want, got)
			}
			for i, want := range tt.want {
				place, message, _ := strings.Cut(want, ": ")
				if f := got[i]; f.File != "my/a.xsd" || fmt.Sprint(f.Line, ":", f.Column) != place || !strings.Contains(f.Message, message) {
					t.Errorf("want %q, got %v", want, f)
				}
			}
		})
	}
}

func TestCheckProject(t *testing.T) {
	if diff := cmp.Diff([]strict.Fault(nil), strict.Check(schemas.FS, "schemas", nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
