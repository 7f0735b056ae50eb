package wire

import "bytes"

// maxNamespace bounds the length of a namespace name. A prefix lets a few bytes of input stand for a whole name, which the encoder writes out.
const maxNamespace = 512

// maxSpaces bounds how many namespaces without a type one decoder remembers.
const maxSpaces = 64

// declaration is a namespace declaration of the input, in scope.
type declaration struct {
	prefix string // empty for the default namespace
	space  *space
}

// binding is a namespace declaration that has been written, in scope.
type binding struct {
	prefix string // empty for the default namespace
	uri    string
}

// scope is the stack of declarations, innermost last.
type scope []binding

// lookup returns the namespace that prefix is bound to.
func (s scope) lookup(prefix []byte) (string, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].prefix == string(prefix) {
			return s[i].uri, true
		}
	}
	if string(prefix) == "xml" {
		return nsXML, true
	}
	return "", len(prefix) == 0
}

// mentions reports whether text may hold a QName with this prefix.
func mentions(text []byte, prefix string) bool {
	for rest := text; ; {
		i := bytes.Index(rest, []byte(prefix))
		if i < 0 {
			return false
		}
		if after := rest[i+len(prefix):]; len(after) > 1 && after[0] == ':' {
			return true
		}
		rest = rest[i+len(prefix):]
	}
}

// maxInterned bounds the strings one decoder remembers, internLen their length: names are few and short, values are not names.
const (
	maxInterned = 1024
	internLen   = 64
)

// interner turns names into strings without allocating them again and again.
type interner map[string]string

// str returns a copy of s, which may be a view of the buffer.
func (t interner) str(s string) string {
	if known, ok := t[s]; ok {
		return known
	}
	return t.get([]byte(s))
}

// get returns b as a string that does not refer to b.
func (t interner) get(b []byte) string {
	if s, ok := t[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(b) <= internLen && len(t) < maxInterned {
		t[s] = s
	}
	return s
}
