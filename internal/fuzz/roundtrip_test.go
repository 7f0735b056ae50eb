package fuzz

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// FuzzRoundTrip: whatever was decoded into the generated types is encoded without loss or gain, decodes to the same again, and is encoded to the same bytes.
func FuzzRoundTrip(f *testing.F) {
	for _, doc := range seeds(f) {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkRoundTrip(t, data) })
}

// checkRoundTrip decodes and encodes a document, if it is one.
func checkRoundTrip(t tester, data []byte) {
	t.Helper()
	el, err := wire.Unmarshal(data, registry())
	if err != nil {
		return
	}
	out, err := wire.Marshal(el)
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	back, err := wire.Unmarshal(out, registry())
	if err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	if diff := difference(el, back, again); diff != "" {
		t.Errorf("%q\n%q\n(-want +got):\n%s", data, out, diff)
	}
	if twice, err := wire.Marshal(back); err != nil || !bytes.Equal(out, twice) {
		t.Errorf("encoded twice: %v\n%q\n%q", err, out, twice)
	}
	if diff := cmp.Diff(inventory(t, data), inventory(t, out)); diff != "" {
		t.Errorf("%q\n%q\nlost or gained:\n%s", data, out, diff)
	}
	tokens, err := theirTokens(string(out), false)
	if err != nil && newerName(err) {
		return
	}
	if rule := broken(string(out), false); err != nil || rule != "" {
		t.Errorf("%q is not well-formed: %s, %v", out, rule, err)
	}
	if _, ok := el.(*wire.Raw); ok {
		return // encoding/xml knows generated types only
	}
	if diff := cmp.Diff(tokens, wellFormed(t, marshalXML(t, el))); diff != "" {
		t.Errorf("%q: xml.Marshal (-codec +encoding/xml):\n%s", out, diff)
	}
}

// inventory counts what a document holds, without the types: elements, attributes with their values, and text.
func inventory(t tester, doc []byte) map[string]int {
	t.Helper()
	el, err := wire.Unmarshal(doc, nil)
	if err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	found := map[string]int{}
	count(el.(*wire.Raw), "", found)
	return found
}

func count(x *wire.Raw, path string, found map[string]int) {
	path += fmt.Sprintf("/%q", x.Name)
	found[path]++
	for _, a := range x.Attrs {
		found[fmt.Sprintf("%s@%q=%q", path, a.Name, normal(a.Value))]++
	}
	for _, n := range x.Nodes {
		if n.Elem != nil {
			count(n.Elem.(*wire.Raw), path, found)
		}
	}
	if text := normal(x.Text()); text != "" {
		found[fmt.Sprintf("%s %q", path, text)]++
	}
}

// normal returns one form for all that stand for the same value of any type: the codec writes a value, not what was read for it.
func normal(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if j, err := jid.Parse(s); err == nil {
		s = j.String()
	}
	s = strings.ToUpper(s)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC().Format(time.RFC3339Nano)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	switch s {
	case "TRUE":
		return "1"
	case "FALSE":
		return "0"
	}
	return s
}
