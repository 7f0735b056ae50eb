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

// matching holds the children of an element against its content model.
type matching struct {
	parent *node
	shape  *shape
	rest   expr                   // the model of the children to come
	model  expr                   // of them all
	order  []*node                // the children in the order in which they are looked at
	taken  int                    // how many of them the model takes, in the default profile
	left   map[xsdmodel.Name]int  // children to come
	stray  map[xsdmodel.Name]bool // children that were told of as not allowed
	lost   bool                   // the engine cannot follow any more
	has    map[xsdmodel.Name]bool // what the model takes; nil before anybody has looked
	more   alternatives           // what else it would take
}

// content checks the children of n.
func (w *walk) content(n *node, s *shape) {
	m := &matching{parent: n, shape: s, rest: s.content, left: map[xsdmodel.Name]int{}, stray: map[xsdmodel.Name]bool{}, order: n.children}
	if s.content == nil {
		m.rest = sequence(nil)
	}
	m.model = m.rest
	if !w.shapes.strict {
		m.order, m.taken = arrange(m.model, n.children)
		n.order = m.order
	}
	for _, c := range m.order {
		m.left[c.name]++
	}
	for _, c := range m.order {
		m.left[c.name]--
		t, rest, ok := m.rest.next(c.name)
		if !ok && w.apart(m, c) {
			continue
		}
		if !ok {
			t, rest = w.misplaced(m, c)
		}
		c.detached = c.detached || m.lost || t == nil
		if t != nil {
			m.rest = rest
		}
		w.child(c, s, t)
	}
	for _, missing := range m.rest.missing() {
		if !slices.ContainsFunc(missing, func(t *term) bool { return t.element != nil && m.stray[t.element.Name] }) {
			n.faulty = true
			w.addf(n.tag.start, n.path(), "%s", w.required(n, missing, ""))
		}
	}
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
func (w *walk) misplaced(m *matching, c *node) (*term, expr) {
	n, name := m.parent, c.label()
	n.faulty = true
	before := " before " + name
	if !w.shapes.strict {
		before = "" // the order means nothing
	}
	t, rest, missing, ok := m.rest.force(c.name)
	switch {
	case m.shape.content == nil && m.shape.text:
		w.addf(c.tag.start, c.path(), "element %s is not allowed: %s holds text only", name, quoted(n.name.Local))
	case m.shape.content == nil:
		w.addf(c.tag.start, c.path(), "element %s is not allowed: %s has no children", name, quoted(n.name.Local))
	case ok && !slices.ContainsFunc(missing, m.toCome):
		for _, any := range missing {
			w.addf(n.tag.start, n.path(), "%s", w.required(n, any, before))
		}
		m.lost = true
		return t, rest
	default:
		w.stray(m, c)
	}
	return nil, nil
}

// stray tells of a child that may not stand in its parent, or not where it stands.
func (w *walk) stray(m *matching, c *node) {
	m.stray[c.name] = true
	why, may := "is not allowed here", m.rest.first()
	if !w.shapes.strict {
		m.look()
		if may = m.more; m.has[c.name] {
			why = "is one too many"
		}
	}
	w.addf(c.tag.start, c.path(), "element %s %s; expected %s", c.label(), why, w.expected(m.parent, may))
}

// look finds out what the parent has and what else could stand in it.
func (m *matching) look() {
	if m.has != nil {
		return
	}
	m.has = map[xsdmodel.Name]bool{}
	for _, c := range m.order[:m.taken] {
		m.has[c.name] = true
	}
	m.more = addable(m.model, m.order[:m.taken])
}

// apart looks at a child by itself, if the default profile lets it stand where it is: one of another namespace, and declared there, in a parent whose schema
// foresees no children of other namespaces.
func (w *walk) apart(m *matching, c *node) bool {
	decl := w.shapes.set.Element(c.name)
	if w.shapes.strict || decl == nil || c.name.Space == m.parent.name.Space || m.shape.text || m.shape.declares(c.name) != nil {
		return false
	}
	if slices.ContainsFunc(distinct(m.model), func(t *term) bool { return t.wildcard != nil }) {
		return false
	}
	c.decl, c.detached = decl, true
	w.element(c)
	return true
}

// toCome reports whether one of the alternatives stands further on.
func (m *matching) toCome(any alternatives) bool {
	return slices.ContainsFunc(any, func(t *term) bool { return t.element != nil && m.left[t.element.Name] > 0 })
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
