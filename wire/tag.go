package wire

import (
	"errors"
	"fmt"
)

// startTag reads a start tag and pushes its frame.
func (d *Decoder) startTag() token {
	from, def := d.src.pos+1, d.def
	colon, end := d.scanName(from)
	if end < 0 {
		return tokNone
	}
	d.outer, d.nattrs, d.written, d.qualified, d.once, d.scratch = len(d.scope), 0, 0, 0, 0, d.scratch[:0]
	next, empty := d.scanAttrs(end)
	if next < 0 || d.qualified > 0 && !d.resolveAttrs() {
		return tokNone
	}
	in, local := d.def, from
	if colon > 0 {
		if in, local = d.bound(d.src.buf[from:colon]), colon+1; in == nil {
			return tokNone
		}
	}
	if !d.count() {
		return tokNone
	}
	if len(d.frames) == cap(d.frames) {
		d.frames = append(d.frames, frame{})
	} else {
		d.frames = d.frames[:len(d.frames)+1]
	}
	f := &d.frames[len(d.frames)-1]
	*f = frame{space: in, local: view(d.src.buf[local:end]), off: from, width: end - from, scope: d.outer, def: def, elements: d.elements - 1}
	if in.aliased {
		d.alias(f)
	}
	d.src.pos, d.closing = next, empty
	return tokStart
}

// bound returns what a prefix is bound to, or ends the input.
func (d *Decoder) bound(prefix []byte) *space {
	for i := len(d.scope) - 1; i >= 0; i-- {
		if d.scope[i].prefix == string(prefix) {
			return d.scope[i].space
		}
	}
	if string(prefix) == "xml" {
		return &spaceXML
	}
	d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(prefix)))
	return nil
}

// attribute takes an attribute: a declaration comes in scope, another one becomes a value. colon is where the name's is, negative if there is none.
func (d *Decoder) attribute(name []byte, colon int, value []byte) bool {
	if d.written++; d.written > d.limits.Attrs {
		d.syntax(condPolicy, fmt.Errorf("more than %d attributes", d.limits.Attrs))
		return false
	}
	switch {
	case colon < 0 && string(name) == "xmlns":
		return d.declare(nil, value)
	case colon < 0:
		return d.plainAttr(name, value)
	case string(name[:colon]) == "xmlns":
		return d.declare(name[colon+1:], value)
	}
	v := d.newAttr()
	v.Key, v.name, v.colon, v.b = "", view(name), colon, value
	d.qualified++
	return true
}

// plainAttr appends an attribute without a prefix. Names that share no bit of once with those before are new.
func (d *Decoder) plainAttr(name, value []byte) bool {
	bit := uint64(1) << (slot(view(name)) % 64)
	if d.once&bit != 0 && d.hasAttr(name) {
		d.syntax(condNotWell, fmt.Errorf("attribute %s appears twice", quote(name)))
		return false
	}
	d.once |= bit
	v := d.newAttr()
	v.Key, v.colon, v.b = view(name), -1, value
	return true
}

func (d *Decoder) hasAttr(name []byte) bool {
	for _, v := range d.attrs[:d.nattrs] {
		if v.colon < 0 && v.Key == string(name) {
			return true
		}
	}
	return false
}

// newAttr appends to attrs, whose values are used again for every tag.
func (d *Decoder) newAttr() *Value {
	if d.nattrs == len(d.attrs) {
		d.attrs = append(d.attrs, &Value{attr: true})
	}
	d.nattrs++
	return d.attrs[d.nattrs-1]
}

// resolveAttrs finds the namespaces of the attributes that have a prefix.
func (d *Decoder) resolveAttrs() bool {
	for i, v := range d.attrs[:d.nattrs] {
		if v.colon < 0 {
			continue
		}
		in := d.bound([]byte(v.name[:v.colon]))
		if in == nil {
			return false
		}
		v.space = in.uri
		for _, other := range d.attrs[:i] {
			if other.colon >= 0 && other.space == v.space && other.local() == v.local() {
				d.syntax(condNotWell, fmt.Errorf("attribute %s appears twice", quote([]byte(v.name))))
				return false
			}
		}
		if v.space == nsXML && v.local() == "lang" {
			v.Key = "xml:lang"
		}
	}
	return true
}

// declare brings a namespace declaration in scope.
func (d *Decoder) declare(prefix, value []byte) bool {
	for _, b := range d.scope[d.outer:] {
		if b.prefix == string(prefix) {
			d.syntax(condNotWell, fmt.Errorf("prefix %s declared twice", quote(prefix)))
			return false
		}
	}
	if len(d.scope) >= d.limits.Depth+d.limits.Attrs {
		d.syntax(condPolicy, errors.New("too many namespace declarations"))
		return false
	}
	in, err := d.namespace(value)
	if err == nil && (len(prefix) > 0 || !in.ordinary) {
		err = checkDeclaration(prefix, value)
	}
	if err != nil {
		d.syntax(condNotWell, err)
	}
	if d.err != nil {
		return false
	}
	b := declaration{space: in}
	if len(prefix) > 0 {
		b.prefix = d.names.get(prefix)
	} else {
		d.def = in
	}
	d.scope = append(d.scope, b)
	return true
}

// namespace returns what is known of a namespace. Those that the registry does not know are remembered, within limits: a name is checked once.
func (d *Decoder) namespace(uri []byte) (*space, error) {
	if in := d.types.space(view(uri)); in != nil {
		return in, nil
	}
	if in := d.spaces[string(uri)]; in != nil {
		return in, nil
	}
	if len(uri) > maxNamespace {
		d.syntax(condPolicy, errors.New("namespace name too long"))
		return nil, d.err
	}
	if err := checkNamespace(uri); err != nil {
		return nil, err
	}
	in := newSpace(string(uri))
	if len(d.spaces) < maxSpaces {
		if d.spaces == nil {
			d.spaces = make(map[string]*space)
		}
		d.spaces[in.uri] = in
	}
	return in, nil
}

// checkDeclaration refuses what Namespaces in XML 1.0, section 3 does.
func checkDeclaration(prefix, uri []byte) error {
	isXML := string(prefix) == "xml"
	switch {
	case string(prefix) == "xmlns":
		return errors.New("xmlns declared as a prefix")
	case isXML != (string(uri) == nsXML):
		return errors.New("the xml prefix or its namespace bound to something else")
	case string(uri) == nsXMLNS:
		return errors.New("the namespace of xmlns bound to a prefix")
	case len(prefix) > 0 && len(uri) == 0:
		return fmt.Errorf("prefix %s bound to no namespace", quote(prefix))
	}
	return nil
}

// endTag reads an end tag and pops its frame.
func (d *Decoder) endTag() token {
	if len(d.frames) > 0 {
		f := &d.frames[len(d.frames)-1]
		buf, from := d.window(), d.src.pos+len("</")
		end := from + f.width
		if end < len(buf) && buf[end] == '>' && view(buf[from:end]) == d.tagName(f) {
			d.src.pos = end + 1
			d.pop()
			return tokEnd
		}
	}
	return d.oddEndTag()
}

// tagName returns the name of an open element as its start tag has it.
func (d *Decoder) tagName(f *frame) string {
	if f.off < 0 {
		return d.root
	}
	return view(d.src.buf[f.off : f.off+f.width])
}

// oddEndTag reads an end tag that is not simply the innermost element's: it has white space, is not in the buffer yet, or is wrong.
func (d *Decoder) oddEndTag() token {
	from := d.src.pos + len("</")
	_, end := d.scanName(from)
	if end < 0 {
		return tokNone
	}
	next := d.scanSpace(end)
	if next < 0 {
		return tokNone
	}
	if next = d.expect(next, '>'); next < 0 {
		return tokNone
	}
	name := d.src.buf[from:end]
	if len(d.frames) == 0 {
		d.syntax(condNotWell, fmt.Errorf("end tag %s without a start tag", quote(name)))
		return tokNone
	}
	if open := d.tagName(&d.frames[len(d.frames)-1]); open != string(name) {
		d.syntax(condNotWell, fmt.Errorf("end tag %s for %s", quote(name), quote([]byte(open))))
		return tokNone
	}
	d.src.pos = next
	d.pop()
	return tokEnd
}

// pop closes the innermost element.
func (d *Decoder) pop() {
	f := &d.frames[len(d.frames)-1]
	d.scope, d.def, d.closed = d.scope[:f.scope], f.def, f.extra
	d.frames = d.frames[:len(d.frames)-1] // begin clears what is left
}

// count holds the element about to be pushed against the limits.
func (d *Decoder) count() bool {
	d.elements++
	switch {
	case d.elements > d.limits.Elements:
		d.syntax(condPolicy, fmt.Errorf("more than %d elements", d.limits.Elements))
	case len(d.frames)-d.base >= d.limits.Depth:
		d.syntax(condPolicy, fmt.Errorf("nested deeper than %d", d.limits.Depth))
	default:
		return true
	}
	return false
}

// alias lets a stanza of the stream's own namespace, and what stands in it, read as jabber:client (RFC 6120, section 4.8.3).
func (d *Decoder) alias(f *frame) {
	if !d.lenient && f.space.uri != d.content {
		return
	}
	inside := len(d.frames) > 1 && d.frames[len(d.frames)-2].alias
	if inside || f.local == "message" || f.local == "presence" || f.local == "iq" {
		if client, err := d.namespace([]byte(nsClient)); err == nil {
			f.space, f.alias = client, true
		}
	}
}
