package jid

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxQuick bounds what quick looks at. More is for the slow path, which knows all limits.
const maxQuick = 200

// quick reads s if it is made of characters of which preparation leaves nothing to find out: ASCII,
// and those of runs. It says what assemble would, but for the reasons of a refusal: those it leaves to it.
func quick(s string) (JID, bool) {
	if len(s) > maxQuick {
		return JID{}, false
	}
	local, domain, resource, bad := split(s)
	if bad != "" {
		return JID{}, false
	}
	var j JID
	var buf [2 * maxQuick]byte
	b := buf[:0]
	var ok bool
	if local != "" {
		if b, ok = appendLocal(b, local); !ok {
			return JID{}, false
		}
		b = append(b, '@')
		j.start = uint16(len(b))
	}
	if b, ok = appendDomain(b, domain); !ok {
		return JID{}, false
	}
	j.end = uint16(len(b))
	if resource != "" {
		b = append(b, '/')
		if b, ok = appendResource(b, resource); !ok {
			return JID{}, false
		}
	}
	if j.s = s; string(b) != s {
		j.s = string(b)
	}
	return j, true
}

// appendLocal appends a localpart in its normal form.
func appendLocal(b []byte, s string) ([]byte, bool) {
	var r *run
	from := len(b)
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			switch {
			case class[c]&inLocal != 0:
				b = append(b, c)
			case 'A' <= c && c <= 'Z':
				b = append(b, c+'a'-'A')
			default:
				return nil, false
			}
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if r = r.of(c); r == nil || r.is == symbol {
			return nil, false
		}
		b = utf8.AppendRune(b, r.small(c))
		i += size
	}
	return b, r == nil || leftToRight(b[from:])
}

// leftToRight reports whether a localpart begins with a letter and ends with a letter or digit. The library's Bidi Rule (RFC 5893, 2) wants that of all that are not
// ASCII.
func leftToRight(s []byte) bool {
	first, last := s[0], s[len(s)-1]
	return (first >= utf8.RuneSelf || 'a' <= first && first <= 'z') &&
		(last >= utf8.RuneSelf || 'a' <= last && last <= 'z' || '0' <= last && last <= '9')
}

// appendResource appends a resourcepart, which is in its normal form.
func appendResource(b []byte, s string) ([]byte, bool) {
	var r *run
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			if class[s[i]]&inResource == 0 {
				return nil, false
			}
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if r = r.of(c); r == nil {
			return nil, false
		}
		i += size
	}
	return append(b, s...), true
}

// appendDomain appends a name in its normal form.
func appendDomain(b []byte, s string) ([]byte, bool) {
	s = strings.TrimSuffix(s, ".")
	for more := true; more; {
		var label string
		label, s, more = strings.Cut(s, ".")
		from := len(b)
		var ascii, ok bool
		if b, ascii, ok = appendLabel(b, label); !ok {
			return nil, false
		}
		switch l := b[from:]; {
		case ascii && aLabel(l):
			b, ok = appendDecoded(b[:from], l)
		case ascii:
			ok = plainLabel(string(l))
		default:
			ok = uLabel(l)
		}
		if !ok {
			return nil, false
		}
		if more {
			b = append(b, '.')
		}
	}
	return b, true
}

// appendLabel appends a label in small letters, and reports whether it is ASCII.
func appendLabel(b []byte, s string) (_ []byte, ascii, ok bool) {
	var r *run
	ascii = true
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			switch {
			case class[c]&inDomain != 0:
				b = append(b, c)
			case 'A' <= c && c <= 'Z':
				b = append(b, c+'a'-'A')
			default:
				return nil, false, false
			}
			i++
			continue
		}
		ascii = false
		c, size := utf8.DecodeRuneInString(s[i:])
		if r = r.of(c); r == nil || r.is == symbol {
			return nil, false, false
		}
		b = utf8.AppendRune(b, r.small(c))
		i += size
	}
	return b, ascii, true
}

// of returns the run of a character; it is often that of the one before, r.
func (r *run) of(c rune) *run {
	if r != nil && r.lo <= c && c <= r.hi {
		return r
	}
	return runOf(c)
}

func aLabel(l []byte) bool { return len(l) > 4 && string(l[:4]) == "xn--" }

// uLabel reports whether a label of letters, digits and hyphens, not all of them ASCII, may stand in a name: the
// hyphens are where they may be, and as an A-label it is not too long (RFC 5891, 4.2.3.1; RFC 5890, 2.3.2.1). Where two hyphens may be
// is left to the slow path.
func uLabel(l []byte) bool {
	if utf8.RuneCount(l) > maxLabel || l[0] == '-' || l[len(l)-1] == '-' || bytes.Contains(l, []byte("--")) {
		return false
	}
	var buf [4 * maxLabel]byte
	return len("xn--")+len(appendPunycode(buf[:0], l)) <= maxLabel
}

// appendDecoded appends the U-label of an A-label, if it is of the characters of runs, in small letters, and the A-label the only one it has.
func appendDecoded(b []byte, l []byte) ([]byte, bool) {
	var code [maxLabel]byte // l may stand where b is appended to
	puny := code[:copy(code[:], l[len("xn--"):])]
	if len(l) > maxLabel {
		return nil, false
	}
	var room [maxLabel]rune
	decoded, ok := decodePunycode(room[:0], puny)
	if !ok {
		return nil, false
	}
	from := len(b)
	var r *run
	for _, c := range decoded {
		if c >= utf8.RuneSelf {
			if r = r.of(c); r == nil || r.is == symbol || r.small(c) != c {
				return nil, false
			}
		}
		b = utf8.AppendRune(b, c)
	}
	var buf [4 * maxLabel]byte
	return b, uLabel(b[from:]) && string(appendPunycode(buf[:0], b[from:])) == string(puny)
}
