package fuzz

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// extraOf draws what the wire may have held besides the fields of v, and may take back what a field holds, where the wire lacked what is required. It is nil if
// there is nothing such.
func (d *drawer) extraOf(v reflect.Value, all []field, depth int) *wire.Extra {
	x := new(wire.Extra)
	for _, f := range all {
		d.lacking(x, v.FieldByIndex(f.Index), f)
		d.beside(x, v.FieldByIndex(f.Index), f)
	}
	for _, b := range readFacts().untyped[key(v.Type())] {
		if !b.ordered && v.FieldByName(b.field).Bool() {
			d.shadow(x, reflect.ValueOf(""), b.name, 0)
			d.repeat(x, b.name)
		}
	}
	has := func(typ reflect.Type) bool {
		return slices.ContainsFunc(all, func(f field) bool { return f.Type == typ })
	}
	if !has(typeAttrs) {
		x.Attrs = append(x.Attrs, d.attrs()...)
	}
	if !has(typeNodes) {
		d.stray(x, v, all, depth)
	}
	if reflect.ValueOf(*x).IsZero() {
		return nil
	}
	return x
}

// stray draws children and text that have no place in the element.
func (d *drawer) stray(x *wire.Extra, v reflect.Value, all []field, depth int) {
	var content []rune
	simple := slices.IndexFunc(all, func(f field) bool { return f.chardata })
	if simple >= 0 && all[simple].Type.Kind() == reflect.String {
		content = []rune(v.FieldByIndex(all[simple].Index).String())
	}
	wild := v.FieldByName("Any").IsValid()
	for range d.pick(3) {
		if readFacts().open[key(v.Type())] {
			break // there is no child that has no place
		}
		space := spaceOf(v.Type())
		if !wild {
			space = one(d, append(rawSpaces, space))
		}
		k := wire.Kept{Elem: d.rawOf(xml.Name{Space: space, Local: one(d, []string{"zz1", "zz2"})}, depth-1)}
		if simple >= 0 {
			cut := d.pick(len(content) + 1)
			k.Text, content = string(content[:cut]), content[cut:]
		}
		x.Children = append(x.Children, k)
	}
	if simple < 0 && d.bool() {
		x.Text = strings.Trim(d.text(), " \t\r\n")
	}
}

// lacking takes a required value back, and says so.
func (d *drawer) lacking(x *wire.Extra, v reflect.Value, f field) {
	if f.untagged || f.chardata || f.omitempty || f.Type == typeJID || d.pick(4) < 3 {
		return
	}
	if f.Type.Kind() == reflect.Struct || v.CanInt() || v.CanUint() || v.CanFloat() || f.Type.Kind() == reflect.Bool {
		v.SetZero()
		x.Missing = append(x.Missing, f.xml)
	}
}

// beside draws what may stand beside a field's value: an attribute that is there but empty, a child with more than its text, or one that repeats it.
func (d *drawer) beside(x *wire.Extra, v reflect.Value, f field) {
	plain := f.Type.Kind() == reflect.String || f.Type == typeJID
	lacks := slices.Contains(x.Missing, f.xml)
	switch {
	case f.untagged || f.chardata || lacks:
	case f.attr:
		if (plain || f.list()) && v.IsZero() && d.bool() {
			x.Attrs = append(x.Attrs, wire.Attr{Name: f.xml})
		}
	case plain && v.IsZero():
		if f.Type != typeJID && d.pick(4) == 3 { // an empty address is a bad value
			x.Children = append(x.Children, wire.Kept{Elem: &wire.Raw{Name: f.xml}, Index: -1, Shadow: true})
		}
	case f.list() && holdsText(f.Type.Elem()):
		for i := range v.Len() {
			d.shadow(x, v.Index(i), f.xml, i)
		}
	case f.list() || v.Kind() == reflect.Slice && v.IsNil() || v.Kind() == reflect.Pointer && v.IsNil():
	default:
		if v = reflect.Indirect(v); holdsText(v.Type()) {
			d.shadow(x, v, f.xml, 0)
		}
		d.repeat(x, f.xml)
	}
}

// holdsText reports whether an element of this type is its text, as Go sees it.
func holdsText(typ reflect.Type) bool {
	return typ.Kind() != reflect.Struct || typ == typeTime || typ == typeJID
}

// shadow draws attributes of a child that Go sees as a plain value.
func (d *drawer) shadow(x *wire.Extra, v reflect.Value, name xml.Name, index int) {
	if d.pick(4) != 3 {
		return
	}
	text := plainText(v)
	raw := &wire.Raw{Name: name, Attrs: append(d.attrs(), wire.Attr{Name: xml.Name{Local: "more"}, Value: d.text()})}
	if text != "" {
		raw.Nodes = []wire.Node{{Text: text}}
	}
	raw.Prefixes = d.used(raw, nil)
	x.Children = append(x.Children, wire.Kept{Elem: raw, Index: index, Shadow: true, Text: text})
}

// plainText is how a value is written.
func plainText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case jid.JID:
		return x.String()
	case time.Time:
		return x.UTC().Format(time.RFC3339Nano)
	case []byte:
		return base64.StdEncoding.EncodeToString(x)
	case float64:
		var e wire.Encoder
		e.Start("", "a", nil)
		e.TextFloat(x)
		e.End()
		return strings.TrimSuffix(strings.TrimPrefix(string(e.Bytes()), "<a>"), "</a>")
	}
	return fmt.Sprint(v.Interface())
}

// repeat draws a second child where one is allowed.
func (d *drawer) repeat(x *wire.Extra, name xml.Name) {
	if d.pick(4) != 3 || d.size >= large {
		return
	}
	k := wire.Kept{Index: 1}
	if known := named()[name]; len(known) == 1 && known[0].registered {
		k.Elem = known[0].element(d.draw(known[0], 0))
	} else if registry().New(name) == nil {
		k.Elem = d.rawOf(name, 0)
	} else {
		return
	}
	x.Children = append(x.Children, k)
}
