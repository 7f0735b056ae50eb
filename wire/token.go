package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// NOTE. The tokenizer is a pull parser over source's buffer. token reads one token and leaves what it holds in the decoder: a start tag pushes a
// frame and fills attrs, an end tag pops one, text stands in d.text. tag.go reads
// tags, text.go what stands between them. Whatever is wrong goes to d.syntax, once.

// token is the kind of what was read.
type token int

const (
	tokNone  token = iota // d.err says why
	tokStart              // a start tag; the frame on top is its element
	tokEnd                // an end tag; its frame has been popped
	tokText               // character data in d.text
)

// frame is an open element.
type frame struct {
	space    *space  // its namespace
	local    string  // a view of the buffer, but for the stream's root
	off      int     // where the name as written begins in the buffer; negative if it is gone: the stream's root
	width    int     // its length
	scope    int     // declarations in scope outside the element
	def      *space  // default namespace outside the element
	elements int     // in the stanza before it
	extra    **Extra // where the element's DecodeXML wants what it has no field for
	alias    bool    // in a stanza whose own namespace reads as jabber:client
}

// token reads the next token.
func (d *Decoder) token() token {
	if d.closing && d.err == nil {
		d.closing = false
		d.pop()
		return tokEnd
	}
	for d.err == nil {
		buf, i := d.window(), d.src.pos
		switch {
		case i >= len(buf) || buf[i] == '<' && i+1 >= len(buf):
			d.more()
			continue
		case buf[i] != '<' && len(d.frames) <= d.base && buf[i] != '&':
			return d.outside()
		case buf[i] != '<':
			return d.readText()
		case buf[i+1] == '/':
			return d.endTag()
		case buf[i+1] == '?':
			d.skipInstruction()
		case buf[i+1] == '!':
			if t := d.declaration(); t != tokNone {
				return t
			}
		default:
			return d.startTag()
		}
		if len(d.frames) <= d.base {
			d.skipBlank() // what was skipped is no part of an element, nor is what follows it
		}
	}
	return tokNone
}

// outside ends the input because of text where no element is open. One character of it is enough to know: a peer that speaks another protocol may
// wait for the answer.
func (d *Decoder) outside() token {
	for i := 1; !utf8.FullRune(d.src.buf[d.src.pos:]); i++ {
		if _, ok := d.peek(i); !ok {
			return tokNone
		}
	}
	_, size := utf8.DecodeRune(d.src.buf[d.src.pos:])
	if err := checkChars(d.src.buf[d.src.pos : d.src.pos+size]); err != nil {
		d.syntax(condNotWell, err)
	} else if d.base == 0 {
		d.syntax(condNotWell, errNotRoot)
	} else {
		d.syntax(condBadFormat, errTextAt)
	}
	return tokNone
}

// declaration reads what begins with "<!": a CDATA section, which is text, or what XMPP forbids.
func (d *Decoder) declaration() token {
	c, ok := d.peek(2)
	switch {
	case !ok:
	case c == '[':
		return d.readText()
	case c == '-' && d.lenient:
		d.skipComment()
	case c == '-':
		d.syntax(condRestricted, errors.New("comment"))
	default:
		d.syntax(condRestricted, errors.New("document type declaration"))
	}
	return tokNone
}

// peek returns the byte i from pos, and on failure sets the error.
func (d *Decoder) peek(i int) (byte, bool) {
	for buf := d.window(); d.src.pos+i >= len(buf); {
		if buf = d.wider(); buf == nil {
			return 0, false
		}
	}
	return d.src.buf[d.src.pos+i], true
}

// more reads on, within the limit, and on failure sets the error.
func (d *Decoder) more() bool {
	if d.overLimit(len(d.src.buf) - d.src.mark + 1) {
		return false
	}
	if d.src.more() {
		return true
	}
	switch {
	case !d.src.ended():
		d.fail(d.src.err)
	case d.lenient:
		d.syntax(condNotWell, io.ErrUnexpectedEOF)
	default:
		d.fail(io.ErrUnexpectedEOF)
	}
	return false
}

// overLimit ends the stream if a top-level element of n bytes is too large.
func (d *Decoder) overLimit(n int) bool {
	if n <= d.limits.Bytes {
		return false
	}
	d.syntax(condPolicy, fmt.Errorf("element is larger than %d bytes", d.limits.Bytes))
	return true
}

// until returns the offset from pos behind the next occurrence of stop, searching from the offset i on, or -1.
func (d *Decoder) until(i int, stop string) int {
	for {
		if n := bytes.Index(d.src.buf[min(d.src.pos+i, len(d.src.buf)):], []byte(stop)); n >= 0 {
			n += i + len(stop)
			if d.overLimit(d.src.pos + n - d.src.mark) {
				return -1
			}
			return n
		}
		i = max(i, len(d.src.buf)-d.src.pos-len(stop)+1)
		if !d.more() {
			return -1
		}
	}
}

// skipComment skips a comment of a document.
func (d *Decoder) skipComment() {
	n := d.until(4, "--")
	if n < 0 {
		return
	}
	if c, ok := d.peek(n); !ok || c != '>' || d.src.buf[d.src.pos+3] != '-' {
		d.syntax(condNotWell, errors.New("malformed comment"))
	} else if err := checkChars(d.src.buf[d.src.pos : d.src.pos+n]); err != nil {
		d.syntax(condNotWell, err)
	} else {
		d.src.pos += n + 1
	}
}

// skipInstruction reads what begins with "<?": the XML declaration where it may stand, or what XMPP forbids.
func (d *Decoder) skipInstruction() {
	n := d.until(2, "?>")
	if n < 0 {
		return
	}
	body := d.src.buf[d.src.pos+2 : d.src.pos+n-2]
	size := ncName(body)
	isXML := bytes.EqualFold(body[:size], []byte("xml"))
	switch {
	case isXML && d.src.offset() == d.origin && string(body[:size]) == "xml":
		if cond, err := checkXMLDecl(body[size:]); err != nil {
			d.syntax(cond, err)
		}
	case isXML:
		d.syntax(condNotWell, errors.New("XML declaration inside the stream"))
	case !d.lenient:
		d.syntax(condRestricted, errors.New("processing instruction"))
	case size == 0 || size < len(body) && !isSpace(body[size]) || checkChars(body) != nil:
		d.syntax(condNotWell, errors.New("malformed processing instruction"))
	}
	if d.err == nil {
		d.src.pos += n
	}
}

// checkXMLDecl checks the attributes of an XML declaration: version 1.0, and no encoding but UTF-8 (RFC 6120, section 11.6).
func checkXMLDecl(b []byte) (condition string, err error) {
	want := []string{"version", "encoding", "standalone"}
	for i := 0; ; i++ {
		rest := bytes.TrimLeft(b, " \t\r\n")
		if len(rest) == 0 && i > 0 {
			return "", nil
		}
		name, value, tail, ok := pseudoAttr(rest)
		if !ok || len(rest) == len(b) {
			return condNotWell, errXMLDecl
		}
		for i < len(want) && want[i] != name && i > 0 {
			i++
		}
		switch {
		case i >= len(want) || want[i] != name:
			return condNotWell, errXMLDecl
		case name == "version" && value != "1.0":
			return condNotWell, fmt.Errorf("XML version %.40q", value)
		case name == "encoding" && !bytes.EqualFold([]byte(value), []byte("utf-8")):
			return condUnsupported, fmt.Errorf("encoding %.40q", value)
		case name == "standalone" && value != "yes" && value != "no":
			return condNotWell, errXMLDecl
		}
		b = tail
	}
}

// pseudoAttr splits name="value" off b.
func pseudoAttr(b []byte) (name, value string, tail []byte, ok bool) {
	n := ncName(b)
	rest := bytes.TrimLeft(b[n:], " \t\r\n")
	if n == 0 || len(rest) == 0 || rest[0] != '=' {
		return "", "", nil, false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return "", "", nil, false
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return "", "", nil, false
	}
	return string(b[:n]), string(rest[1 : 1+end]), rest[end+2:], true
}
