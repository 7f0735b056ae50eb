package names

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// Assign sets every GoName of the set, those of extern packages too, and sorts each package's structs and enums as [ir.Package] says.
func Assign(set *ir.Set) {
	spaces := map[string]*ir.Package{}
	for _, p := range set.Packages {
		spaces[p.Namespace] = p
	}
	for _, p := range set.Packages {
		assignPackage(p, spaces)
	}
}

func assignPackage(p *ir.Package, spaces map[string]*ir.Package) {
	taken := scope{"NS": true, "Elements": true}
	slices.SortStableFunc(p.Structs, func(a, b *ir.Struct) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Hint, b.Hint), comparePos(a.Pos, b.Pos))
	})
	for _, s := range p.Structs {
		s.GoName = taken.claim(structNames(s)...)
	}
	slices.SortStableFunc(p.Enums, func(a, b *ir.Enum) int { return cmp.Or(strings.Compare(a.Hint, b.Hint), comparePos(a.Pos, b.Pos)) })
	for _, e := range p.Enums {
		name := Camel(e.Hint)
		e.GoName = taken.claim(name, withSuffix(name, "Type"), name+"Value")
	}
	slices.SortFunc(p.Structs, func(a, b *ir.Struct) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.GoName, b.GoName))
	})
	slices.SortFunc(p.Enums, func(a, b *ir.Enum) int { return strings.Compare(a.GoName, b.GoName) })
	for _, e := range p.Enums {
		assignValues(e, taken)
	}
	for _, s := range p.Structs {
		assignFields(s, spaces)
	}
}

// rank orders structs by their right to a name: global elements, named types, the types of local elements.
func rank(s *ir.Struct) int {
	switch {
	case s.Global:
		return 0
	case s.IsType:
		return 1
	}
	return 2
}

// structNames returns the names that a struct would take, best first.
func structNames(s *ir.Struct) []string {
	name := Camel(s.Hint)
	switch {
	case s.Global:
		return []string{name, name + "Element"}
	case s.IsType:
		return []string{name, withSuffix(name, "Type")}
	}
	return []string{name, name + "Element"}
}

// withSuffix appends the suffix to a name that does not end so already.
func withSuffix(name, suffix string) string { return strings.TrimSuffix(name, suffix) + suffix }

func comparePos(a, b ir.Pos) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// scope is a set of identifiers in use.
type scope map[string]bool

// claim takes the first of the names that is free; if none is, the first one with a number.
func (sc scope) claim(names ...string) string {
	for _, n := range names {
		if n != "" && !sc[n] {
			sc[n] = true
			return n
		}
	}
	for i := 2; ; i++ {
		if n := cmp.Or(names[0], "X") + strconv.Itoa(i); !sc[n] {
			sc[n] = true
			return n
		}
	}
}

// assignValues names the constants of an enum. A name that an annotation gave stands as it is.
func assignValues(e *ir.Enum, taken scope) {
	base := cmp.Or(strings.TrimSuffix(e.GoName, "Type"), e.GoName)
	if clashes(e, base, taken) {
		base = e.GoName
	}
	for _, v := range e.Values {
		v.GoName = taken.claim(constant(base, v))
	}
}

// clashes reports whether a constant of the enum would have a name that is in use.
func clashes(e *ir.Enum, base string, taken scope) bool {
	return slices.ContainsFunc(e.Values, func(v *ir.EnumValue) bool { return v.Hint == "" && taken[constant(base, v)] })
}

func constant(base string, v *ir.EnumValue) string {
	if v.Hint != "" {
		return Camel(v.Hint)
	}
	return base + valueWord(v.Value)
}
