package validate

import (
	"slices"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// NOTE. A content model is an expression that changes as children come: what is left of it after a child is the model of the children to follow
// (Brzozowski's derivatives). Unique Particle Attribution, which the schemas obey, makes the step deterministic. So at any place
// the expression says which children may come and which are still missing, which the engine does not tell.

// expr is a content model, or what is left of one.
type expr interface {
	// next takes a child off the front.
	next(n xsdmodel.Name) (t *term, rest expr, ok bool)
	// force does the same, but passes over required elements that are not there.
	force(n xsdmodel.Name) (t *term, rest expr, missing []alternatives, ok bool)
	// empty reports whether no further child is needed.
	empty() bool
	// first lists what may come next.
	first() alternatives
	// missing lists what must still come, one entry for each child.
	missing() []alternatives
}

// alternatives are terms one of which may, or must, stand at a place.
type alternatives []*term

// term is a single child: an element or a wildcard.
type term struct {
	element  *xsdmodel.Element // the declaration
	wildcard *xsdmodel.Wildcard
	target   string                 // the namespace of the schema that the wildcard stands in
	siblings map[xsdmodel.Name]bool // the elements that the content model names; nil in the strict profile
}

func (t *term) matches(n xsdmodel.Name) bool {
	if t.element != nil {
		return t.element.Name == n
	}
	return !t.siblings[n] && admits(t.wildcard, t.target, n.Space)
}

// admits reports whether a wildcard in a schema of namespace target takes the namespace (XML Schema Part 1, section 3.10.4).
func admits(w *xsdmodel.Wildcard, target, space string) bool {
	switch {
	case w.Any:
		return true
	case w.Other:
		return space != "" && space != target
	}
	return slices.Contains(w.Namespaces, space)
}

func (t *term) next(n xsdmodel.Name) (*term, expr, bool) {
	if t.matches(n) {
		return t, sequence(nil), true
	}
	return nil, nil, false
}

func (t *term) force(n xsdmodel.Name) (*term, expr, []alternatives, bool) {
	found, rest, ok := t.next(n)
	return found, rest, nil, ok
}

func (t *term) empty() bool             { return false }
func (t *term) first() alternatives     { return alternatives{t} }
func (t *term) missing() []alternatives { return []alternatives{{t}} }

// sequence is xs:sequence.
type sequence []expr

// join is e, then the rest.
func join(e expr, rest ...expr) expr {
	if s, ok := e.(sequence); ok {
		if len(s) == 0 {
			return sequence(rest)
		}
		return append(slices.Clone(s), rest...)
	}
	return append(sequence{e}, rest...)
}

func (s sequence) next(n xsdmodel.Name) (*term, expr, bool) {
	for i, e := range s {
		if t, rest, ok := e.next(n); ok {
			return t, join(rest, s[i+1:]...), true
		}
		if !e.empty() {
			break
		}
	}
	return nil, nil, false
}

func (s sequence) force(n xsdmodel.Name) (*term, expr, []alternatives, bool) {
	var passed []alternatives
	for i, e := range s {
		if t, rest, missing, ok := e.force(n); ok {
			return t, join(rest, s[i+1:]...), append(passed, missing...), true
		}
		passed = append(passed, e.missing()...)
	}
	return nil, nil, nil, false
}

func (s sequence) empty() bool {
	return !slices.ContainsFunc(s, func(e expr) bool { return !e.empty() })
}

func (s sequence) first() alternatives {
	var out alternatives
	for _, e := range s {
		out = append(out, e.first()...)
		if !e.empty() {
			break
		}
	}
	return out
}

func (s sequence) missing() []alternatives {
	var out []alternatives
	for _, e := range s {
		out = append(out, e.missing()...)
	}
	return out
}

// choice is xs:choice.
type choice []expr

func (c choice) next(n xsdmodel.Name) (*term, expr, bool) {
	for _, e := range c {
		if t, rest, ok := e.next(n); ok {
			return t, rest, true
		}
	}
	return nil, nil, false
}

func (c choice) force(n xsdmodel.Name) (*term, expr, []alternatives, bool) {
	if t, rest, ok := c.next(n); ok {
		return t, rest, nil, true
	}
	for _, e := range c {
		if t, rest, missing, ok := e.force(n); ok {
			return t, rest, missing, true
		}
	}
	return nil, nil, nil, false
}

func (c choice) empty() bool { return slices.ContainsFunc(c, expr.empty) }

func (c choice) first() alternatives {
	var out alternatives
	for _, e := range c {
		out = append(out, e.first()...)
	}
	return out
}

func (c choice) missing() []alternatives {
	if c.empty() {
		return nil
	}
	return []alternatives{c.first()}
}

// all is xs:all: every part once, in any order.
type all []expr

func (a all) next(n xsdmodel.Name) (*term, expr, bool) {
	for i, e := range a {
		if t, rest, ok := e.next(n); ok {
			return t, join(rest, slices.Delete(slices.Clone(a), i, i+1)), true
		}
	}
	return nil, nil, false
}

func (a all) force(n xsdmodel.Name) (*term, expr, []alternatives, bool) {
	t, rest, ok := a.next(n)
	return t, rest, nil, ok
}

func (a all) empty() bool             { return sequence(a).empty() }
func (a all) first() alternatives     { return choice(a).first() }
func (a all) missing() []alternatives { return sequence(a).missing() }

// repeat is a particle with its occurrence.
type repeat struct {
	expr
	min, max int // max may be xsdmodel.Unbounded
}

// less is the repeat after one occurrence.
func (r repeat) less() expr {
	if r.max != xsdmodel.Unbounded {
		r.max--
	}
	r.min = max(r.min-1, 0)
	return r
}

func (r repeat) next(n xsdmodel.Name) (*term, expr, bool) {
	if r.max == 0 {
		return nil, nil, false
	}
	t, rest, ok := r.expr.next(n)
	if !ok {
		return nil, nil, false
	}
	return t, join(rest, r.less()), true
}

func (r repeat) force(n xsdmodel.Name) (*term, expr, []alternatives, bool) {
	if r.max == 0 {
		return nil, nil, nil, false
	}
	t, rest, missing, ok := r.expr.force(n)
	if !ok {
		return nil, nil, nil, false
	}
	return t, join(rest, r.less()), missing, true
}

func (r repeat) empty() bool { return r.min == 0 || r.expr.empty() }

func (r repeat) first() alternatives {
	if r.max == 0 {
		return nil
	}
	return r.expr.first()
}

func (r repeat) missing() []alternatives {
	if r.empty() {
		return nil
	}
	return r.expr.missing()
}
