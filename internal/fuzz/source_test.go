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
	spaces  map[string]string     // namespaces of packages, by path
	untyped map[string][]branch   // children of a struct that no tag names
}

const genPath = "github.com/stanzakit/stanzakit/gen/"

var readFacts = sync.OnceValue(func() facts {
	f := facts{map[string][]string{}, map[string][][]string{}, map[string]bool{}, map[string]string{}, map[string][]branch{}}
	eachSource("types", func(file *ast.File, path string) { f.read(file, path) })
	eachSource("codec", func(file *ast.File, path string) { f.readCodec(file, path) })
	return f
})

// eachSource parses the file of this kind in every generated package.
func eachSource(kind string, do func(file *ast.File, path string)) {
	files, err := filepath.Glob("../../gen/*/" + kind + "_gen.go")
	if err != nil || len(files) == 0 {
		panic("no generated sources")
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		do(file, genPath+filepath.Base(filepath.Dir(path)))
	}
}

var reChoice = regexp.MustCompile(`At most one of ([\w, \n]+) is set\.`)

// read adds the constants and the choices of one file.
func (f facts) read(file *ast.File, path string) {
	prefix := path + "."
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			typ, named := n.Type.(*ast.Ident)
			if n.Names[0].Name == "NS" {
				f.spaces[path] = unquoted(n.Values[0])
			}
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
					fields := strings.Fields(strings.NewReplacer(",", " ", " and ", " ", "\nand ", " ").Replace(m[1]))
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
	typ        reflect.Type // a struct
	name       xml.Name     // one of its own, or one for a type that has none
	registered bool         // a decoder makes one wherever it meets the name; a local element's type is its parent's business
}

// title names the subject in a test's output.
func (s subject) title() string { return s.typ.String() }

// key is the type's name in facts.
func key(typ reflect.Type) string { return typ.PkgPath() + "." + typ.Name() }

// registry holds every generated type.
var registry = sync.OnceValue(gen.Registry)

// subjects returns every registered type, and the types below them.
var subjects = sync.OnceValue(func() []subject {
	found := map[reflect.Type]subject{}
	for _, name := range registry().All() {
		el := registry().New(name)
		typ := reflect.TypeOf(el).Elem()
		found[typ] = subject{typ, el.ElementName(), true}
	}
	seen := map[reflect.Type]bool{}
	for _, s := range slices.Collect(maps.Values(found)) {
		below(s.typ, found, seen)
	}
	all := slices.Collect(maps.Values(found))
	slices.SortFunc(all, func(a, b subject) int { return strings.Compare(a.title(), b.title()) })
	return all
})

// elements returns the registered ones of the subjects, named those of each name, and byType the one of each type.
var elements = sync.OnceValue(func() []subject {
	return slices.DeleteFunc(slices.Clone(subjects()), func(s subject) bool { return !s.registered })
})

var named = sync.OnceValue(func() map[xml.Name][]subject {
	all := map[xml.Name][]subject{}
	for _, s := range subjects() {
		all[s.name] = append(all[s.name], s)
	}
	return all
})

var byType = sync.OnceValue(func() map[reflect.Type]subject {
	all := map[reflect.Type]subject{}
	for _, s := range subjects() {
		all[s.typ] = s
	}
	return all
})

// below adds the generated structs that the fields of typ lead to.
func below(typ reflect.Type, found map[reflect.Type]subject, seen map[reflect.Type]bool) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || !strings.HasPrefix(typ.PkgPath(), genPath) || seen[typ] {
		return
	}
	seen[typ] = true
	s, known := found[typ]
	if !known {
		s = subject{typ: typ, name: nowhere}
		if el, ok := reflect.New(typ).Interface().(wire.Element); ok {
			s.name = el.ElementName()
		}
		found[typ] = s
	}
	for i := range typ.NumField() {
		below(typ.Field(i).Type, found, seen)
	}
	for _, b := range readFacts().untyped[key(typ)] {
		if b.ordered {
			below(reflect.TypeOf(s.branch(b)), found, seen)
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
	if len(f.values) < 50 || len(f.choices) < 20 || len(f.open) < 5 || len(f.spaces) < 200 || len(f.untyped) < 20 {
		t.Errorf("%d enumerations, %d choices, %d open wildcards, %d namespaces, %d structs with untyped children in the sources",
			len(f.values), len(f.choices), len(f.open), len(f.spaces), len(f.untyped))
	}
	local, nameless := 0, 0
	for _, s := range subjects() {
		if _, ok := s.new().(under); ok {
			nameless++
		} else if !s.registered {
			local++
		}
		for _, fields := range f.choices[key(s.typ)] {
			for _, name := range fields {
				if _, ok := s.typ.FieldByName(name); !ok {
					t.Errorf("%s has no field %s", s.title(), name)
				}
			}
		}
	}
	if len(elements()) < 600 || local == 0 || nameless == 0 {
		t.Errorf("%d types: %d registered, %d local elements, %d without a name", len(subjects()), len(elements()), local, nameless)
	}
}
