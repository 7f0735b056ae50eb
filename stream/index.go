package stream

import (
	"slices"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. The index is a tree of three levels: an element's own name, a child's, a grandchild's. Names are small numbers of the registry, so a level is a table that is
// indexed by them; number 0 stands for any name. What it costs to find an element's handlers depends on the element alone, not on how many
// handlers there are. Readers take no lock: tables and lists are replaced, or filled in place through atomic pointers, by writers, who hold the mux's mu.

// key is a pattern's names in numbers; 0 stands for any.
type key struct{ root, child, grandchild wire.NameID }

// index is the top of the tree.
type index struct {
	next  table
	slots int // made so far
}

// node is a name at one level: what is wanted of an element that has it there.
type node struct {
	typed atomic.Pointer[[]*slot] // one for each type that patterns name, "" for any
	next  table
}

// table maps numbers to nodes.
type table struct {
	nodes atomic.Pointer[[]atomic.Pointer[node]]
}

// get returns the node of a number, nil if there is none.
func (t *table) get(id wire.NameID) *node {
	if all := t.nodes.Load(); all != nil && int(id) < len(*all) {
		return (*all)[id].Load()
	}
	return nil
}

// at returns the node of a number, made if there is none.
func (t *table) at(id wire.NameID) *node {
	all := t.nodes.Load()
	if all == nil || int(id) >= len(*all) {
		grown := make([]atomic.Pointer[node], max(int(id)+1, 8))
		if all != nil {
			grown = make([]atomic.Pointer[node], max(int(id)+1, 2*len(*all)))
			for i := range *all {
				grown[i].Store((*all)[i].Load())
			}
		}
		t.nodes.Store(&grown)
		all = &grown
	}
	if n := (*all)[id].Load(); n != nil {
		return n
	}
	n := new(node)
	(*all)[id].Store(n)
	return n
}

// slot holds the handlers of one pattern, in the order of registration. An empty one stays, since patterns come from code and are few.
type slot struct {
	seq      int
	typ      string // of the stanza; "" is any
	handlers atomic.Pointer[[]*Handler]
}

func (s *slot) list() []*Handler {
	if l := s.handlers.Load(); l != nil {
		return *l
	}
	return nil
}

// add appends to the list: readers of the old one do not look behind its end.
func (s *slot) add(h *Handler) {
	l := append(s.list(), h)
	s.handlers.Store(&l)
}

func (s *slot) remove(h *Handler) {
	l := slices.DeleteFunc(slices.Clone(s.list()), func(o *Handler) bool { return o == h })
	s.handlers.Store(&l)
}

// claimed returns the handler that answers for the pattern, nil if none does.
func (s *slot) claimed() *Handler {
	for _, h := range s.list() {
		if h.claims {
			return h
		}
	}
	return nil
}

// slot returns the slot of a pattern, made if there is none.
func (x *index) slot(k key, typ string) *slot {
	n := x.next.at(k.root)
	if k.child != 0 || k.grandchild != 0 {
		n = n.next.at(k.child)
	}
	if k.grandchild != 0 {
		n = n.next.at(k.grandchild)
	}
	var typed []*slot
	if l := n.typed.Load(); l != nil {
		typed = *l
	}
	for _, s := range typed {
		if s.typ == typ {
			return s
		}
	}
	s := &slot{seq: x.slots, typ: typ}
	x.slots++
	typed = append(slices.Clip(typed), s)
	n.typed.Store(&typed)
	return s
}

// match appends the handlers of an element, each once, in the order of registration.
func (x *index) match(to []*Handler, o *wire.Outline, typ string) []*Handler {
	var buf [16]*slot
	hits := buf[:0]
	if o.Root != 0 {
		hits = x.next.get(o.Root).hits(hits, o, typ)
	}
	hits = x.next.get(0).hits(hits, o, typ)
	if len(hits) > 1 {
		slices.SortFunc(hits, func(a, b *slot) int { return a.seq - b.seq })
		hits = slices.Compact(hits)
	}
	for _, s := range hits {
		to = append(to, s.list()...)
	}
	if len(hits) > 1 {
		slices.SortFunc(to, func(a, b *Handler) int { return a.seq - b.seq })
	}
	return to
}

// hits appends the slots that an element has below the node of its name.
func (n *node) hits(to []*slot, o *wire.Outline, typ string) []*slot {
	if n == nil {
		return to
	}
	to = n.of(to, typ)
	if n.next.nodes.Load() == nil {
		return to
	}
	anyChild := n.next.get(0)
	var child *node
	for _, part := range o.Nodes {
		switch {
		case part.Depth == 1:
			child = nil
			if part.ID != 0 {
				child = n.next.get(part.ID)
				to = child.of(to, typ)
			}
		case part.ID != 0:
			to = child.below(to, part.ID, typ)
			to = anyChild.below(to, part.ID, typ)
		}
	}
	return to
}

// below appends the slots of the node's child of this number.
func (n *node) below(to []*slot, id wire.NameID, typ string) []*slot {
	if n == nil {
		return to
	}
	return n.next.get(id).of(to, typ)
}

// of appends the node's slots that are for the type.
func (n *node) of(to []*slot, typ string) []*slot {
	if n == nil {
		return to
	}
	if l := n.typed.Load(); l != nil {
		for _, s := range *l {
			if s.typ == "" || s.typ == typ {
				to = append(to, s)
			}
		}
	}
	return to
}
