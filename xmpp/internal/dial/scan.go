package dial

import (
	"bytes"
	"iter"
)

// event is what a scan has seen the end of.
type event int

const (
	nothing event = iota
	opened        // the start tag of an element at the top level, which goes on
	element       // an element at the top level
	closed        // an end tag at the top level, where none is open
	other         // a declaration or processing instruction at the top level
)

// scan follows XML far enough to know where the elements at the top level begin and end. What is not well-formed is the decoder's to refuse.
type scan struct {
	in    byte // 0 text, '<' just after it, 't' start tag, '/' end tag, '?' instruction, '!' CDATA and all that begins so
	quote byte // the quotation mark that ends the value we are in
	depth int
	last2 [2]byte // the bytes before this one
}

// step takes the next byte.
func (s *scan) step(c byte) event {
	before := s.last2
	s.last2 = [2]byte{before[1], c}
	switch {
	case s.in == 0:
		if c == '<' {
			s.in = '<'
		}
		return nothing
	case s.in == '<':
		switch c {
		case '/', '?', '!':
			s.in = c
		default:
			s.in = 't'
		}
		return nothing
	case s.quote != 0:
		if c == s.quote {
			s.quote = 0
		}
		return nothing
	case s.in == 't' && (c == '\'' || c == '"'):
		s.quote = c
		return nothing
	case c != '>', s.in == '?' && before[1] != '?', s.in == '!' && before != [2]byte{']', ']'}:
		return nothing
	}
	return s.end(before[1] == '/')
}

// end takes the end of a tag, empty if it is that of an element without content.
func (s *scan) end(empty bool) event {
	in := s.in
	s.in = 0
	switch {
	case in == '?' || in == '!':
		if s.depth > 0 {
			return nothing
		}
		return other
	case in == '/' && s.depth == 0:
		return closed
	case in == '/':
		s.depth--
	case !empty:
		if s.depth++; s.depth == 1 {
			return opened
		}
	}
	if s.depth > 0 {
		return nothing
	}
	return element
}

// next cuts what the bytes begin with, up to the end of the first thing at the top level. A stream's start tag is such a thing. ok is false if it has not
// ended yet.
func next(b []byte) (what event, item, rest []byte, ok bool) {
	b = bytes.TrimLeft(b, " \t\r\n")
	var s scan
	for i, c := range b {
		what = s.step(c)
		if what != nothing && (what != opened || tagName(b) == "stream:stream") {
			return what, b[:i+1], b[i+1:], true
		}
	}
	return nothing, nil, b, false
}

// tagName returns the name of the tag that the bytes begin with.
func tagName(b []byte) string {
	if len(b) == 0 || b[0] != '<' {
		return ""
	}
	b = b[1:]
	if end := bytes.IndexAny(b, " \t\r\n/>"); end >= 0 {
		b = b[:end]
	}
	return string(b)
}

// attributes yields those of a well-formed start tag: the name, and all of it as it is written.
func attributes(tag []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		tag = tag[1+len(tagName(tag)):]
		for {
			tag = bytes.TrimLeft(tag, " \t\r\n")
			eq := bytes.IndexByte(tag, '=')
			if eq < 0 || tag[0] == '/' || tag[0] == '>' {
				return
			}
			open := eq + 1 + bytes.IndexAny(tag[eq+1:], `'"`)
			end := open + 1 + bytes.IndexByte(tag[open+1:], tag[open])
			if end <= open || !yield(string(bytes.TrimRight(tag[:eq], " \t\r\n")), tag[:end+1]) {
				return
			}
			tag = tag[end+1:]
		}
	}
}
