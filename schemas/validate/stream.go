package validate

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/wire"
)

// nsStream is the namespace of a stream's header (RFC 6120, section 4.8.1).
const nsStream = "http://etherx.jabber.org/streams"

// Stream checks a recorded stream: header and elements, with or without the end, headers again where the stream was restarted (RFC 6120, section 4.3.3),
// or without any header elements one after the other. Each element that the header holds is checked as a document of its own.
func (v *Validator) Stream(data []byte) ([]Finding, error) {
	r := &report{lines: newLines(data)}
	err := v.stream(r, data, nil)
	return r.sorted(), err
}

// stream checks the stream that stands at the report's base. header is the start tag around it, if that is not in the data.
func (v *Validator) stream(r *report, data, header []byte) error {
	base := r.base
	defer func() { r.base = base }()
	s := &cutter{data: data}
	for {
		p := s.next()
		r.base = base + p.start
		var err error
		switch p.kind {
		case atEnd:
			return nil
		case strayText:
			r.addf(0, "", "text between elements")
		case endTag:
			if !bytes.Equal(tagName(header), tagName(data[p.start+1:p.end])) {
				r.addf(0, "", "not-well-formed: end tag without a start tag")
				continue
			}
			header = nil
		case startTag:
			header, err = v.header(r, data[p.start:p.end])
		case element:
			err = v.streamed(r, data[p.start:p.end], header, p.whole)
		}
		if err != nil {
			return err
		}
	}
}

// header checks the start tag of a stream, and returns it for what follows.
func (v *Validator) header(r *report, tag []byte) ([]byte, error) {
	root, err := parse(closed(tag, nil))
	if err != nil {
		return nil, r.syntax(err)
	}
	return tag, v.root(r, root)
}

// streamed checks an element within a stream; whole says whether its end has been found.
func (v *Validator) streamed(r *report, data, header []byte, whole bool) error {
	if len(header) == 0 {
		return v.document(r, data)
	}
	// Prefixes and default namespace are those of the header.
	r.base -= len(header)
	doc := slices.Concat(header, data)
	if whole {
		doc = closed(header, data)
	}
	root, err := parse(doc)
	if fault, ok := errors.AsType[*wire.SyntaxError](err); ok {
		fault.Offset = max(fault.Offset, int64(len(header)))
	}
	if err != nil {
		return r.syntax(err)
	}
	for _, n := range root.children {
		n.parent, n.ordinal = nil, 0
		if err := v.root(r, n); err != nil {
			return err
		}
	}
	return nil
}

// closed makes a document of a start tag and what it holds.
func closed(tag, content []byte) []byte {
	return slices.Concat(tag, content, []byte("</"), tagName(tag), []byte(">"))
}

// tagName is the name in a tag whose first byte does not count.
func tagName(tag []byte) []byte {
	if len(tag) == 0 {
		return nil
	}
	if n := bytes.IndexAny(tag[1:], blanks+"/>"); n >= 0 {
		return tag[1 : 1+n]
	}
	return tag[1:]
}

const blanks = " \t\r\n"

// piece is a part of a stream.
type piece struct {
	kind       pieceKind
	start, end int
	whole      bool // an element with its end
}

type pieceKind int

const (
	atEnd pieceKind = iota
	strayText
	startTag // of a stream
	endTag
	element
)

// cutter cuts a stream into pieces. It checks nothing: what it cannot follow becomes one element up to the end of the data, for the parser to refuse.
type cutter struct {
	data []byte
	pos  int
}

// next returns the next piece; declarations, comments and processing instructions between them are none.
func (c *cutter) next() piece {
	for {
		c.pos += len(c.data[c.pos:]) - len(bytes.TrimLeft(c.data[c.pos:], blanks))
		start, rest := c.pos, c.data[c.pos:]
		switch {
		case len(rest) == 0:
			return piece{kind: atEnd, start: start, end: start}
		case rest[0] != '<':
			c.pos = start + len(rest)
			if n := bytes.IndexByte(rest, '<'); n >= 0 {
				c.pos = start + n
			}
			return piece{kind: strayText, start: start, end: c.pos}
		case bytes.HasPrefix(rest, []byte("<?")) && c.skip("?>"), bytes.HasPrefix(rest, []byte("<!--")) && c.skip("-->"):
			continue
		case bytes.HasPrefix(rest, []byte("</")) && c.skip(">"):
			return piece{kind: endTag, start: start, end: c.pos}
		}
		if name, empty, ok := c.tag(); ok && !empty && isHeader(name, c.data[start:c.pos]) {
			return piece{kind: startTag, start: start, end: c.pos}
		}
		c.pos = start
		whole := c.element()
		return piece{element, start, c.pos, whole}
	}
}

// isHeader reports whether a start tag is that of a stream.
func isHeader(name string, tag []byte) bool {
	_, local, found := strings.Cut(name, ":")
	return (found && local == "stream" || name == "stream") && bytes.Contains(tag, []byte(nsStream))
}

// skip goes on behind the next occurrence of stop.
func (c *cutter) skip(stop string) bool {
	n := bytes.Index(c.data[c.pos:], []byte(stop))
	if n < 0 {
		return false
	}
	c.pos += n + len(stop)
	return true
}

// tag reads a start tag and says whether it is that of an empty element.
func (c *cutter) tag() (name string, empty, ok bool) {
	start := c.pos
	var quote byte
	for ; c.pos < len(c.data); c.pos++ {
		switch b := c.data[c.pos]; {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			c.pos++
			tag := c.data[start : c.pos-1]
			return string(tagName(tag)), bytes.HasSuffix(tag, []byte("/")), true
		}
	}
	return "", false, false
}

// element goes on behind the element that begins here, or to the end of the data if that comes before.
func (c *cutter) element() (whole bool) {
	for depth := 0; ; {
		rest := c.data[c.pos:]
		var ok bool
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			ok = c.skip("]]>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			ok = c.skip("-->")
		case bytes.HasPrefix(rest, []byte("<?")):
			ok = c.skip("?>")
		case bytes.HasPrefix(rest, []byte("</")):
			ok = c.skip(">")
			depth--
		default:
			var empty bool
			if _, empty, ok = c.tag(); !empty {
				depth++
			}
		}
		if ok && depth <= 0 {
			return true
		}
		n := bytes.IndexByte(c.data[c.pos:], '<')
		if !ok || n < 0 {
			c.pos = len(c.data)
			return false
		}
		c.pos += n
	}
}
