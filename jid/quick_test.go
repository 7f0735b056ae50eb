package jid

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// slow is Parse without what makes it fast.
func slow(s string) (JID, bool) {
	local, domain, resource, bad := split(s)
	if bad != "" {
		return JID{}, false
	}
	if domain == "" {
		return JID{}, false
	}
	j, _, why := assemble(local, domain, resource)
	return j, why == fine
}

// TestRuns holds every character against the profiles that the table stands for.
func TestRuns(t *testing.T) {
	last := rune(utf8.RuneSelf - 1)
	for _, r := range runs {
		if r.lo <= last || r.hi < r.lo {
			t.Errorf("%#x to %#x is out of order", r.lo, r.hi)
		}
		last = r.hi
	}
	for c := rune(utf8.RuneSelf); c <= utf8.MaxRune; c++ {
		r := runOf(c)
		if r == nil {
			continue
		}
		s := string(c)
		if got, why := enforce(precis.OpaqueString, s); got != s {
			t.Errorf("%q in a resourcepart: %q %s", s, got, why)
		}
		if p := norm.NFC.PropertiesString(s); !p.BoundaryBefore() || p.CCC() != 0 {
			t.Errorf("%q may change with what stands before it", s)
		}
		if r.is == symbol {
			continue
		}
		if p, _ := bidi.LookupRune(c); p.Class() != bidi.L {
			t.Errorf("%q is not written from left to right", s)
		}
		want := string(r.small(c))
		if got, why := prepareLocal(s); got != want {
			t.Errorf("%q in a localpart: %q %s, want %q", s, got, why, want)
		}
		if got, why := prepareIDN("a" + s); got != "a"+want {
			t.Errorf("%q in a domainpart: %q %s, want %q", s, got, why, want)
		}
		if got, why := prepareIDN(s); got != want {
			t.Errorf("%q as a label: %q %s, want %q", s, got, why, want)
		}
	}
}

func TestQuickIsQuick(t *testing.T) {
	for _, s := range []string{
		"Juliet@Example.COM/Balcony", "rémi@bücher.example/♚", "ネコ@例え.example/いえ", "straße@xn--bcher-kva.example", "Σίσυφος@example.net/πέτρα",
		"ЮЛИЯ@ПРИМЕР.example./Балкон", "XN--BCHER-KVA.example", "한국@xn--3e0b707e/🎈",
	} {
		got, ok := quick(s)
		want, _ := slow(s)
		if !ok || got != want {
			t.Errorf("%q: %q, %v, want %q", s, got, ok, want)
		}
		if n := testing.AllocsPerRun(10, func() { _, _ = Parse(s) }); n > 1 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

// alphabet has what may be on either side of every rule.
func alphabet() []rune {
	all := []rune("aZ09.-_@/ \"é\u0301ßẞςΣİıſKÅ·ـא١۱ﬀＡ。ⅣネーŸǅ\u00ad\u200d\u3099か가각\u11a8กำ्क♚🙂\u00a0")
	for _, r := range runs {
		all = append(all, r.lo, r.hi, (r.lo+r.hi)/2)
	}
	return all
}

// atRandom makes an address that may be good.
func atRandom(rng *rand.Rand, letters []rune) string {
	part := func() string {
		var b strings.Builder
		for range 1 + rng.IntN(6) {
			if rng.IntN(3) == 0 {
				b.WriteByte("abcxyzABC019-."[rng.IntN(14)])
			} else {
				b.WriteRune(letters[rng.IntN(len(letters))])
			}
		}
		return b.String()
	}
	domain := part()
	switch rng.IntN(4) {
	case 0:
		if a, err := idna.Punycode.ToASCII(strings.ToLower(domain)); err == nil {
			domain = a
		}
	case 1:
		domain = "xn--" + domain
	}
	return part() + "@" + domain + "." + part() + "/" + part()
}

func TestQuickAgainstSlow(t *testing.T) {
	rng := rand.New(rand.NewPCG(76, 22))
	letters, accepted := alphabet(), 0
	for range 20_000 {
		s := atRandom(rng, letters)
		got, ok := quick(s)
		if !ok {
			continue
		}
		accepted++
		if want, fine := slow(s); !fine || got != want {
			t.Errorf("quick(%+q) = %q, want %q, %v", s, got, want, fine)
		}
	}
	if accepted < 1000 {
		t.Errorf("only %d addresses were quick", accepted)
	}
}

func FuzzQuick(f *testing.F) {
	for _, s := range []string{
		"rémi@bücher.example/♚", "straße@xn--bcher-kva.example", "Σ@xn--3e0b707e", "xn--a-ecp.ru", "xn--example-.com", "ü--ü.de", "ab--ü", "-ü", "ü-", "xn--zca",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := quick(s)
		if !ok {
			return
		}
		if want, fine := slow(s); !fine || got != want {
			t.Errorf("quick(%+q) = %q, want %q, %v", s, got, want, fine)
		}
	})
}

func TestPunycode(t *testing.T) {
	rng := rand.New(rand.NewPCG(34, 92))
	letters := []rune("aäz0-é例え한ж\u0131\U0001f388\U0010fffd")
	for range 20_000 {
		label := "ü"
		for range rng.IntN(12) {
			label += string(letters[rng.IntN(len(letters))])
		}
		want, err := idna.Punycode.ToASCII(label)
		if err != nil {
			t.Fatal(err)
		}
		got := "xn--" + string(appendPunycode(nil, []byte(label)))
		if got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
		back, ok := decodePunycode(make([]rune, 0, 63), []byte(got[4:]))
		if !ok || string(back) != label {
			t.Errorf("%q: %q, %v, want %q", got, string(back), ok, label)
		}
	}
}
