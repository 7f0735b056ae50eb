package names

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// initialism reports whether Go writes the word, given in lower case, in capitals.
func initialism(word string) bool {
	switch word {
	case "jid", "id", "sid", "iq", "uri", "url", "xml", "xep", "tls", "ssl", "sasl", "muc", "os", "http", "https", "mam", "sm", "rsm", "ip", "tcp", "udp",
		"dns", "srv", "utc", "tzo", "uuid", "api", "json", "html", "xhtml", "css", "ttl", "xmpp", "pep", "im", "ui", "oob", "ibb", "rtp", "ice", "mime",
		"ok", "dnd", "xa":
		return true
	}
	return false
}

// Camel turns the name of an element, attribute, type or value into an exported Go identifier. It is empty if s has neither letter nor digit.
func Camel(s string) string {
	var b strings.Builder
	for _, w := range words(s) {
		b.WriteString(capital(w))
	}
	return exported(b.String())
}

// exported makes an identifier of letters and digits one that starts with a capital: what begins with a digit, or with a letter of a script without
// capitals, gets an X.
func exported(s string) string {
	if r, size := utf8.DecodeRuneInString(s); size > 0 && !unicode.IsUpper(r) {
		return "X" + s
	}
	return s
}

// words splits at everything that is neither letter nor digit and where a camelCase word starts.
func words(s string) []string {
	rs := []rune(s)
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, string(rs[start:end]))
		}
		start = end
	}
	for i, r := range rs {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case unicode.IsUpper(r) && i > start && startsWord(rs, i):
			flush(i)
		}
	}
	flush(len(rs))
	return out
}

// startsWord reports whether the capital at i starts a word: after a small letter or digit (streamID), or before a small letter (XMLName).
func startsWord(rs []rune, i int) bool {
	return !unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])
}

// capital writes one word: an initialism in capitals, also with digits behind it (sm3) or as a plural (jids), anything else with its first letter raised.
func capital(w string) string {
	low := strings.ToLower(w)
	stem := strings.TrimRight(low, "0123456789")
	if initialism(stem) {
		return strings.ToUpper(w)
	}
	if one, ok := strings.CutSuffix(low, "s"); ok && len(one) > 1 && plural(one) {
		return strings.ToUpper(one) + "s"
	}
	rs := []rune(w)
	rs[0] = unicode.ToUpper(rs[0])
	return string(rs)
}

// plural reports whether the initialism is one that takes a plural s; the others would make words of their own (ips, mus).
func plural(word string) bool {
	switch word {
	case "jid", "id", "uri", "url", "iq", "uuid":
		return true
	}
	return false
}

// valueWord is the part of a constant's name that says its value. It never needs a capital of its own kind: the type's name stands before it.
func valueWord(v string) string {
	if v == "" {
		return "Empty"
	}
	sign := ""
	if len(v) > 1 && v[1] >= '0' && v[1] <= '9' {
		switch v[0] {
		case '-':
			sign = "Minus"
		case '+':
			sign = "Plus"
		}
	}
	var b strings.Builder
	for _, w := range words(v) {
		b.WriteString(capital(w))
	}
	if b.Len() > 0 {
		return sign + b.String()
	}
	for _, r := range v {
		b.WriteString(symbol(r))
	}
	return b.String()
}

// symbol names a character that cannot stand in an identifier.
func symbol(r rune) string {
	switch r {
	case '+':
		return "Plus"
	case '-':
		return "Minus"
	case '*':
		return "Star"
	case '=':
		return "Equal"
	case '<':
		return "Less"
	case '>':
		return "Greater"
	case '!':
		return "Not"
	case '?':
		return "Question"
	case '/':
		return "Slash"
	case '.':
		return "Dot"
	case '_':
		return "Underscore"
	case '#':
		return "Hash"
	case '%':
		return "Percent"
	case ' ':
		return "Space"
	}
	return fmt.Sprintf("U%04X", r)
}
