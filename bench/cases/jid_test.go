package cases

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/jid"
	mellium "mellium.im/xmpp/jid"
)

// otherwise are the domainparts that the two take in different ways, on purpose, and why. Localparts and resourceparts are always taken in the same way.
func otherwise() map[string]string {
	const (
		empty  = "a label of a name is never empty, not even behind a trailing dot (RFC 7622, 3.2; RFC 5890, 2.3.2.1)"
		symbol = "IDNA2008 has no symbols and no invisible characters in names (RFC 5892, 2)"
		ipv6   = "an IPv6 address has one spelling, or it would not be compared (RFC 7622, 3.2; RFC 5952)"
		long   = "a label has 63 bytes at most (RFC 5890, 2.3.1)"
		mapped = "an IPv4 address mapped into IPv6 is an IPv6 address (RFC 3986, 3.2.2)"
	)
	return map[string]string{
		"example.com..": empty, "a..b": empty, "。": empty, "\u00ad.example": empty,
		"☃.net": symbol, "a\u00adb.example": symbol, "xn--ls8h.la": symbol, "😀.example": symbol,
		"[0:0::1]": ipv6, "[FE80::A]": ipv6,
		"[::ffff:1.2.3.4]":                   mapped,
		strings.Repeat("a", 64) + ".example": long,
	}
}

func localparts() []string {
	return []string{
		"", "juliet", "Juliet", "a.b", "a b", `a"b`, "a&b", "a'b", "a:b", "a<b", "a>b", `a\20b`, "rémi", "RÉMI", "e\u0301", "Σ", "ς", "ß", "ẞ", "ﬀ", "Ａ", "ｱ", "ネコ", "ⅣA",
		"a\u200d", "א1", "אa", "\u0627\u0661", "\u06611", "♚", "🙂", "\u00a0", "a\x00", "a\tb", "İ", "ı", "\u212a", "\u2126", "a\u00ad", "=?", "!#$%*+,-.;=^_`{|}~", "\ufffd",
		"\xff", "·", "l·l", "ـ", "ŉ", "\u0345", "ά\u0345", "\ue000", "a\u0338", "〇", "ａｂｃ", "ΐ", strings.Repeat("a", 1023), strings.Repeat("a", 1024), strings.Repeat("é", 512),
	}
}

func domainparts() []string {
	all := []string{
		"example.com", "Example.COM", "example.com.", "", "bücher.example", "BÜCHER.example", "xn--bcher-kva.example", "XN--BCHER-KVA.example", "xn--a", "xn--", "127.0.0.1", "[::1]",
		"[::1", "::1", "[::1%eth0]", "[1.2.3.4]", "a_b.example", "-a.example", "a-.example", "a b", "ex*mple", "straße.example", "faß.de", "例え.example", "a。b", "localhost", "1",
		"1.2.3", "ａ.example", "a\u200db", "א.example", "1א.example", "ü.", "xn--bcher-kva.", "xn--zca", "a!b", "example.com:5222", "ab--cd.example", "xn--0.example",
		".", strings.Repeat("a", 63) + ".example",
	}
	for d := range otherwise() {
		all = append(all, d)
	}
	return all
}

func resourceparts() []string {
	return []string{
		"", "balcony", "Balcony", "a b", " a", "a ", "a\u00a0b", "♚", "a/b", "a@b", "e\u0301", "\x00", "a\tb", "ⅳ", "ﬀ", "🙂", "\u200d", "\ufffe", "\xff", "ſ", "a\u00ad", "Ａ",
		"\u3000", "א1", "\ue000", strings.Repeat("r", 1023), strings.Repeat("r", 1024),
	}
}

// difference says how the two take an address in different ways, "" if they do not.
func difference(s string) string {
	ours, err := jid.Parse(s)
	theirs, errTheirs := mellium.Parse(s)
	switch {
	case (err == nil) != (errTheirs == nil):
		return fmt.Sprintf("%q: error %v; mellium's %v", s, err, errTheirs)
	case err == nil && ours.String() != theirs.String():
		return fmt.Sprintf("%q: %q; mellium's %q", s, ours, theirs)
	}
	return ""
}

func TestJIDAgainstMellium(t *testing.T) {
	try := func(s string) {
		if d := difference(s); d != "" {
			t.Error(d)
		}
	}
	for _, s := range append(append(asciiJIDs(), precisJIDs()...), "", "@", "/", "@/", "a@", "@a", "a@b@c", "a/b@c", "a@b/c@d/e", "a//b", "a@b/", "/a", "a@/b") {
		try(s)
	}
	for _, l := range localparts() {
		try(l + "@example.com")
		try(l + "@example.com/x")
	}
	for _, r := range resourceparts() {
		try("example.com/" + r)
		try("a@example.com/" + r)
	}
	differs := otherwise()
	for _, d := range domainparts() {
		for _, s := range []string{d, "a@" + d, d + "/x"} {
			if why := differs[d]; why == "" {
				try(s)
			} else if difference(s) == "" {
				t.Errorf("%q is taken in the same way, though %s", s, why)
			}
		}
	}
}

// TestJIDAgainstMelliumAtRandom makes localparts and resourceparts of characters that mean something, and of any.
func TestJIDAgainstMelliumAtRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 622))
	some := []rune("aZ09.-_\"&'/:<>@\\ éßςΣİıΐ\u0301\u0345\u00ad\u200c\u200d·ـא١۱ſKﬀＡⅣ・゠ネ♚🙂\u00a0\u3000\ue000\u0338")
	part := func(without string) string {
		var b strings.Builder
		for range 1 + rng.IntN(5) {
			c := some[rng.IntN(len(some))]
			if rng.IntN(4) == 0 {
				c = rune(rng.IntN(0x3000))
			}
			if !strings.ContainsRune(without, c) {
				b.WriteRune(c)
			}
		}
		return b.String()
	}
	accepted := 0
	for range 20_000 {
		s := part("@/") + "@example.com/" + part("")
		if d := difference(s); d != "" {
			t.Error(d)
		}
		if _, err := jid.Parse(s); err == nil {
			accepted++
		}
	}
	if accepted < 1000 {
		t.Errorf("only %d addresses were good", accepted)
	}
}
