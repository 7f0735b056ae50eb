package wire_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

func newQuery() wire.Element { return new(Query) }
func newItem() wire.Element  { return new(Item) }

func TestRegistry(t *testing.T) {
	query, item := xml.Name{Space: NS, Local: "query"}, xml.Name{Space: NS, Local: "item"}
	r := wire.NewRegistry()
	id := r.Intern(item)
	if id == 0 || r.New(item) != nil || len(r.All()) != 0 {
		t.Errorf("a name without a type: number %d, type %v, all %v", id, r.New(item), r.All())
	}
	if err := r.Add(wire.Type{Name: query, New: newQuery}, wire.Type{Name: item, New: newItem}); err != nil {
		t.Fatal(err)
	}
	if got := r.Intern(item); got != id {
		t.Errorf("number %d became %d when the type was added", id, got)
	}
	if err := r.Add(wire.Type{Name: query, New: newQuery}); err != nil {
		t.Errorf("same type again: %v", err)
	}
	if err := wire.Register[Query](r); err != nil {
		t.Errorf("same type again, by itself: %v", err)
	}
	if _, ok := r.New(query).(*Query); !ok || r.New(query) == r.New(query) {
		t.Errorf("New gives %v", r.New(query))
	}

	other := xml.Name{Space: NS, Local: "other"}
	for _, types := range [][]wire.Type{
		{{Name: other, New: newItem}, {Name: query, New: newItem}},
		{{Name: other, New: newItem}, {Name: other, New: newQuery}},
	} {
		err := r.Add(types...)
		if want := "wire: name already has another type: "; !errors.Is(err, wire.ErrConflict) || err.Error()[:len(want)] != want {
			t.Errorf("conflict: %v", err)
		}
		if r.New(other) != nil {
			t.Error("half of what conflicts was added")
		}
	}
	all := r.All()
	slices.SortFunc(all, func(a, b xml.Name) int { return -len(a.Local) + len(b.Local) })
	if diff := cmp.Diff([]xml.Name{query, item}, all); diff != "" {
		t.Errorf("All (-want +got):\n%s", diff)
	}

	if err := wire.Register[Message](r); err != nil {
		t.Fatal(err)
	}
	for _, n := range wire.NamesOf((*Message)(nil)) {
		if _, ok := r.New(n).(*Message); !ok {
			t.Errorf("%v is a %T", n, r.New(n))
		}
	}
	if got := wire.NamesOf((*Query)(nil)); len(got) != 1 || got[0] != query {
		t.Errorf("names of a query: %v", got)
	}
	var none *wire.Registry
	if none.New(query) != nil {
		t.Error("nil registry knows a type")
	}
}

// TestRegistryConcurrently lets decoders read while types are added and names interned.
func TestRegistryConcurrently(t *testing.T) {
	r := wire.NewRegistry()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for j := range 100 {
				name := xml.Name{Local: fmt.Sprint(j)}
				if err := r.Add(wire.Type{Name: name, New: newItem}); err != nil {
					t.Error(err)
				}
				if a, b := r.Intern(name), r.Intern(xml.Name{Space: "x", Local: name.Local}); a == 0 || b == 0 || a == b {
					t.Errorf("numbers %d and %d", a, b)
				}
			}
		})
		all.Go(func() {
			for range 100 {
				if el, err := wire.Unmarshal([]byte("<query xmlns='urn:example' count='1'><item/></query>"), r); err != nil || el == nil {
					t.Error(i, err)
				}
				r.All()
			}
		})
	}
	all.Wait()
	seen := map[wire.NameID]bool{}
	for j := range 100 {
		for _, space := range []string{"", "x"} {
			id := r.Intern(xml.Name{Space: space, Local: fmt.Sprint(j)})
			if seen[id] {
				t.Errorf("number %d twice", id)
			}
			seen[id] = true
		}
	}
	if len(r.All()) != 100 {
		t.Errorf("%d types", len(r.All()))
	}
}

// TestOutline says what a decoder notes of an element, whether it is typed, raw, skipped or bad, and that OutlineOf agrees.
func TestOutline(t *testing.T) {
	r := samples()
	id := func(space, local string) wire.NameID { return r.Intern(xml.Name{Space: space, Local: local}) }
	size, a, x := id(NS, "size"), id("urn:a", "a"), id("", "x")
	query, item, msg := id(NS, "query"), id(NS, "item"), id(nsC, "message")
	tests := []struct {
		name, in string
		want     wire.Outline
	}{
		{"empty", "<message xmlns='jabber:client'/>", wire.Outline{Root: msg}},
		{"unknown", "<z><y/></z>", wire.Outline{Nodes: []wire.OutlineNode{{Depth: 1}}}},
		{"typed", "<message xmlns='jabber:client'><query xmlns='urn:example'><size>1</size><item><item/></item></query><a xmlns='urn:a'/></message>",
			wire.Outline{Root: msg, Nodes: []wire.OutlineNode{{query, 1}, {size, 2}, {item, 2}, {a, 1}}}},
		{"bad", "<query xmlns='urn:example' count='x'><item><a xmlns='urn:a'><item/></a></item><size>1</size></query>",
			wire.Outline{Root: query, Nodes: []wire.OutlineNode{{item, 1}, {a, 2}, {size, 1}}}},
		{"bad child", "<query xmlns='urn:example'><item asked='x'><item/></item><size a='b'>1<x xmlns=''/></size><size><a xmlns='urn:a'/></size></query>",
			wire.Outline{Root: query, Nodes: []wire.OutlineNode{{item, 1}, {item, 2}, {size, 1}, {x, 2}, {size, 1}, {a, 2}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := wire.NewDocumentDecoder([]byte(tt.in), r, wire.Limits{})
			el, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			same := cmp.Transformer("nil", func(n []wire.OutlineNode) string { return fmt.Sprint(n) })
			if diff := cmp.Diff(&tt.want, d.Outline(), same); diff != "" {
				t.Errorf("decoder's (-want +got):\n%s", diff)
			}
			got, err := wire.OutlineOf(el, r)
			if err != nil {
				t.Fatal(err)
			}
			if got.Root != tt.want.Root || len(got.Nodes) != len(tt.want.Nodes) {
				t.Errorf("OutlineOf %v, want %v", got, tt.want)
			}
		})
	}
	if _, err := wire.OutlineOf(&wire.Raw{}, r); err == nil {
		t.Error("outline of an element without a name")
	}
}

// TestFind finds elements by their type, whether they were registered or not.
func TestFind(t *testing.T) {
	doc := message(`<item xmlns='urn:example' asked='x'/><a xmlns='urn:a'/><item xmlns='urn:example' asked='1'><b/></item><item xmlns='urn:example'/>`)
	for _, reg := range []*wire.Registry{nil, samples()} {
		var msg Message
		if err := wire.UnmarshalInto([]byte(doc), reg, &msg); err != nil {
			t.Fatal(err)
		}
		item, ok := wire.Find[Item](msg.Any)
		if !ok || item.Asked == nil || !*item.Asked || item.Extra == nil {
			t.Errorf("found %v, %v", item, ok)
		}
		if q, ok := wire.Find[Query](msg.Any); ok || q != nil {
			t.Errorf("found %v", q)
		}
	}
	raw := &wire.Raw{Name: xml.Name{Space: NS, Local: "item"}, Attrs: []wire.Attr{attr("", "asked", "x")}}
	if x, err := wire.As[Item](raw); err == nil || x != nil {
		t.Errorf("As: %v, %v", x, err)
	}
	raw.Attrs[0].Value = "\x00"
	if x, err := wire.As[Item](raw); err == nil || x != nil {
		t.Errorf("As: %v, %v", x, err)
	}
	if (*wire.Raw)(nil).ElementName() != (xml.Name{}) {
		t.Error("nil Raw has a name")
	}
}

func TestRaw(t *testing.T) {
	el, err := wire.Unmarshal([]byte("<a b='c' xml:lang='de'>x<d/>y<e xmlns='urn:e'/>z</a>"), nil)
	if err != nil {
		t.Fatal(err)
	}
	raw := el.(*wire.Raw)
	if v, ok := raw.Attr("", "b"); v != "c" || !ok {
		t.Errorf("b=%q, %v", v, ok)
	}
	if v, ok := raw.Attr(nsLang, "lang"); v != "de" || !ok {
		t.Errorf("xml:lang=%q, %v", v, ok)
	}
	if v, ok := raw.Attr("", "lang"); v != "" || ok {
		t.Errorf("lang=%q, %v", v, ok)
	}
	if raw.Text() != "xyz" || raw.Child("urn:e", "e") == nil || raw.Child("", "e") != nil {
		t.Errorf("text %q, children %v and %v", raw.Text(), raw.Child("urn:e", "e"), raw.Child("", "e"))
	}
	var _ wire.GetPayload = raw
	var _ wire.SetPayload = raw
	var _ wire.Stanza = (*Message)(nil)
}

// addingReader adds a type when it is read from, as a handler does that is registered while the reader waits for the next stanza.
type addingReader struct {
	r   io.Reader
	add func()
}

func (a *addingReader) Read(p []byte) (int, error) {
	a.add()
	return a.r.Read(p)
}

func TestTypesAddedWhileTheDecoderWaitsCount(t *testing.T) {
	reg := wire.NewRegistry()
	d := wire.NewDecoder(&addingReader{strings.NewReader(`<message xmlns='jabber:client' id='1'/>`), func() {
		if err := wire.Register[Message](reg); err != nil {
			t.Error(err)
		}
	}}, reg, wire.Limits{})
	el, err := d.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := el.(*Message); !ok {
		t.Errorf("decoded into %T", el)
	}
	if d.Outline().Root == 0 {
		t.Error("the outline does not know the name")
	}
}
