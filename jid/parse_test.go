package jid_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
)

// parts is what a test compares: an address taken apart, and put together.
type parts struct{ Local, Domain, Resource, String string }

func partsOf(j jid.JID) parts {
	return parts{j.Local(), j.Domain(), j.Resource(), j.String()}
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, in, local, domain, resource string
	}{
		// RFC 7622, 3.5, table 1.
		{"table 1: 1", "juliet@example.com", "juliet", "example.com", ""},
		{"table 1: 2", "juliet@example.com/foo", "juliet", "example.com", "foo"},
		{"table 1: 3", "juliet@example.com/foo bar", "juliet", "example.com", "foo bar"},
		{"table 1: 4", "juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"},
		{"table 1: 5", `foo\20bar@example.com`, `foo\20bar`, "example.com", ""},
		{"table 1: 6", "fussball@example.com", "fussball", "example.com", ""},
		{"table 1: 7", "fu\u00dfball@example.com", "fu\u00dfball", "example.com", ""},
		{"table 1: 8", "\u03c0@example.com", "\u03c0", "example.com", ""},
		{"table 1: 9", "\u03a3@example.com/foo", "\u03c3", "example.com", "foo"},
		{"table 1: 10", "\u03c3@example.com/foo", "\u03c3", "example.com", "foo"},
		{"table 1: 11", "\u03c2@example.com/foo", "\u03c2", "example.com", "foo"},
		{"table 1: 12", "king@example.com/\u265a", "king", "example.com", "\u265a"},
		{"table 1: 13", "example.com", "", "example.com", ""},
		{"table 1: 14", "example.com/foobar", "", "example.com", "foobar"},
		{"table 1: 15", "a.example.com/b@example.net", "", "a.example.com", "b@example.net"},
		// RFC 7622, erratum 4560: OpaqueString has no rule against it.
		{"table 2: 18", "juliet@example.com/ foo", "juliet", "example.com", " foo"},

		{"second slash", "juliet@example.com/foo/bar@baz", "juliet", "example.com", "foo/bar@baz"},
		{"case of ASCII", "Juliet@Example.COM/Balcony", "juliet", "example.com", "Balcony"},
		{"trailing dot", "juliet@example.com./foo", "juliet", "example.com", "foo"},
		{"one label", "localhost", "", "localhost", ""},
		{"digits", "0@1.2", "0", "1.2", ""},
		{"IPv4", "a@127.0.0.1/b", "a", "127.0.0.1", "b"},
		{"IPv6", "a@[::1]/b", "a", "[::1]", "b"},
		{"IPv6 spelling", "[2001:DB8:0:0::0001]", "", "[2001:db8::1]", ""},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]", "", "[::ffff:192.0.2.1]", ""},
		{"hyphen", "a-b.c--d.example", "", "a-b.c--d.example", ""},

		{"decomposed localpart", "re\u0301mi@example.com", "r\u00e9mi", "example.com", ""},
		{"fullwidth localpart", "\uff2a\uff55\uff4c@example.com", "jul", "example.com", ""},
		{"case of Cyrillic", "\u041f\u0451\u0442\u0440@example.com", "\u043f\u0451\u0442\u0440", "example.com", ""},
		{"dotted capital I", "\u0130@example.com", "i\u0307", "example.com", ""},
		{"Kelvin sign", "\u212a@example.com", "k", "example.com", ""},
		{"Hebrew localpart", "\u05d0\u05d1@example.com", "\u05d0\u05d1", "example.com", ""},
		{"resource keeps case", "a@b/R\u00c9MI", "a", "b", "R\u00c9MI"},
		{"resource decomposed", "a@b/re\u0301mi", "a", "b", "r\u00e9mi"},
		{"resource spaces", "a@b/x\u00a0y\u3000z", "a", "b", "x y z"},
		{"resource emoji", "a@b/\U0001f600", "a", "b", "\U0001f600"},
		{"resource fullwidth slash", "a@b/\uff0f", "a", "b", "\uff0f"},

		{"U-label", "B\u00dcCHER.example", "", "b\u00fccher.example", ""},
		{"U-label decomposed", "bu\u0308cher.example", "", "b\u00fccher.example", ""},
		{"A-label", "xn--bcher-kva.example", "", "b\u00fccher.example", ""},
		{"A-label capitals", "XN--BCHER-KVA.Example", "", "b\u00fccher.example", ""},
		{"sharp s is kept", "fu\u00dfball.example", "", "fu\u00dfball.example", ""},
		{"fullwidth domain", "\uff25xample\uff0ecom", "", "example.com", ""},
		{"ideographic full stop", "example\u3002com\uff61", "", "example.com", ""},
		{"U-label trailing dot", "b\u00fccher.example.", "", "b\u00fccher.example", ""},
		{"Hebrew domain", "a@\u05d0\u05d1.\u05d2\u05d3", "a", "\u05d0\u05d1.\u05d2\u05d3", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jid.Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			want := parts{tt.local, tt.domain, tt.resource, tt.domain}
			if tt.local != "" {
				want.String = tt.local + "@" + want.String
			}
			if tt.resource != "" {
				want.String += "/" + tt.resource
			}
			if diff := cmp.Diff(want, partsOf(got)); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.in, diff)
			}
			if again, err := jid.Parse(got.String()); again != got {
				t.Errorf("Parse(%q) = %q, %v: the normal form is not stable", got, again, err)
			}
			made, err := jid.New(tt.local, tt.domain, tt.resource)
			if made != got {
				t.Errorf("New = %q, %v; want %q", made, err, got)
			}
		})
	}
}

func TestParseError(t *testing.T) {
	tests := []struct{ name, in, part, reason string }{
		// RFC 7622, 3.5, table 2.
		{"table 2: 16", `"juliet"@example.com`, "localpart", "not allowed"},
		{"table 2: 17", "foo bar@example.com", "localpart", "not allowed"},
		{"table 2: 19", "@example.com/", "resourcepart", "empty"},
		{"table 2: 20", "henry\u2163@example.com", "localpart", "not allowed"},
		{"table 2: 21", "\u265a@example.com", "localpart", "not allowed"},
		{"table 2: 22", "juliet@", "domainpart", "empty"},
		{"table 2: 23", "/foobar", "domainpart", "empty"},

		{"empty", "", "domainpart", "empty"},
		{"only separators", "@/", "resourcepart", "empty"},
		{"empty localpart", "@example.com", "localpart", "empty"},
		{"empty resourcepart", "example.com/", "resourcepart", "empty"},
		{"second at", "a@b@example.com", "domainpart", "label"},
		{"ampersand", "a&b@example.com", "localpart", "not allowed"},
		{"apostrophe", "a'b@example.com", "localpart", "not allowed"},
		{"colon", "a:b@example.com", "localpart", "not allowed"},
		{"less than", "a<b@example.com", "localpart", "not allowed"},
		{"greater than", "a>b@example.com", "localpart", "not allowed"},
		{"fullwidth at in localpart", "a\uff20b@example.com", "localpart", "not allowed"},
		{"fullwidth solidus in localpart", "a\uff0fb@example.com", "localpart", "not allowed"},
		{"fullwidth quotation mark", "a\uff02b@example.com", "localpart", "not allowed"},
		{"control in localpart", "a\x01b@example.com", "localpart", "not allowed"},
		{"delete in localpart", "a\x7fb@example.com", "localpart", "not allowed"},
		{"zero width space", "a\u200bb@example.com", "localpart", "not allowed"},
		{"no-break space", "a\u00a0b@example.com", "localpart", "not allowed"},
		{"Bidi rule in localpart", "\u05d0a@example.com", "localpart", "not allowed"},
		{"bad UTF-8 in localpart", "a\xff@example.com", "localpart", "UTF-8"},
		{"bad UTF-8 in resourcepart", "a@b/\xc3", "resourcepart", "UTF-8"},
		{"bad UTF-8 in domainpart", "a@\xed\xa0\x80", "domainpart", "UTF-8"},
		{"tab in resourcepart", "a@b/x\ty", "resourcepart", "not allowed"},
		{"newline in resourcepart", "a@b/x\n", "resourcepart", "not allowed"},
		{"NUL in resourcepart", "a@b/\x00", "resourcepart", "not allowed"},
		{"noncharacter", "a@b/\uffff", "resourcepart", "not allowed"},

		{"root", ".", "domainpart", "empty"},
		{"two trailing dots", "example.com..", "domainpart", "empty label"},
		{"two trailing dots, one ideographic", "b\u00fccher.\u3002", "domainpart", "empty label"},
		{"leading dot", ".example.com", "domainpart", "empty label"},
		{"empty label", "a..b", "domainpart", "empty label"},
		{"leading hyphen", "-a.example", "domainpart", "label"},
		{"trailing hyphen", "a-.example", "domainpart", "label"},
		{"reserved label", "ab--cd.example", "domainpart", "label"},
		{"underscore", "a_b.example", "domainpart", "label"},
		{"space in domainpart", "exam ple.com", "domainpart", "label"},
		{"port", "example.com:5222", "domainpart", "label"},
		{"fullwidth at in domainpart", "a@b\uff20c.example", "domainpart", "label"},
		{"account of sign", "b\u2100c.example", "domainpart", "label"},
		{"symbol in domainpart", "\u265a.example", "domainpart", "label"},
		{"middle dot out of place", "a\u00b7b.example", "domainpart", "label"},
		{"Bidi rule in domainpart", "\u05d0a.example", "domainpart", "label"},
		{"Bidi rule across labels", "1a.\u05d0", "domainpart", "label"},
		{"joiner out of place", "a\u200db.example", "domainpart", "label"},
		{"bad punycode", "xn--a\u00fc.example", "domainpart", "label"},
		{"empty punycode", "xn--.example", "domainpart", "empty label"},
		{"A-label of ASCII", "xn--example-.com", "domainpart", "label"},
		{"A-label of ASCII, disguised", "\U0001d431n--example-.com", "domainpart", "label"},
		{"A-label of ASCII, capitals", "XN--EXAMPLE-.\u00fc", "domainpart", "label"},
		{"A-label of a capital", "xn--bcher-2pa.example", "domainpart", "label"},
		{"mathematical letters", "\U0001d41axample.com", "domainpart", "label"},

		{"IPv6 unclosed", "[::1", "domainpart", "IPv6"},
		{"IPv6 with more", "[::1]x", "domainpart", "IPv6"},
		{"IPv6 with a zone", "[fe80::1%eth0]", "domainpart", "IPv6"},
		{"IPv4 in brackets", "[127.0.0.1]", "domainpart", "IPv6"},
		{"IPv6 bare", "::1", "domainpart", "label"},
		{"brackets alone", "[]", "domainpart", "IPv6"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jid.Parse(tt.in)
			e, ok := errors.AsType[*jid.Error](err)
			if !ok {
				t.Fatalf("Parse(%q) = %q, %v; want a *jid.Error", tt.in, got, err)
			}
			if !got.IsZero() {
				t.Errorf("Parse(%q) = %q beside its error", tt.in, got)
			}
			if diff := cmp.Diff(tt.part, e.Part); diff != "" {
				t.Errorf("part (-want +got):\n%s", diff)
			}
			if !strings.Contains(e.Reason, tt.reason) {
				t.Errorf("reason %q does not hold %q", e.Reason, tt.reason)
			}
			if e.Input != tt.in {
				t.Errorf("input = %q, want %q", e.Input, tt.in)
			}
		})
	}
}

func TestLengths(t *testing.T) {
	domain := strings.Repeat("a.", 511) + "a" // 1023 bytes
	tests := []struct {
		name, in string
		bytes    int // of the normal form; 0 if there is none
	}{
		{"localpart 1023", strings.Repeat("a", 1023) + "@b", 1025},
		{"localpart 1024", strings.Repeat("a", 1024) + "@b", 0},
		{"localpart 1023 capitals", strings.Repeat("A", 1023) + "@b", 1025},
		{"localpart 1024 capitals", strings.Repeat("A", 1024) + "@b", 0},
		{"localpart 1022 in Greek", strings.Repeat("π", 511) + "@b", 1024},
		{"localpart 1024 in Greek", strings.Repeat("π", 512) + "@b", 0},
		{"localpart that becomes shorter", strings.Repeat("\uff41", 1023) + "@b", 1025},
		{"localpart that becomes longer", strings.Repeat("\u0130", 400) + "@b", 0},
		{"domainpart 1023", domain, 1023},
		{"domainpart 1023 and a dot", domain + ".", 1023},
		{"domainpart 1024", "a" + domain, 0},
		{"domainpart 1025", domain + ".a", 0},
		{"label 63", strings.Repeat("a", 63) + ".b", 65},
		{"label 64", strings.Repeat("a", 64) + ".b", 0},
		{"A-label too long", "xn--" + strings.Repeat("a", 60) + ".b", 0},
		{"Hangul label in pieces", strings.Repeat("\u1112\u1161\u11ab", 40) + ".b", 122},
		{"U-label of many characters", strings.Repeat("ü", 253) + ".b", 0},
		{"U-label too long as A-label", strings.Repeat("ü", 59) + ".b", 0},
		{"resourcepart 1023", "b/" + strings.Repeat("a", 1023), 1025},
		{"resourcepart 1024", "b/" + strings.Repeat("a", 1024), 0},
		{"resourcepart 1023 in CJK", "b/" + strings.Repeat("水", 341), 1025},
		{"resourcepart 1026 in CJK", "b/" + strings.Repeat("水", 342), 0},
		{"all three", strings.Repeat("a", 1023) + "@" + domain + "/" + strings.Repeat("R", 1023), 3071},
		{"a megabyte", strings.Repeat("ü", 1<<19) + "@b", 0},
		{"a megabyte of domain", strings.Repeat("ü", 1<<19), 0},
		{"a megabyte of resource", "b/" + strings.Repeat("ü", 1<<19), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j, err := jid.Parse(tt.in)
			if got := len(j.String()); got != tt.bytes {
				t.Errorf("%d bytes, want %d (%v)", got, tt.bytes, err)
			}
			if (err != nil) != (tt.bytes == 0) {
				t.Errorf("error = %v", err)
			}
			if err != nil && len(err.Error()) > 400 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}
