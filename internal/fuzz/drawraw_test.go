package fuzz

import (
	"encoding/xml"
	"reflect"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/wire"
)

const spaceXML = "http://www.w3.org/XML/1998/namespace"

// Names that no type has.
var (
	rawSpaces = []string{"urn:fuzz:a", "", "urn:fuzz:b", "urn:fuzz:\u00e9", "http://www.w3.org/1999/xhtml", "urn:fuzz:a&'"}
	rawLocals = []string{"zz", "z-1", "z._", "\u00e9", "\u4e2d\u00b7", "_", "xmlnsz"}
)

// wildcard draws what a wildcard of the type may hold.
func (d *drawer) wildcard(of reflect.Type, depth int) (els []wire.Element) {
	if depth <= 0 {
		return nil
	}
	names, spaces := taken(of)
	for range d.pick(4) {
		el := d.foreign(depth - 1)
		if name := el.ElementName(); !slices.Contains(names, name) && !slices.Contains(spaces, name.Space) {
			els = append(els, el)
		}
	}
	return els
}

// foreign draws an element that stands for itself: raw, or of a registered type.
func (d *drawer) foreign(depth int) wire.Element {
	if d.bool() {
		return d.raw(depth)
	}
	s := one(d, elements())
	return s.element(d.draw(s, depth))
}

// ordered draws what a field for the branches of an ordered choice may hold.
func (d *drawer) ordered(of reflect.Type, field string, depth int) (els []wire.Element) {
	if depth <= 0 {
		return nil
	}
	branches := branchesOf(of, field)
	for range d.pick(4) {
		v := reflect.ValueOf(byType()[of].branch(one(d, branches)))
		d.structure(v.Elem(), depth-1)
		els = append(els, v.Interface().(wire.Element))
	}
	return els
}

// raw draws an element that has no type.
func (d *drawer) raw(depth int) *wire.Raw {
	return d.rawOf(xml.Name{Space: one(d, rawSpaces), Local: one(d, rawLocals)}, depth)
}

// rawOf draws an untyped element of this name. Its prefixes are those that a decoder would find in use.
func (d *drawer) rawOf(name xml.Name, depth int) *wire.Raw {
	x := &wire.Raw{Name: name, Attrs: d.attrs()}
	outer := len(d.scope)
	if d.pick(4) == 3 {
		p := one(d, []wire.Prefix{{Prefix: "p", Space: "urn:fuzz:a"}, {Prefix: "p", Space: "urn:fuzz:b"}, {Prefix: "q", Space: "urn:fuzz:b"}})
		d.scope = append(d.scope, p)
		x.Nodes = append(x.Nodes, wire.Node{Text: p.Prefix + ":name"})
	} else if s := d.text(); s != "" {
		x.Nodes = append(x.Nodes, wire.Node{Text: s})
	}
	if depth > 0 {
		x.Nodes = append(x.Nodes, d.nodes(depth)...)
	}
	if n := len(x.Nodes); n > 1 && x.Nodes[1].Elem == nil {
		x.Nodes[1].Text = x.Nodes[0].Text + x.Nodes[1].Text
		x.Nodes = x.Nodes[1:]
	}
	x.Prefixes = d.used(x, d.scope[outer:])
	d.scope = d.scope[:outer]
	return x
}

// nodes draws mixed content: no text is empty, and no two stand side by side.
func (d *drawer) nodes(depth int) (nodes []wire.Node) {
	for range d.pick(4) {
		if n := len(nodes); depth > 0 && (n > 0 && nodes[n-1].Elem == nil || d.bool()) {
			nodes = append(nodes, wire.Node{Elem: d.foreign(depth - 1)})
		} else if n == 0 || nodes[n-1].Elem != nil {
			nodes = append(nodes, wire.Node{Text: d.some()})
		}
	}
	return nodes
}

// used returns the prefixes in scope that the element seems to use, sorted: its own one is always among them.
func (d *drawer) used(x *wire.Raw, own []wire.Prefix) (all []wire.Prefix) {
	var texts []string
	for _, a := range x.Attrs {
		texts = append(texts, a.Value)
	}
	for _, n := range x.Nodes {
		texts = append(texts, n.Text)
	}
	for _, p := range slices.Backward(d.scope) {
		mentions := func(s string) bool { return strings.Contains(s, p.Prefix+":") }
		named := func(q wire.Prefix) bool { return q.Prefix == p.Prefix }
		if (slices.Contains(own, p) || slices.ContainsFunc(texts, mentions)) && !slices.ContainsFunc(all, named) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b wire.Prefix) int { return strings.Compare(a.Prefix, b.Prefix) })
	return all
}

// attrs draws attributes that no field has.
func (d *drawer) attrs() (attrs []wire.Attr) {
	for range d.pick(4) {
		a := wire.Attr{Name: xml.Name{Space: one(d, []string{"", "urn:fuzz:a", "urn:fuzz:b", spaceXML}), Local: one(d, rawLocals)}, Value: d.text()}
		if !slices.ContainsFunc(attrs, func(b wire.Attr) bool { return a.Name == b.Name }) {
			attrs = append(attrs, a)
		}
	}
	return attrs
}
