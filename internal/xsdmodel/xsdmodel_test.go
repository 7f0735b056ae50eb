package xsdmodel_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

const schemasDir = "../../schemas"

func parse(t testing.TB, file string) *xsdmodel.Schema {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := xsdmodel.Parse(f, filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ptr(s string) *string { return &s }

func n(local string) xsdmodel.Name { return xsdmodel.Name{Space: "urn:example", Local: local} }

func xs(local string) xsdmodel.Name { return xsdmodel.Name{Space: xsdmodel.Namespace, Local: local} }

func at(line, column int) xsdmodel.Note {
	return xsdmodel.Note{Pos: xsdmodel.Pos{File: "model.xsd", Line: line, Column: column}}
}

// TestParse compares the whole model of a schema that has one of everything.
func TestParse(t *testing.T) {
	got := parse(t, "testdata/model.xsd")
	quiet := cmp.Options{cmpopts.IgnoreUnexported(xsdmodel.AppInfo{}), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(wantModel(), got, quiet); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wantModel is what testdata/model.xsd says.
func wantModel() *xsdmodel.Schema {
	doc := func(note xsdmodel.Note, doc string) xsdmodel.Note {
		note.Doc = doc
		return note
	}
	parent := at(6, 3)
	parent.Doc = "a parent."
	parent.AppInfo = []*xsdmodel.AppInfo{{Pos: xsdmodel.Pos{File: "model.xsd", Line: 11, Column: 9},
		Name: xsdmodel.Name{Space: "urn:info", Local: "mark"}, Attrs: map[string]string{"ref": "i:x"}}}
	named := &xsdmodel.Element{Note: doc(at(15, 9), "named here."), Name: n("named"), Type: xs("int"), Default: ptr("1")}
	ref := &xsdmodel.Element{Note: at(18, 9), Name: n("parent"), Ref: true}
	bare := &xsdmodel.Element{Note: at(20, 11), Name: xsdmodel.Name{Local: "bare"}, Simple: &xsdmodel.SimpleType{Note: at(20, 54), Base: xs("string"),
		Enums: []*xsdmodel.EnumValue{{Note: at(20, 102), Value: "v"}}, Facets: []*xsdmodel.Facet{{Pos: at(20, 129).Pos, Name: "maxLength", Value: "3"}}}}
	wild := &xsdmodel.Wildcard{Note: at(23, 9), Other: true, ProcessContents: "lax"}
	return &xsdmodel.Schema{
		Note:              doc(at(1, 1), "the schema, in two lines. and two elements."),
		File:              "model.xsd",
		TargetNamespace:   "urn:example",
		QualifiedElements: true,
		Imports:           []*xsdmodel.Import{{Pos: at(5, 3).Pos, Namespace: "urn:other", Location: "other.xsd"}},
		Elements: []*xsdmodel.Element{{
			Note: parent, Name: n("parent"), Global: true,
			Complex: &xsdmodel.ComplexType{
				Note: at(13, 5), Mixed: true,
				Content: &xsdmodel.Particle{Note: at(14, 7), Kind: xsdmodel.Sequence, Min: 1, Max: 1, Parts: []*xsdmodel.Particle{
					{Note: named.Note, Min: 0, Max: 3, Element: named},
					{Note: at(18, 9), Min: 1, Max: xsdmodel.Unbounded, Element: ref},
					{Note: at(19, 9), Kind: xsdmodel.Choice, Min: 1, Max: 1, Parts: []*xsdmodel.Particle{
						{Note: at(20, 11), Min: 1, Max: 1, Element: bare},
						{Note: at(21, 11), Kind: xsdmodel.GroupRef, Min: 1, Max: 1, Group: n("group")},
					}},
					{Note: at(23, 9), Kind: xsdmodel.Any, Min: 0, Max: xsdmodel.Unbounded, Wildcard: wild},
				}},
				Attributes: []*xsdmodel.Attribute{
					{Note: at(25, 7), Name: xsdmodel.Name{Local: "a"}, Type: xs("string"), Use: xsdmodel.UseRequired},
					{Note: at(26, 7), Name: n("shared"), Ref: true},
					{Note: at(27, 7), Name: n("attributes"), Group: true},
				},
				AnyAttribute: &xsdmodel.Wildcard{Note: at(28, 7), Namespaces: []string{"urn:a", "urn:example", ""}, ProcessContents: "strict"},
			},
		}},
		Attributes: []*xsdmodel.Attribute{{Note: at(31, 3), Name: n("shared"), Type: xs("string"), Fixed: ptr("f")}},
		SimpleTypes: []*xsdmodel.SimpleType{
			{Note: at(32, 3), Name: n("list"), Variety: xsdmodel.List, Base: xs("int")},
			{Note: at(33, 3), Name: n("union"), Variety: xsdmodel.Union, Members: []xsdmodel.Name{xs("int"), n("list")},
				Inline: []*xsdmodel.SimpleType{{Note: at(34, 47), Base: xs("date")}}},
		},
		ComplexTypes: []*xsdmodel.ComplexType{
			{Note: at(36, 3), Name: n("text"), Derivation: xsdmodel.Extension, Base: xs("string"), SimpleContent: true},
			{Note: at(37, 3), Name: n("narrow"), Derivation: xsdmodel.Restriction, Base: n("text"), SimpleContent: true,
				Simple: &xsdmodel.SimpleType{Note: at(39, 7), Facets: []*xsdmodel.Facet{{Pos: at(39, 35).Pos, Name: "length", Value: "2"}}}},
		},
		Groups: []*xsdmodel.Group{{Note: at(42, 3), Name: n("group"), Content: &xsdmodel.Particle{Note: at(42, 28), Kind: xsdmodel.All, Min: 1, Max: 1}}},
		AttributeGroups: []*xsdmodel.AttributeGroup{{Note: at(43, 3), Name: n("attributes"),
			AnyAttribute: &xsdmodel.Wildcard{Note: at(43, 42), Any: true, ProcessContents: "skip"}}},
	}
}

func TestAppInfoQName(t *testing.T) {
	info := parse(t, "testdata/model.xsd").Elements[0].AppInfo[0]
	tests := []struct {
		name, in string
		want     xsdmodel.Name
		ok       bool
	}{
		{"own prefix", info.Attrs["ref"], xsdmodel.Name{Space: "urn:info", Local: "x"}, true},
		{"outer prefix", "xs:x", xs("x"), true},
		{"default", " x ", n("x"), true},
		{"xml", "xml:lang", xsdmodel.Name{Space: "http://www.w3.org/XML/1998/namespace", Local: "lang"}, true},
		{"unbound", "q:x", xsdmodel.Name{Local: "x"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := info.QName(tt.in)
			if got != tt.want || ok != tt.ok {
				t.Errorf("QName(%q) = %v, %v, want %v, %v", tt.in, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	deep := strings.Repeat("<xs:sequence>", 101) + strings.Repeat("</xs:sequence>", 101)
	tests := []struct{ name, in, want string }{
		{"nothing", "", "a.xsd:1:1: no XML document"},
		{"not well-formed", "<a>\n<b></a>", "a.xsd:2:4: XML: element <b> closed by </a>"},
		{"deep", `<xs:schema xmlns:xs="` + xsdmodel.Namespace + `">` + deep + `</xs:schema>`, "a.xsd:1:1343: elements are nested too deep"},
		{"no schema", "<a/>", "a.xsd:1:1: the document is a <a>, not an <xs:schema> of namespace " + xsdmodel.Namespace},
		{"all of them", schema(`<xs:elemnt name="a"/><xs:element/>`), "a.xsd:2:1: <xs:elemnt> is not allowed in <xs:schema>\na.xsd:2:22: <xs:element> needs a name"},
		{"prefix", schema(`<xs:element name="a" type="q:t"/>`), `a.xsd:2:1: type="q:t": the prefix is not declared`},
		{"no namespace", schema(`<xs:element name="a" type="t"/>`),
			`a.xsd:2:1: type t is of no namespace`},
		{"not imported", schema(`<xs:element name="a" type="q:t" xmlns:q="urn:q"/>`), `a.xsd:2:1: type t: namespace "urn:q" is not imported`},
		{"not there", schema(`<xs:import namespace="urn:q"/>`), `a.xsd:2:1: no schema for the imported namespace "urn:q"`},
		{"undeclared", schema(`<xs:element name="a" type="e:t"/>`), `a.xsd:2:1: type t is not declared in namespace "urn:example"`},
		{"refused before", schema(`<xs:simpeType name="t"/><xs:element name="a" type="e:t"/>`), `a.xsd:2:1: <xs:simpeType> is not allowed in <xs:schema>`},
		{"twice", schema("<xs:element name='a'/>\n<xs:element name='a'/>"), "a.xsd:3:1: a is declared already: a.xsd:2:1"},
		{"derivation", schema(`<xs:simpleType name="t"><xs:restriction base="e:t"/></xs:simpleType>`), "a.xsd:2:1: the type derives from itself: t -> t"},
		{"group", schema(`<xs:group name="g"><xs:sequence><xs:group ref="e:g"/></xs:sequence></xs:group>`), "a.xsd:2:33: the group holds itself: g -> g"},
		{"attribute group", schema(`<xs:attributeGroup name="g"><xs:attributeGroup ref="e:g"/></xs:attributeGroup>`),
			"a.xsd:2:29: the group holds itself: g -> g"},
		{"too large", schema(doubling(12)), "a.xsd:2:1: the group is too large: with its groups written out it has more than 20000 parts"},
		{"inconsistent", schema(`<xs:complexType name="t"><xs:choice><xs:element name="a" type="xs:int"/><xs:element name="a" type="xs:date"/></xs:choice>` +
			`</xs:complexType>`), "a.xsd:2:73: element a has another type than at a.xsd:2:37"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := xsdmodel.Parse(strings.NewReader(tt.in), "a.xsd")
			if s != nil {
				_, more := xsdmodel.NewSet([]*xsdmodel.Schema{s})
				err = errors.Join(err, more)
			}
			if diff := cmp.Diff(tt.want, fmt.Sprint(err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// doubling is groups that hold the next one twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<xs:group name="g%d"><xs:sequence><xs:group ref="e:g%[2]d"/><xs:group ref="e:g%[2]d"/></xs:sequence></xs:group>`, i, i+1)
	}
	fmt.Fprintf(&b, `<xs:group name="g%d"><xs:sequence><xs:element name="x"/></xs:sequence></xs:group>`, n)
	return b.String()
}

// schema puts declarations on the second line of a schema.
func schema(body string) string {
	return `<xs:schema xmlns:xs="` + xsdmodel.Namespace + `" xmlns:e="urn:example" targetNamespace="urn:example">` + "\n" + body + "</xs:schema>"
}

func TestImportCycle(t *testing.T) {
	one := func(file, ns, imports string) *xsdmodel.Schema {
		s, err := xsdmodel.Parse(strings.NewReader(`<xs:schema xmlns:xs="`+xsdmodel.Namespace+`" targetNamespace="`+ns+`"><xs:import namespace="`+imports+`"/></xs:schema>`), file)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	_, err := xsdmodel.NewSet([]*xsdmodel.Schema{one("a.xsd", "urn:a", "urn:b"), one("b.xsd", "urn:b", "urn:c"), one("c.xsd", "urn:c", "urn:b")})
	const want = "c.xsd:1:80: import cycle: urn:b -> urn:c -> urn:b"
	if fmt.Sprint(err) != want {
		t.Errorf("NewSet = %v, want %s", err, want)
	}
}

// TestResolve looks at a type with bases and groups.
func TestResolve(t *testing.T) {
	set, err := xsdmodel.NewSet([]*xsdmodel.Schema{parse(t, "testdata/resolve.xsd")})
	if err != nil {
		t.Fatal(err)
	}
	typ := set.ComplexType(n("derived"))
	var attrs, children []string
	for _, a := range set.Attributes(typ) {
		attrs = append(attrs, a.Name.Local)
	}
	for _, e := range set.Children(typ) {
		children = append(children, e.Name.Local)
	}
	if diff := cmp.Diff([]string{"a", "c", "g", "h"}, attrs); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"x", "root", "y"}, children); diff != "" {
		t.Errorf("children (-want +got):\n%s", diff)
	}
	if got := len(set.Content(typ)); got != 2 {
		t.Errorf("Content has %d parts, want that of the base and its own", got)
	}
	if got := len(set.AnyAttributes(typ)); got != 2 {
		t.Errorf("AnyAttributes has %d parts, want that of the base and that of the group", got)
	}
	if !set.IsMixed(typ) {
		t.Error("an extension of a mixed type is not mixed")
	}
	if got := set.Declaration(set.Children(typ)[1]); got != set.Element(n("root")) {
		t.Errorf("Declaration of a reference = %v", got)
	}
	if _, ok := set.SimpleContent(typ); ok {
		t.Error("a type with children has simple content")
	}
	text, ok := set.SimpleContent(set.ComplexType(n("shorter")))
	if !ok || text.Name != xs("string") || len(text.Facets) != 2 || text.Facets[1].Facets[0].Value != "2" {
		t.Errorf("SimpleContent = %+v, %v", text, ok)
	}
}

// TestProjectSchemas reads every schema of the project and looks whether all of it is in the model.
func TestProjectSchemas(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(schemasDir, "*.xsd"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas (%v)", err)
	}
	var all []*xsdmodel.Schema
	for _, file := range files {
		s := parse(t, file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		for _, e := range s.Elements {
			if got := lines[e.Pos.Line-1][e.Pos.Column-1:]; !strings.HasPrefix(got, `<xs:element name="`+e.Name.Local+`"`) {
				t.Errorf("%s: there stands %s, not element %s", e.Pos, got, e.Name.Local)
			}
		}
		if want := strings.Count(string(data), "\n  <xs:element "); len(s.Elements) != want {
			t.Errorf("%s: %d global elements, want %d", s.File, len(s.Elements), want)
		}
		all = append(all, s)
	}
	if _, err := xsdmodel.NewSet(all); err != nil {
		t.Error(err)
	}
}

// FuzzParse reads anything: faults must have a place, and nothing may panic or run in circles.
func FuzzParse(f *testing.F) {
	for _, file := range []string{"testdata/model.xsd", "testdata/resolve.xsd", schemasDir + "/xep-0004-data.xsd"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, in string) {
		s, err := xsdmodel.Parse(strings.NewReader(in), "a.xsd")
		if s == nil {
			if e, ok := errors.AsType[*xsdmodel.Error](err); !ok || e.Pos.Line == 0 {
				t.Errorf("no schema and no fault with a place: %v", err)
			}
			return
		}
		set, _ := xsdmodel.NewSet([]*xsdmodel.Schema{s})
		if set.Schema(s.TargetNamespace) != s {
			t.Error("the set has lost the schema")
		}
		lenient := xsdmodel.Reader{Slip: func(e *xsdmodel.Error) {
			if e.Pos.Line == 0 {
				t.Errorf("slip without a place: %v", e)
			}
		}}
		if s, _ = lenient.Parse(strings.NewReader(in), "a.xsd"); s != nil {
			_, _ = lenient.NewSet([]*xsdmodel.Schema{s})
		}
	})
}
