package wire_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stanzakit/stanzakit/wire"
)

// vocabulary is what generated documents are made of: every name that the sample types know, some that they do not, and values good and bad.
var vocabulary = struct {
	roots, elements, attrs, values, texts []string
}{
	roots: []string{"query xmlns='urn:example'", "strict xmlns='urn:example'", "form xmlns='urn:example:form'", "message xmlns='jabber:client'", "item xmlns='urn:example'",
		"body xmlns='" + NSHTML + "'", "x xmlns='urn:x'"},
	elements: []string{"item", "thread", "point", "group", "level", "show", "owner", "prio", "stamp", "data", "size", "flip-page", "conflict", "bad-request", "ready", "new",
		"body", "error", "label", "field", "delay", "final", "item xmlns='urn:example'", "query xmlns='urn:example'", "strict xmlns='urn:example'",
		"forwarded xmlns='urn:example:fwd'", "form xmlns='urn:example:form'", "conflict xmlns='urn:example:errors'", "message xmlns='jabber:client'", "x xmlns=''", "p:x xmlns:p='urn:p'"},
	attrs: []string{"from", "type", "ver", "max", "count", "tags", "hash", "xml:lang", "jid", "asked", "x", "on", "at", "seconds", "id", "new", "f:x", "f:count"},
	values: []string{"", " ", "0", "1", "01", "+5", "-3", "300", "true", "false", "text", "a@b.example", "A@B.example/C", "@", "aGk=", "aG k=", "2024-01-01T00:00:00Z",
		"2024-01-01T01:00:00.50+01:00", "1.50", "&lt;&amp;&apos;", " count=", "f:q", "a b"},
	texts: []string{"", "", "", " ", "x", " y ", "1", "f:z", "&lt;", "\n"},
}

// document draws a document, n deep at most.
func document(t *rapid.T, names []string, n int) string {
	v := vocabulary
	tag := rapid.SampledFrom(names).Draw(t, "name")
	name, _, _ := strings.Cut(tag, " ")
	var b strings.Builder
	b.WriteString("<" + tag)
	if !strings.Contains(tag, "xmlns:p") {
		b.WriteString(" xmlns:f='urn:f'")
	}
	for _, a := range rapid.SliceOfNDistinct(rapid.SampledFrom(v.attrs), 0, 4, rapid.ID).Draw(t, "attrs") {
		if name == "p:x" && strings.HasPrefix(a, "f:") {
			continue // f may not be bound there
		}
		b.WriteString(" " + a + "='" + rapid.SampledFrom(v.values).Draw(t, a) + "'")
	}
	b.WriteString(">")
	if rapid.Bool().Draw(t, "leaf") || n == 0 {
		b.WriteString(rapid.SampledFrom(append(v.values, v.texts...)).Draw(t, "text"))
	} else {
		for range rapid.IntRange(0, 7).Draw(t, "children") {
			b.WriteString(rapid.SampledFrom(v.texts).Draw(t, "text"))
			b.WriteString(document(t, v.elements, n-1))
		}
		b.WriteString(rapid.SampledFrom(v.texts).Draw(t, "text"))
	}
	return b.String() + "</" + name + ">"
}

// TestS22_Generated: whatever stands where it should not, nothing is lost or gained.
func TestS22_Generated(t *testing.T) {
	types := samples()
	rapid.Check(t, func(rt *rapid.T) {
		doc := document(rt, vocabulary.roots, 3)
		if _, err := wire.Unmarshal([]byte(doc), types); err != nil {
			rt.Fatalf("%s: %v", doc, err)
		}
		roundTrip(rt, []byte(doc), types)
	})
}
