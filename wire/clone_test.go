package wire_test

import (
	"encoding/xml"
	"sync"
	"testing"

	"github.com/stanzakit/stanzakit/wire"
)

func TestClone(t *testing.T) {
	query, item, other := xml.Name{Space: NS, Local: "query"}, xml.Name{Space: NS, Local: "item"}, xml.Name{Space: "urn:x", Local: "other"}
	base := wire.NewRegistry()
	if err := base.Add(wire.Type{Name: query, New: newQuery}); err != nil {
		t.Fatal(err)
	}
	number := base.Intern(item)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			c := base.Clone()
			if c.New(query) == nil || c.Intern(query) != base.Intern(query) || c.Intern(item) != number {
				t.Error("the clone does not know what it was made of")
			}
			if err := c.Add(wire.Type{Name: item, New: newItem}, wire.Type{Name: other, New: newItem}); err != nil {
				t.Errorf("Add: %v", err)
			}
			if c.New(item) == nil || c.Clone().New(other) == nil || c.Intern(item) != number {
				t.Error("the clone does not know what was added")
			}
			el, err := wire.Unmarshal([]byte(`<item xmlns='`+NS+`'/>`), c)
			if _, ok := el.(*Item); !ok || err != nil {
				t.Errorf("decoded %T, %v", el, err)
			}
		})
	}
	all.Wait()
	if base.New(item) != nil || base.New(other) != nil || len(base.All()) != 1 {
		t.Errorf("what was added to clones is in the original: %v", base.All())
	}
	early := base.Clone()
	if err := base.Add(wire.Type{Name: item, New: newItem}); err != nil {
		t.Fatal(err)
	}
	if early.New(item) != nil || base.New(item) == nil {
		t.Error("what was added to the original is in the clone, or nowhere")
	}
}
