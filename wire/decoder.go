package wire

import (
	"bytes"
	"errors"
	"io"

	"github.com/stanzakit/stanzakit/jid"
)

// Decoder reads a stream or a document and decodes its elements into the types that its [Registry] gives. It is not safe for
// concurrent use.
//
// A stream is read with Header and then Next; a document with [Unmarshal] or [NewDocumentDecoder] and Next. The other methods are for the DecodeXML of
// generated types.
type Decoder struct {
	src     source
	reg     *Registry
	types   *types // reg as it was when the element began
	limits  Limits
	lenient bool   // a document: comments and instructions are skipped, end of input is a syntax error
	content string // namespace of the stream's stanzas
	origin  int64  // where the stream or document begins
	err     error  // sticky: syntax, limit or I/O
	bad     error  // sticky until the element it stands in is given up: a bad value

	frames   []frame // open elements, outermost first
	closed   **Extra // of the element that was closed last
	base     int     // frames that are the stream's, not the stanza's: 0 or 1
	root     string  // the name of the stream's root, as written
	scope    []declaration
	def      *space            // what an element without a prefix belongs to
	spaces   map[string]*space // namespaces that the registry does not know
	names    interner
	elements int  // in the current stanza
	closing  bool // the tag on top ends itself

	// What the last start tag has.
	attrs     []*Value // only the first nattrs count
	nattrs    int
	qualified int    // of these, how many have a prefix
	written   int    // attributes, declarations included
	once      uint64 // a bit for each name without a prefix; several may share it
	outer     int    // declarations in scope outside the element

	text    []byte // of the last text token
	joined  []byte // holds text that does not stand in the buffer as it is
	scratch []byte // likewise for the attribute values of one tag
	value   Value  // what Text returns
	arena   []byte
	piece   int        // size of the next arena
	jids    [8]jid.JID // some that were read lately, by slot: a client's own address stands in nearly every stanza
	outline Outline
	quiet   bool // reading an element again: what was noted is noted
}

// NewDecoder returns a decoder for the stream r. A nil registry knows no type: every element becomes a [*Raw].
func NewDecoder(r io.Reader, reg *Registry, limits Limits) *Decoder {
	if reg == nil {
		reg = NewRegistry()
	}
	return &Decoder{src: source{r: r}, reg: reg, types: reg.types(), limits: limits.orDefault(), names: interner{}, def: &spaceNone, piece: arenaTry}
}

// NewDocumentDecoder returns a decoder for the complete document data, which must not change while the decoder is in use. Comments and processing instructions
// are skipped, and so is a byte order mark; a document type declaration is a syntax error.
func NewDocumentDecoder(data []byte, reg *Registry, limits Limits) *Decoder {
	d := NewDecoder(nil, reg, limits)
	d.src.buf, d.lenient = data, true
	if bytes.HasPrefix(data, []byte("\uFEFF")) {
		d.src.pos, d.origin = len("\uFEFF"), int64(len("\uFEFF"))
	}
	return d
}

// SetLimits changes the limits from the next element on.
func (d *Decoder) SetLimits(l Limits) { d.limits = l.orDefault() }

// SetContentNamespace names the namespace of the stream's stanzas if it is not jabber:client: jabber:server or jabber:component:accept. Its messages, presences and
// IQs, with what stands in them, read as jabber:client.
func (d *Decoder) SetContentNamespace(ns string) { d.content = ns }

// Restart begins a new stream on r: after TLS, with its connection, and after SASL, with the same (RFC 6120, section 4.3.3). What was read ahead is kept
// only if r is nil, which stands for the reader so far; bytes that came before a TLS handshake must not be believed after it.
func (d *Decoder) Restart(r io.Reader) {
	if r != nil {
		d.src.base += int64(len(d.src.buf))
		d.src = source{r: r, base: d.src.base, buf: d.src.buf[:0]}
	}
	d.frames, d.scope, d.def, d.base = d.frames[:0], d.scope[:0], &spaceNone, 0
	d.err, d.bad, d.closing = nil, nil, false
	d.discard()
	d.origin = d.src.offset()
}

// Buffered returns the number of bytes that have been read but not decoded.
func (d *Decoder) Buffered() int { return len(d.src.buf) - d.src.pos }

// Offset returns how many bytes of the input have been decoded.
func (d *Decoder) Offset() int64 { return d.src.offset() }

// Err returns the error that ended the input, nil if none has.
func (d *Decoder) Err() error { return d.err }

// Source returns the bytes of the element that Next returned last. They are valid until the next call of Next.
func (d *Decoder) Source() []byte { return d.src.buf[d.src.mark:d.src.pos] }

// Outline returns what the element that Next returned last consists of. It is valid until the next call of Next.
func (d *Decoder) Outline() *Outline { return &d.outline }

// Header reads a stream's opening tag (RFC 6120, section 4.2), which must be the next thing in the input, as an empty element with its attributes.
func (d *Decoder) Header() (*Raw, error) {
	d.begin()
	d.skipBlank()
	if d.token() != tokStart {
		return nil, d.cause(errNotRoot)
	}
	f := &d.frames[0]
	head := &Raw{Name: d.frameName(f), Attrs: d.copyAttrs(), Prefixes: d.declared(f)}
	d.root = string(d.src.buf[f.off : f.off+f.width])
	f.off, f.local = -1, d.names.str(f.local)
	if d.closing {
		d.token()
		d.syntax(condBadFormat, errors.New("stream that ends where it begins"))
		return nil, d.err
	}
	d.base = 1
	return head, nil
}

// Next reads and decodes the next top-level element: a stanza or another child of the stream, or the document's root. It returns io.EOF behind the
// stream's closing tag, or behind the root, io.ErrUnexpectedEOF when the input ends before that, a [*SyntaxError], or the reader's error. An element with a bad
// value in its own attributes is a [*Raw] with its Err set.
func (d *Decoder) Next() (Element, error) {
	d.begin()
	if d.lenient && d.base == 0 && d.elements > 0 {
		return nil, d.trailing()
	}
	d.elements = 0
	d.skipBlank() // which waits for the element's first byte
	d.refresh()
	switch d.token() {
	case tokStart:
	case tokEnd:
		d.err = io.EOF
		return nil, d.err
	case tokText:
		d.syntax(condBadFormat, errTextAt)
		return nil, d.err
	default:
		return nil, d.cause(errNotRoot)
	}
	el := d.Element(d.start())
	if d.err != nil {
		return nil, d.err
	}
	return el, nil
}

// begin makes the decoder ready for a top-level element.
func (d *Decoder) begin() {
	d.closed = nil
	d.outline.reset()
	clear(d.frames[len(d.frames):cap(d.frames)])
	if d.err == nil {
		d.discard()
	}
}

// refresh takes notice of what was added to the registry since the last element.
func (d *Decoder) refresh() {
	now := d.reg.types()
	if d.types == now {
		return
	}
	d.types = now
	d.def = d.known(d.def)
	for i := range d.scope {
		d.scope[i].space = d.known(d.scope[i].space)
	}
}

// known returns what the registry has of a namespace by now.
func (d *Decoder) known(was *space) *space {
	if now := d.types.space(was.uri); now != nil {
		return now
	}
	return was
}

// discard forgets what has been decoded. When a large buffer goes, so does what was cut out of it or grew with it.
func (d *Decoder) discard() {
	if d.src.discard() {
		d.attrs, d.nattrs, d.text, d.joined, d.scratch, d.value = nil, 0, nil, nil, nil, Value{}
	}
}

// skipBlank skips white space between top-level elements, which serves to keep the connection alive (RFC 6120, section 4.6.1).
func (d *Decoder) skipBlank() {
	for d.err == nil {
		for d.src.pos < len(d.src.buf) && isSpace(d.src.buf[d.src.pos]) {
			d.src.pos++
		}
		d.src.mark = d.src.pos
		if d.src.pos < len(d.src.buf) {
			return
		}
		d.discard()
		if _, ok := d.peek(0); !ok {
			return
		}
	}
}

// trailing reads what follows a document's root, which must be nothing.
func (d *Decoder) trailing() error {
	for d.err == nil {
		for d.src.pos < len(d.src.buf) && isSpace(d.src.buf[d.src.pos]) {
			d.src.pos++
		}
		rest := d.src.buf[d.src.pos:]
		switch {
		case len(rest) == 0:
			d.err = io.EOF
		case len(rest) > 4 && string(rest[:4]) == "<!--":
			d.skipComment()
		case len(rest) > 2 && string(rest[:2]) == "<?":
			d.skipInstruction()
		default:
			d.syntax(condNotWell, errTrailing)
		}
	}
	return d.err
}

// cause returns the error that the input ended with, or otherwise ends it with this one.
func (d *Decoder) cause(otherwise error) error {
	if d.err == nil {
		d.syntax(condNotWell, otherwise)
	}
	return d.err
}

// syntax ends the input with a SyntaxError.
func (d *Decoder) syntax(condition string, err error) {
	d.fail(&SyntaxError{Offset: d.src.offset(), Condition: condition, Err: err})
}

func (d *Decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// Unmarshal decodes the document data: one root element, typed as reg says.
func Unmarshal(data []byte, reg *Registry) (Element, error) {
	d := NewDocumentDecoder(data, reg, Limits{Bytes: len(data) + 1, Elements: len(data) + 1})
	el, err := d.Next()
	if err != nil {
		return nil, err
	}
	if _, err := d.Next(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	return el, nil
}
