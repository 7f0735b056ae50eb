package xsdmodel

import (
	"slices"
	"strings"
)

// cycles refuses what would send any reader of the model round in circles: imports, derivations and groups that come back to
// themselves. An element may well hold itself.
func (c *checker) cycles() {
	checkCycles(c, importCycles(c.set), c.set.Schemas)
	complexes, simples := complexCycles(c.set), simpleCycles(c.set)
	groups, attrs := groupCycles(c.set), attributeGroupCycles(c.set)
	for _, s := range c.set.Schemas {
		checkCycles(c, complexes, s.ComplexTypes)
		checkCycles(c, simples, s.SimpleTypes)
		checkCycles(c, groups, s.Groups)
		checkCycles(c, attrs, s.AttributeGroups)
	}
}

func checkCycles[T comparable](c *checker, g *graph[T], nodes []T) {
	g.report = func(e edge[T], message string) { c.hintf(e.pos, g.hint, "%s", message) }
	g.visitAll(nodes)
}

func importCycles(set *Set) *graph[*Schema] {
	return &graph[*Schema]{
		what:  "import cycle",
		hint:  "Go packages cannot import each other: put what both need into a third schema, or leave one side a wildcard",
		label: func(s *Schema) string { return s.TargetNamespace },
		next: func(s *Schema) (out []edge[*Schema]) {
			for _, imp := range s.Imports {
				if to := set.schemas[imp.Namespace]; to != nil && to != s {
					out = append(out, edge[*Schema]{imp.Pos, to, func() {
						s.Imports = slices.DeleteFunc(slices.Clone(s.Imports), func(i *Import) bool { return i.Namespace == imp.Namespace })
					}})
				}
			}
			return out
		},
	}
}

func complexCycles(set *Set) *graph[*ComplexType] {
	return &graph[*ComplexType]{
		what:  "the type derives from itself",
		label: func(t *ComplexType) string { return t.Name.Local },
		next: func(t *ComplexType) (out []edge[*ComplexType]) {
			if to := set.complexes[t.Base]; to != nil {
				out = append(out, edge[*ComplexType]{t.Pos, to, func() {
					if t.Base, t.Derivation = (Name{}), NoDerivation; t.SimpleContent {
						t.Base, t.Derivation = Name{Namespace, "string"}, Extension
					}
				}})
			}
			return out
		},
	}
}

func simpleCycles(set *Set) *graph[*SimpleType] {
	return &graph[*SimpleType]{
		what:  "the type derives from itself",
		label: func(t *SimpleType) string { return t.Name.Local },
		next:  func(t *SimpleType) []edge[*SimpleType] { return simpleEdges(set, t.Pos, t) },
	}
}

// simpleEdges lists the named types that a type is made of, also through anonymous ones.
func simpleEdges(set *Set, pos Pos, t *SimpleType) (out []edge[*SimpleType]) {
	use := func(n *Name) {
		if to := set.simples[*n]; to != nil {
			out = append(out, edge[*SimpleType]{pos, to, func() { *n = Name{Namespace, "string"} }})
		}
	}
	use(&t.Base)
	for i := range t.Members {
		use(&t.Members[i])
	}
	inside := t.Inline
	if t.BaseType != nil {
		inside = append([]*SimpleType{t.BaseType}, inside...)
	}
	for _, in := range inside {
		out = append(out, simpleEdges(set, in.Pos, in)...)
	}
	return out
}

func groupCycles(set *Set) *graph[*Group] {
	return &graph[*Group]{
		what:  "the group holds itself",
		label: func(g *Group) string { return g.Name.Local },
		next:  func(g *Group) []edge[*Group] { return groupEdges(set, g.Content) },
	}
}

// groupEdges lists the groups that a particle holds without an element between.
func groupEdges(set *Set, p *Particle) (out []edge[*Group]) {
	if p == nil {
		return nil
	}
	if to := set.groups[p.Group]; p.Kind == GroupRef && to != nil {
		out = append(out, edge[*Group]{p.Pos, to, func() { p.wildcard(&Wildcard{Note: Note{Pos: p.Pos}, Any: true, ProcessContents: "lax"}) }})
	}
	for _, part := range p.Parts {
		out = append(out, groupEdges(set, part)...)
	}
	return out
}

func attributeGroupCycles(set *Set) *graph[*AttributeGroup] {
	return &graph[*AttributeGroup]{
		what:  "the group holds itself",
		label: func(g *AttributeGroup) string { return g.Name.Local },
		next: func(g *AttributeGroup) (out []edge[*AttributeGroup]) {
			for _, a := range g.Attributes {
				if to := set.attrGroups[a.Name]; a.Group && to != nil {
					out = append(out, edge[*AttributeGroup]{a.Pos, to, func() {
						g.Attributes = slices.DeleteFunc(slices.Clone(g.Attributes), func(o *Attribute) bool { return o == a })
					}})
				}
			}
			return out
		},
	}
}

// edge is a reference from one node to another.
type edge[T comparable] struct {
	pos Pos
	to  T
	cut func() // takes the reference out of the schema
}

// graph finds cycles depth first and reports each once, where its last edge stands.
type graph[T comparable] struct {
	what   string
	hint   string
	label  func(T) string
	next   func(T) []edge[T]
	report func(e edge[T], message string)
	done   map[T]bool
	path   []T
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
		if i := slices.Index(g.path, e.to); i >= 0 {
			g.report(e, g.what+": "+g.circle(e.to, g.path[i:]))
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

// circle writes a path that comes back to its start.
func (g *graph[T]) circle(to T, path []T) string {
	var names []string
	for _, n := range path {
		names = append(names, g.label(n))
	}
	return strings.Join(append(names, g.label(to)), " -> ")
}
