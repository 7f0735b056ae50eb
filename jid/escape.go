package jid

import "strings"

// escapable are the characters of XEP-0106, 3.2, and the backslash, which is escaped only
// where it would be taken for the beginning of an escape sequence.
const escapable = ` "&'/:<>@\`

// Escape makes a localpart of what a person typed, or of an address of another network
// (XEP-0106, 4.2): "d'artagnan" becomes `d\27artagnan`. It is for the localpart only, and
// not for one that is escaped already.
//
// A space at either end has no escaped form (XEP-0106, 4.1, rule 6). It is left as it is, so that
// [New] refuses the localpart, rather than dropped, which would name somebody else.
func Escape(localpart string) string {
	if !strings.ContainsAny(localpart, escapable) {
		return localpart
	}
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(localpart) {
		c := localpart[i]
		if mustEscape(localpart, i) {
			b.Write([]byte{'\\', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func mustEscape(s string, i int) bool {
	switch s[i] {
	case ' ':
		return i > 0 && i < len(s)-1
	case '\\':
		_, ok := sequence(s[i:])
		return ok
	}
	return strings.IndexByte(escapable, s[i]) >= 0
}

// Unescape returns a localpart as it is shown to people (XEP-0106, 3.3). What it returns is not
// to be compared, sent or parsed (XEP-0106, 4.1, rules 4 and 5). Case is significant: `\3A` is no
// escape sequence; nor is `\20` at either end of a localpart, which would be an invisible
// difference between two names.
func Unescape(localpart string) string {
	if strings.IndexByte(localpart, '\\') < 0 {
		return localpart
	}
	var b strings.Builder
	for i := 0; i < len(localpart); i++ {
		c, ok := sequence(localpart[i:])
		if !ok || c == ' ' && (i == 0 || i+3 == len(localpart)) {
			b.WriteByte(localpart[i])
			continue
		}
		b.WriteByte(c)
		i += 2
	}
	return b.String()
}

// sequence returns the character whose escape sequence s begins with (XEP-0106, 3.3).
func sequence(s string) (c byte, ok bool) {
	if len(s) < 3 || s[0] != '\\' {
		return 0, false
	}
	switch s[1:3] {
	case "20":
		return ' ', true
	case "22":
		return '"', true
	case "26":
		return '&', true
	case "27":
		return '\'', true
	case "2f":
		return '/', true
	case "3a":
		return ':', true
	case "3c":
		return '<', true
	case "3e":
		return '>', true
	case "40":
		return '@', true
	case "5c":
		return '\\', true
	}
	return 0, false
}
