package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// The tables classify ASCII; what is above is decided by functions on runes.
const (
	cName  = 1 << iota // may stand in a name
	cFirst             // may begin a name
	cSpace             // white space
	cText              // stands for itself in text: legal, no markup, no line end to normalise
	cAttr              // stands for itself in an attribute value, whatever the quote; white space may be normalised
	cIRI               // may stand in a namespace name
	cAfter             // may stand behind a name in a tag
	cQuote             // may stand around an attribute value
)

var class = buildClass()

// buildClass makes the table of ASCII classes.
func buildClass() (t [256]uint8) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] |= cText | cAttr
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] |= cName | cFirst
		t[c-'a'+'A'] |= cName | cFirst
	}
	for c := '0'; c <= '9'; c++ {
		t[c] |= cName
	}
	t['_'] |= cName | cFirst
	t['-'] |= cName
	t['.'] |= cName
	for _, c := range " \t\r\n" {
		t[c] |= cSpace | cAfter
	}
	for _, c := range "=>/" {
		t[c] |= cAfter
	}
	for _, c := range `'"` {
		t[c] |= cQuote
	}
	for c := '!'; c < 0x7f; c++ {
		t[c] |= cIRI
	}
	for _, c := range "<>\"{}|\\^`" {
		t[c] &^= cIRI
	}
	for _, c := range `<>&'"` {
		t[c] &^= cAttr
	}
	for _, c := range "<&>" {
		t[c] &^= cText
	}
	return t
}

func isSpace(c byte) bool { return class[c]&cSpace != 0 }

// isBlank reports whether b is white space only.
func isBlank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// trimSpace cuts XML white space off both ends.
func trimSpace(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }

// isChar reports whether r may stand in an XML document (XML 1.0, production 2).
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// nameStart holds the ranges of NameStartChar above ASCII (XML 1.0, production 4).
var nameStart = [...][2]rune{
	{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F},
	{0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
}

// isNameRune reports whether r, above ASCII, may stand in a name, at its beginning if first is set.
func isNameRune(r rune, first bool) bool {
	for _, n := range nameStart {
		if r >= n[0] && r <= n[1] {
			return true
		}
	}
	return !first && (r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040)
}

// ncName returns the length of the NCName that b begins with, 0 if there is none (Namespaces in XML 1.0, production 4).
func ncName(b []byte) int {
	want := uint8(cFirst)
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			if class[c]&want == 0 {
				return i
			}
			i++
		} else {
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size == 1 || !isNameRune(r, want == cFirst) {
				return i
			}
			i += size
		}
		want = cName
	}
	return len(b)
}

// charLen returns the length of the character that b begins with: 0 if XML has no such, -1 if b ends in it.
func charLen(b []byte) int {
	if c := b[0]; c < utf8.RuneSelf {
		if c < 0x20 && !isSpace(c) {
			return 0
		}
		return 1
	} else if c >= 0xC2 && c < 0xE0 && len(b) > 1 && b[1]&0xC0 == 0x80 {
		return 2
	}
	if len(b) >= 4 { // nearly all characters of three bytes: what begins with E0, ED or EF needs a closer look
		if w := binary.LittleEndian.Uint32(b); w&0xC0C0F0 == 0x8080E0 && 1<<(w&0xF)&(1<<0x0|1<<0xD|1<<0xF) == 0 {
			return 3
		}
	}
	if !utf8.FullRune(b) {
		return -1
	}
	if r, size := utf8.DecodeRune(b); size > 1 && isChar(r) {
		return size
	}
	return 0
}

// badChars says what is wrong with the character that b begins with.
func badChars(b []byte) error {
	if r, size := utf8.DecodeRune(b); r != utf8.RuneError || size > 1 {
		return badChar(r)
	}
	return errUTF8
}

// checkChars returns an error if b holds anything but UTF-8 of XML characters.
func checkChars(b []byte) error {
	for i := 0; i < len(b); {
		n := charLen(b[i:])
		if n <= 0 {
			return badChars(b[i:])
		}
		i += n
	}
	return nil
}

var errNamespaceName = errors.New("white space, a control character or a separator in a namespace name")

// checkNamespace refuses names that software which joins namespace and name by a separator would misread. No IRI holds such characters
// (RFC 3987, section 2.2).
func checkNamespace(uri []byte) error {
	for _, r := range string(uri) {
		if r < utf8.RuneSelf && class[r]&cIRI == 0 || r >= utf8.RuneSelf && (unicode.IsSpace(r) || unicode.IsControl(r)) {
			return errNamespaceName
		}
	}
	return nil
}

// SWAR: eight bytes at a time. A byte's highest bit is set in the result if the byte is looked for, and perhaps in bytes above that: the lowest one is right.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the bytes of w that are no printable ASCII.
func special(w uint64) uint64 { return (w-0x20*ones)&^w | w }

// zero marks the bytes that are zero in w.
func zero(w uint64) uint64 { return (w - ones) &^ w }

// textSpan returns the index, i or above, of the first byte in b that may not stand for itself in text: '<', '>' (which may end "]]>"), '&', what is
// not printable and what is not ASCII; the length of b if there is none.
func textSpan(b []byte, i int) int {
	for ; i <= len(b)-8; i += 8 {
		w := word(view(b), i)
		angle := (w | ('<'^'>')*ones) ^ '>'*ones // zero for both
		if m := (special(w) | zero(angle) | zero(w^'&'*ones)) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(b) && class[b[i]]&cText != 0 {
		i++
	}
	return i
}

// attrSpan is textSpan for a value in the quotes q: it stops at q, '<', '&', what is not printable and what is not ASCII, and perhaps at other quotes.
func attrSpan(b []byte, i int, q byte) int {
	differ := uint64(q^'&') * ones // in one bit
	either := uint64(q|'&') * ones
	for ; i <= len(b)-8; i += 8 {
		w := word(view(b), i)
		if m := (special(w) | zero((w|differ)^either) | zero(w^'<'*ones)) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(b) && class[b[i]]&cAttr != 0 {
		i++
	}
	return i
}
