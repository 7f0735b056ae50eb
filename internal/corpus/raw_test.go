package corpus

import (
	"encoding/xml"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

// TestRaws finds what has no type wherever it hides: a search that finds nothing would let every other test here pass.
func TestRaws(t *testing.T) {
	const doc = `<message xmlns='jabber:client' to='a@example.org'><body>hi</body>` +
		`<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><deep xmlns='urn:example:deep'/></message></forwarded>` +
		`<top xmlns='urn:example:top'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/><below/></top>` +
		`<delay xmlns='urn:xmpp:delay' stamp='yesterday'><in xmlns='urn:example:in'/></delay>` +
		`<nonsense/></message>`
	el, err := wire.Unmarshal([]byte(doc), gen.Registry())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, raw := range Raws(el) {
		name := raw.Name.Space + " " + raw.Name.Local
		if raw.Err != nil {
			name += " (bad)"
		}
		got = append(got, name)
	}
	slices.Sort(got)
	want := []string{"jabber:client nonsense", "urn:example:deep deep", "urn:example:top below", "urn:example:top top", "urn:xmpp:delay delay (bad)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("raw elements (-want +got):\n%s", diff)
	}
	if raws := Raws(&wire.Raw{Name: xml.Name{Local: "x"}}); len(raws) != 1 {
		t.Errorf("a raw element by itself: %d found", len(raws))
	}
}
