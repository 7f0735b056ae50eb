package wire

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
)

// Raw is an element without a registered type, or one that its type could not hold. It is a valid element of any name and
// may be built by hand.
type Raw struct {
	Name     xml.Name
	Attrs    []Attr
	Nodes    []Node   // children and text, in order
	Prefixes []Prefix // prefixes that QNames in its attributes or text may use
	Err      error    // a *ValueError if the element has a type that could not hold it
}

// Prefix is a namespace prefix and what it is bound to.
type Prefix struct{ Prefix, Space string }

// ElementName returns the element's own name.
func (x *Raw) ElementName() xml.Name {
	if x == nil {
		return xml.Name{}
	}
	return x.Name
}

// IQGet marks Raw as a possible payload of an IQ request of type get.
func (*Raw) IQGet() {}

// IQSet marks Raw as a possible payload of an IQ request of type set.
func (*Raw) IQSet() {}

// Attr returns the value of the attribute, and whether it is there.
func (x *Raw) Attr(space, local string) (string, bool) {
	for _, a := range x.Attrs {
		if a.Name.Local == local && a.Name.Space == space {
			return a.Value, true
		}
	}
	return "", false
}

// Text returns the text that stands directly in the element.
func (x *Raw) Text() string {
	if len(x.Nodes) == 1 {
		return x.Nodes[0].Text
	}
	var b strings.Builder
	for _, n := range x.Nodes {
		b.WriteString(n.Text)
	}
	return b.String()
}

// Child returns the first child of this name, nil if there is none.
func (x *Raw) Child(space, local string) Element {
	for _, n := range x.Nodes {
		if n.Elem != nil && n.Elem.ElementName() == (xml.Name{Space: space, Local: local}) {
			return n.Elem
		}
	}
	return nil
}

// DecodeXML reads the element that s opened; its children become what the registry says.
func (x *Raw) DecodeXML(d *Decoder, s Start) { x.read(d, s, d.Element) }

// readPlain reads the element that s opened; its children stay raw.
func (x *Raw) readPlain(d *Decoder, s Start) {
	x.read(d, s, func(c Start) Element {
		child := new(Raw)
		child.readPlain(d, c)
		return child
	})
}

func (x *Raw) read(d *Decoder, s Start, child func(Start) Element) {
	x.Name = s.Name()
	x.Attrs = d.copyAttrs()
	x.Prefixes = d.mentioned(nil)
	depth := len(d.frames)
	for d.err == nil && len(d.frames) >= depth {
		switch d.token() {
		case tokStart:
			if el := child(d.start()); el != nil {
				x.Nodes = append(x.Nodes, Node{Elem: el})
			}
		case tokText:
			x.Prefixes = d.mentionedIn(d.text, x.Prefixes)
			x.Nodes = d.textNode(x.Nodes)
		}
	}
}

// EncodeXML writes the element.
func (x *Raw) EncodeXML(e *Encoder) {
	e.Start(x.Name.Space, x.Name.Local, nil)
	for _, p := range x.Prefixes {
		e.Prefix(p.Prefix, p.Space)
	}
	e.Attrs(x.Attrs)
	e.Content(x.Nodes)
	e.End()
}

func (d *Decoder) frameName(f *frame) xml.Name {
	return xml.Name{Space: f.space.uri, Local: d.names.str(f.local)}
}

// copyAttrs returns the attributes of the last start tag.
func (d *Decoder) copyAttrs() []Attr {
	if d.nattrs == 0 {
		return nil
	}
	out := make([]Attr, d.nattrs)
	for i, v := range d.attrs[:d.nattrs] {
		out[i] = d.Attr(v)
	}
	return out
}

// declared returns the declarations of an element's own start tag, the default namespace among them.
func (d *Decoder) declared(f *frame) []Prefix {
	var out []Prefix
	for _, b := range d.scope[f.scope:] {
		out = append(out, Prefix{b.prefix, b.space.uri})
	}
	return out
}

// mentioned adds the prefixes in scope that the attributes of the last start tag seem to use.
func (d *Decoder) mentioned(to []Prefix) []Prefix {
	if len(d.scope) == 0 {
		return to
	}
	for _, v := range d.attrs[:d.nattrs] {
		to = d.mentionedIn(v.b, to)
	}
	return to
}

// mentionedIn adds the prefixes in scope that text seems to use to those there, which are sorted.
func (d *Decoder) mentionedIn(text []byte, to []Prefix) []Prefix {
	if bytes.IndexByte(text, ':') < 0 {
		return to
	}
	for i := len(d.scope) - 1; i >= 0; i-- {
		b := d.scope[i]
		if b.prefix == "" || !mentions(text, b.prefix) {
			continue
		}
		at, inner := slices.BinarySearchFunc(to, b.prefix, func(p Prefix, s string) int { return strings.Compare(p.Prefix, s) })
		if !inner {
			to = slices.Insert(to, at, Prefix{b.prefix, b.space.uri})
		}
	}
	return to
}
