package stream

import (
	"maps"
	"slices"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. A pattern is a key of four numbers, some of them 0, which stands for any. Which of them are 0 is the key's shape. An arriving element makes one full key from its
// name and type, and one more for each child and grandchild; every shape in use blanks some numbers out of it and is looked up. So the cost depends on the element and on how
// many shapes there are, at most 15, and not on how many handlers. Readers take no lock: a new key makes a new index; a key's slot stays, and its list is replaced.

// key is a pattern in numbers: names as the registry numbers them, the type as the index does.
type key struct {
	root, child, grandchild wire.NameID
	typ                     uint32
}

func (k key) typed(typ uint32) key {
	k.typ = typ
	return k
}

// shape has a bit for each number of a key that is not 0.
type shape uint8

const (
	hasRoot shape = 1 << iota
	hasType
	hasChild
	hasGrandchild
)

func (k key) shape() (s shape) {
	for i, n := range [...]uint32{uint32(k.root), k.typ, uint32(k.child), uint32(k.grandchild)} {
		if n != 0 {
			s |= 1 << i
		}
	}
	return s
}

// mask returns k with the numbers that the shape does not have blanked out.
func (s shape) mask(k key) key {
	if s&hasRoot == 0 {
		k.root = 0
	}
	if s&hasType == 0 {
		k.typ = 0
	}
	if s&hasChild == 0 {
		k.child = 0
	}
	if s&hasGrandchild == 0 {
		k.grandchild = 0
	}
	return k
}

// slot holds the handlers of one key, in the order of registration. Writers hold the mux's mu; an empty one stays, since patterns come from code and are few.
type slot struct {
	seq      int
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

// claimed returns the handler that answers for the key, nil if none does.
func (s *slot) claimed() *Handler {
	for _, h := range s.list() {
		if h.claims {
			return h
		}
	}
	return nil
}

// index finds slots. It is never changed, only replaced.
type index struct {
	slots map[key]*slot
	types map[string]uint32 // numbers of the types in use, from 1
	flat  []shape           // in use: without child and grandchild
	child []shape           // with a child only
	grand []shape           // with a grandchild
}

// with returns an index that has a slot for each of the keys, which get the type; itself if it has them already.
func (x *index) with(typ string, keys []key) *index {
	n := x
	if _, known := x.types[typ]; typ != "" && !known {
		n = x.clone()
		n.types[typ] = uint32(len(n.types)) + 1
	}
	for _, k := range keys {
		k = k.typed(n.types[typ])
		if n.slots[k] != nil {
			continue
		}
		if n == x {
			n = x.clone()
		}
		n.slots[k] = &slot{seq: len(n.slots)}
		n.use(k.shape())
	}
	return n
}

func (x *index) clone() *index {
	n := &index{slots: maps.Clone(x.slots), types: maps.Clone(x.types)}
	n.flat, n.child, n.grand = slices.Clone(x.flat), slices.Clone(x.child), slices.Clone(x.grand)
	if n.slots == nil {
		n.slots, n.types = make(map[key]*slot), make(map[string]uint32)
	}
	return n
}

// use notes that a shape is in use.
func (x *index) use(s shape) {
	list := &x.flat
	switch {
	case s&hasGrandchild != 0:
		list = &x.grand
	case s&hasChild != 0:
		list = &x.child
	}
	if !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// match appends the handlers of an element, each once, in the order of registration.
func (x *index) match(to []*Handler, o *wire.Outline, typ string) []*Handler {
	var buf [16]*slot
	full := key{root: o.Root, typ: x.types[typ]}
	hits := x.find(buf[:0], x.flat, full)
	if len(x.child)+len(x.grand) > 0 {
		for _, n := range o.Nodes {
			if n.Depth == 1 {
				full.child = n.ID
				hits = x.find(hits, x.child, full)
			} else if len(x.grand) > 0 {
				full.grandchild = n.ID
				hits = x.find(hits, x.grand, full)
			}
		}
	}
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

// find appends the slots that an element's full key has under these shapes.
func (x *index) find(hits []*slot, shapes []shape, full key) []*slot {
	has := full.shape()
	for _, s := range shapes {
		if s&has != s {
			continue
		}
		if hit := x.slots[s.mask(full)]; hit != nil {
			hits = append(hits, hit)
		}
	}
	return hits
}
