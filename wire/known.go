package wire

import "unsafe"

// known are names and namespaces that have been found good, each at the place that its address gives or at one of the next: generated code passes constants, so that one
// that comes again is the same memory. Being here keeps that memory from becoming anything else.
type known struct {
	table   [1 << knownBits]good
	passing bool // the strings that come are other memory each time
	last    good // such a one
}

const (
	knownBits = 7
	probes    = 8 // places that a string may have
)

// good is a string that may be a namespace and needs no escape, and maybe a name without a colon.
type good struct {
	s    string
	word uint64 // the bytes of a name that has eight at most
	name bool
}

// place returns where s is looked for, the i-th time.
func (k *known) place(s string, i uint64) *good {
	const golden = 0x9E3779B97F4A7C15 // spreads addresses that lie close together
	return &k.table[(uint64(uintptr(unsafe.Pointer(unsafe.StringData(s))))*golden>>(64-knownBits)+i)%(1<<knownBits)]
}

// identical reports whether two strings are the same memory.
func identical(a, b string) bool {
	return unsafe.StringData(a) == unsafe.StringData(b) && len(a) == len(b)
}

// find returns s as it has been noted, nil if it has not.
func (k *known) find(s string) *good {
	for i := range uint64(probes) {
		if g := k.place(s, i); identical(g.s, s) {
			return g
		}
	}
	return nil
}

// add notes what is good: if there is no room, instead of what has its first place.
func (k *known) add(g good) *good {
	if k.passing {
		k.last = g
		return &k.last
	}
	to := k.place(g.s, 0)
	for i := range uint64(probes) {
		if p := k.place(g.s, i); p.s == "" || identical(p.s, g.s) {
			to = p
			break
		}
	}
	*to = g
	return to
}

// name returns s as a name without a colon, nil if it is none.
func (k *known) name(s string) *good {
	if !k.passing {
		if g := k.find(s); g != nil && g.name {
			return g
		}
	}
	n := len(s)
	if n == 0 || ncName(asBytes(s)) != n {
		return nil
	}
	g := good{s: s, name: true}
	switch {
	case n < wordSize:
		g.word = shortWord(s, 0)
	case n == wordSize:
		g.word = word(s, 0)
	}
	return k.add(g)
}

// space reports whether s is known to be a namespace that needs no escape.
func (k *known) space(s string) bool { return s != "" && !k.passing && k.find(s) != nil }
