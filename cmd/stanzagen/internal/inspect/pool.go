package inspect

import (
	"encoding/xml"
	"reflect"
	"strings"

	"github.com/stanzakit/stanzakit/wire"
)

// pool is what a generated struct holds of its children, by name.
type pool struct {
	m     *matcher
	slots map[xml.Name]*slot
	conds []reflect.Value // string fields that may hold the name of a child
}

// slot is what a struct holds under one name.
type slot struct {
	total   int         // children of this name in the document
	taken   int         // of them, how many have been given out
	fields  int         // of those, how many a field holds
	structs []any       // children with a struct or a Raw of their own, in order
	kept    []wire.Kept // what Extra keeps, in order; shadows are in shadows
	shadows []wire.Kept
	plain   reflect.Type // of the field for a plain value
}

func newPool(m *matcher, v any, children []wire.Element) *pool {
	p := &pool{m: m, slots: map[xml.Name]*slot{}}
	for _, c := range children {
		p.at(c.ElementName()).total++
	}
	s := reflect.ValueOf(v).Elem()
	for i := range s.NumField() {
		p.field(s.Type().Field(i), s.Field(i))
	}
	return p
}

// at returns the slot of a name.
func (p *pool) at(n xml.Name) *slot {
	n = p.m.name(n)
	if p.slots[n] == nil {
		p.slots[n] = new(slot)
	}
	return p.slots[n]
}

// field enters what a field holds.
func (p *pool) field(f reflect.StructField, v reflect.Value) {
	switch held := v.Interface().(type) {
	case *wire.Extra:
		p.extra(held)
	case []wire.Element:
		for _, el := range held {
			p.hold(el.ElementName(), el)
		}
	case []wire.Node:
		for _, n := range held {
			if n.Elem != nil {
				p.hold(n.Elem.ElementName(), n.Elem)
			}
		}
	default:
		if name, ok := childName(f); ok {
			p.child(name, v)
		} else if v.Kind() == reflect.String {
			p.conds = append(p.conds, v)
		}
	}
}

func (p *pool) hold(n xml.Name, el any) {
	s := p.at(n)
	s.structs = append(s.structs, el)
}

func (p *pool) extra(x *wire.Extra) {
	if x == nil {
		return
	}
	for _, k := range x.Children {
		s := p.at(k.Elem.ElementName())
		if k.Shadow {
			s.shadows = append(s.shadows, k)
		} else {
			s.kept = append(s.kept, k)
		}
	}
}

// child enters a field for children of one name: T, *T or []T.
func (p *pool) child(n xml.Name, v reflect.Value) {
	s := p.at(n)
	if el, ok := asStruct(v); ok {
		s.structs = append(s.structs, el)
		return
	}
	s.plain = v.Type()
	switch v.Kind() {
	case reflect.Pointer:
		s.plain = v.Type().Elem()
	case reflect.Slice:
		if s.plain.Elem().Kind() == reflect.Uint8 {
			return // []byte
		}
		s.plain = v.Type().Elem()
		for i := range v.Len() {
			if el, ok := asStruct(v.Index(i)); ok {
				s.structs = append(s.structs, el)
			}
		}
	}
}

// asStruct returns a pointer to the generated struct that v is or points to.
func asStruct(v reflect.Value) (any, bool) {
	if v.Kind() != reflect.Pointer {
		v = v.Addr()
	}
	if v.IsNil() {
		return nil, false
	}
	_, ok := v.Interface().(interface {
		DecodeXML(*wire.Decoder, wire.Start)
	})
	return v.Interface(), ok
}

// childName takes the name out of the tag of a field for children: `xml:"namespace local"`.
func childName(f reflect.StructField) (xml.Name, bool) {
	tag := f.Tag.Get("xml")
	name, options, _ := strings.Cut(tag, ",")
	space, local, ok := strings.Cut(name, " ")
	if !ok || strings.Contains(options, "attr") || f.Name == "XMLName" {
		return xml.Name{}, false
	}
	return xml.Name{Space: space, Local: local}, true
}

// take tells what became of the next child of this name.
func (p *pool) take(skeleton *wire.Raw) *Element {
	s := p.at(skeleton.Name)
	if el, ok := s.nextKept(); ok {
		return p.m.element(skeleton, el)
	}
	index := s.fields
	s.fields++
	if index < len(s.structs) {
		return p.m.element(skeleton, s.structs[index])
	}
	return p.plain(skeleton, s, index)
}

// nextKept returns the next child out of Extra if it is its turn: Index of the children that fields hold stood before it. One that took the place of another name
// has fewer.
func (s *slot) nextKept() (wire.Element, bool) {
	done := s.taken - s.fields
	s.taken++
	if done >= len(s.kept) {
		return nil, false
	}
	k := s.kept[done]
	return k.Elem, min(k.Index, s.total-len(s.kept)) <= s.fields
}

// plain tells of a child that became a plain value. What it held beside the value is in its shadow.
func (p *pool) plain(skeleton *wire.Raw, s *slot, index int) *Element {
	out := &Element{Name: skeleton.Name, Type: p.plainType(skeleton, s)}
	for _, k := range s.shadows {
		if max(k.Index, 0) == index {
			out.Children = p.m.kept(skeleton, k.Elem.(*wire.Raw))
		}
	}
	return out
}

// plainType is the type of a plain value: the field's, or that of the enumeration that holds the child's name, or else a flag's.
func (p *pool) plainType(skeleton *wire.Raw, s *slot) string {
	if s.plain != nil {
		return s.plain.String()
	}
	for _, c := range p.conds {
		if c.String() == skeleton.Name.Local {
			return c.Type().String()
		}
	}
	return reflect.TypeFor[bool]().String()
}
