package fuzz

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

// FuzzTokenizer holds the tokenizer against encoding/xml, in a document and in a stream: what both accept has the same elements, attributes and text; what one of them
// refuses, the other refuses too, but for the rules of broken, which encoding/xml does not know, and names that it does not know yet.
func FuzzTokenizer(f *testing.F) {
	for _, doc := range seeds(f) {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := string(data)
		compareTokens(t, doc, false)
		compareTokens(t, doc, true)
		compareTokens(t, header+doc+footer, true)
	})
}

func compareTokens(t tester, doc string, stream bool) {
	t.Helper()
	ours, err := ourTokens(doc, stream)
	if bad := (*wire.SyntaxError)(nil); err != nil && !errors.As(err, &bad) && !(stream && errors.Is(err, io.ErrUnexpectedEOF)) {
		t.Errorf("%q: error %v", doc, err)
	}
	plain := doc
	if !stream {
		plain = strings.TrimPrefix(doc, "\ufeff")
	}
	theirs, theirErr := theirTokens(plain, stream)
	switch rule := broken(doc, stream); {
	case theirErr != nil:
		if err == nil && !newerName(theirErr) {
			t.Errorf("%q (stream: %v): encoding/xml refuses it: %v", doc, stream, theirErr)
		}
	case rule != "":
		if err == nil {
			t.Errorf("%q (stream: %v) breaks a rule: %s", doc, stream, rule)
		}
	case err != nil:
		t.Errorf("%q (stream: %v): %v; encoding/xml accepts it, and no rule is broken", doc, stream, err)
	default:
		if diff := cmp.Diff(theirs, ours); diff != "" {
			t.Errorf("%q (stream: %v) (-encoding/xml +wire):\n%s", doc, stream, diff)
		}
	}
}

// newerName reports whether encoding/xml refused a name beyond ASCII: it knows those of the fourth edition of XML 1.0.
func newerName(err error) bool {
	bad, ok := errors.AsType[*xml.SyntaxError](err)
	if !ok {
		return false
	}
	name, ok := strings.CutPrefix(bad.Msg, "invalid XML name: ")
	return ok && strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf })
}
