package xsdmodel

import "slices"

// Attributes lists the attributes of a complex type, those of its groups and bases too; prohibited ones are taken away (XML Schema Part 1,
// section 3.4.2). References stay references.
func (s *Set) Attributes(t *ComplexType) []*Attribute {
	var out []*Attribute
	if base := s.complexes[t.Base]; base != nil {
		out = s.Attributes(base)
	}
	return s.addAttributes(out, t.Attributes)
}

func (s *Set) addAttributes(out, add []*Attribute) []*Attribute {
	for _, a := range add {
		if a.Group {
			if g := s.attrGroups[a.Name]; g != nil {
				out = s.addAttributes(out, g.Attributes)
			}
			continue
		}
		i := slices.IndexFunc(out, func(o *Attribute) bool { return o.Name == a.Name })
		switch {
		case a.Use == UseProhibited && i >= 0:
			out = slices.Delete(out, i, i+1)
		case a.Use == UseProhibited:
		case i >= 0:
			out[i] = a
		default:
			out = append(out, a)
		}
	}
	return out
}

// AnyAttributes lists the attribute wildcards that a complex type has from itself, its groups and the types it extends.
func (s *Set) AnyAttributes(t *ComplexType) []*Wildcard {
	var out []*Wildcard
	if base := s.complexes[t.Base]; base != nil && t.Derivation == Extension {
		out = s.AnyAttributes(base)
	}
	if t.AnyAttribute != nil {
		out = append(out, t.AnyAttribute)
	}
	return s.groupWildcards(out, t.Attributes)
}

func (s *Set) groupWildcards(out []*Wildcard, attrs []*Attribute) []*Wildcard {
	for _, a := range attrs {
		if !a.Group {
			continue
		}
		g := s.attrGroups[a.Name]
		if g.AnyAttribute != nil {
			out = append(out, g.AnyAttribute)
		}
		out = s.groupWildcards(out, g.Attributes)
	}
	return out
}

// Content lists the content models that make up that of a complex type: its own, after those of the types it extends.
func (s *Set) Content(t *ComplexType) []*Particle {
	var out []*Particle
	if base := s.complexes[t.Base]; base != nil && t.Derivation == Extension {
		out = s.Content(base)
	}
	if t.Content != nil {
		out = append(out, t.Content)
	}
	return out
}

// Children lists the element declarations and references of a complex type in the order of its content model, each name once.
func (s *Set) Children(t *ComplexType) []*Element {
	var out []*Element
	seen := map[Name]bool{}
	for _, e := range s.elementUses(t) {
		if !seen[e.Name] {
			seen[e.Name] = true
			out = append(out, e)
		}
	}
	return out
}

func (s *Set) elementUses(t *ComplexType) []*Element {
	var out []*Element
	var walk func(p *Particle)
	walk = func(p *Particle) {
		if g := s.groups[p.Group]; p.Kind == GroupRef && g != nil && g.Content != nil {
			p = g.Content
		}
		if p.Element != nil {
			out = append(out, p.Element)
		}
		for _, part := range p.Parts {
			walk(part)
		}
	}
	for _, p := range s.Content(t) {
		walk(p)
	}
	return out
}

// IsMixed reports whether text may stand between the children of a type; an extension of a mixed type is mixed (section 3.4.2).
func (s *Set) IsMixed(t *ComplexType) bool {
	base := s.complexes[t.Base]
	return t.Mixed || base != nil && t.Derivation == Extension && s.IsMixed(base)
}
