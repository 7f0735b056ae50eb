package xsdmodel

// maxSize bounds the number of parts that a type has once its groups and bases are written out. Groups that hold groups can double it again and again: what
// fits on a page may be larger than any memory.
const maxSize = 20_000

// sizes refuses types that are too large. There are no cycles any more when it is called.
func (c *checker) sizes() {
	z := &sizer{set: c.set, groups: map[Name]int{}, attrs: map[Name]int{}, types: map[*ComplexType]int{}}
	for _, s := range c.set.Schemas {
		v := visitor{complex: func(t *ComplexType) {
			if z.complex(t) > maxSize {
				c.errorf(t.Pos, "the type is too large: with its groups and bases written out it has more than %d parts", maxSize)
			}
		}}
		v.visit(s)
		for _, g := range s.Groups {
			if z.particle(g.Content) > maxSize {
				c.errorf(g.Pos, "the group is too large: with its groups written out it has more than %d parts", maxSize)
			}
		}
	}
}

// sizer counts parts, each group and type once. No count goes far beyond the bound.
type sizer struct {
	set           *Set
	groups, attrs map[Name]int
	types         map[*ComplexType]int
}

func (z *sizer) complex(t *ComplexType) int {
	if n, ok := z.types[t]; ok {
		return n
	}
	n := z.particle(t.Content) + z.attributes(t.Attributes)
	if base := z.set.complexes[t.Base]; base != nil {
		n += z.complex(base)
	}
	z.types[t] = min(n, maxSize+1)
	return z.types[t]
}

func (z *sizer) particle(p *Particle) int {
	if p == nil {
		return 0
	}
	n := 1
	if g := z.set.groups[p.Group]; p.Kind == GroupRef && g != nil {
		n += z.group(g)
	}
	for _, part := range p.Parts {
		n = min(n+z.particle(part), maxSize+1)
	}
	return n
}

func (z *sizer) group(g *Group) int {
	n, ok := z.groups[g.Name]
	if !ok {
		n = z.particle(g.Content)
		z.groups[g.Name] = n
	}
	return n
}

func (z *sizer) attributes(attrs []*Attribute) int {
	n := 0
	for _, a := range attrs {
		n++
		g := z.set.attrGroups[a.Name]
		if !a.Group || g == nil {
			continue
		}
		size, ok := z.attrs[g.Name]
		if !ok {
			size = z.attributes(g.Attributes)
			z.attrs[g.Name] = size
		}
		n = min(n+size, maxSize+1)
	}
	return n
}
