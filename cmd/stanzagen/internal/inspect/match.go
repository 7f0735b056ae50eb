package inspect

import (
	"encoding/xml"
	"reflect"

	"github.com/stanzakit/stanzakit/wire"
)

// matcher finds what became of each element.
type matcher struct{ reg *wire.Registry }

// element tells what became of one element: v is a *wire.Raw or a pointer to a generated struct.
func (m *matcher) element(skeleton *wire.Raw, v any) *Element {
	if raw, ok := v.(*wire.Raw); ok {
		return m.raw(skeleton, raw)
	}
	out := &Element{Name: skeleton.Name, Type: typeName(reflect.TypeOf(v))}
	children := elements(skeleton)
	p := newPool(m, v, children)
	for _, c := range children {
		out.Children = append(out.Children, p.take(c.(*wire.Raw)))
	}
	return out
}

// raw tells of an element that stayed raw. It holds its children in the order they had.
func (m *matcher) raw(skeleton, raw *wire.Raw) *Element {
	out := &Element{Name: skeleton.Name, Type: typeName(reflect.TypeOf(raw)), Raw: true, Err: raw.Err}
	out.Children = m.kept(skeleton, raw)
	return out
}

// kept tells of the children of an element that raw holds.
func (m *matcher) kept(skeleton, raw *wire.Raw) []*Element {
	held := elements(raw)
	var out []*Element
	for i, c := range elements(skeleton) {
		out = append(out, m.element(c.(*wire.Raw), held[i]))
	}
	return out
}

func elements(x *wire.Raw) []wire.Element {
	var out []wire.Element
	for _, n := range x.Nodes {
		if n.Elem != nil {
			out = append(out, n.Elem)
		}
	}
	return out
}

// name is the one that elements of a type are looked up by: a type that stands for several names has its first.
func (m *matcher) name(n xml.Name) xml.Name {
	if el := m.reg.New(n); el != nil {
		return wire.NamesOf(el)[0]
	}
	return n
}

// typeName writes a type without the pointer that every element has.
func typeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer && t != reflect.TypeFor[*wire.Raw]() {
		t = t.Elem()
	}
	return t.String()
}
