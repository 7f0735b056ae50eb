package wire

import (
	"bytes"
	"errors"
	"fmt"
)

// startTag reads a start tag and pushes its frame.
func (d *Decoder) startTag() token {
	off := d.src.pos + 1
	colon, i := d.scanName(off)
	if i < 0 {
		return tokNone
	}
	width := i - off
	i, empty := d.scanAttrs(i)
	if i < 0 || d.overLimit(i-d.src.mark) {
		return tokNone
	}
	outer := len(d.scope)
	if !d.finishAttrs() {
		return tokNone
	}
	var prefix []byte
	from := off
	if colon > 0 {
		prefix, from = d.src.buf[off:colon], colon+1
	}
	in := d.scope.find(prefix)
	if in == nil {
		d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(prefix)))
		return tokNone
	}
	if !d.count() {
		return tokNone
	}
	d.frames = append(d.frames, frame{})
	f := &d.frames[len(d.frames)-1]
	f.space, f.known, f.local = in.uri, in.known, view(d.src.buf[from:off+width])
	f.off, f.width, f.scope = off, width, outer
	d.alias(f)
	d.src.pos, d.closing = i, empty
	return tokStart
}

// finishAttrs resolves what the attributes of a well-formed tag refer to.
func (d *Decoder) finishAttrs() bool {
	d.nattrs = 0
	if len(d.raw) == 0 {
		return true
	}
	if len(d.raw) > d.limits.Attrs {
		d.syntax(condPolicy, fmt.Errorf("more than %d attributes", d.limits.Attrs))
		return false
	}
	d.scratch = d.scratch[:0]
	declares := false
	for i := range d.raw {
		a := &d.raw[i]
		declares = declares || a.declares
		if a.plain {
			continue
		}
		if err := d.resolveValue(a); err != nil {
			d.refError(fmt.Errorf("attribute %s: %w", quote(a.local(d)), err))
			return false
		}
	}
	return (!declares || d.declare()) && d.resolveAttrs()
}

// endTag reads an end tag and pops its frame.
func (d *Decoder) endTag() token {
	if len(d.frames) > 0 {
		f := &d.frames[len(d.frames)-1]
		from, end := d.src.pos+2, d.src.pos+2+f.width
		if end < len(d.src.buf) && end < d.src.mark+d.limits.Bytes && d.src.buf[end] == '>' && view(d.src.buf[from:end]) == d.written(f) {
			d.src.pos = end + 1
			d.pop()
			return tokEnd
		}
	}
	return d.oddEndTag()
}

// written returns the name of an open element as its start tag has it.
func (d *Decoder) written(f *frame) string {
	if f.tag != "" {
		return f.tag
	}
	return view(d.src.buf[f.off : f.off+f.width])
}

// oddEndTag reads an end tag that is not simply the innermost element's: it has white space, is not in the buffer yet, or is wrong.
func (d *Decoder) oddEndTag() token {
	from := d.src.pos + 2
	_, i := d.scanName(from)
	if i < 0 {
		return tokNone
	}
	name := d.src.buf[from:i]
	if i = d.scanSpace(i); i < 0 {
		return tokNone
	}
	if i = d.expect(i, '>'); i < 0 || d.overLimit(i-d.src.mark) {
		return tokNone
	}
	if len(d.frames) == 0 {
		d.syntax(condNotWell, fmt.Errorf("end tag %s without a start tag", quote(name)))
		return tokNone
	}
	if open := d.written(&d.frames[len(d.frames)-1]); open != string(name) {
		d.syntax(condNotWell, fmt.Errorf("end tag %s for %s", quote(name), quote([]byte(open))))
		return tokNone
	}
	d.src.pos = i
	d.pop()
	return tokEnd
}

// pop closes the innermost element.
func (d *Decoder) pop() {
	last := len(d.frames) - 1
	d.scope, d.closed = d.scope[:d.frames[last].scope], d.frames[last].extra
	d.frames = d.frames[:last] // begin clears what is left
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
	if f.space != nsServer && f.space != nsAccept {
		return
	}
	if !d.lenient && f.space != d.content {
		return
	}
	inside := len(d.frames) > 1 && d.frames[len(d.frames)-2].alias
	if inside || f.local == "message" || f.local == "presence" || f.local == "iq" {
		f.space, f.known, f.alias = nsClient, d.types.space(nsClient), true
	}
}

// resolveValue checks a value that is not plain, and resolves what it refers to.
func (d *Decoder) resolveValue(a *rawAttr) error {
	b := a.value(d)
	if err := checkChars(b); err != nil {
		return err
	}
	if !bytes.ContainsAny(b, "&\t\r\n") {
		return nil
	}
	from := len(d.scratch)
	var err error
	d.scratch, err = unescape(d.scratch, b, true)
	a.from, a.to, a.resolved = int32(from), int32(len(d.scratch)), true
	return err
}

// declare brings the tag's namespace declarations in scope.
func (d *Decoder) declare() bool {
	from := len(d.scope)
	for i := range d.raw {
		a := &d.raw[i]
		if !a.declares {
			continue
		}
		var prefix []byte
		if a.colon > 0 {
			prefix = a.local(d)
		}
		value := a.value(d)
		for _, b := range d.scope[from:] {
			if b.prefix == string(prefix) {
				d.syntax(condNotWell, fmt.Errorf("prefix %s declared twice", quote(prefix)))
				return false
			}
		}
		known := d.types.space(view(value))
		if known == nil || !known.ordinary || len(prefix) > 0 {
			if err := checkDeclaration(prefix, value); err != nil {
				d.syntax(condNotWell, err)
				return false
			}
		}
		if len(value) > maxNamespace || len(d.scope) >= d.limits.Depth+d.limits.Attrs {
			d.syntax(condPolicy, errors.New("namespace name too long, or too many declarations"))
			return false
		}
		b := binding{known: known}
		if known != nil {
			b.uri = known.uri
		} else {
			b.uri = d.names.get(value)
		}
		if len(prefix) > 0 {
			b.prefix = d.names.get(prefix)
		}
		d.scope = append(d.scope, b)
	}
	return true
}

// checkDeclaration refuses what Namespaces in XML 1.0, section 3 does, and names that no namespace has.
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
	return checkNamespace(uri)
}

// resolveAttrs turns the tag's attributes, declarations aside, into values.
func (d *Decoder) resolveAttrs() bool {
	for i := range d.raw {
		a := &d.raw[i]
		if a.declares {
			continue
		}
		var space string
		if a.colon > 0 {
			in := d.scope.find(a.prefix(d))
			if in == nil {
				d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(a.prefix(d))))
				return false
			}
			space = in.uri
		}
		local := view(a.local(d))
		if d.hasAttr(space, local) {
			d.syntax(condNotWell, fmt.Errorf("attribute %s appears twice", quote(a.local(d))))
			return false
		}
		d.addAttr(space, local, a.value(d))
	}
	return true
}

func (d *Decoder) hasAttr(space, local string) bool {
	for _, v := range d.attrs[:d.nattrs] {
		if v.Local == local && v.Space == space {
			return true
		}
	}
	return false
}

// addAttr appends to attrs, whose values are used again for every tag.
func (d *Decoder) addAttr(space, local string, b []byte) {
	if d.nattrs == len(d.attrs) {
		d.attrs = append(d.attrs, new(Value))
	}
	v := d.attrs[d.nattrs]
	d.nattrs++
	v.Space, v.Local, v.Key, v.b, v.attr = space, local, "", b, true
	switch {
	case space == "":
		v.Key = local
	case space == nsXML && local == "lang":
		v.Key = "xml:lang"
	}
}
