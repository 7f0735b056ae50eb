package xsdmodel

import "slices"

// NOTE. A content model obeys Unique Particle Attribution (XML Schema Part 1, section 3.8.6) if at no place two of its particles take the same element.
// Which particles may come at a place is told by the sets of Glushkov's automaton: those that may come first, and those that may follow each one.
// A generator needs no such rule; a validator does, so a lenient reader tells where it is broken.

// maxTerms bounds the size of the content models that are looked at.
const maxTerms = 200

// ambiguity looks at the content models of a set.
type ambiguity struct {
	set    *Set
	slip   func(*Error)
	terms  []term
	follow [][]int
}

// term is one element or wildcard of a content model.
type term struct {
	p      *Particle
	target string // namespace of the schema it stands in
}

// span is what a part of a content model is made of at its ends.
type span struct {
	empty       bool // it may be left out
	first, last []int
}

// unambiguous tells of each content model that breaks the rule, once.
func (c *checker) unambiguous() {
	for _, s := range c.set.Schemas {
		v := visitor{complex: func(t *ComplexType) {
			a := &ambiguity{set: c.set, slip: c.slip}
			a.complex(t, s.TargetNamespace)
		}}
		v.visit(s)
	}
}

func (a *ambiguity) complex(t *ComplexType, target string) {
	if t.Content == nil || t.SimpleContent {
		return
	}
	all := span{empty: true}
	for _, p := range a.set.Content(t) {
		all = a.then(all, a.particle(p, target))
	}
	if len(a.terms) > maxTerms || a.clash(all.first) {
		return
	}
	for _, next := range a.follow {
		if a.clash(next) {
			return
		}
	}
}

// clash tells of two particles of a set that take the same element.
func (a *ambiguity) clash(set []int) bool {
	for i, x := range set {
		for _, y := range set[:i] {
			if x != y && a.overlap(a.terms[x], a.terms[y]) {
				first, second := a.terms[min(x, y)].p, a.terms[max(x, y)].p
				a.slip(&Error{Pos: second.Pos, Msg: "the content model is ambiguous: what stands here and at " + first.Pos.String() +
					" takes the same element (Unique Particle Attribution)", Hint: "read all the same; a validator refuses it"})
				return true
			}
		}
	}
	return false
}

func (a *ambiguity) overlap(x, y term) bool {
	switch {
	case x.p.Element != nil && y.p.Element != nil:
		return x.p.Element.Name == y.p.Element.Name
	case x.p.Element != nil:
		return y.takes(x.p.Element.Name.Space)
	case y.p.Element != nil:
		return x.takes(y.p.Element.Name.Space)
	case x.p.Wildcard.Namespaces != nil:
		return has(x.p.Wildcard.Namespaces, y.takes)
	case y.p.Wildcard.Namespaces != nil:
		return has(y.p.Wildcard.Namespaces, x.takes)
	}
	return true // of two that take all namespaces but one or two, some are the same
}

// takes reports whether a wildcard takes elements of the namespace (section 3.10.4).
func (t term) takes(space string) bool {
	switch w := t.p.Wildcard; {
	case w.Any:
		return true
	case w.Other:
		return space != "" && space != t.target
	default:
		return slices.Contains(w.Namespaces, space)
	}
}

func (a *ambiguity) particle(p *Particle, target string) span {
	if p.Max == 0 || len(a.terms) > maxTerms {
		return span{empty: true}
	}
	var s span
	switch p.Kind {
	case ElementParticle, Any:
		i := len(a.terms)
		a.terms, a.follow = append(a.terms, term{p, target}), append(a.follow, nil)
		s = span{first: []int{i}, last: []int{i}}
	case GroupRef:
		g := a.set.groups[p.Group]
		s = a.particle(g.Content, g.Name.Space)
	case Sequence:
		s.empty = true
		for _, part := range p.Parts {
			s = a.then(s, a.particle(part, target))
		}
	default:
		s = a.either(p, target)
	}
	// A fixed number of times is like writing it out; no place then belongs to both.
	if p.Max == Unbounded || p.Max > 1 && p.Min < p.Max {
		a.link(s.last, s.first)
	}
	s.empty = s.empty || p.Min == 0
	return s
}

// either is a choice, or xs:all: parts in any order.
func (a *ambiguity) either(p *Particle, target string) span {
	s := span{empty: len(p.Parts) == 0 || p.Kind == All}
	for _, part := range p.Parts {
		next := a.particle(part, target)
		s.first, s.last = append(s.first, next.first...), append(s.last, next.last...)
		s.empty = s.empty && (next.empty || p.Kind == Choice) || p.Kind == Choice && next.empty
	}
	if p.Kind == All {
		a.link(s.last, s.first)
	}
	return s
}

// then puts one part behind another.
func (a *ambiguity) then(s, next span) span {
	a.link(s.last, next.first)
	out := span{empty: s.empty && next.empty, first: slices.Clone(s.first), last: slices.Clone(next.last)}
	if s.empty {
		out.first = append(out.first, next.first...)
	}
	if next.empty {
		out.last = append(out.last, s.last...)
	}
	return out
}

func (a *ambiguity) link(from, to []int) {
	for _, i := range from {
		for _, j := range to {
			if !slices.Contains(a.follow[i], j) {
				a.follow[i] = append(a.follow[i], j)
			}
		}
	}
}
