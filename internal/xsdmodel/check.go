package xsdmodel

import "fmt"

// references checks that every name a schema uses is declared and that its namespace is imported.
func (c *checker) references(s *Schema) {
	v := refs{c, s, map[string]bool{s.TargetNamespace: true}}
	for _, imp := range s.Imports {
		if imp.Namespace == s.TargetNamespace {
			c.errorf(imp.Pos, "a schema cannot import its own namespace")
		}
		if c.set.schemas[imp.Namespace] == nil {
			c.errorf(imp.Pos, "no schema for the imported namespace %q", imp.Namespace)
		}
		v.imported[imp.Namespace] = true
	}
	for _, e := range s.Elements {
		v.element(e)
	}
	for _, a := range s.Attributes {
		v.attribute(a)
	}
	for _, t := range s.SimpleTypes {
		v.simple(t)
	}
	for _, t := range s.ComplexTypes {
		v.complex(t)
	}
	for _, g := range s.Groups {
		v.particle(g.Content)
	}
	for _, g := range s.AttributeGroups {
		v.attributes(g.Attributes)
	}
}

// refs walks one schema and checks its references.
type refs struct {
	*checker
	schema   *Schema
	imported map[string]bool
}

// check tells of a name that leads nowhere. Zero names stand for faults the parser told, or for nothing.
func (v *refs) check(pos Pos, what string, n Name, found bool) {
	switch {
	case n.IsZero():
	case n.Space == "" && !v.imported[""]:
		v.near(pos, n, "a name without prefix needs xmlns=\"…\" on <xs:schema>", "%s %s is of no namespace", what, n.Local)
	case !v.imported[n.Space] && !n.Builtin():
		v.near(pos, n, fmt.Sprintf("add <xs:import namespace=%q/>", n.Space), "%s %s: namespace %q is not imported", what, n.Local, n.Space)
	case !found && (n.Builtin() || !v.set.lost(n)):
		v.near(pos, n, v.suggest(n), "%s %s is not declared in namespace %q", what, n.Local, n.Space)
	}
}

// near tells of a fault that lies in a name.
func (v *refs) near(pos Pos, n Name, hint, format string, args ...any) {
	v.errs = append(v.errs, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...), Hint: hint, Near: n.Local})
}

// suggest says what a name may have been meant to be.
func (v *refs) suggest(n Name) string {
	_, builtin := builtins[n.Local]
	schema := v.set.schemas[n.Space]
	switch {
	case n.Builtin():
		if guess := nearestBuiltin(n.Local); guess != "" {
			return "did you mean xs:" + guess + "?"
		}
		return ""
	case builtin:
		return "did you mean xs:" + n.Local + "?"
	case schema == nil:
		return ""
	}
	if guess := nearest(n.Local, schema.names()); guess != "" {
		return "did you mean " + guess + "?"
	}
	return ""
}

// names lists what a schema declares.
func (s *Schema) names() []string {
	var out []string
	for _, e := range s.Elements {
		out = append(out, e.Name.Local)
	}
	for _, t := range s.SimpleTypes {
		out = append(out, t.Name.Local)
	}
	for _, t := range s.ComplexTypes {
		out = append(out, t.Name.Local)
	}
	return out
}

// lost reports whether the name may have been declared by what a reader had to refuse.
func (s *Set) lost(n Name) bool {
	schema := s.schemas[n.Space]
	return schema == nil || schema.Unread || schema.Lost[n.Local]
}

// typ checks the name of a type; simpleOnly where a complex one cannot stand.
func (v *refs) typ(pos Pos, n Name, simpleOnly bool) {
	_, builtin := builtins[n.Local]
	builtin = builtin && n.Builtin()
	if !builtin && simpleOnly && v.set.complexes[n] != nil {
		v.errorf(pos, "%s is a complex type, a simple one must stand here", n.Local)
		return
	}
	if simpleOnly && n.Builtin() && n.Local == "anyType" {
		v.errorf(pos, "anyType is a complex type, a simple one must stand here")
		return
	}
	v.check(pos, "type", n, builtin || v.set.simples[n] != nil || v.set.complexes[n] != nil)
}

func (v *refs) element(e *Element) {
	if e.Ref {
		v.check(e.Pos, "element", e.Name, v.set.elements[e.Name] != nil)
		return
	}
	v.typ(e.Pos, e.Type, false)
	v.simple(e.Simple)
	v.complex(e.Complex)
}

func (v *refs) attributes(attrs []*Attribute) {
	seen := map[Name]bool{}
	for _, a := range attrs {
		v.attribute(a)
		if seen[a.Name] && !a.Group {
			v.errorf(a.Pos, "attribute %s is declared twice", a.Name.Local)
		}
		seen[a.Name] = seen[a.Name] || !a.Group
	}
}

func (v *refs) attribute(a *Attribute) {
	switch {
	case a.Group:
		v.check(a.Pos, "attribute group", a.Name, v.set.attrGroups[a.Name] != nil)
	case a.Ref:
		v.check(a.Pos, "attribute", a.Name, v.set.attributes[a.Name] != nil)
	default:
		v.typ(a.Pos, a.Type, true)
		v.simple(a.Simple)
	}
}

func (v *refs) simple(t *SimpleType) {
	if t == nil {
		return
	}
	v.typ(t.Pos, t.Base, true)
	v.simple(t.BaseType)
	for _, m := range t.Members {
		v.typ(t.Pos, m, true)
	}
	for _, m := range t.Inline {
		v.simple(m)
	}
	seen := map[string]bool{}
	for _, e := range t.Enums {
		if seen[e.Value] {
			v.errorf(e.Pos, "value %q is enumerated twice", e.Value)
		}
		seen[e.Value] = true
	}
}

func (v *refs) complex(t *ComplexType) {
	if t == nil {
		return
	}
	base := v.set.complexes[t.Base]
	switch {
	case t.SimpleContent && base != nil && v.set.simpleContent(base, nil) == nil:
		v.errorf(t.Pos, "simple content cannot come from %s, which has none", t.Base.Local)
	case t.SimpleContent && base == nil && t.Derivation == Restriction && !t.Base.IsZero():
		v.errorf(t.Pos, "simple content can only restrict a complex type; %s is not one", t.Base.Local)
	case !t.SimpleContent && base == nil && !t.Base.IsZero() && t.Base != (Name{Namespace, "anyType"}) && v.set.isSimple(t.Base):
		v.errorf(t.Pos, "complex content cannot come from the simple type %s", t.Base.Local)
	default:
		v.typ(t.Pos, t.Base, false)
	}
	if t.Simple != nil {
		v.simple(t.Simple)
	}
	v.attributes(t.Attributes)
	v.particle(t.Content)
}

func (v *refs) particle(p *Particle) {
	if p == nil {
		return
	}
	if p.Kind == GroupRef {
		v.check(p.Pos, "group", p.Group, v.set.groups[p.Group] != nil)
	}
	if p.Element != nil {
		v.element(p.Element)
	}
	for _, part := range p.Parts {
		v.particle(part)
	}
}

// consistent checks that a content model declares an element in one way only, however often it does (XML Schema Part 1, section 3.8.6).
func (c *checker) consistent() {
	for _, s := range c.set.Schemas {
		for _, t := range s.ComplexTypes {
			c.consistentType(t)
		}
		for _, e := range s.Elements {
			c.consistentType(e.Complex)
		}
		for _, g := range s.Groups {
			c.inner(g.Content)
		}
	}
}

func (c *checker) consistentType(t *ComplexType) {
	if t == nil {
		return
	}
	c.inner(t.Content)
	seen := map[Name]*Element{}
	for _, e := range c.set.elementUses(t) {
		decl := c.set.Declaration(e)
		first := seen[e.Name]
		switch {
		case decl == nil:
		case first == nil:
			seen[e.Name] = decl
		case first != decl && !sameType(first, decl):
			c.inconsistent(e, first)
		}
	}
}

func (c *checker) inconsistent(e, first *Element) {
	if c.slip == nil {
		c.errorf(e.Pos, "element %s has another type than at %s", e.Name.Local, first.Pos)
		return
	}
	c.slip(&Error{Pos: e.Pos, Msg: "element " + e.Name.Local + " has another type than at " + first.Pos.String(),
		Hint: "the first type rules; what does not fit it is kept raw"})
}

// sameType reports whether two declarations have one type: the same named one, or none, which is anyType. Anonymous types are each one's own.
func sameType(a, b *Element) bool {
	anonymous := a.Complex != nil || a.Simple != nil || b.Complex != nil || b.Simple != nil
	return !anonymous && a.Type == b.Type
}

// inner checks the anonymous types of local elements.
func (c *checker) inner(p *Particle) {
	if p == nil {
		return
	}
	if p.Element != nil {
		c.consistentType(p.Element.Complex)
	}
	for _, part := range p.Parts {
		c.inner(part)
	}
}
