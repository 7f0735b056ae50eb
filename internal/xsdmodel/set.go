package xsdmodel

import (
	"errors"
	"fmt"
)

// Set is several schemas that refer to each other.
type Set struct {
	Schemas []*Schema

	schemas    map[string]*Schema
	elements   map[Name]*Element
	attributes map[Name]*Attribute
	simples    map[Name]*SimpleType
	complexes  map[Name]*ComplexType
	groups     map[Name]*Group
	attrGroups map[Name]*AttributeGroup
}

// NewSet puts schemas together with the strict rules.
func NewSet(schemas []*Schema) (*Set, error) { return Reader{}.NewSet(schemas) }

// NewSet puts schemas together and refuses what is declared twice, references that lead nowhere, import cycles, groups that hold
// themselves, types that derive from themselves and content models that declare one element in two ways: an errors.Join of one *Error per fault.
// The set is there in any case, but with faults it is good for finding declarations only, not for resolving them.
// A lenient reader changes the schemas so that hardly a fault is left.
func (r Reader) NewSet(schemas []*Schema) (*Set, error) {
	if r.Slip != nil {
		heal(schemas, r.Slip)
	}
	s := newSet(schemas)
	c := &checker{set: s, slip: r.Slip}
	for _, schema := range schemas {
		c.index(schema)
	}
	for _, schema := range schemas {
		c.references(schema)
	}
	before := len(c.errs)
	if c.cycles(); len(c.errs) == before {
		c.sizes()
	}
	if len(c.errs) == before {
		c.consistent()
	}
	if c.slip != nil && len(c.errs) == 0 {
		c.unambiguous()
	}
	return s, errors.Join(c.errs...)
}

func newSet(schemas []*Schema) *Set {
	return &Set{
		Schemas:    schemas,
		schemas:    map[string]*Schema{},
		elements:   map[Name]*Element{},
		attributes: map[Name]*Attribute{},
		simples:    map[Name]*SimpleType{},
		complexes:  map[Name]*ComplexType{},
		groups:     map[Name]*Group{},
		attrGroups: map[Name]*AttributeGroup{},
	}
}

// Schema is the schema of a namespace, nil if there is none.
func (s *Set) Schema(namespace string) *Schema { return s.schemas[namespace] }

// Element is a global element, nil if there is none of that name.
func (s *Set) Element(n Name) *Element { return s.elements[n] }

// Attribute is a global attribute, nil if there is none of that name.
func (s *Set) Attribute(n Name) *Attribute { return s.attributes[n] }

// SimpleType is a named simple type, nil if there is none of that name.
func (s *Set) SimpleType(n Name) *SimpleType { return s.simples[n] }

// ComplexType is a named complex type, nil if there is none of that name.
func (s *Set) ComplexType(n Name) *ComplexType { return s.complexes[n] }

// Group is a named model group, nil if there is none of that name.
func (s *Set) Group(n Name) *Group { return s.groups[n] }

// AttributeGroup is a named attribute group, nil if there is none of that name.
func (s *Set) AttributeGroup(n Name) *AttributeGroup { return s.attrGroups[n] }

// Declaration is the element itself, or the global one it refers to.
func (s *Set) Declaration(e *Element) *Element {
	if e.Ref {
		return s.elements[e.Name]
	}
	return e
}

// checker gathers the faults of a set.
type checker struct {
	set  *Set
	slip func(*Error) // nil: strict
	errs []error
}

func (c *checker) errorf(pos Pos, format string, args ...any) {
	c.errs = append(c.errs, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// hintf tells of a fault and of how to mend it.
func (c *checker) hintf(pos Pos, hint, format string, args ...any) {
	c.errs = append(c.errs, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// index enters the global names of a schema.
func (c *checker) index(schema *Schema) {
	s := c.set
	if other := s.schemas[schema.TargetNamespace]; other != nil {
		c.errorf(schema.Pos, "namespace %s has a schema already: %s", schema.TargetNamespace, other.Pos)
		return
	}
	s.schemas[schema.TargetNamespace] = schema
	for _, e := range schema.Elements {
		enter(c, s.elements, e.Name, e, e.Pos, func(e *Element) Pos { return e.Pos })
	}
	for _, a := range schema.Attributes {
		enter(c, s.attributes, a.Name, a, a.Pos, func(a *Attribute) Pos { return a.Pos })
	}
	for _, t := range schema.SimpleTypes {
		enter(c, s.simples, t.Name, t, t.Pos, func(t *SimpleType) Pos { return t.Pos })
	}
	for _, t := range schema.ComplexTypes {
		if other := s.simples[t.Name]; other != nil {
			c.errorf(t.Pos, "%s is declared already: %s", t.Name.Local, other.Pos)
		}
		enter(c, s.complexes, t.Name, t, t.Pos, func(t *ComplexType) Pos { return t.Pos })
	}
	for _, g := range schema.Groups {
		enter(c, s.groups, g.Name, g, g.Pos, func(g *Group) Pos { return g.Pos })
	}
	for _, g := range schema.AttributeGroups {
		enter(c, s.attrGroups, g.Name, g, g.Pos, func(g *AttributeGroup) Pos { return g.Pos })
	}
}

func enter[T any](c *checker, m map[Name]*T, name Name, v *T, pos Pos, at func(*T) Pos) {
	if other, ok := m[name]; ok {
		c.errorf(pos, "%s is declared already: %s", name.Local, at(other))
		return
	}
	m[name] = v
}
