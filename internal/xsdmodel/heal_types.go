package xsdmodel

import "slices"

// shapes deals with types that come from bases of the wrong kind.
func (h *healer) shapes(s *Schema) {
	v := visitor{complex: h.shape}
	v.visit(s)
}

func (h *healer) shape(t *ComplexType) {
	base := h.set.complexes[t.Base]
	switch {
	case t.SimpleContent && base != nil && !h.hasText(base):
		h.tell(t.Pos, "read as complex content", "simple content cannot come from %s, which has none", t.Base.Local)
		t.SimpleContent, t.Simple, t.Derivation = false, nil, Extension
	case t.SimpleContent && base == nil && t.Derivation == Restriction:
		h.tell(t.Pos, "read as an extension", "simple content can only restrict a complex type; %s is not one", t.Base.Local)
		t.Derivation, t.Simple = Extension, nil
	case !t.SimpleContent && base == nil && h.set.isSimple(t.Base):
		h.tell(t.Pos, "read as simple content", "complex content cannot come from the simple type %s", t.Base.Local)
		t.SimpleContent, t.Derivation, t.Content = true, Extension, nil
	}
}

// hasText reports whether a type has simple content once it and its bases have the shape that heal gives them.
func (h *healer) hasText(t *ComplexType) bool {
	for range len(h.set.complexes) + 1 {
		base := h.set.complexes[t.Base]
		if base == nil {
			return t.SimpleContent || h.set.isSimple(t.Base)
		}
		if !t.SimpleContent && t.Derivation != NoDerivation {
			return h.hasText(base)
		}
		t = base
	}
	return false // a cycle, which is cut later
}

// cutCycles finds cycles from each node on and takes out the reference that closes one.
func cutCycles[T comparable](g *graph[T], h *healer, nodes []T) {
	g.report = func(e edge[T], message string) {
		e.cut()
		h.tell(e.pos, "the reference that closes the circle is "+leftOut, "%s", message)
	}
	g.visitAll(nodes)
}

// substitute writes out what xs:element's substitutionGroup means: where the head may stand, so may every element that names it (XML Schema Part 1,
// section 3.3.6). A choice says the same.
func (h *healer) substitute(schemas []*Schema) {
	members := map[Name][]*Element{}
	for _, s := range schemas {
		for _, e := range s.Elements {
			if !e.Substitutes.IsZero() {
				members[e.Substitutes] = append(members[e.Substitutes], e)
			}
		}
	}
	if len(members) == 0 {
		return
	}
	for _, s := range schemas {
		h.see(s)
		made := map[*Particle]bool{}
		v := visitor{particle: func(p *Particle) {
			if p.Element != nil && p.Element.Ref && !made[p] {
				for _, part := range h.writeOut(p, members) {
					made[part] = true
				}
			}
		}}
		v.visit(s)
	}
}

// writeOut makes a choice of a reference that several elements may stand for, and returns its parts.
func (h *healer) writeOut(p *Particle, members map[Name][]*Element) []*Particle {
	var parts []*Particle
	for _, e := range h.standIns(p.Element.Name, members, nil) {
		if h.visible[e.Name.Space] {
			ref := &Element{Note: Note{Pos: p.Pos, Doc: e.Doc}, Name: e.Name, Ref: true}
			parts = append(parts, &Particle{Note: ref.Note, Kind: ElementParticle, Min: 1, Max: 1, Element: ref})
		}
	}
	if len(parts) == 0 || len(parts) == 1 && parts[0].Element.Name == p.Element.Name {
		return nil
	}
	*p = Particle{Note: Note{Pos: p.Pos, Doc: p.Doc}, Kind: Choice, Min: p.Min, Max: p.Max, Parts: parts}
	return parts
}

// standIns lists the elements that may stand where the head is named: itself unless it is abstract, and its members with theirs.
func (h *healer) standIns(head Name, members map[Name][]*Element, out []*Element) []*Element {
	e := h.set.elements[head]
	if e == nil || slices.Contains(out, e) {
		return out
	}
	if !e.Abstract {
		out = append(out, e)
	}
	for _, m := range members[head] {
		if m.Name != head {
			out = h.standIns(m.Name, members, out)
		}
	}
	return out
}
