package xsdmodel

import "strings"

// cycles refuses what would send any reader of the model round in circles: imports, derivations and groups that come back to
// themselves. An element may well hold itself.
func (c *checker) cycles() {
	imports := graph[*Schema]{c: c, what: "import cycle", label: func(s *Schema) string { return s.TargetNamespace }}
	imports.next = func(s *Schema) (out []edge[*Schema]) {
		for _, imp := range s.Imports {
			if to := c.set.schemas[imp.Namespace]; to != nil && to != s {
				out = append(out, edge[*Schema]{imp.Pos, to})
			}
		}
		return out
	}
	complexes := graph[*ComplexType]{c: c, what: "the type derives from itself", label: func(t *ComplexType) string { return t.Name.Local }}
	complexes.next = func(t *ComplexType) (out []edge[*ComplexType]) {
		if to := c.set.complexes[t.Base]; to != nil {
			out = append(out, edge[*ComplexType]{t.Pos, to})
		}
		return out
	}
	simples := graph[*SimpleType]{c: c, what: "the type derives from itself", label: func(t *SimpleType) string { return t.Name.Local }}
	simples.next = func(t *SimpleType) []edge[*SimpleType] { return c.simpleEdges(t.Pos, t) }
	groups := graph[*Group]{c: c, what: "the group holds itself", label: func(g *Group) string { return g.Name.Local }}
	groups.next = func(g *Group) []edge[*Group] { return c.groupEdges(g.Content) }
	attrs := graph[*AttributeGroup]{c: c, what: "the group holds itself", label: func(g *AttributeGroup) string { return g.Name.Local }}
	attrs.next = func(g *AttributeGroup) (out []edge[*AttributeGroup]) {
		for _, a := range g.Attributes {
			if to := c.set.attrGroups[a.Name]; a.Group && to != nil {
				out = append(out, edge[*AttributeGroup]{a.Pos, to})
			}
		}
		return out
	}
	for _, s := range c.set.Schemas {
		imports.visit(s)
		complexes.visitAll(s.ComplexTypes)
		simples.visitAll(s.SimpleTypes)
		groups.visitAll(s.Groups)
		attrs.visitAll(s.AttributeGroups)
	}
}

// simpleEdges lists the named types that a type is made of, also through anonymous ones.
func (c *checker) simpleEdges(pos Pos, t *SimpleType) (out []edge[*SimpleType]) {
	for _, n := range append([]Name{t.Base}, t.Members...) {
		if to := c.set.simples[n]; to != nil {
			out = append(out, edge[*SimpleType]{pos, to})
		}
	}
	inside := t.Inline
	if t.BaseType != nil {
		inside = append([]*SimpleType{t.BaseType}, inside...)
	}
	for _, in := range inside {
		out = append(out, c.simpleEdges(in.Pos, in)...)
	}
	return out
}

// groupEdges lists the groups that a particle holds without an element between.
func (c *checker) groupEdges(p *Particle) (out []edge[*Group]) {
	if p == nil {
		return nil
	}
	if to := c.set.groups[p.Group]; p.Kind == GroupRef && to != nil {
		out = append(out, edge[*Group]{p.Pos, to})
	}
	for _, part := range p.Parts {
		out = append(out, c.groupEdges(part)...)
	}
	return out
}

type edge[T comparable] struct {
	pos Pos
	to  T
}

// graph finds cycles depth first and tells each once, where its last edge stands.
type graph[T comparable] struct {
	c     *checker
	what  string
	label func(T) string
	next  func(T) []edge[T]
	done  map[T]bool
	path  []T
}

func (g *graph[T]) visitAll(nodes []T) {
	for _, n := range nodes {
		g.visit(n)
	}
}

func (g *graph[T]) visit(n T) {
	if g.done[n] {
		return
	}
	g.path = append(g.path, n)
	for _, e := range g.next(n) {
		if i := g.onPath(e.to); i >= 0 {
			g.tell(e, g.path[i:])
			continue
		}
		g.visit(e.to)
	}
	g.path = g.path[:len(g.path)-1]
	if g.done == nil {
		g.done = map[T]bool{}
	}
	g.done[n] = true
}

func (g *graph[T]) onPath(n T) int {
	for i, p := range g.path {
		if p == n {
			return i
		}
	}
	return -1
}

func (g *graph[T]) tell(e edge[T], path []T) {
	var names []string
	for _, n := range append(path, e.to) {
		names = append(names, g.label(n))
	}
	g.c.errorf(e.pos, "%s: %s", g.what, strings.Join(names, " -> "))
}
