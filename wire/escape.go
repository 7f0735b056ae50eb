package wire

import "unicode/utf8"

// escaped is what stands for a character that cannot stand for itself, in attribute values and in text.
var (
	escAttr = [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\'': "&apos;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}
	escText = [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}
)

// appendEscaped appends s with the characters of the table escaped. It returns an error for anything that XML cannot hold: control characters, surrogates
// and bytes that are not UTF-8.
func appendEscaped(dst []byte, s string, table *[utf8.RuneSelf]string) ([]byte, error) {
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
