package jid

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/width"
)

// maxRaw bounds what is prepared at all. Preparation can make a part shorter (four bytes of a
// decomposed or fullwidth character become one), but a sender of more than this is no user.
const maxRaw = 4 * maxPart

// domainProfile is UTS #46 without its transitional mappings, with the checks of IDNA2008 that
// the library has: hyphens, joiners, leading marks, ASCII other than LDH, the Bidi rule.
var domainProfile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule())

// identifier adds what UTS #46 lets pass and IDNA2008 does not, as symbols and the CONTEXTO
// rules: PRECIS takes both over from RFC 5892 (RFC 8264, 9).
var identifier = precis.NewIdentifier()

// prepareLocal enforces RFC 7622, 3.3.
func prepareLocal(s string) (string, reason) {
	s, why := enforce(precis.UsernameCaseMapped, s)
	// The forbidden characters are looked for afterwards: width mapping makes an "@" of U+FF20.
	if why == fine && strings.ContainsAny(s, `"&'/:<>@`) {
		return "", forbidden
	}
	return s, why
}

// prepareResource enforces RFC 7622, 3.4.
func prepareResource(s string) (string, reason) {
	if span(s, inResource) == len(s) && s != "" && len(s) <= maxPart {
		return s, fine
	}
	return enforce(precis.OpaqueString, s)
}

// enforce applies a profile until its output is stable, three more times at most (RFC 8264, 7),
// so that what a JID holds is a normal form indeed.
func enforce(p *precis.Profile, s string) (string, reason) {
	switch {
	case len(s) > maxRaw:
		return "", tooLong
	case !utf8.ValidString(s):
		return "", notUTF8
	}
	for range 4 {
		out, err := p.String(s)
		switch {
		case err != nil:
			return "", forbidden
		case out != s:
			s = out
		case s == "":
			return "", empty
		case len(s) > maxPart:
			return "", tooLong
		default:
			return s, fine
		}
	}
	return "", unstable
}

// prepareDomain enforces RFC 7622, 3.2.
func prepareDomain(s string) (string, reason) {
	switch {
	case len(s) > maxRaw:
		return "", tooLong
	case !utf8.ValidString(s):
		return "", notUTF8
	case strings.HasPrefix(s, "["):
		return prepareIPv6(s)
	}
	if !isASCII(s) {
		// RFC 7622, 3.2.2: width mapping. It leaves the ideographic full stop, which people
		// type for the dot (RFC 5895, 2).
		s = strings.ReplaceAll(width.Fold.String(s), "\u3002", ".")
	}
	s = strings.TrimSuffix(s, ".")
	if s == "" {
		return "", empty
	}
	if isASCII(s) {
		s = strings.ToLower(s)
		if span(s, inDomain) < len(s) {
			return "", badLabel
		}
		if _, ok := scanDomain(s); ok {
			return s, fine
		}
	}
	return prepareIDN(s)
}

// prepareIPv6 reads the IP-literal of RFC 3986, 3.2.2. A zone means something on one host only.
func prepareIPv6(s string) (string, reason) {
	inner, ok := strings.CutSuffix(s[1:], "]")
	addr, err := netip.ParseAddr(inner)
	if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
		return "", badIP
	}
	return "[" + addr.String() + "]", fine
}

// prepareIDN maps a domain to U-labels in lower case and checks each of them.
func prepareIDN(s string) (string, reason) {
	from := strings.Split(s, ".")
	for _, label := range from {
		if tooMany(label) {
			return "", longLabel
		}
	}
	u, err := domainProfile.ToUnicode(s)
	if err != nil {
		return "", badLabel
	}
	if again, err := domainProfile.ToUnicode(u); err != nil || again != u {
		return "", unstable
	}
	to := strings.Split(u, ".")
	if len(from) != len(to) {
		return "", badLabel
	}
	for i := range to {
		if why := checkLabel(from[i], to[i]); why != fine {
			return "", why
		}
	}
	if len(u) > maxPart {
		return "", tooLong
	}
	return u, fine
}

// tooMany reports whether a label is too long before it is given to Punycode, which costs the square
// of its length. Outside ASCII the mapping comes first, which composes a character of four at most.
func tooMany(label string) bool {
	if isASCII(label) {
		return len(label) > maxLabel
	}
	return utf8.RuneCountInString(label) > 4*maxLabel
}

// checkLabel checks the label that from became.
func checkLabel(from, to string) reason {
	switch {
	case to == "":
		return emptyLabel
	case utf8.RuneCountInString(to) > maxLabel:
		return longLabel
	}
	a, err := idna.Punycode.ToASCII(to)
	switch {
	case err != nil:
		return badLabel
	case len(a) > maxLabel:
		return longLabel
	case !isASCII(to):
		if _, err := identifier.String(to); err != nil {
			return badLabel
		}
	case to != strings.ToLower(from):
		// The library decodes "xn--example-" to "example". Two spellings of one ASCII name are a
		// way past every check made on the first, so ASCII comes of itself or of capitals only.
		return badLabel
	}
	return fine
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
