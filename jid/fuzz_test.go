package jid_test

import (
	"testing"

	"github.com/stanzakit/stanzakit/jid"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "juliet@example.com/foo bar", "a.example.com/b@example.net", "@/", "A@[::1]/\u265a", "xn--bcher-kva.example",
		"\u03a3@B\u00dcCHER.example./re\u0301mi", "\uff20@\uff0e/\uff0f", "xn--example-.com", "\u05d0@\u05d1/\u200d", "\u0130@\u1e9e",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		j, err := jid.Parse(s)
		if err != nil {
			if !j.IsZero() || len(err.Error()) > 400 {
				t.Fatalf("Parse(%q) = %q, %v", s, j, err)
			}
			return
		}
		if again, err := jid.Parse(j.String()); again != j {
			t.Errorf("Parse(%q) = %q, whose own parse is %q, %v", s, j, again, err)
		}
		if made, err := jid.New(j.Local(), j.Domain(), j.Resource()); made != j {
			t.Errorf("New of the parts of %q = %q, %v", j, made, err)
		}
		if j.Domain() == "" || max(len(j.Local()), len(j.Domain()), len(j.Resource())) > 1023 {
			t.Errorf("Parse(%q) = %q: a part of a forbidden length", s, j)
		}
		if full, err := j.Bare().WithResource(j.Resource()); full != j {
			t.Errorf("%q and its resourcepart are %q, %v", j.Bare(), full, err)
		}
	})
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "d'artagnan", `\\27\5c`, " a b ", `\20a\20`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := jid.Unescape(jid.Escape(s)); got != s {
			t.Errorf("Unescape(Escape(%q)) = %q", s, got)
		}
	})
}
