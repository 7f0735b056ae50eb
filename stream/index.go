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
	if all := t.nodes.Load(); all != nil {
		return entry(all, id)
	}
	return nil
}

func entry(all *[]atomic.Pointer[node], id wire.NameID) *node {
	if int(id) < len(*all) {
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
	typ      string                     // of the stanza; "" is any
	handlers atomic.Pointer[[]*Handler] // nil if there are none
	gone     int                        // of them are removed
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

// remove notes that one handler more is marked as removed. The list is made anew when half of it is, so that thousands that wait for one element do not cost the
// square of their number.
func (s *slot) remove() {
	s.gone++
	l := s.list()
	if 2*s.gone < len(l) {
		return
	}
	s.gone = 0
	if l = slices.DeleteFunc(slices.Clone(l), func(h *Handler) bool { return h.removed.Load() }); len(l) > 0 {
		s.handlers.Store(&l)
	} else {
		s.handlers.Store(nil)
	}
}

// claimed returns the handler that answers for the pattern, nil if none does.
func (s *slot) claimed() *Handler {
	for _, h := range s.list() {
		if h.claims && !h.removed.Load() {
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

// search is a look for the slots that an element fits.
type search struct {
	typ  string
	n    int
	room [8]*slot
	more []*slot // those that found no room
}

// match returns the handlers of an element, each once, in the order of registration, and maybe removed ones among them. The list is not the caller's: it may be that of
// a slot; buf is room for it otherwise.
func (x *index) match(buf []*Handler, o *wire.Outline, typ string) []*Handler {
	s := search{typ: typ}
	if o.Root != 0 {
		s.root(x.next.get(o.Root), o)
	}
	s.root(x.next.get(0), o)
	switch s.n {
	case 0:
		return nil
	case 1:
		return s.room[0].list()
	}
	return merge(buf, append(s.room[:s.n], s.more...))
}

// merge appends the handlers of the slots, in the order of registration.
func merge(to []*Handler, slots []*slot) []*Handler {
	slices.SortFunc(slots, func(a, b *slot) int { return a.seq - b.seq })
	for _, s := range slices.Compact(slots) { // a child that stands there twice is found twice
		to = append(to, s.list()...)
	}
	slices.SortFunc(to, func(a, b *Handler) int { return a.seq - b.seq })
	return to
}

// root looks at the node of the element's name, and at those below.
func (s *search) root(n *node, o *wire.Outline) {
	if n == nil {
		return
	}
	s.node(n)
	children := n.next.nodes.Load()
	if children == nil {
		return
	}
	var child *node
	for i := range o.Nodes {
		switch part := &o.Nodes[i]; {
		case part.ID == 0:
			if part.Depth == 1 {
				child = nil
			}
		case part.Depth == 1:
			if child = entry(children, part.ID); child != nil {
				s.node(child)
			}
		default:
			s.below(child, part.ID)
			s.below(entry(children, 0), part.ID)
		}
	}
}

// below looks at the node's child of this number.
func (s *search) below(n *node, id wire.NameID) {
	if n == nil {
		return
	}
	if n = n.next.get(id); n != nil {
		s.node(n)
	}
}

// node adds the node's slots that are for the type and have handlers.
func (s *search) node(n *node) {
	l := n.typed.Load()
	if l == nil {
		return
	}
	for _, slot := range *l {
		switch {
		case slot.typ != "" && slot.typ != s.typ, slot.handlers.Load() == nil:
		case s.n < len(s.room):
			s.room[s.n] = slot
			s.n++
		default:
			s.more = append(s.more, slot)
		}
	}
}
