package load

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gocomply/xsd2go/pkg/xsd"
	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// planOf reads a directory of schemas as far as the plan.
func planOf(t *testing.T, src Source) *plan {
	t.Helper()
	found, err := readSources(Config{Own: src}, &warnings{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := xsdmodel.NewSet(found.schemas)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(set, faults{warnings: &warnings{}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// inventory is what both readers can tell of a schema: its elements with their types, and every type's attributes, children and values.
type inventory map[string][]string

func (inv inventory) add(key string, values ...string) { inv[key] = append(inv[key], values...) }

// TestReadersAgree lists what stands in the schemas of the project, once from xsdmodel and once from xsd2go, and compares the lists.
func TestReadersAgree(t *testing.T) {
	p := planOf(t, project(t))
	lib, err := readLibrary(p)
	if err != nil {
		t.Fatal(err)
	}
	var empty []string
	for _, s := range p.set.Schemas {
		t.Run(path.Base(s.File), func(t *testing.T) {
			want, got := fromModel(p, s), fromLibrary(lib[s.TargetNamespace])
			if len(want) == 0 {
				empty = append(empty, path.Base(s.File))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-xsdmodel +xsd2go):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff([]string{"xep-0220-dialback-errors.xsd"}, empty); diff != "" { // a namespace that names a feature and nothing else
		t.Errorf("empty schemas (-want +got):\n%s", diff)
	}
}

func fromModel(p *plan, s *xsdmodel.Schema) inventory {
	inv := inventory{}
	for _, e := range s.Elements {
		inv.add("element "+e.Name.Local, p.elementType(e).Local)
	}
	for _, a := range s.Attributes {
		inv.add("attribute "+a.Name.Local, p.attributeType(a).Local)
	}
	for _, t := range p.order[s.TargetNamespace] {
		switch t := t.(type) {
		case *xsdmodel.SimpleType:
			key := "simple " + p.simpleID[t].Local
			inv.add(key)
			for _, v := range t.Enums {
				inv.add(key, v.Value)
			}
		case *xsdmodel.ComplexType:
			key := "complex " + p.complexID[t].Local
			inv.add(key)
			for _, a := range p.set.Attributes(t) {
				required := ""
				if a.Use == xsdmodel.UseRequired {
					required = "!"
				}
				inv.add(key, "@"+a.Name.Local+required)
			}
			for _, e := range p.set.Children(t) {
				inv.add(key, e.Name.Local)
			}
		}
	}
	return inv
}

func fromLibrary(s *xsd.Schema) inventory {
	inv := inventory{}
	local := func(ref string) string { return ref[strings.Index(ref, ":")+1:] }
	for i := range s.Elements {
		inv.add("element "+s.Elements[i].Name, local(string(s.Elements[i].Type)))
	}
	for _, a := range s.Attributes {
		inv.add("attribute "+a.Name, local(string(a.Type)))
	}
	for i := range s.SimpleTypes {
		key := "simple " + s.SimpleTypes[i].Name
		inv.add(key)
		for _, v := range s.SimpleTypes[i].Enums() {
			inv.add(key, v.Value)
		}
	}
	for i := range s.ComplexTypes {
		key := "complex " + s.ComplexTypes[i].Name
		inv.add(key)
		for _, a := range s.ComplexTypes[i].Attributes() {
			required := ""
			if a.Use == "required" {
				required = "!"
			}
			inv.add(key, "@"+a.XmlName()+required)
		}
		for _, e := range s.ComplexTypes[i].Elements() {
			inv.add(key, local(e.Name+string(e.Ref)))
		}
	}
	return inv
}

// TestDisagreement makes the two readers differ, in every way that join looks at.
func TestDisagreement(t *testing.T) {
	tests := []struct {
		name   string
		change func(*xsd.Schema)
		want   string
	}{
		{"element lost", func(s *xsd.Schema) { s.Elements = s.Elements[1:] }, "number of global elements: xsdmodel says 2, xsd2go says 1"},
		{"element renamed", func(s *xsd.Schema) { s.Elements[0].Name = "x" }, "global element x: xsdmodel says false, xsd2go says true"},
		{"element retyped", func(s *xsd.Schema) { s.Elements[0].Type = "xs:int" }, "type: xsdmodel says {urn:example}anonymous-1, xsd2go says"},
		{"type lost", func(s *xsd.Schema) { s.ComplexTypes = s.ComplexTypes[:1] }, "complex type anonymous-2: xsdmodel says true, xsd2go says false"},
		{"type invented", func(s *xsd.Schema) { s.ComplexTypes[0].Name = "x" }, "complex type x: xsdmodel says false, xsd2go says true"},
		{"simple type lost", func(s *xsd.Schema) { s.SimpleTypes = nil }, "simple type size: xsdmodel says true, xsd2go says false"},
		{"simple type invented", func(s *xsd.Schema) { s.SimpleTypes[0].Name = "x" }, "simple type x: xsdmodel says false, xsd2go says true"},
		{"base", func(s *xsd.Schema) { s.SimpleTypes[0].Restriction.Base = "xs:int" }, "type: xsdmodel says {http://www.w3.org/2001/XMLSchema}string"},
		{"value lost", func(s *xsd.Schema) { s.SimpleTypes[0].Restriction.EnumsDirect = nil }, "number of enumerated values: xsdmodel says 1, xsd2go says 0"},
		{"value changed", func(s *xsd.Schema) { s.SimpleTypes[0].Restriction.EnumsDirect[0].Value = "x" }, "enumerated value: xsdmodel says big, xsd2go says x"},
		{"attribute lost", func(s *xsd.Schema) { s.ComplexTypes[0].AttributesDirect = nil }, "number of attributes: xsdmodel says 1, xsd2go says 0"},
		{"attribute renamed", func(s *xsd.Schema) { s.ComplexTypes[0].AttributesDirect[0].Name = "x" }, "attribute: xsdmodel says a, xsd2go says x"},
		{"child renamed", func(s *xsd.Schema) { s.ComplexTypes[0].Sequence.ElementList[0].Name = "x" }, "child: xsdmodel says c, xsd2go says x"},
		{"children lost", func(s *xsd.Schema) { s.ComplexTypes[0].Sequence = nil }, "number of children: xsdmodel says 1, xsd2go says 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planOf(t, Source{FS: os.DirFS("testdata/join"), Index: []Entry{{Namespace: "urn:example", Package: "example", File: "example.xsd"}}})
			lib, err := readLibrary(p)
			if err != nil {
				t.Fatal(err)
			}
			want := facts(join(p, lib))
			if len(p.list) > 0 {
				t.Fatalf("join before the change: %v", p.list)
			}
			tt.change(lib["urn:example"])
			got := facts(join(p, lib))
			if len(p.list) == 0 || !strings.HasPrefix(p.list[0].Error(), "example.xsd:") {
				t.Fatalf("warnings = %v, want one with a place", p.list)
			}
			if err := joinFaults(p.list); !strings.Contains(err.Error(), "internal error: "+tt.want) {
				t.Errorf("warnings = %v, want %q", err, tt.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the schema is not as xsdmodel says (-want +got):\n%s", diff)
			}
		})
	}
}

// facts is what the joined model says, in words.
func facts(j *joined) []string {
	var out []string
	for _, e := range j.globals["urn:example"] {
		out = append(out, e.Name.Local+" "+j.elementType(e).String())
	}
	for t, attrs := range j.attrs {
		for _, a := range attrs {
			out = append(out, fmt.Sprint(j.complexID[t], a.decl.Name, a.required, a.typ))
		}
	}
	for t, values := range j.enums {
		out = append(out, fmt.Sprint(j.simpleID[t], j.baseOf[t], len(values)))
	}
	slices.Sort(out)
	return out
}

// TestLibraryFails has xsd2go read a copy it panics on: a warning says so, and the schema is read without it.
func TestLibraryFails(t *testing.T) {
	p := planOf(t, Source{FS: os.DirFS("testdata/join"), Index: []Entry{{Namespace: "urn:example", Package: "example", File: "example.xsd"}}})
	lib, err := readLibrary(p)
	if err != nil {
		t.Fatal(err)
	}
	want := facts(join(p, lib))
	p.prefix["urn:example"] = "xs"
	if lib, err = readLibrary(p); err != nil || len(lib) != 0 {
		t.Fatalf("readLibrary = %v, %v, want nothing", lib, err)
	}
	const warning = "example.xsd:1:1: xsd2go cannot read the schema: "
	if got := joinFaults(p.list).Error(); !strings.HasPrefix(got, warning) || strings.Contains(got, os.TempDir()) {
		t.Errorf("warnings = %v, want %s…", got, warning)
	}
	p.prefix["urn:example"] = "p0"
	if diff := cmp.Diff(want, facts(join(p, lib))); diff != "" {
		t.Errorf("(-with +without xsd2go):\n%s", diff)
	}
}

func TestWorkspaceFails(t *testing.T) {
	tests := []struct{ name, schema string }{
		{"panic", `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a"><xs:element name="a" type="xs:nothing"/></xs:schema>`},
		{"malformed", `<xs:schema`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.xsd")
			if err := os.WriteFile(file, []byte(tt.schema), 0o600); err != nil {
				t.Fatal(err)
			}
			stdout := os.Stdout
			if ws, err := workspace(file); err == nil || ws != nil {
				t.Errorf("workspace = %v, %v, want an error", ws, err)
			}
			if os.Stdout != stdout {
				t.Error("standard output was not put back")
			}
		})
	}
}
