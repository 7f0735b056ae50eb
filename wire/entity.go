package wire

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// predefined are the only entities that XMPP allows (RFC 6120, section 11.1).
var predefined = [...]struct {
	name string
	char byte
}{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}

var errRef = errors.New(`"&" without a reference`)

// entityError is a reference to an entity that XMPP does not allow: well-formed XML, but restricted.
type entityError struct{ name string }

func (e *entityError) Error() string { return "entity reference &" + e.name + ";" }

// unescape appends the characters that b stands for: references resolved, line ends and, in an attribute, white space normalised (XML 1.0,
// sections 2.11 and 3.3.3). b must have passed checkChars.
func unescape(dst, b []byte, attr bool) ([]byte, error) {
	from := 0
	for i := 0; ; {
		if i = textSpan(b, i); i >= len(b) {
			return append(dst, b[from:]...), nil
		}
		c := b[i]
		if c != '&' && c != '\r' && (!attr || c != '\n' && c != '\t') {
			i++
			continue
		}
		dst = append(dst, b[from:i]...)
		switch {
		case c == '&':
			end := bytes.IndexByte(b[i:], ';')
			if end < 0 {
				return dst, errRef
			}
			var err error
			if dst, err = appendRef(dst, b[i+1:i+end]); err != nil {
				return dst, err
			}
			i += end
		case c == '\r' && i+1 < len(b) && b[i+1] == '\n':
			i++
			fallthrough
		default:
			dst = append(dst, lineEnd(attr))
		}
		i++
		from = i
	}
}

// lineEnd is what a line end or a tab becomes.
func lineEnd(attr bool) byte {
	if attr {
		return ' '
	}
	return '\n'
}

// appendRef appends what the reference with this body stands for.
func appendRef(dst, body []byte) ([]byte, error) {
	if len(body) > 0 && body[0] == '#' {
		r, ok := charRef(body[1:])
		if !ok {
			return dst, fmt.Errorf("bad character reference %s", quote(body))
		}
		return utf8.AppendRune(dst, r), nil
	}
	for _, p := range predefined {
		if string(body) == p.name {
			return append(dst, p.char), nil
		}
	}
	if n := ncName(body); n == 0 || n != len(body) {
		return dst, errRef
	}
	return dst, &entityError{name: string(body[:min(len(body), 40)])}
}

// charRef reads the digits of a character reference.
func charRef(b []byte) (rune, bool) {
	base := rune(10)
	if len(b) > 0 && b[0] == 'x' {
		base, b = 16, b[1:]
	}
	if len(b) == 0 {
		return 0, false
	}
	var r rune
	for _, c := range b {
		d := hexDigit(c)
		if d < 0 || d >= base {
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, isChar(r)
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}
