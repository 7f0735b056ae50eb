package xsdmodel

// visitor says what to do with each part of a schema; nil is nothing. A part comes before what it holds.
type visitor struct {
	element   func(*Element)
	attribute func(*Attribute)
	simple    func(*SimpleType)
	complex   func(*ComplexType)
	particle  func(*Particle)
}

// visit goes over a whole schema.
func (v *visitor) visit(s *Schema) {
	for _, e := range s.Elements {
		v.visitElement(e)
	}
	v.visitAttributes(s.Attributes)
	for _, t := range s.SimpleTypes {
		v.visitSimple(t)
	}
	for _, t := range s.ComplexTypes {
		v.visitComplex(t)
	}
	for _, g := range s.Groups {
		v.visitParticle(g.Content)
	}
	for _, g := range s.AttributeGroups {
		v.visitAttributes(g.Attributes)
	}
}

// call does what there is to do with a part.
func call[T any](f func(*T), part *T) {
	if f != nil {
		f(part)
	}
}

func (v *visitor) visitElement(e *Element) {
	call(v.element, e)
	v.visitSimple(e.Simple)
	v.visitComplex(e.Complex)
}

func (v *visitor) visitAttributes(attrs []*Attribute) {
	for _, a := range attrs {
		call(v.attribute, a)
		v.visitSimple(a.Simple)
	}
}

func (v *visitor) visitSimple(t *SimpleType) {
	if t == nil {
		return
	}
	call(v.simple, t)
	v.visitSimple(t.BaseType)
	for _, in := range t.Inline {
		v.visitSimple(in)
	}
}

func (v *visitor) visitComplex(t *ComplexType) {
	if t == nil {
		return
	}
	call(v.complex, t)
	v.visitSimple(t.Simple)
	v.visitAttributes(t.Attributes)
	v.visitParticle(t.Content)
}

func (v *visitor) visitParticle(p *Particle) {
	if p == nil {
		return
	}
	call(v.particle, p)
	if p.Element != nil {
		v.visitElement(p.Element)
	}
	for _, part := range p.Parts {
		v.visitParticle(part)
	}
}

// refKind says what a name refers to.
type refKind int

const (
	typeRef   refKind = iota // any type
	simpleRef                // a simple type
	elementRef
	attributeRef
	groupRef
	attributeGroupRef
)

// eachRef goes over every name that a schema refers to something with; what the function changes is changed in the schema.
func (s *Schema) eachRef(f func(kind refKind, pos Pos, n *Name)) {
	use := func(kind refKind, pos Pos, n *Name) {
		if !n.IsZero() {
			f(kind, pos, n)
		}
	}
	v := visitor{
		element: func(e *Element) {
			if e.Ref {
				use(elementRef, e.Pos, &e.Name)
			}
			use(typeRef, e.Pos, &e.Type)
			use(elementRef, e.Pos, &e.Substitutes)
		},
		attribute: func(a *Attribute) {
			switch {
			case a.Group:
				use(attributeGroupRef, a.Pos, &a.Name)
			case a.Ref:
				use(attributeRef, a.Pos, &a.Name)
			}
			use(simpleRef, a.Pos, &a.Type)
		},
		simple: func(t *SimpleType) {
			use(simpleRef, t.Pos, &t.Base)
			for i := range t.Members {
				use(simpleRef, t.Pos, &t.Members[i])
			}
		},
		complex:  func(t *ComplexType) { use(typeRef, t.Pos, &t.Base) },
		particle: func(p *Particle) { use(groupRef, p.Pos, &p.Group) },
	}
	v.visit(s)
}

// declares reports whether the schema itself declares what a name of that kind refers to.
func (s *Schema) declares(kind refKind, local string) bool {
	named := func(n Name) bool { return n.Local == local }
	switch kind {
	case elementRef:
		return has(s.Elements, func(e *Element) bool { return named(e.Name) })
	case attributeRef:
		return has(s.Attributes, func(a *Attribute) bool { return named(a.Name) })
	case groupRef:
		return has(s.Groups, func(g *Group) bool { return named(g.Name) })
	case attributeGroupRef:
		return has(s.AttributeGroups, func(g *AttributeGroup) bool { return named(g.Name) })
	}
	return has(s.SimpleTypes, func(t *SimpleType) bool { return named(t.Name) }) || has(s.ComplexTypes, func(t *ComplexType) bool { return named(t.Name) })
}
