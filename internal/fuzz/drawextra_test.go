package fuzz

import (
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// extraOf draws what the wire may have held besides the fields of v, and may take back what a field holds, where the wire lacked what is required. It is nil if
// there is nothing such.
func (d *drawer) extraOf(v reflect.Value, all []field, depth int) *wire.Extra {
	x := new(wire.Extra)
	var simple *field
	wild := false
	for i, f := range all {
		d.lacking(x, v.FieldByIndex(f.Index), f)
		d.beside(x, v.FieldByIndex(f.Index), f)
		if f.chardata {
			simple = &all[i]
		}
		wild = wild || f.Type == typeElements
	}
	if !slices.ContainsFunc(all, func(f field) bool { return f.Type == typeAttrs }) {
		x.Attrs = append(x.Attrs, d.attrs()...)
	}
	var content []rune
	if simple != nil && simple.Type.Kind() == reflect.String {
		content = []rune(v.FieldByIndex(simple.Index).String())
	}
	for range d.pick(3) {
		if readFacts().open[key(v.Type())] {
			break // there is no child that has no place
		}
		space := spaceOf(v.Type())
		if !wild {
			space = one(d, append(rawSpaces, space))
		}
		k := wire.Kept{Elem: d.rawOf(xml.Name{Space: space, Local: one(d, []string{"zz1", "zz2"})}, depth-1)}
		if simple != nil {
			cut := d.pick(len(content) + 1)
			k.Text, content = string(content[:cut]), content[cut:]
		}
		x.Children = append(x.Children, k)
	}
	if simple == nil && d.bool() {
		x.Text = strings.Trim(d.text(), " \t\r\n")
	}
	if reflect.ValueOf(*x).IsZero() {
		return nil
	}
	return x
}

// lacking takes a required value back, and says so.
func (d *drawer) lacking(x *wire.Extra, v reflect.Value, f field) {
	required := f.attr && !f.omitempty && (f.Type == typeTime || v.CanInt() || v.CanUint()) || f.Type.Kind() == reflect.Struct && !f.attr && f.Type != typeTime && f.Type != typeJID
	if required && d.pick(4) == 3 {
		v.SetZero()
		x.Missing = append(x.Missing, f.xml)
	}
}

// beside draws what may stand beside a field's value: an attribute that is there but empty, a child with more than its text, or one that repeats it.
func (d *drawer) beside(x *wire.Extra, v reflect.Value, f field) {
	plain := f.Type.Kind() == reflect.String || f.Type == typeJID
	switch {
	case f.untagged || f.chardata:
	case f.attr:
		if (plain || f.Type.Kind() == reflect.Slice) && v.IsZero() && d.bool() {
			x.Attrs = append(x.Attrs, wire.Attr{Name: f.xml})
		}
	case plain && v.IsZero():
		if f.Type != typeJID && d.pick(4) == 3 { // an empty address is a bad value
			x.Children = append(x.Children, wire.Kept{Elem: &wire.Raw{Name: f.xml}, Index: -1, Shadow: true})
		}
	case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() != reflect.Struct:
		for i := range v.Len() {
			d.shadow(x, v.Index(i), f, i)
		}
	case f.Type.Kind() == reflect.Pointer && v.IsNil():
	case f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() != reflect.Struct, plain:
		d.shadow(x, reflect.Indirect(v), f, 0)
		d.repeat(x, f)
	case f.Type.Kind() == reflect.Pointer:
		d.repeat(x, f)
	}
}

// shadow draws attributes of a child that Go sees as a plain value.
func (d *drawer) shadow(x *wire.Extra, v reflect.Value, f field, index int) {
	if d.pick(4) != 3 {
		return
	}
	text := fmt.Sprint(v.Interface())
	if j, ok := v.Interface().(jid.JID); ok {
		text = j.String()
	}
	raw := &wire.Raw{Name: f.xml, Attrs: append(d.attrs(), wire.Attr{Name: xml.Name{Local: "more"}, Value: d.text()})}
	if text != "" {
		raw.Nodes = []wire.Node{{Text: text}}
	}
	raw.Prefixes = d.used(raw, nil)
	x.Children = append(x.Children, wire.Kept{Elem: raw, Index: index, Shadow: true, Text: text})
}

// repeat draws a second child where one is allowed.
func (d *drawer) repeat(x *wire.Extra, f field) {
	if d.pick(4) == 3 {
		x.Children = append(x.Children, wire.Kept{Elem: d.rawOf(f.xml, 0), Index: 1})
	}
}
