package wire

import (
	"bytes"
	"errors"
	"fmt"
)

// rawAttr is an attribute as written, its name not yet resolved.
type rawAttr struct {
	prefix, local, value []byte
}

// tagEnd returns the length of the tag at pos, its '>' included, or -1. A '<' is wrong wherever it stands, and found here so that a quote that
// never ends does not swallow what follows.
func (d *Decoder) tagEnd() int {
	quote := byte(0)
	for i := 1; ; i++ {
		c, ok := d.peek(i)
		switch {
		case !ok:
			return -1
		case c == '<':
			d.syntax(condNotWell, errors.New(`"<" in a tag`))
			return -1
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
}

// startTag reads a start tag and pushes its frame.
func (d *Decoder) startTag() token {
	n := d.tagEnd()
	if n < 0 {
		return tokNone
	}
	tag := d.src.buf[d.src.pos+1 : d.src.pos+n-1]
	off := d.src.pos + 1
	empty := len(tag) > 0 && tag[len(tag)-1] == '/'
	if empty {
		tag = tag[:len(tag)-1]
	}
	prefix, local, width := qName(tag)
	if width == 0 {
		d.syntax(condNotWell, fmt.Errorf("bad element name %s", quote(tag)))
		return tokNone
	}
	outer := len(d.scope)
	if !d.readAttrs(tag[width:]) || !d.declare() {
		return tokNone
	}
	space, ok := d.scope.lookup(prefix)
	if !ok {
		d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(prefix)))
		return tokNone
	}
	if !d.resolveAttrs() || !d.count() {
		return tokNone
	}
	f := frame{space: space, local: d.names.get(local), off: off, width: width, scope: outer}
	d.alias(&f)
	d.frames = append(d.frames, f)
	d.src.pos += n
	d.closing = empty
	return tokStart
}

// endTag reads an end tag and pops its frame.
func (d *Decoder) endTag() token {
	n := d.tagEnd()
	if n < 0 {
		return tokNone
	}
	tag := d.src.buf[d.src.pos+2 : d.src.pos+n-1]
	_, _, width := qName(tag)
	if width == 0 || !isBlank(tag[width:]) {
		d.syntax(condNotWell, fmt.Errorf("bad end tag %s", quote(tag)))
		return tokNone
	}
	if len(d.frames) == 0 {
		d.syntax(condNotWell, fmt.Errorf("end tag %s without a start tag", quote(tag[:width])))
		return tokNone
	}
	f := &d.frames[len(d.frames)-1]
	open := f.tag
	if open == "" {
		open = string(d.src.buf[f.off : f.off+f.width])
	}
	if open != string(tag[:width]) {
		d.syntax(condNotWell, fmt.Errorf("end tag %s for %s", quote(tag[:width]), quote([]byte(open))))
		return tokNone
	}
	d.src.pos += n
	d.pop()
	return tokEnd
}

// pop closes the innermost element.
func (d *Decoder) pop() {
	last := len(d.frames) - 1
	d.scope, d.closed = d.scope[:d.frames[last].scope], d.frames[last].extra
	d.frames[last] = frame{}
	d.frames = d.frames[:last]
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
	inside := len(d.frames) > 0 && d.frames[len(d.frames)-1].alias
	if inside || f.local == "message" || f.local == "presence" || f.local == "iq" {
		f.space, f.alias = nsClient, true
	}
}

// qName splits the name that b begins with; width is 0 if it is none.
func qName(b []byte) (prefix, local []byte, width int) {
	n := ncName(b)
	if n == 0 {
		return nil, nil, 0
	}
	if n < len(b) && b[n] == ':' {
		m := ncName(b[n+1:])
		if m == 0 {
			return nil, nil, 0
		}
		prefix, local, width = b[:n], b[n+1:n+1+m], n+1+m
	} else {
		local, width = b[:n], n
	}
	if width < len(b) && !isSpace(b[width]) && b[width] != '=' {
		return nil, nil, 0
	}
	return prefix, local, width
}

// readAttrs takes the attributes of a tag apart, b being what follows the element's name.
func (d *Decoder) readAttrs(b []byte) bool {
	d.raw, d.scratch = d.raw[:0], d.scratch[:0]
	for {
		rest := bytes.TrimLeft(b, " \t\r\n")
		if len(rest) == 0 {
			return true
		}
		prefix, local, width := qName(rest)
		if width == 0 || len(rest) == len(b) {
			d.syntax(condNotWell, fmt.Errorf("bad attribute at %s", quote(b)))
			return false
		}
		value, tail, err := d.attrValue(rest[width:])
		if err != nil {
			d.refError(fmt.Errorf("attribute %s: %w", quote(rest[:width]), err))
			return false
		}
		if len(d.raw) >= d.limits.Attrs {
			d.syntax(condPolicy, fmt.Errorf("more than %d attributes", d.limits.Attrs))
			return false
		}
		d.raw = append(d.raw, rawAttr{prefix, local, value})
		b = tail
	}
}

// attrValue reads ="value" and returns what the value stands for and what follows it.
func (d *Decoder) attrValue(b []byte) (value, tail []byte, err error) {
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || b[0] != '=' {
		return nil, nil, errors.New("no value")
	}
	b = bytes.TrimLeft(b[1:], " \t\r\n")
	if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
		return nil, nil, errors.New("value is not quoted")
	}
	end := bytes.IndexByte(b[1:], b[0])
	if end < 0 {
		return nil, nil, errors.New("value does not end")
	}
	value, tail = b[1:1+end], b[end+2:]
	for _, c := range value {
		if class[c]&cAttr == 0 {
			value, err = d.resolveValue(value)
			break
		}
	}
	return value, tail, err
}

// resolveValue checks a value that is not plain, and resolves what it refers to.
func (d *Decoder) resolveValue(b []byte) ([]byte, error) {
	if err := checkChars(b); err != nil {
		return nil, err
	}
	if !bytes.ContainsAny(b, "&\t\r\n") {
		return b, nil
	}
	from := len(d.scratch)
	var err error
	d.scratch, err = unescape(d.scratch, b, true)
	return d.scratch[from:len(d.scratch):len(d.scratch)], err
}

// declare brings the tag's namespace declarations in scope.
func (d *Decoder) declare() bool {
	from := len(d.scope)
	for _, a := range d.raw {
		var prefix []byte
		switch {
		case len(a.prefix) == 0 && string(a.local) == "xmlns":
		case string(a.prefix) == "xmlns":
			prefix = a.local
		default:
			continue
		}
		if err := checkDeclaration(prefix, a.value); err != nil {
			d.syntax(condNotWell, err)
			return false
		}
		if len(a.value) > maxNamespace || len(d.scope) >= d.limits.Depth+d.limits.Attrs {
			d.syntax(condPolicy, errors.New("namespace name too long, or too many declarations"))
			return false
		}
		for _, b := range d.scope[from:] {
			if b.prefix == string(prefix) {
				d.syntax(condNotWell, fmt.Errorf("prefix %s declared twice", quote(prefix)))
				return false
			}
		}
		d.scope = append(d.scope, binding{d.names.get(prefix), d.names.get(a.value)})
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
	d.nattrs = 0
	for _, a := range d.raw {
		if string(a.prefix) == "xmlns" || len(a.prefix) == 0 && string(a.local) == "xmlns" {
			continue
		}
		var space string
		if len(a.prefix) > 0 {
			var ok bool
			if space, ok = d.scope.lookup(a.prefix); !ok {
				d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(a.prefix)))
				return false
			}
		}
		if d.hasAttr(space, a.local) {
			d.syntax(condNotWell, fmt.Errorf("attribute %s appears twice", quote(a.local)))
			return false
		}
		d.addAttr(space, d.names.get(a.local), a.value)
	}
	return true
}

func (d *Decoder) hasAttr(space string, local []byte) bool {
	for _, v := range d.attrs[:d.nattrs] {
		if v.Local == string(local) && v.Space == space {
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
	*v = Value{Space: space, Local: local, b: b, attr: true}
	switch {
	case space == "":
		v.Key = local
	case space == nsXML && local == "lang":
		v.Key = "xml:lang"
	}
}
