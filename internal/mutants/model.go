package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/schemas"
	"github.com/stanzakit/stanzakit/schemas/validate"
	"github.com/stanzakit/stanzakit/wire"
)

// model is a set of schemas, and the validator that is measured with them.
type model struct {
	set       *xsdmodel.Set
	validator *validate.Validator
	owners    map[*xsdmodel.Element]*xsdmodel.Schema // the schema that each element is declared in
}

func newModel(dir string) (*model, error) {
	var fsys fs.FS = schemas.FS
	var extra []validate.Source
	if dir != "" {
		fsys = os.DirFS(dir)
		extra = []validate.Source{{FS: fsys, Dir: dir}}
	}
	set, err := readSchemas(fsys)
	if err != nil {
		return nil, err
	}
	v, err := validate.New(extra...)
	if err != nil {
		return nil, err
	}
	m := &model{set: set, validator: v, owners: map[*xsdmodel.Element]*xsdmodel.Schema{}}
	for _, s := range set.Schemas {
		m.own(s)
	}
	return m, nil
}

func readSchemas(fsys fs.FS) (*xsdmodel.Set, error) {
	names, err := fs.Glob(fsys, "*.xsd")
	if err != nil {
		return nil, err
	}
	var models []*xsdmodel.Schema
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		s, err := xsdmodel.Parse(bytes.NewReader(data), name)
		if err != nil {
			return nil, err
		}
		models = append(models, s)
	}
	return xsdmodel.NewSet(models)
}

// own enters every element that a schema declares.
func (m *model) own(s *xsdmodel.Schema) {
	for _, e := range s.Elements {
		m.ownElement(e, s)
	}
	for _, t := range s.ComplexTypes {
		m.ownContent(t.Content, s, map[xsdmodel.Name]bool{})
	}
	for _, g := range s.Groups {
		m.ownContent(g.Content, s, map[xsdmodel.Name]bool{})
	}
}

func (m *model) ownElement(e *xsdmodel.Element, s *xsdmodel.Schema) {
	m.owners[e] = s
	if e.Complex != nil {
		m.ownContent(e.Complex.Content, s, map[xsdmodel.Name]bool{})
	}
}

// ownContent enters the elements of a content model. One that stands there twice is one: its two declarations must agree (XML Schema Part 1, section 3.8.6).
func (m *model) ownContent(p *xsdmodel.Particle, s *xsdmodel.Schema, names map[xsdmodel.Name]bool) {
	if p == nil {
		return
	}
	if p.Element != nil && !p.Element.Ref && !names[p.Element.Name] {
		names[p.Element.Name] = true
		m.ownElement(p.Element, s)
	}
	for _, part := range p.Parts {
		m.ownContent(part, s, names)
	}
}

// complex is the complex type of a declaration, nil if it has a simple one, or any.
func (m *model) complex(decl *xsdmodel.Element) *xsdmodel.ComplexType {
	if decl.Complex != nil {
		return decl.Complex
	}
	return m.set.ComplexType(decl.Type)
}

// child is the declaration of an element of the given name inside decl, which may be nil; nil if there is none.
func (m *model) child(decl *xsdmodel.Element, name xsdmodel.Name) *xsdmodel.Element {
	if decl != nil {
		if t := m.complex(decl); t != nil {
			for _, e := range m.set.Children(t) {
				if e.Name == name {
					return m.set.Declaration(e)
				}
			}
		}
	}
	return m.set.Element(name)
}

// nameOf is an element's name; stanzas of every stream are those of jabber:client (RFC 6120, section 4.8.3).
func nameOf(e *wire.Raw) xsdmodel.Name {
	n := xsdmodel.Name(e.Name)
	stanza := n.Local != "handshake" && n.Space == "jabber:component:accept"
	if stanza || n.Space == "jabber:server" {
		n.Space = "jabber:client"
	}
	return n
}

// fixture is a document that is to be valid.
type fixture struct {
	path string
	data []byte
	root *wire.Raw
}

func readFixtures(dir string) ([]*fixture, error) {
	var out []*fixture
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".xml") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		el, err := wire.Unmarshal(data, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, &fixture{path, data, el.(*wire.Raw)}) // without a registry there is nothing else
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no fixtures below " + dir)
	}
	return out, err
}
