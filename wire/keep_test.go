package wire_test

import (
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

// counted is an element that counts how often it is looked at.
type counted struct {
	wire.Raw
	looks *int
}

func (c *counted) ElementName() xml.Name {
	*c.looks++
	return c.Name
}

// looksAtKept writes an element with n children of fields and n kept ones, of so many names, and returns how often a kept one was looked at.
func looksAtKept(t *testing.T, n, names int) int {
	t.Helper()
	looks, extra := 0, new(wire.Extra)
	for i := range n {
		local := fmt.Sprintf("x%d", i%names)
		extra.Children = append(extra.Children, wire.Kept{Elem: &counted{wire.Raw{Name: xml.Name{Space: "urn:a", Local: local}}, &looks}, Index: i / names})
	}
	_, err := wire.Marshal(write(func(e *wire.Encoder) {
		e.Start("urn:a", "a", extra)
		for i := range n {
			e.ChildString("urn:a", fmt.Sprintf("x%d", i%names), "v")
		}
		e.End()
	}))
	if err != nil {
		t.Fatal(err)
	}
	return looks
}

// TestKeepLinear: what an attacker makes an element keep costs no more than its share, however much that is and however many names it has.
func TestKeepLinear(t *testing.T) {
	for _, names := range []int{1, 3, 20, 1000, 5000} {
		const n, most = 5000, 5 // looks at each
		if looks := looksAtKept(t, n, names); looks > most*n {
			t.Errorf("%d kept children of %d names: looked at %d times", n, names, looks)
		}
	}
}

// TestKeepOrder writes kept children whose places are in no order, as a program may make them.
func TestKeepOrder(t *testing.T) {
	kept := func(local, text string, index int) wire.Kept {
		return wire.Kept{Elem: &wire.Raw{Name: xml.Name{Space: "urn:a", Local: local}, Nodes: []wire.Node{{Text: text}}}, Index: index}
	}
	tests := []struct {
		name, want string
		kept       []wire.Kept
	}{
		{"in order", "<x>k0</x><x>0</x><x>k1</x><x>1</x><x>k2</x>", []wire.Kept{kept("x", "k0", 0), kept("x", "k1", 1), kept("x", "k2", 2)}},
		{"backwards", "<x>k0</x><x>0</x><x>k1</x><x>1</x><x>k2</x>", []wire.Kept{kept("x", "k2", 2), kept("x", "k1", 1), kept("x", "k0", 0)}},
		{"several at a place", "<x>0</x><x>a</x><x>b</x><x>1</x>", []wire.Kept{kept("x", "a", 1), kept("x", "b", 1)}},
		{"beyond", "<x>0</x><x>1</x><x>a</x><x>b</x>", []wire.Kept{kept("x", "a", 9), kept("x", "b", 7)}},
		{"other names", "<x>0</x><x>b</x><x>1</x><y>a</y><z>c</z>", []wire.Kept{kept("y", "a", 0), kept("x", "b", 1), kept("z", "c", 3)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := wire.Marshal(write(func(e *wire.Encoder) {
				e.Start("urn:a", "a", &wire.Extra{Children: tt.kept})
				e.ChildInt("urn:a", "x", 0)
				e.ChildInt("urn:a", "x", 1)
				e.End()
			}))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("<a xmlns='urn:a'>"+tt.want+"</a>", string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
