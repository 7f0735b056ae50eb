package wire

import (
	"bytes"
	"encoding/xml"
	"iter"
	"strings"
)

// NOTE. A type's DecodeXML begins with the decoder behind its start tag and calls Attrs, then Children, Text or Content, which read to the end
// tag. A bad value is noted with Fail; from then on the element's loops end. Whoever decoded the element as a child calls settle,
// which reads to the end in any case and reports whether the element is good. If not, it is read again, from its '<', as a Raw.

// Attrs returns the attributes of the element that DecodeXML is called for. extra is where what has no field goes; it must be the address
// of the Extra field of the struct. The values are valid until the next call of Attrs or Children.
func (d *Decoder) Attrs(extra **Extra) []*Value {
	if len(d.frames) == 0 {
		return nil
	}
	d.frames[len(d.frames)-1].extra = extra
	return d.attrs[:d.nattrs]
}

// Children returns the children of the element that DecodeXML is called for. A child that the loop's body does not decode is
// skipped. Text between the children is kept in Extra.
func (d *Decoder) Children() iter.Seq[Start] {
	return func(yield func(Start) bool) {
		var stray [][]byte
		for d.err == nil && d.bad == nil {
			switch d.token() {
			case tokStart:
				s := d.start()
				if !yield(s) {
					return
				}
				d.skip(s)
			case tokText:
				if !isBlank(d.text) {
					stray = append(stray, bytes.Clone(trimSpace(d.text)))
				}
			case tokEnd:
				d.keepText(stray)
				return
			}
		}
	}
}

// keepText keeps the text that stood between the children of the element that was closed last.
func (d *Decoder) keepText(pieces [][]byte) {
	if len(pieces) > 0 && d.closed != nil {
		extraAt(d.closed).Text = string(bytes.Join(pieces, []byte(" ")))
	}
}

// extraAt returns the Extra that stands there, made if there is none yet.
func extraAt(at **Extra) *Extra {
	if *at == nil {
		*at = new(Extra)
	}
	return *at
}

// parent returns the Extra of the innermost open element, nil if the element has no place for one.
func (d *Decoder) parent() *Extra {
	at := d.frames[len(d.frames)-1].extra
	if at == nil {
		return nil
	}
	return extraAt(at)
}

// skip reads to the end of the element that s opened, if it is not there yet.
func (d *Decoder) skip(s Start) {
	for d.err == nil && len(d.frames) >= s.depth {
		if d.token() == tokStart && len(d.frames) <= d.base+3 {
			d.start()
		}
	}
}

// settle reads to the end of a child that has been decoded and reports whether it is good. It is not if a value in it was bad.
func (d *Decoder) settle(s Start) bool {
	d.skip(s)
	return d.bad == nil
}

// again reads the element that s opened once more, as it is, because of the bad value in it.
func (d *Decoder) again(s Start) *Raw {
	if d.err != nil {
		return new(Raw)
	}
	cause := d.bad
	raw := new(Raw)
	d.reread(s, func() { raw.readPlain(d, s) })
	raw.Err = cause
	return raw
}

// reread puts the decoder back behind the start tag of s, runs f, and leaves it behind the end tag.
func (d *Decoder) reread(s Start, f func()) {
	d.bad = nil
	pos, elements := d.src.pos, d.elements
	was := &d.frames[s.depth-1 : s.depth][0] // closed by now, but nothing has been put in its place yet
	d.src.pos, d.elements, d.quiet = was.off-len("<"), was.elements, true
	d.token()
	f()
	d.skip(s)
	if d.err == nil {
		d.src.pos, d.elements = pos, elements
	}
	d.quiet = false
}

// Element decodes the element that s opened into the type that the registry gives, or else into a [*Raw].
func (d *Decoder) Element(s Start) Element {
	if s.info == nil || s.info.make == nil {
		raw := new(Raw)
		raw.DecodeXML(d, s)
		return raw
	}
	el := s.info.make()
	el.DecodeXML(d, s)
	if !d.settle(s) {
		return d.again(s)
	}
	return el
}

// Fail notes that the value v is bad; nil stands for the element itself. The first one counts.
func (d *Decoder) Fail(v *Value, err error) {
	if d.bad != nil || d.err != nil {
		return
	}
	var path strings.Builder
	for i := d.base; i < len(d.frames); i++ {
		if i > d.base {
			path.WriteByte('/')
		}
		path.WriteString(d.frames[i].local)
	}
	switch {
	case v == nil:
	case v.attr:
		path.WriteString("[@" + v.local() + "]")
	case path.Len() > 0: // the element that held the text is closed
		path.WriteString("/" + v.local())
	default:
		path.WriteString(v.local())
	}
	d.bad = &ValueError{Path: path.String(), Err: err}
}

// KeepAttr keeps an attribute that has no field.
func (d *Decoder) KeepAttr(v *Value) {
	if x := d.parent(); x != nil {
		x.Attrs = append(x.Attrs, d.Attr(v))
	}
}

// Attr returns an attribute as it is.
func (d *Decoder) Attr(v *Value) Attr {
	return Attr{Name: xml.Name{Space: v.namespace(), Local: d.names.str(v.local())}, Value: d.str(v.b)}
}

// AnyOther takes a child for a wildcard that allows every namespace but ns; one of that namespace is kept in Extra.
func (d *Decoder) AnyOther(c Start, ns string, dst *[]Element) {
	if c.Space == ns {
		d.Unknown(c)
		return
	}
	d.AnyChild(c, dst)
}

// AnyChild takes a child for a wildcard.
func (d *Decoder) AnyChild(c Start, dst *[]Element) {
	*dst = append(grow(*dst), d.Element(c))
}

// Unknown keeps a child that the element does not foresee.
func (d *Decoder) Unknown(c Start) { d.keep(Kept{Elem: d.Element(c)}) }

// Repeat keeps a further occurrence of a child that may occur once: the first one has the field.
func (d *Decoder) Repeat(c Start) { d.keep(Kept{Elem: d.Element(c), Index: 1}) }

// keep adds a child to the Extra of the innermost open element.
func (d *Decoder) keep(k Kept) {
	if d.err != nil {
		return
	}
	if x := d.parent(); x != nil {
		x.Children = append(x.Children, k)
	}
}

// Content reads mixed content: text and elements, in order.
func (d *Decoder) Content() []Node {
	var nodes []Node
	depth := len(d.frames)
	for d.err == nil && d.bad == nil && len(d.frames) >= depth {
		switch d.token() {
		case tokStart:
			nodes = append(nodes, Node{Elem: d.Element(d.start())})
		case tokText:
			nodes = d.textNode(nodes)
		}
	}
	return nodes
}

// textNode appends the text that was read last, unless it is an empty CDATA section.
func (d *Decoder) textNode(to []Node) []Node {
	if len(d.text) == 0 {
		return to
	}
	return append(to, Node{Text: d.str(d.text)})
}

// Seen notes which required parts of an element have occurred. Generated code numbers them.
type Seen uint64

// First reports whether part i occurs for the first time.
func (s *Seen) First(i int) bool {
	first := *s&(1<<i) == 0
	*s |= 1 << i
	return first
}

// RequireAttr notes in Extra that the attribute, part i, is missing, if it is.
func (s *Seen) RequireAttr(d *Decoder, i int, space, local string) { s.require(d, i, space, local) }

// RequireChild notes in Extra that the child, part i, is missing, if it is.
func (s *Seen) RequireChild(d *Decoder, i int, space, local string) { s.require(d, i, space, local) }

func (s *Seen) require(d *Decoder, i int, space, local string) {
	if *s&(1<<i) != 0 || d.err != nil || d.bad != nil || d.closed == nil {
		return
	}
	x := extraAt(d.closed)
	x.Missing = append(x.Missing, xml.Name{Space: space, Local: local})
}
