package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// NOTE. The encoder appends to one buffer. A namespace is written as the default namespace where it changes, so elements need no prefix; only attributes of a namespace
// do (prefix.go). What Extra kept is interleaved by Start and End themselves (keep.go): generated code writes its fields in order and knows nothing of it.
// Names are checked once: generated code passes the same strings again and again (known.go). Short names and values are written a word at a time, past their ends, where
// what follows is written next; so there is always room for a word more.

// Encoder writes elements as XML that is always well-formed: what XML cannot hold is an error, and then nothing is written. The zero value writes
// documents; see [NewStreamEncoder] for the children of a stream. It is not safe for concurrent use.
type Encoder struct {
	buf     []byte
	err     error
	frames  []open
	tag     bool   // the start tag of the innermost element is not complete
	stream  bool   // inside a stream header that binds the stream prefix, the first of scope, and the content namespace
	full    int    // open elements, counted from the outermost, in which something has been written that says more than that elements are there
	zero    int    // open elements that the wire lacked: what is zero in them is not written
	scope   scope  // prefixes declared in what is written, besides those below
	content string // namespace of the stream's stanzas
	keeps   []keep // elements whose kept children are sorted, and two tables of these
	order   []ordered
	kin     []kin
	scratch []byte // a number, a date or the like before it is written
	known   known  // names and namespaces that need no check
}

// open is an element whose end tag is to come.
type open struct {
	local   string
	def     string // default namespace inside
	extra   *Extra
	mark    int    // where the start tag begins
	scope   int32  // prefixes declared outside
	kept    int32  // children in Extra that have been written amid the text
	keep    int32  // which of keeps is the element's, counted from 1; 0 if none is yet
	prefix  prefix // written before local
	lacking bool   // the wire lacked it
	keeping bool   // what is written below comes from Extra
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

// Reset empties the encoder and lets it append to buf, which may be nil. All of buf's capacity is the encoder's: it may write behind the end of what Bytes returns.
func (e *Encoder) Reset(buf []byte) {
	clear(e.frames)
	e.buf, e.err, e.frames, e.scope, e.tag, e.full, e.zero = buf, nil, e.frames[:0], e.scope[:0], false, 0, 0
	e.forget(0)
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

// Start writes the start tag of an element; its attributes follow, then its content, then End. extra is what the element's fields could not hold.
func (e *Encoder) Start(space, local string, extra *Extra) {
	if e.err != nil {
		return
	}
	depth, def, lacking := len(e.frames), "", false
	switch {
	case depth > 0:
		outer := &e.frames[depth-1]
		def = outer.def
		if outer.extra != nil {
			e.closeTag()
			if lacking = e.before(depth-1, space, local); e.err != nil {
				return
			}
		}
	case e.stream:
		def = e.content
	}
	if e.stream && depth <= 1 && space == nsClient {
		space = e.content
	}
	name := e.known.place(local, 0)
	if !identical(name.s, local) || !name.name {
		name = e.known.name(local)
	}
	e.fit(len("><") + len(local) + wordSize)
	b, n := e.buf[:cap(e.buf)], len(e.buf)
	if e.tag {
		b[n] = '>'
		n++
	}
	f := e.push()
	f.local, f.def, f.extra, f.mark = local, def, extra, n
	f.scope, f.kept, f.keep, f.prefix = int32(len(e.scope)), 0, 0, noPrefix
	f.lacking, f.keeping = lacking, false
	b[n] = '<'
	n++
	switch {
	case name == nil:
		e.Fail(fmt.Errorf("%q is no element name", local))
		return
	case len(local) <= wordSize:
		binary.LittleEndian.PutUint64(b[n:], name.word)
	default:
		copy(b[n:], local)
	}
	e.buf = e.buf[:n+len(local)]
	e.tag = true
	if !identical(space, def) {
		e.namespace(f, space)
	}
}

// push makes room for an open element. What the room held before must be overwritten.
func (e *Encoder) push() *open {
	n := len(e.frames)
	if n == cap(e.frames) {
		e.frames = slices.Grow(e.frames, 8)
	}
	e.frames = e.frames[:n+1]
	return &e.frames[n]
}

// fit makes room for n more bytes.
func (e *Encoder) fit(n int) {
	if cap(e.buf)-len(e.buf) < n {
		e.grow(n)
	}
}

// grow is apart from fit, so that fit is small enough to be inlined.
//
//go:noinline
func (e *Encoder) grow(n int) { e.buf = slices.Grow(e.buf, n) }

// End writes the end tag of the innermost element.
func (e *Encoder) End() {
	last := len(e.frames) - 1
	if e.err != nil || last < 0 {
		return
	}
	f := &e.frames[last]
	if f.extra != nil {
		e.rest(last)
		if e.tag {
			e.extraAttrs()
		}
		if e.err != nil {
			return
		}
		f = &e.frames[last]
		f.extra = nil // which nobody needs any more
	}
	e.fit(len("</>") + len(f.local) + wordSize)
	b, n := e.buf[:cap(e.buf)], len(e.buf)
	switch {
	case e.tag:
		e.tag = false
		b[n], b[n+1] = '/', '>'
		e.buf = e.buf[:n+2]
	case f.prefix == noPrefix && len(f.local) <= wordSize:
		b[n], b[n+1] = '<', '/'
		binary.LittleEndian.PutUint64(b[n+2:], binary.LittleEndian.Uint64(b[f.mark+1:]))
		n += 2 + len(f.local)
		b[n] = '>'
		e.buf = e.buf[:n+1]
	default:
		e.buf = append(append(append(append(e.buf, "</"...), prefixes[f.prefix]...), f.local...), '>')
	}
	if f.lacking {
		e.zero--
		if e.full <= last {
			e.buf = e.buf[:f.mark]
		}
	}
	e.full = min(e.full, last)
	e.scope = e.scope[:f.scope]
	e.frames = e.frames[:last]
}

// closeTag completes the start tag of the innermost element, because content follows.
func (e *Encoder) closeTag() {
	if !e.tag {
		return
	}
	if e.frames[len(e.frames)-1].extra != nil {
		e.extraAttrs()
	}
	e.buf = append(e.buf, '>')
	e.tag = false
}

// filled notes that something has been written in the innermost element.
func (e *Encoder) filled() { e.full = len(e.frames) }

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
	e.err, e.tag = &EncodeError{Path: string(path), Err: err}, false
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
	if last := len(e.frames) - 1; e.frames[last].extra != nil {
		s = e.amid(last, s)
	}
	e.chars(s)
}

// chars writes character data into the innermost element.
func (e *Encoder) chars(s string) {
	if e.err != nil || s == "" {
		return
	}
	e.closeTag()
	e.filled()
	e.escape(s, &inText)
}
