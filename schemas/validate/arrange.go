package validate

import (
	"math"
	"slices"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// NOTE. XMPP takes the order of children to mean nothing, XML Schema does not. So the default profile puts children into the order of the content
// model before it looks at them: of what may come next, the first that is there. Where nothing may that is there, the child comes that passes over the fewest
// required ones. The sort is stable, and a document that has its children in order keeps them.

// arranger puts children into the order of a content model.
type arranger struct {
	rest   expr
	queues map[xsdmodel.Name][]*node // the children to be placed, by name
	names  []xsdmodel.Name           // of them, in document order; some have no child left
	out    []*node
}

// arrange returns the children in the order of the content model, and how many of them it takes; those it does not take come last.
func arrange(content expr, children []*node) (order []*node, taken int) {
	if fits(content, children) {
		return children, len(children)
	}
	a := &arranger{rest: content, queues: map[xsdmodel.Name][]*node{}}
	all := distinct(content)
	var strays []*node
	for _, c := range children {
		if !slices.ContainsFunc(all, func(t *term) bool { return t.matches(c.name) }) {
			strays = append(strays, c)
			continue
		}
		if a.queues[c.name] == nil {
			a.names = append(a.names, c.name)
		}
		a.queues[c.name] = append(a.queues[c.name], c)
	}
	for a.step() || a.jump() {
	}
	taken = len(a.out)
	for _, c := range children {
		if queue := a.queues[c.name]; len(queue) > 0 && queue[0] == c {
			a.out, a.queues[c.name] = append(a.out, c), queue[1:]
		}
	}
	return append(a.out, strays...), taken
}

// fits reports whether the children can come as they are. What may be missing at the end does not matter.
func fits(content expr, children []*node) bool {
	for _, c := range children {
		_, rest, ok := content.next(c.name)
		if !ok {
			return false
		}
		content = rest
	}
	return true
}

// step takes a child that may come next: of two neither of which can come once the other has, the one that is first in the document.
func (a *arranger) step() bool {
	var best *node
	var left expr
	for _, t := range a.rest.first() {
		c := a.find(t)
		if c == nil {
			continue
		}
		if best != nil && (best.tag.start < c.tag.start || reaches(left, c.name)) {
			continue
		}
		best = c
		_, left, _ = a.rest.next(c.name)
	}
	if best == nil {
		return false
	}
	a.take(best.name, left)
	return true
}

// find returns the first child that the term stands for, nil if there is none.
func (a *arranger) find(t *term) *node {
	if t.element != nil {
		if queue := a.queues[t.element.Name]; len(queue) > 0 {
			return queue[0]
		}
		return nil
	}
	for len(a.names) > 0 && len(a.queues[a.names[0]]) == 0 {
		a.names = a.names[1:]
	}
	for _, name := range a.names {
		if queue := a.queues[name]; len(queue) > 0 && t.matches(name) {
			return queue[0]
		}
	}
	return nil
}

// reaches reports whether a child of the name can come now or later.
func reaches(e expr, name xsdmodel.Name) bool {
	_, _, _, ok := e.force(name)
	return ok
}

// maxCandidates bounds how many names are tried where no child may come next.
const maxCandidates = 64

// jump takes the child that leaves out the fewest required ones.
func (a *arranger) jump() bool {
	var best xsdmodel.Name
	var left expr
	fewest := -1
	for _, name := range a.names[:min(len(a.names), maxCandidates)] {
		if len(a.queues[name]) == 0 {
			continue
		}
		if _, rest, missing, ok := a.rest.force(name); ok && (fewest < 0 || len(missing) < fewest) {
			best, left, fewest = name, rest, len(missing)
		}
	}
	if fewest < 0 {
		return false
	}
	a.take(best, left)
	return true
}

// take places the first child of the name.
func (a *arranger) take(name xsdmodel.Name, rest expr) {
	queue := a.queues[name]
	a.out, a.rest, a.queues[name] = append(a.out, queue[0]), rest, queue[1:]
}

// distinct lists the terms of a content model, each once.
func distinct(e expr) []*term {
	var out []*term
	var walk func(expr)
	list := func(parts []expr) {
		for _, p := range parts {
			walk(p)
		}
	}
	walk = func(e expr) {
		switch e := e.(type) {
		case *term:
			out = append(out, e)
		case sequence:
			list(e)
		case choice:
			list(e)
		case all:
			list(e)
		case repeat:
			walk(e.expr)
		}
	}
	walk(e)
	return out
}

// maxTried bounds among how many children it is tried what else could stand.
const maxTried = 200

// addable lists what could stand beside the children that the content model takes.
func addable(content expr, taken []*node) alternatives {
	if len(taken) > maxTried {
		return nil
	}
	var out alternatives
	for _, t := range distinct(content) {
		more := append(slices.Clone(taken), &node{name: t.example(), tag: tag{start: math.MaxInt}})
		if _, n := arrange(content, more); n == len(more) && !slices.ContainsFunc(out, t.same) {
			out = append(out, t)
		}
	}
	return out
}

// example is a name that the term stands for.
func (t *term) example() xsdmodel.Name {
	switch {
	case t.element != nil:
		return t.element.Name
	case len(t.wildcard.Namespaces) > 0:
		return xsdmodel.Name{Space: t.wildcard.Namespaces[0], Local: "any"}
	}
	return xsdmodel.Name{Space: "any", Local: "any"}
}

// same reports whether two terms read the same to people.
func (t *term) same(o *term) bool {
	if t.element == nil || o.element == nil {
		return t.element == o.element && t.example() == o.example()
	}
	return t.element.Name == o.element.Name
}
