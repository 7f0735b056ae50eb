package main

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/wire"
)

// The kinds of mutants.
const (
	dropAttribute   = "drop attribute"
	spoilAttribute  = "spoil attribute"
	exceedAttribute = "exceed attribute"
	addAttribute    = "add attribute"
	spoilText       = "spoil text"
	exceedText      = "exceed text"
	dropChild       = "drop child"
	exceedChild     = "exceed child"
	addChild        = "add child"
	addText         = "add text" // where children stand alone
)

// fault says what is wrong with a mutant.
type fault struct {
	decl *xsdmodel.Element // where
	kind string
	what string // the attribute or child
	nth  int    // which of several bad values
}

// mutant is a fixture with one fault.
type mutant struct {
	fault
	fixture string
	path    string // of the element, without ordinals
	data    []byte
}

// maxOfFault bounds how many fixtures are given the same fault.
const maxOfFault = 1

// mutator makes the mutants of one fixture.
type mutator struct {
	*model
	fixture string
	root    *wire.Raw
	path    []string      // to the element that is being changed
	made    map[fault]int // of every fixture
	seen    map[*xsdmodel.Element]bool
	out     []mutant
	err     error
}

// add makes a mutant of the document as it is now.
func (m *mutator) add(f fault) {
	if m.made[f] >= maxOfFault {
		return
	}
	m.made[f]++
	data, err := wire.Marshal(m.root)
	if err != nil {
		m.err = fmt.Errorf("%s: %s %s: %w", m.fixture, f.kind, f.what, err)
		return
	}
	m.out = append(m.out, mutant{f, m.fixture, strings.Join(m.path, "/"), data})
}

// element makes the mutants of an element and of what is inside it.
func (m *mutator) element(n *wire.Raw, decl *xsdmodel.Element) {
	m.path = append(m.path, n.Name.Local)
	defer func() { m.path = m.path[:len(m.path)-1] }()
	if decl != nil {
		m.seen[decl] = true
		m.declared(n, decl)
	}
	for _, c := range children(n) {
		m.element(c, m.child(decl, nameOf(c)))
	}
}

func children(n *wire.Raw) []*wire.Raw {
	var out []*wire.Raw
	for _, part := range n.Nodes {
		if part.Elem != nil {
			out = append(out, part.Elem.(*wire.Raw)) // a fixture holds nothing else
		}
	}
	return out
}

var anyType = xsdmodel.Name{Space: xsdmodel.Namespace, Local: "anyType"}

// declared makes the mutants of one element.
func (m *mutator) declared(n *wire.Raw, decl *xsdmodel.Element) {
	t := m.complex(decl)
	if t == nil {
		if decl.Simple == nil && (decl.Type.IsZero() || decl.Type == anyType) {
			return // everything is allowed
		}
		m.text(n, decl, value{m.set, xsdmodel.Content{Name: decl.Type, Type: decl.Simple}})
		t = &xsdmodel.ComplexType{}
	} else if content, ok := m.set.SimpleContent(t); ok {
		m.text(n, decl, value{m.set, content})
	}
	m.attributes(n, decl, t)
	m.content(n, decl, t)
}

func (m *mutator) attributes(n *wire.Raw, decl *xsdmodel.Element, t *xsdmodel.ComplexType) {
	old := n.Attrs
	defer func() { n.Attrs = old }()
	target := m.owners[decl].TargetNamespace
	for _, space := range []string{"", foreign} {
		wild := func(w *xsdmodel.Wildcard) bool { return admits(w, target, space) }
		if !slices.ContainsFunc(m.set.AnyAttributes(t), wild) {
			n.Attrs = append(slices.Clone(old), wire.Attr{Name: xml.Name{Space: space, Local: "undeclared"}, Value: "1"})
			m.add(fault{decl: decl, kind: addAttribute, what: space})
		}
	}
	for _, a := range m.set.Attributes(t) {
		i := slices.IndexFunc(old, func(o wire.Attr) bool { return xsdmodel.Name(o.Name) == a.Name })
		if i < 0 {
			continue
		}
		if a.Use == xsdmodel.UseRequired {
			n.Attrs = slices.Delete(slices.Clone(old), i, i+1)
			m.add(fault{decl: decl, kind: dropAttribute, what: a.Name.Local})
		}
		m.values(m.attribute(a), old[i].Value, func(kind, bad string, nth int) {
			n.Attrs = slices.Clone(old)
			n.Attrs[i].Value = bad
			m.add(fault{decl, kind + " attribute", a.Name.Local, nth})
		})
	}
}

// attribute is the type of an attribute.
func (m *mutator) attribute(a *xsdmodel.Attribute) value {
	if a.Ref {
		if decl := m.set.Attribute(a.Name); decl != nil {
			a = decl
		}
	}
	return value{m.set, xsdmodel.Content{Name: a.Type, Type: a.Simple}}
}

// values calls f with values that the type does not have, made of one that it has.
func (m *mutator) values(v value, good string, f func(kind, bad string, nth int)) {
	if bad, ok := v.spoilt(); ok {
		f("spoil", bad, 0)
	}
	for i, bad := range v.exceeding(good) {
		f("exceed", bad, i)
	}
}

func (m *mutator) text(n *wire.Raw, decl *xsdmodel.Element, v value) {
	m.values(v, n.Text(), func(kind, bad string, nth int) {
		m.nodes(n, []wire.Node{{Text: bad}}, fault{decl, kind + " text", "", nth})
	})
}

// nodes makes a mutant with other content in n.
func (m *mutator) nodes(n *wire.Raw, nodes []wire.Node, f fault) {
	old := n.Nodes
	n.Nodes = nodes
	m.add(f)
	n.Nodes = old
}

// foreign is a namespace without a schema.
const foreign = "urn:example:undeclared"

func (m *mutator) content(n *wire.Raw, decl *xsdmodel.Element, t *xsdmodel.ComplexType) {
	target := m.owners[decl].TargetNamespace
	for _, space := range []string{n.Name.Space, foreign} {
		if space != foreign || !m.takes(t, target, space) {
			child := &wire.Raw{Name: xml.Name{Space: space, Local: "undeclared"}}
			m.nodes(n, append(slices.Clone(n.Nodes), wire.Node{Elem: child}), fault{decl: decl, kind: addChild, what: space})
		}
	}
	if _, text := m.set.SimpleContent(t); !text && m.complex(decl) != nil && !m.set.IsMixed(t) {
		m.nodes(n, append(slices.Clone(n.Nodes), wire.Node{Text: "undeclared"}), fault{decl: decl, kind: addText, what: ""})
	}
	have := counts{}
	first := map[xsdmodel.Name]int{} // where the first child of each name stands
	for i, part := range n.Nodes {
		if part.Elem != nil {
			name := nameOf(part.Elem.(*wire.Raw))
			if have[name]++; have[name] == 1 {
				first[name] = i
			}
		}
	}
	for _, p := range m.set.Content(t) {
		for _, name := range m.needed(p, have) {
			m.nodes(n, slices.Delete(slices.Clone(n.Nodes), first[name], first[name]+1), fault{decl: decl, kind: dropChild, what: name.Local})
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(have), func(a, b xsdmodel.Name) int { return first[a] - first[b] }) {
		if most := m.most(t, name); most > 0 && most < maxCopies {
			copies := slices.Repeat([]wire.Node{n.Nodes[first[name]]}, most+1-have[name])
			m.nodes(n, slices.Insert(slices.Clone(n.Nodes), first[name], copies...), fault{decl: decl, kind: exceedChild, what: name.Local})
		}
	}
}

// maxCopies bounds how many children are put beside each other to be more than a maximum.
const maxCopies = 1000
