package wire

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

// escaped is what stands for a character that cannot stand for itself, in attribute values and in text.
var (
	escAttr = [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\'': "&apos;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}
	escText = [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}
)

// appendEscaped appends s with the characters of the table escaped. It returns an error for anything that XML cannot hold: control characters, surrogates
// and bytes that are not UTF-8.
func appendEscaped(dst []byte, s string, table *[utf8.RuneSelf]string) ([]byte, error) {
	if needsNone(s) {
		return append(dst, s...), nil
	}
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return dst, errUTF8
			}
			if !isChar(r) {
				return dst, badChar(r)
			}
			i += size
			continue
		}
		if c < 0x20 && !isSpace(c) {
			return dst, badChar(rune(c))
		}
		if esc := table[c]; esc != "" {
			dst = append(append(dst, s[from:i]...), esc...)
			from = i + 1
		}
		i++
	}
	return append(dst, s[from:]...), nil
}

// needsNone reports whether s is printable ASCII without markup or apostrophe. It may report false for s that needs no escape.
func needsNone(s string) bool {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		and, less, more, apostrophe := w^('&'*ones), w^('<'*ones), w^('>'*ones), w^('\''*ones)
		if ((w-0x20*ones)&^w|(and-ones)&^and|(less-ones)&^less|(more-ones)&^more|(apostrophe-ones)&^apostrophe|w)&highs != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if class[c]&cAttr == 0 {
			return false
		}
	}
	return true
}
