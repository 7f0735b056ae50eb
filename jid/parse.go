package jid

import "strings"

// NOTE: nearly every address on the wire is ASCII in its normal form already. scan recognises
// those in one pass over a byte table, keeps the string as it is and allocates nothing.
// quick (quick.go) does what has to be done to most others, with a table of the characters that need
// no more than that. The rest is split, prepared part by part by the libraries (prepare.go) and joined again. The
// three agree: scan accepts a string only if preparation would return it unchanged, quick only if it
// would return the same, and fuzz tests say so.

const (
	maxPart  = 1023 // RFC 7622, 3.2 to 3.4: bytes of a part after preparation
	maxLabel = 63   // RFC 1034, 3.1
)

// Parse reads an address, and returns it in its normal form (RFC 7622, 3). The error is an
// [*Error]. The JID may keep s itself: whoever cut s out of something large may clone it first.
func Parse(s string) (JID, error) {
	if j, ok := scan(s); ok {
		return j, nil
	}
	if j, ok := quick(s); ok {
		return j, nil
	}
	local, domain, resource, part := split(s)
	if part != "" {
		return JID{}, newError(s, part, empty)
	}
	j, part, why := assemble(local, domain, resource)
	if why != fine {
		return JID{}, newError(s, part, why)
	}
	return j, nil
}

// split cuts s at the first "/" and then at the first "@" before it, before any preparation
// could make such a character out of another one (RFC 7622, 3.1). It names the part that has its
// separator and nothing else, which "" could not tell from an absent one.
func split(s string) (local, domain, resource, emptyPart string) {
	domain, resource, cut := strings.Cut(s, "/")
	if cut && resource == "" {
		return "", "", "", partResource
	}
	before, after, cut := strings.Cut(domain, "@")
	if !cut {
		return "", domain, resource, ""
	}
	if before == "" {
		return "", "", "", partLocal
	}
	return before, after, resource, ""
}

// assemble prepares the parts and joins them; "" is an absent part.
func assemble(local, domain, resource string) (j JID, part string, why reason) {
	if domain, why = prepareDomain(domain); why != fine {
		return JID{}, partDomain, why
	}
	if local != "" {
		if local, why = prepareLocal(local); why != fine {
			return JID{}, partLocal, why
		}
		j.start = uint16(len(local) + 1)
		domain = local + "@" + domain
	}
	j.s, j.end = domain, uint16(len(domain))
	if resource != "" {
		if resource, why = prepareResource(resource); why != fine {
			return JID{}, partResource, why
		}
		j.s += "/" + resource
	}
	return j, "", fine
}

// scan reads s if it is ASCII in its normal form.
func scan(s string) (JID, bool) {
	start := 0
	if n := span(s, inLocal); n < len(s) && s[n] == '@' {
		if n == 0 || n > maxPart {
			return JID{}, false
		}
		start = n + 1
	}
	n, ok := scanDomain(s[start:])
	if !ok {
		return JID{}, false
	}
	end := start + n
	j := JID{s: s, start: uint16(start), end: uint16(end)}
	if end == len(s) {
		return j, true
	}
	resource := s[end+1:]
	if s[end] != '/' || resource == "" || len(resource) > maxPart {
		return JID{}, false
	}
	return j, span(resource, inResource) == len(resource)
}

// scanDomain returns the length of the domain that s begins with, provided that it is made of
// LDH labels in lower case (RFC 5890, 2.3.1). A label with "--" where the prefix of an A-label has
// it is left to the slow path.
func scanDomain(s string) (n int, ok bool) {
	label := 0 // where the current label starts
	for n < len(s) && class[s[n]]&inDomain != 0 {
		if s[n] == '.' {
			if !plainLabel(s[label:n]) {
				return 0, false
			}
			label = n + 1
		}
		n++
	}
	return n, n <= maxPart && plainLabel(s[label:n])
}

func plainLabel(l string) bool {
	if l == "" || len(l) > maxLabel || l[0] == '-' || l[len(l)-1] == '-' {
		return false
	}
	return len(l) < 4 || l[2] != '-' || l[3] != '-'
}

// span returns the length of the longest prefix of s whose bytes are all of the class.
func span(s string, in uint8) int {
	for i := range len(s) {
		if class[s[i]]&in == 0 {
			return i
		}
	}
	return len(s)
}

const (
	inResource uint8 = 1 << iota // RFC 7622, 3.4: printable, and the space
	inLocal                      // RFC 7622, 3.3: printable, less capitals and "&'/:<>@
	inDomain                     // RFC 5890, 2.3.1: small letters, digits, hyphen; and the dot

	r = inResource
	l = inResource | inLocal
	d = inResource | inLocal | inDomain
)

// class says in which parts of a normal form an ASCII byte may stand.
var class = [256]uint8{
	' ': r, l, r, l, l, l, r, r, l, l, l, l, l, d, d, r, // ␠!"#$%&'()*+,-./
	'0': d, d, d, d, d, d, d, d, d, d, r, l, r, l, r, l, // 0-9:;<=>?
	'@': r, r, r, r, r, r, r, r, r, r, r, r, r, r, r, r, // @A-O
	'P': r, r, r, r, r, r, r, r, r, r, r, l, l, l, l, l, // P-Z[\]^_
	'`': l, d, d, d, d, d, d, d, d, d, d, d, d, d, d, d, // `a-o
	'p': d, d, d, d, d, d, d, d, d, d, d, l, l, l, l, 0, // p-z{|}~
}
