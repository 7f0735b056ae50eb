package fuzz

import (
	"encoding/xml"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

// facts is what only the source of gen/ says, and reflection does not. Types are named as in reflect: package path, dot, name.
type facts struct {
	values  map[string][]string   // of an enumeration
	choices map[string][][]string // fields of a struct of which one at most is set, a slice for each choice
	open    map[string]bool       // structs whose wildcard takes unknown children of the struct's own namespace too
}

var readFacts = sync.OnceValue(func() facts {
	files, err := filepath.Glob("../../gen/*/types_gen.go")
	if err != nil || len(files) == 0 {
		panic("no generated sources")
	}
	f := facts{values: map[string][]string{}, choices: map[string][][]string{}, open: map[string]bool{}}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		f.read(file, "github.com/stanzakit/stanzakit/gen/"+filepath.Base(filepath.Dir(path))+".")
	}
	return f
})

var reChoice = regexp.MustCompile(`At most one of ([\w, \n]+) is set\.`)

// read adds the constants and the choices of one file.
func (f facts) read(file *ast.File, prefix string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			typ, named := n.Type.(*ast.Ident)
			if !named || len(n.Values) != 1 {
				return false
			}
			if value, err := strconv.Unquote(n.Values[0].(*ast.BasicLit).Value); err == nil {
				f.values[prefix+typ.Name] = append(f.values[prefix+typ.Name], value)
			}
		case *ast.TypeSpec:
			for _, c := range file.Comments {
				if c.Pos() < n.Pos() || c.End() > n.End() {
					continue
				}
				if strings.Contains(c.Text(), "Any holds the children without a field of their own") {
					f.open[prefix+n.Name.Name] = true
				}
				if m := reChoice.FindStringSubmatch(c.Text()); m != nil {
					fields := strings.FieldsFunc(strings.ReplaceAll(m[1], " and ", ","), func(r rune) bool { return strings.ContainsRune(", \n", r) })
					f.choices[prefix+n.Name.Name] = append(f.choices[prefix+n.Name.Name], fields)
				}
			}
		}
		return true
	})
}

// nowhere is the name that a type without one is given.
var nowhere = xml.Name{Space: "urn:fuzz:nameless", Local: "nameless"}

// subject is a generated type under test.
type subject struct {
	typ  reflect.Type // a struct
	name xml.Name     // one of its own, or one for a type that has none
}

// title names the subject in a test's output.
func (s subject) title() string { return s.typ.String() }

// key is the type's name in facts.
func key(typ reflect.Type) string { return typ.PkgPath() + "." + typ.Name() }

// registry holds every generated type.
var registry = sync.OnceValue(gen.Registry)

// subjects returns every registered type, and the named types below them that no element name leads to.
var subjects = sync.OnceValue(func() []subject {
	found := map[reflect.Type]subject{}
	for _, name := range registry().All() {
		el := registry().New(name)
		typ := reflect.TypeOf(el).Elem()
		found[typ] = subject{typ, el.ElementName()}
	}
	for _, s := range slices.Collect(maps.Values(found)) {
		below(s.typ, found)
	}
	all := slices.Collect(maps.Values(found))
	slices.SortFunc(all, func(a, b subject) int { return strings.Compare(a.title(), b.title()) })
	return all
})

// below adds the generated structs that the fields of typ lead to.
func below(typ reflect.Type, found map[reflect.Type]subject) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || !strings.Contains(typ.PkgPath(), "/gen/") {
		return
	}
	if _, known := found[typ]; !known {
		found[typ] = subject{typ, nowhere}
	}
	for i := range typ.NumField() {
		if f := typ.Field(i).Type; f != typ {
			below(f, found)
		}
	}
}

// nameless is what a generated type without an element name has.
type nameless interface {
	EncodeXMLAs(e *wire.Encoder, space, local string)
	DecodeXML(d *wire.Decoder, s wire.Start)
}

// under is a nameless element under a name.
type under struct {
	name xml.Name
	Body nameless
}

func (u under) ElementName() xml.Name                   { return u.name }
func (u under) DecodeXML(d *wire.Decoder, s wire.Start) { u.Body.DecodeXML(d, s) }
func (u under) EncodeXML(e *wire.Encoder)               { u.Body.EncodeXMLAs(e, u.name.Space, u.name.Local) }

// element returns v, a pointer to the subject's struct, as an element.
func (s subject) element(v reflect.Value) wire.Element {
	if el, ok := v.Interface().(wire.Element); ok {
		return el
	}
	return under{s.name, v.Interface().(nameless)}
}

// new returns an empty element of the subject's type.
func (s subject) new() wire.Element { return s.element(reflect.New(s.typ)) }

// TestSubjects: none of what the tests rely on is empty.
func TestSubjects(t *testing.T) {
	f := readFacts()
	if len(f.values) < 5 || len(f.choices) < 2 || len(f.open) == 0 {
		t.Errorf("%d enumerations, %d choices, %d open wildcards in the sources", len(f.values), len(f.choices), len(f.open))
	}
	named := 0
	for _, s := range subjects() {
		if _, ok := s.new().(under); !ok {
			named++
		}
		for _, fields := range f.choices[key(s.typ)] {
			for _, name := range fields {
				if _, ok := s.typ.FieldByName(name); !ok {
					t.Errorf("%s has no field %s", s.title(), name)
				}
			}
		}
	}
	if named < 100 || named == len(subjects()) {
		t.Errorf("%d types, %d of them with a name", len(subjects()), named)
	}
}
