package wire

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// NOTE. The encoder appends to one buffer. A namespace is written as the default namespace where it changes, so elements need no prefix;
// only attributes of a namespace do. What Extra kept is interleaved by Start and End themselves: generated code writes its fields in order and knows nothing of it.

// Encoder writes elements as XML that is always well-formed: what XML cannot hold is an error, and then nothing is written. The zero value writes
// documents; see [NewStreamEncoder] for the children of a stream. It is not safe for concurrent use.
type Encoder struct {
	buf     []byte
	err     error
	frames  []open
	scope   scope  // prefixes declared in what is written, besides those below
	stream  bool   // inside a stream header that binds the stream prefix, the first of scope, and the content namespace
	content string // namespace of the stream's stanzas
	seen    []siblings
	zero    int       // open elements that the wire lacked: what is zero in them is not written
	good    [8]string // namespaces written lately
	next    int       // which of them goes next
}

// open is an element whose end tag is to come.
type open struct {
	space, local string
	prefix       string // written before local, its colon included
	def          string // default namespace inside
	extra        *Extra
	mark         int  // where the start tag begins
	scope        int  // prefixes declared outside
	tag          bool // the start tag is not complete
	bare         bool // nothing has been written that says more than that the elements are there
	lacking      bool // the wire lacked it
	keeping      bool // what is written below comes from Extra
	kept         int  // children in Extra that have been written amid the text
}

// siblings counts the children of one name that a field wrote, in an element that has an Extra.
type siblings struct {
	depth        int
	space, local string
	n            int
}

// NewStreamEncoder returns an encoder for the children of a stream whose header declares content as the default namespace and binds the
// prefix "stream". Stanzas and their direct children of jabber:client are written in the content namespace (RFC 6120, section 4.8.3).
func NewStreamEncoder(content string) *Encoder {
	e := &Encoder{stream: true, content: content}
	e.Reset(nil)
	return e
}

// SetContentNamespace changes the content namespace of a stream encoder; see [NewStreamEncoder].
func (e *Encoder) SetContentNamespace(content string) { e.content = content }

// Reset empties the encoder and lets it append to buf, which may be nil.
func (e *Encoder) Reset(buf []byte) {
	clear(e.frames)
	e.buf, e.err, e.frames, e.scope, e.seen, e.zero = buf, nil, e.frames[:0], e.scope[:0], e.seen[:0], 0
	if e.stream {
		e.scope = append(e.scope, binding{prefix: "stream", uri: nsStreams})
	}
}

// Bytes returns what has been written since Reset.
func (e *Encoder) Bytes() []byte { return e.buf }

// Encode writes the element. On an error, an [*EncodeError], what it wrote is taken back and the encoder may go on.
func (e *Encoder) Encode(el Element) error {
	from := len(e.buf)
	e.element(el)
	if len(e.frames) > 0 {
		e.Fail(errors.New("element without an end"))
	}
	if e.err == nil {
		return nil
	}
	err := e.err
	e.Reset(e.buf[:from])
	return err
}

// Marshal returns the element as a document.
func Marshal(el Element) ([]byte, error) { return Append(nil, el) }

// Append appends the element, as a document, to dst. On an error it returns dst as it was.
func Append(dst []byte, el Element) ([]byte, error) {
	e := Encoder{buf: dst}
	err := e.Encode(el)
	return e.buf, err
}

// Start writes the start tag of an element; its attributes follow, then its content, then End. extra is what the element's fields could not hold.
func (e *Encoder) Start(space, local string, extra *Extra) {
	if e.err != nil {
		return
	}
	def, lacking := "", false
	if n := len(e.frames); n > 0 {
		e.closeTag()
		def = e.frames[n-1].def
		if e.frames[n-1].extra != nil {
			lacking = e.before(n-1, space, local)
		}
	} else if e.stream {
		def = e.content
	}
	written := space
	if e.stream && space == nsClient && len(e.frames) <= 1 {
		written = e.content
	}
	f := e.push()
	f.space, f.local, f.prefix, f.extra = space, local, e.elementPrefix(space), extra
	f.mark, f.scope, f.kept = len(e.buf), len(e.scope), 0
	f.tag, f.bare, f.lacking, f.keeping = true, true, lacking, false
	e.buf = append(append(append(e.buf, '<'), f.prefix...), local...)
	if f.def = def; f.prefix == "" && written != def {
		f.def = written
		e.declareDefault(written)
	}
	if ncName([]byte(local)) != len(local) || local == "" {
		e.Fail(fmt.Errorf("%q is no element name", local))
	}
}

// push makes room for an open element. What the room held before must be overwritten.
func (e *Encoder) push() *open {
	if n := len(e.frames); n < cap(e.frames) {
		e.frames = e.frames[:n+1]
	} else {
		e.frames = append(e.frames, open{})
	}
	return &e.frames[len(e.frames)-1]
}

// elementPrefix returns the prefix that an element of the namespace needs: the stream's, if it has not been bound again, and xml, which cannot be
// the default.
func (e *Encoder) elementPrefix(space string) string {
	if space == nsXML {
		return "xml:"
	}
	if e.stream && space == nsStreams {
		if bound, _ := e.scope.lookup([]byte("stream")); bound == nsStreams {
			return "stream:"
		}
	}
	return ""
}

// declareDefault writes a declaration of the default namespace.
func (e *Encoder) declareDefault(space string) {
	e.buf = append(e.buf, " xmlns='"...)
	if e.recent(space) {
		e.buf = append(append(e.buf, space...), '\'')
		return
	}
	if err := checkNamespace([]byte(space)); err != nil || space == nsXMLNS {
		e.Fail(fmt.Errorf("namespace %q: %w", space, errNamespaceName))
	}
	from := len(e.buf)
	e.escape(space, true)
	if e.err == nil && len(e.buf)-from == len(space) {
		e.good[e.next%len(e.good)] = space
		e.next++
	}
	e.buf = append(e.buf, '\'')
}

// recent reports whether the namespace has been written lately, and so is known to be good and to need no escape.
func (e *Encoder) recent(space string) bool {
	for i := range e.good {
		if e.good[i] == space {
			return space != ""
		}
	}
	return false
}

// End writes the end tag of the innermost element.
func (e *Encoder) End() {
	if e.err != nil || len(e.frames) == 0 {
		return
	}
	last := len(e.frames) - 1
	if e.frames[last].extra != nil {
		e.rest(last)
	}
	f := &e.frames[last]
	if e.err != nil {
		return
	}
	if f.tag {
		e.extraAttrs(f)
		e.buf = append(e.buf, "/>"...)
	} else {
		e.buf = append(append(append(append(e.buf, "</"...), f.prefix...), f.local...), '>')
	}
	if f.lacking {
		e.zero--
	}
	switch {
	case f.lacking && f.bare:
		e.buf = e.buf[:f.mark]
	case last > 0 && !f.bare:
		e.frames[last-1].bare = false
	}
	e.scope = e.scope[:f.scope]
	f.extra = nil
	e.frames = e.frames[:last]
}

// closeTag completes the start tag of the innermost element, because content follows.
func (e *Encoder) closeTag() {
	if len(e.frames) == 0 {
		return
	}
	f := &e.frames[len(e.frames)-1]
	if f.tag {
		e.extraAttrs(f)
		e.buf = append(e.buf, '>')
		f.tag = false
	}
}

// filled notes that something has been written in the innermost element.
func (e *Encoder) filled() {
	if n := len(e.frames); n > 0 {
		e.frames[n-1].bare = false
	}
}

// Fail notes an error. The first one counts.
func (e *Encoder) Fail(err error) {
	if e.err != nil {
		return
	}
	path := make([]byte, 0, 64)
	for i, f := range e.frames {
		if i > 0 {
			path = append(path, '/')
		}
		path = append(path, f.local...)
	}
	e.err = &EncodeError{Path: string(path), Err: err}
}

// Elements writes the children of a wildcard or of an ordered choice.
func (e *Encoder) Elements(els []Element) {
	for _, el := range els {
		e.element(el)
	}
}

// element writes an element that is there, whatever the wire lacked around it.
func (e *Encoder) element(el Element) {
	switch {
	case e.err != nil:
	case el == nil:
		e.Fail(errors.New("nil element"))
	default:
		e.filled()
		zero := e.zero
		e.zero = 0
		el.EncodeXML(e)
		e.zero = zero
	}
}

// Content writes mixed content.
func (e *Encoder) Content(nodes []Node) {
	for _, n := range nodes {
		if n.Elem != nil {
			e.element(n.Elem)
		} else {
			e.Text(n.Text)
		}
	}
}

// Text writes character data.
func (e *Encoder) Text(s string) {
	if e.err != nil || s == "" {
		return
	}
	if len(e.frames) == 0 {
		e.Fail(errors.New("text outside an element"))
		return
	}
	e.chars(e.amid(len(e.frames)-1, s))
}

// chars writes character data into the innermost element.
func (e *Encoder) chars(s string) {
	if e.err != nil || s == "" {
		return
	}
	e.closeTag()
	e.filled()
	e.escape(s, false)
}

func (e *Encoder) escape(s string, attr bool) {
	table := &escText
	if attr {
		table = &escAttr
	}
	var err error
	if e.buf, err = appendEscaped(e.buf, s, table); err != nil {
		e.Fail(err)
	}
}

// attr writes an attribute whose name is complete.
func (e *Encoder) attr(prefix, local, value string) {
	if e.err != nil {
		return
	}
	if len(e.frames) == 0 || !e.frames[len(e.frames)-1].tag {
		e.Fail(fmt.Errorf("attribute %q outside a start tag", local))
		return
	}
	if ncName([]byte(local)) != len(local) || local == "" || prefix == "" && local == "xmlns" {
		e.Fail(fmt.Errorf("%q is no attribute name", local))
		return
	}
	e.filled()
	e.buf = append(e.buf, ' ')
	if prefix != "" {
		e.buf = append(append(e.buf, prefix...), ':')
	}
	e.buf = append(append(e.buf, local...), "='"...)
	e.escape(value, true)
	e.buf = append(e.buf, '\'')
}

// hasAttr reports whether the start tag being written has the attribute. Apostrophes stand around values only, never in them.
func (e *Encoder) hasAttr(f *open, prefix, local string) bool {
	if prefix != "" {
		local = prefix + ":" + local
	}
	name := []byte(" " + local + "=")
	for rest := e.buf[f.mark:]; ; {
		before, value, ok := bytes.Cut(rest, []byte("'"))
		if !ok {
			return false
		}
		if bytes.HasSuffix(before, name) {
			return true
		}
		_, rest, _ = bytes.Cut(value, []byte("'"))
	}
}

// Prefix declares a namespace prefix on the element whose start tag is being written, for QNames in its content. One that is bound so already is left alone.
func (e *Encoder) Prefix(prefix, space string) {
	if e.err != nil {
		return
	}
	if bound, ok := e.scope.lookup([]byte(prefix)); ok && bound == space {
		return
	}
	if len(e.frames) == 0 {
		e.Fail(fmt.Errorf("prefix %q outside a start tag", prefix))
		return
	}
	f := &e.frames[len(e.frames)-1]
	switch err := checkNamespace([]byte(space)); {
	case err != nil:
		e.Fail(err)
	case space == "" || space == nsXML || space == nsXMLNS || prefix == "xml" || prefix == "xmlns" || prefix == "" || ncName([]byte(prefix)) != len(prefix):
		e.Fail(fmt.Errorf("prefix %q cannot be bound to %q", prefix, space))
	case e.hasAttr(f, "xmlns", prefix):
		e.Fail(fmt.Errorf("prefix %q bound twice", prefix))
	default:
		if f.prefix == prefix+":" {
			e.unprefix(f)
		}
		e.scope = append(e.scope, binding{prefix: prefix, uri: space})
		bare := f.bare
		e.attr("xmlns", prefix, space)
		f.bare = bare
	}
}

// unprefix takes back the prefix of the element whose start tag is being written, because it is about to be bound to something else.
func (e *Encoder) unprefix(f *open) {
	tag := slices.Clone(e.buf[f.mark+len("<")+len(f.prefix)+len(f.local):])
	e.buf = append(append(append(e.buf[:f.mark], '<'), f.local...), " xmlns='"...)
	e.escape(f.space, true)
	e.buf = append(append(e.buf, '\''), tag...)
	f.prefix, f.def = "", f.space
}

// prefixFor returns a prefix that is bound to the namespace, declared now if there is none.
func (e *Encoder) prefixFor(space string) string {
	if space == nsXML {
		return "xml"
	}
	for i := len(e.scope) - 1; i >= 0; i-- {
		if b := e.scope[i]; b.uri == space {
			if uri, _ := e.scope.lookup([]byte(b.prefix)); uri == space {
				return b.prefix
			}
		}
	}
	for n := 1; ; n++ {
		p := "ns" + strconv.Itoa(n)
		if _, taken := e.scope.lookup([]byte(p)); !taken {
			e.Prefix(p, space)
			return p
		}
	}
}

// AppendHeader appends a stream's XML declaration and opening tag (RFC 6120, section 4.2): the prefix "stream" bound to the stream namespace, content as the default
// namespace, and the attributes that are not empty.
func AppendHeader(dst []byte, content string, attrs []Attr) ([]byte, error) {
	e := NewStreamEncoder(content)
	e.Reset(append(dst, "<?xml version='1.0'?>"...))
	e.Start(nsStreams, "stream", nil)
	e.declareDefault(content)
	e.buf = append(e.buf, " xmlns:stream='"+nsStreams+"'"...)
	for _, a := range attrs {
		if a.Value != "" {
			e.anyAttr(a)
		}
	}
	if e.err != nil {
		return dst, e.err
	}
	return append(e.buf, '>'), nil
}
