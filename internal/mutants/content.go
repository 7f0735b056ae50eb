package main

import (
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// counts says how many children of each name an element has.
type counts map[xsdmodel.Name]int

// needed lists the names of which one child may not be taken away: what the content model requires, and where it leaves a choice or is optional, what goes with
// other children that are there. Where a group may repeat, nothing is said.
func (m *model) needed(p *xsdmodel.Particle, have counts) []xsdmodel.Name {
	return m.neededIn(p, have, true)
}

func (m *model) neededIn(p *xsdmodel.Particle, have counts, must bool) []xsdmodel.Name {
	switch p.Kind {
	case xsdmodel.ElementParticle:
		if must && p.Min > 0 && have[p.Element.Name] == p.Min {
			return []xsdmodel.Name{p.Element.Name}
		}
		return nil
	case xsdmodel.Any:
		return nil
	case xsdmodel.GroupRef:
		content := *m.set.Group(p.Group).Content
		content.Min, content.Max = min(p.Min, content.Min), max(p.Max, content.Max)
		return m.neededIn(&content, have, must)
	}
	if p.Max != 1 {
		return nil
	}
	if p.Kind == xsdmodel.Choice {
		return m.neededOfChoice(p, have, must && p.Min > 0)
	}
	var out []xsdmodel.Name
	for _, part := range p.Parts {
		out = append(out, m.neededIn(part, have, true)...)
	}
	if must && p.Min > 0 {
		return out
	}
	// Of an optional sequence the last child may go.
	if present := m.present(p, have); len(present) > 1 {
		return out
	}
	return nil
}

// neededOfChoice looks at the branches that can be meant: its only child is needed if the choice is, and what goes with others in the branch.
func (m *model) neededOfChoice(p *xsdmodel.Particle, have counts, must bool) []xsdmodel.Name {
	present := m.present(p, have)
	if len(present) == 1 && have[present[0]] == 1 && must && !m.optional(p) {
		return present
	}
	var out []xsdmodel.Name
	found := false
	for _, branch := range p.Parts {
		if len(m.present(branch, have)) < len(present) {
			continue
		}
		needed := m.neededIn(branch, have, false)
		if found {
			needed = slices.DeleteFunc(needed, func(n xsdmodel.Name) bool { return !slices.Contains(out, n) })
		}
		out, found = needed, true
	}
	// Without it another branch may be meant.
	return slices.DeleteFunc(out, func(n xsdmodel.Name) bool {
		return slices.ContainsFunc(p.Parts, func(branch *xsdmodel.Particle) bool {
			left := maps.Clone(have)
			left[n]--
			return len(m.present(branch, left)) == len(m.present(p, left)) && !m.lacks(branch, left)
		})
	})
}

// lacks reports whether a branch that is meant has no child for something it requires.
func (m *model) lacks(p *xsdmodel.Particle, have counts) bool {
	switch p.Kind {
	case xsdmodel.ElementParticle:
		return have[p.Element.Name] < p.Min
	case xsdmodel.GroupRef:
		return m.lacks(m.set.Group(p.Group).Content, have)
	case xsdmodel.Sequence, xsdmodel.All:
		return slices.ContainsFunc(p.Parts, func(part *xsdmodel.Particle) bool { return part.Min > 0 && m.lacks(part, have) })
	}
	return false
}

// optional reports whether the particle takes an empty content.
func (m *model) optional(p *xsdmodel.Particle) bool {
	if p.Min == 0 {
		return true
	}
	switch p.Kind {
	case xsdmodel.GroupRef:
		return m.optional(m.set.Group(p.Group).Content)
	case xsdmodel.Choice:
		return slices.ContainsFunc(p.Parts, m.optional)
	case xsdmodel.Sequence, xsdmodel.All:
		return !slices.ContainsFunc(p.Parts, func(part *xsdmodel.Particle) bool { return !m.optional(part) })
	}
	return false
}

// present lists the names in a content model of which there are children.
func (m *model) present(p *xsdmodel.Particle, have counts) []xsdmodel.Name {
	var out []xsdmodel.Name
	m.each(p, 1, func(part *xsdmodel.Particle, _ int) {
		if part.Element != nil && have[part.Element.Name] > 0 && !slices.Contains(out, part.Element.Name) {
			out = append(out, part.Element.Name)
		}
	})
	return out
}

// each calls f for every element and wildcard of a content model, with the number of times it may occur.
func (m *model) each(p *xsdmodel.Particle, times int, f func(p *xsdmodel.Particle, times int)) {
	switch {
	case p.Max == xsdmodel.Unbounded || times == xsdmodel.Unbounded:
		times = xsdmodel.Unbounded
	default:
		times *= p.Max
	}
	switch p.Kind {
	case xsdmodel.ElementParticle, xsdmodel.Any:
		f(p, times)
	case xsdmodel.GroupRef:
		m.each(m.set.Group(p.Group).Content, times, f)
	}
	for _, part := range p.Parts {
		m.each(part, times, f)
	}
}

// most is how many children of a name a type allows, in all places together.
func (m *model) most(t *xsdmodel.ComplexType, name xsdmodel.Name) int {
	n := 0
	for _, p := range m.set.Content(t) {
		m.each(p, 1, func(p *xsdmodel.Particle, times int) {
			switch {
			case p.Element == nil || p.Element.Name != name || n == xsdmodel.Unbounded:
			case times == xsdmodel.Unbounded:
				n = xsdmodel.Unbounded
			default:
				n += times
			}
		})
	}
	return n
}

// takes reports whether a wildcard of the type takes children of the namespace; target is that of the schema.
func (m *model) takes(t *xsdmodel.ComplexType, target, space string) bool {
	found := false
	for _, p := range m.set.Content(t) {
		m.each(p, 1, func(p *xsdmodel.Particle, _ int) {
			found = found || p.Wildcard != nil && admits(p.Wildcard, target, space)
		})
	}
	return found
}

// admits reports whether a wildcard in a schema of namespace target takes the namespace (XML Schema Part 1, section 3.10.4).
func admits(w *xsdmodel.Wildcard, target, space string) bool {
	if w.Other {
		return space != "" && space != target
	}
	return w.Any || slices.Contains(w.Namespaces, space)
}
