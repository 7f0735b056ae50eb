package validate

import (
	"slices"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

const (
	nsXML = "http://www.w3.org/XML/1998/namespace"
	nsXSI = "http://www.w3.org/2001/XMLSchema-instance"
)

// walk goes over a document and tells what is not declared, not allowed where it stands, or missing.
type walk struct {
	*report
	shapes *shapes
}

// root checks the whole document.
func (w *walk) root(n *node) {
	n.decl = w.shapes.set.Element(n.name)
	if n.decl == nil {
		n.detached, n.unknown = true, true
		why := "namespace " + quoted(n.name.Space) + " has no schema"
		if w.shapes.set.Schema(n.name.Space) != nil {
			why = "the schema of namespace " + quoted(n.name.Space) + " does not declare it"
		}
		w.addf(n.tag.start, n.path(), "element %s cannot be a root: %s", quoted(n.name.Local), why)
	}
	w.element(n)
}

// element checks an element, whose declaration is known if there is one, and what is inside it.
func (w *walk) element(n *node) {
	w.lang(n)
	s := w.shape(n)
	if s == nil || s.any {
		w.lax(n)
		return
	}
	w.attributes(n, s)
	if _, nilled := n.raw.Attr(nsXSI, "nil"); nilled {
		w.lax(n) // whether it may be, the engine knows
		return
	}
	if !s.mixed && !s.text && !n.blank() {
		n.oddText = true
		w.addf(n.tag.text, n.path(), "text is not allowed in %s", quoted(n.name.Local))
	}
	w.content(n, s)
}

// shape returns what is declared of the element, nil if it is nothing or if the engine alone can tell.
func (w *walk) shape(n *node) *shape {
	if n.decl == nil {
		return nil
	}
	if name, ok := n.raw.Attr(nsXSI, "type"); ok {
		return w.shapes.named(n.qname(name))
	}
	return w.shapes.elements[n.decl]
}

// lax checks the children of an element about which nothing is declared.
func (w *walk) lax(n *node) {
	for _, c := range n.children {
		w.open(c, "lax")
	}
}

// open checks a child that a wildcard let in.
func (w *walk) open(n *node, process string) {
	if process == "skip" {
		w.skip(n)
		return
	}
	set := w.shapes.set
	n.decl = set.Element(n.name)
	switch {
	case n.decl != nil:
	case n.parent.unknown && n.parent.name.Space == n.name.Space:
		n.unknown = true // who does not know the parent does not know the child
	case set.Schema(n.name.Space) != nil:
		n.unknown = true
		w.addf(n.tag.start, n.path(), "element %s is not declared in namespace %s", quoted(n.name.Local), quoted(n.name.Space))
	case process == "strict":
		n.parent.faulty, n.detached = true, true
		w.addf(n.tag.start, n.path(), "element %s is not allowed here; expected one that a schema declares", n.label())
	}
	w.element(n)
}

// skip marks what a wildcard says not to check.
func (w *walk) skip(n *node) {
	n.unchecked = true
	for _, c := range n.children {
		w.skip(c)
	}
}

// content holds the children against the content model.
func (w *walk) content(n *node, s *shape) {
	rest := s.content
	if rest == nil {
		rest = sequence(nil)
	}
	astray := false // the engine cannot follow any more
	for _, c := range n.children {
		t, after, ok := rest.next(c.name)
		if !ok {
			t, after = w.misplaced(n, c, s, rest)
			astray = astray || t != nil
			c.detached = true
		}
		c.detached = c.detached || astray
		if after != nil {
			rest = after
		}
		w.child(c, s, t)
	}
	w.missing(n, rest)
}

// child checks a child that the term t of the content model stands for; nil if none does.
func (w *walk) child(c *node, s *shape, t *term) {
	if t == nil {
		t = s.declares(c.name)
	}
	switch {
	case t == nil:
		c.decl = w.shapes.set.Element(c.name)
		c.unknown = c.decl == nil
		w.element(c)
	case t.wildcard != nil:
		w.open(c, t.wildcard.ProcessContents)
	default:
		c.decl = t.element
		w.element(c)
	}
}

// misplaced tells of a child that cannot come next. If it could come after others that are missing, the term for it and what may follow it are returned.
func (w *walk) misplaced(n, c *node, s *shape, rest expr) (*term, expr) {
	n.faulty = true
	name := c.label()
	switch t, after, missing, ok := rest.force(c.name); {
	case s.content == nil && s.text:
		w.addf(c.tag.start, c.path(), "element %s is not allowed: %s holds text only", name, quoted(n.name.Local))
	case s.content == nil:
		w.addf(c.tag.start, c.path(), "element %s is not allowed: %s has no children", name, quoted(n.name.Local))
	case ok && !slices.ContainsFunc(missing, n.holds):
		for _, m := range missing {
			w.addf(n.tag.start, n.path(), "%s", w.required(n, m, " before "+name))
		}
		return t, after
	default:
		w.addf(c.tag.start, c.path(), "element %s is not allowed here; expected %s", name, w.expected(n, rest.first()))
	}
	return nil, nil
}

// missing tells of children that have not come. One that stands in the wrong place has been told of already.
func (w *walk) missing(n *node, rest expr) {
	if rest.empty() {
		return
	}
	for _, m := range rest.missing() {
		if !n.holds(m) {
			w.addf(n.tag.start, n.path(), "%s", w.required(n, m, ""))
		}
	}
	n.faulty = true
}

// holds reports whether one of the alternatives is among the children of n.
func (n *node) holds(any alternatives) bool {
	return slices.ContainsFunc(any, func(t *term) bool { return t.element != nil && n.names[t.element.Name] })
}

// declares returns a term for an element of that name from anywhere in the content model, nil if there is none.
func (s *shape) declares(n xsdmodel.Name) *term {
	if s.content == nil {
		return nil
	}
	t, _, _, _ := s.content.force(n)
	if t == nil || t.element == nil {
		return nil
	}
	return t
}
