package wire

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
	"unsafe"
)

// NOTE. A tag is read in one pass over the buffer, by index, which calls more where the buffer ends: what has been looked at is not looked at again, however
// the input is cut. The pass checks the form and finds the names and values; only then are references resolved, declarations brought in scope, and
// names resolved. Names are views of the buffer as long as nothing keeps them.

// rawAttr is an attribute as written, its name not yet resolved.
type rawAttr struct {
	prefix, local, value []byte
	plain                bool // the value stands for itself
	declares             bool // a namespace declaration
}

// view returns b as a string that is valid as long as b's bytes are, which is until the next call of discard.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// malformed ends the input because of what stands at index i, unless that is beyond the limit.
func (d *Decoder) malformed(i int, err error) {
	if !d.overLimit(i + 1 - d.src.mark) {
		d.syntax(condNotWell, err)
	}
}

// startTag reads a start tag and pushes its frame.
func (d *Decoder) startTag() token {
	off := d.src.pos + 1
	prefix, local, i := d.scanName(off)
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
	in, ok := d.scope.find(prefix)
	if !ok {
		d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(prefix)))
		return tokNone
	}
	if !d.count() {
		return tokNone
	}
	f := frame{space: in.uri, known: in.known, local: view(local), off: off, width: width, scope: outer}
	d.alias(&f)
	d.frames = append(d.frames, f)
	d.src.pos, d.closing = i, empty
	return tokStart
}

// scanName reads the name that begins at index i and returns the index behind it, or -1.
func (d *Decoder) scanName(i int) (prefix, local []byte, next int) {
	from, colon := i, -1
	want := uint8(cFirst)
	for {
		if i >= len(d.src.buf) {
			if !d.more() {
				return nil, nil, -1
			}
			continue
		}
		c := d.src.buf[i]
		switch {
		case class[c]&want != 0:
			for i++; i < len(d.src.buf) && class[d.src.buf[i]]&cName != 0; i++ {
			}
			want = cName
			continue
		case c >= utf8.RuneSelf:
			size := d.nameRune(i, want == cFirst)
			if size < 0 {
				return nil, nil, -1
			}
			i, want = i+size, cName
			continue
		case c == ':' && colon < 0 && want == cName:
			colon, want = i, cFirst
			i++
			continue
		}
		if want == cFirst || !isSpace(c) && c != '=' && c != '>' && c != '/' {
			d.malformed(i, fmt.Errorf("bad name at %s", quote(d.src.buf[from:i+1])))
			return nil, nil, -1
		}
		if colon < 0 {
			return nil, d.src.buf[from:i], i
		}
		return d.src.buf[from:colon], d.src.buf[colon+1 : i], i
	}
}

// nameRune returns the length of the character at index i, above ASCII, if it may stand in a name, or -1.
func (d *Decoder) nameRune(i int, first bool) int {
	for !utf8.FullRune(d.src.buf[i:]) {
		if !d.more() {
			return -1
		}
	}
	r, size := utf8.DecodeRune(d.src.buf[i:])
	if r == utf8.RuneError && size == 1 || !isNameRune(r, first) {
		d.malformed(i+size-1, fmt.Errorf("bad name at %s", quote(d.src.buf[i:i+size])))
		return -1
	}
	return size
}

// scanSpace returns the index of the next character that is no white space, or -1.
func (d *Decoder) scanSpace(i int) int {
	for {
		for i < len(d.src.buf) {
			if !isSpace(d.src.buf[i]) {
				return i
			}
			i++
		}
		if !d.more() {
			return -1
		}
	}
}

// scanAttrs reads the attributes of a tag, from behind its name, and returns the index behind the tag, or -1. empty says that the tag ends itself.
func (d *Decoder) scanAttrs(i int) (next int, empty bool) {
	d.raw = d.raw[:0]
	for {
		at := i
		if i = d.scanSpace(i); i < 0 {
			return -1, false
		}
		switch c := d.src.buf[i]; {
		case c == '>':
			return i + 1, false
		case c == '/':
			if i = d.expect(i+1, '>'); i < 0 {
				return -1, false
			}
			return i, true
		case i == at:
			d.malformed(i, fmt.Errorf("no white space before %s", quote(d.src.buf[i:i+1])))
			return -1, false
		}
		if i = d.scanAttr(i); i < 0 {
			return -1, false
		}
	}
}

// expect returns the index behind c, which must stand at index i, or -1.
func (d *Decoder) expect(i int, c byte) int {
	for i >= len(d.src.buf) {
		if !d.more() {
			return -1
		}
	}
	if d.src.buf[i] != c {
		d.malformed(i, fmt.Errorf("%s where %q must stand", quote(d.src.buf[i:i+1]), c))
		return -1
	}
	return i + 1
}

// scanAttr reads the attribute at index i and returns the index behind it, or -1. Attributes beyond the limit are counted, not kept.
func (d *Decoder) scanAttr(i int) int {
	prefix, local, i := d.scanName(i)
	if i < 0 {
		return -1
	}
	if i = d.scanSpace(i); i < 0 {
		return -1
	}
	if i = d.expect(i, '='); i < 0 {
		return -1
	}
	if i = d.scanSpace(i); i < 0 {
		return -1
	}
	q := d.src.buf[i]
	if q != '\'' && q != '"' {
		d.malformed(i, errors.New("attribute value is not quoted"))
		return -1
	}
	from := i + 1
	end := d.scanValue(from, q)
	if end < 0 {
		return -1
	}
	value := d.src.buf[from:end]
	plain := stands(value, '<')
	if !plain {
		if k := bytes.IndexByte(value, '<'); k >= 0 {
			d.malformed(from+k, errors.New(`"<" in an attribute value`))
			return -1
		}
	}
	if len(d.raw) <= d.limits.Attrs {
		declares := len(prefix) == 0 && string(local) == "xmlns" || string(prefix) == "xmlns"
		d.raw = append(d.raw, rawAttr{prefix, local, value, plain, declares})
	}
	return end + 1
}

// scanValue returns the index of the quote that ends the value which begins at index i, or -1. A '<' is wrong in a value and found at once, so that a quote that never
// ends does not swallow what follows.
func (d *Decoder) scanValue(i int, q byte) int {
	for {
		if k := bytes.IndexByte(d.src.buf[min(i, len(d.src.buf)):], q); k >= 0 {
			return i + k
		}
		if k := bytes.IndexByte(d.src.buf[min(i, len(d.src.buf)):], '<'); k >= 0 {
			d.malformed(i+k, errors.New(`"<" in an attribute value`))
			return -1
		}
		i = max(i, len(d.src.buf))
		if !d.more() {
			return -1
		}
	}
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
		var err error
		if a.value, err = d.resolveValue(a.value); err != nil {
			d.refError(fmt.Errorf("attribute %s: %w", quote(a.local), err))
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
	_, _, i := d.scanName(from)
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
	inside := len(d.frames) > 0 && d.frames[len(d.frames)-1].alias
	if inside || f.local == "message" || f.local == "presence" || f.local == "iq" {
		f.space, f.known, f.alias = nsClient, d.types.spaces[nsClient], true
	}
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
	for i := range d.raw {
		a := &d.raw[i]
		if !a.declares {
			continue
		}
		var prefix []byte
		if len(a.prefix) > 0 {
			prefix = a.local
		}
		for _, b := range d.scope[from:] {
			if b.prefix == string(prefix) {
				d.syntax(condNotWell, fmt.Errorf("prefix %s declared twice", quote(prefix)))
				return false
			}
		}
		known := d.types.spaces[string(a.value)]
		if known == nil || !known.ordinary || len(prefix) > 0 {
			if err := checkDeclaration(prefix, a.value); err != nil {
				d.syntax(condNotWell, err)
				return false
			}
		}
		if len(a.value) > maxNamespace || len(d.scope) >= d.limits.Depth+d.limits.Attrs {
			d.syntax(condPolicy, errors.New("namespace name too long, or too many declarations"))
			return false
		}
		b := binding{known: known}
		if known != nil {
			b.uri = known.uri
		} else {
			b.uri = d.names.get(a.value)
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
		if len(a.prefix) > 0 {
			in, ok := d.scope.find(a.prefix)
			if !ok {
				d.syntax(condNotWell, fmt.Errorf("prefix %s is not bound", quote(a.prefix)))
				return false
			}
			space = in.uri
		}
		if d.hasAttr(space, a.local) {
			d.syntax(condNotWell, fmt.Errorf("attribute %s appears twice", quote(a.local)))
			return false
		}
		d.addAttr(space, view(a.local), a.value)
	}
	return true
}

func (d *Decoder) hasAttr(space string, local []byte) bool {
	for _, v := range d.attrs[:d.nattrs] {
		if len(v.Local) == len(local) && v.Local == view(local) && v.Space == space {
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
