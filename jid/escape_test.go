package jid_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
)

func TestEscape(t *testing.T) {
	tests := []struct{ name, in, want string }{
		// XEP-0106, 5.1.
		{"example 1", "space cadet", `space\20cadet`},
		{"example 2", `call me "ishmael"`, `call\20me\20\22ishmael\22`},
		{"example 3", "at&t guy", `at\26t\20guy`},
		{"example 4", "d'artagnan", `d\27artagnan`},
		{"example 5", "/.fanboy", `\2f.fanboy`},
		{"example 6", "::foo::", `\3a\3afoo\3a\3a`},
		{"example 7", "<foo>", `\3cfoo\3e`},
		{"example 8", "user@host", `user\40host`},
		{"example 9", `c:\net`, `c\3a\net`},
		{"example 10", `c:\\net`, `c\3a\\net`},
		{"example 11", `c:\cool stuff`, `c\3a\cool\20stuff`},
		{"example 12", `c:\5commas`, `c\3a\5c5commas`},
		// XEP-0106, 4.2 and 4.3.
		{"escape sequences in the source", `\3and\2is\5cool`, `\5c3and\2is\5c5cool`},
		{"partial sequence", `\2plus\2is\4`, `\2plus\2is\4`},
		{"no sequence", `foo\bar`, `foo\bar`},
		{"sequence of an allowed character", `foob\41r`, `foob\41r`},
		// XEP-0106, 5.2, 5.5 and 5.6.
		{"mailbox", "here's_a_wild_&_/cr%zy/_address", `here\27s_a_wild_\26_\2fcr%zy\2f_address`},
		{
			"IMPS", `here's_a_wild_&_/cr%zy/_address_for:<wv>("IMPS")`,
			`here\27s_a_wild_\26_\2fcr%zy\2f_address_for\3a\3cwv\3e(\22IMPS\22)`,
		},
		{
			"distinguished name", `CN=D'Artagnan Saint-Andr\E9,O=Example & Company, Inc.,DC=example,DC=com`,
			`CN=D\27Artagnan\20Saint-Andr\E9,O=Example\20\26\20Company,\20Inc.,DC=example,DC=com`,
		},

		{"nothing to do", "juliet", "juliet"},
		{"empty", "", ""},
		{"every sequence", `\20\22\26\27\2f\3a\3c\3e\40\5c`, `\5c20\5c22\5c26\5c27\5c2f\5c3a\5c3c\5c3e\5c40\5c5c`},
		{"case is significant", `\3A\5C`, `\3A\5C`},
		{"backslash at the end", `a b\`, `a\20b\`},
		{"backslash before a space", `a\ b`, `a\\20b`},
		{"two backslashes", `\\27`, `\\5c27`},
		{"beyond ASCII", "é ü", `é\20ü`},
		{"space at the start", " a b", ` a\20b`},
		{"space at the end", "a b ", `a\20b `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := jid.Escape(tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Escape (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.in, jid.Unescape(got)); diff != "" {
				t.Errorf("Unescape (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnescapeOnly(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"space at the start", `\20a\20b`, `\20a b`},
		{"space at the end", `a\20b\20`, `a b\20`},
		{"only a space", `\20`, `\20`},
		{"once, not twice", `\5c5c27`, `\5c27`},
		{"backslash before a sequence", `\\27`, `\'`},
		{"cut off", `a\2`, `a\2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, jid.Unescape(tt.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEscapeAtTheEnds is XEP-0106, 4.1, rule 6: such an address cannot be made.
func TestEscapeAtTheEnds(t *testing.T) {
	for _, s := range []string{" a", "a ", " ", "  a"} {
		if j, err := jid.New(jid.Escape(s), "example.com", ""); err == nil {
			t.Errorf("New of %q escaped is %q", s, j)
		}
	}
}
