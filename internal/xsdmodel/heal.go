package xsdmodel

import (
	"fmt"
	"slices"
)

// heal changes schemas that refer to each other until the strict rules have nothing against them.
func heal(schemas []*Schema, slip func(*Error)) {
	h := &healer{slip: slip}
	for _, s := range schemas {
		h.unique(s)
	}
	h.set = indexed(schemas)
	cutCycles[*Schema](importCycles(h.set), h, schemas)
	for _, s := range schemas {
		h.references(s)
	}
	h.set = indexed(schemas) // with what had to be declared
	for _, s := range schemas {
		h.shapes(s)
	}
	for _, s := range schemas {
		cutCycles(complexCycles(h.set), h, s.ComplexTypes)
		cutCycles(simpleCycles(h.set), h, s.SimpleTypes)
		cutCycles(groupCycles(h.set), h, s.Groups)
		cutCycles(attributeGroupCycles(h.set), h, s.AttributeGroups)
	}
	h.substitute(schemas)
}

// healer mends what a single document does not show.
type healer struct {
	slip    func(*Error)
	set     *Set
	schema  *Schema
	visible map[string]bool // namespaces that the schema at hand may refer to
}

func (h *healer) tell(pos Pos, how, format string, args ...any) {
	h.slip(&Error{Pos: pos, Msg: fmt.Sprintf(format, args...), Hint: how})
}

// indexed is a set whose faults are of no interest yet.
func indexed(schemas []*Schema) *Set {
	s := newSet(schemas)
	c := &checker{set: s}
	for _, schema := range schemas {
		c.index(schema)
	}
	return s
}

// unique leaves the first of several declarations of one name.
func (h *healer) unique(s *Schema) {
	s.Elements = once(h, s.Elements, map[Name]Pos{}, func(e *Element) (Name, Pos) { return e.Name, e.Pos })
	s.Attributes = once(h, s.Attributes, map[Name]Pos{}, func(a *Attribute) (Name, Pos) { return a.Name, a.Pos })
	types := map[Name]Pos{} // simple and complex ones share their names
	s.SimpleTypes = once(h, s.SimpleTypes, types, func(t *SimpleType) (Name, Pos) { return t.Name, t.Pos })
	s.ComplexTypes = once(h, s.ComplexTypes, types, func(t *ComplexType) (Name, Pos) { return t.Name, t.Pos })
	s.Groups = once(h, s.Groups, map[Name]Pos{}, func(g *Group) (Name, Pos) { return g.Name, g.Pos })
	s.AttributeGroups = once(h, s.AttributeGroups, map[Name]Pos{}, func(g *AttributeGroup) (Name, Pos) { return g.Name, g.Pos })
	v := visitor{
		simple:  func(t *SimpleType) { t.Enums = h.uniqueValues(t.Enums) },
		complex: func(t *ComplexType) { t.Attributes = h.uniqueAttributes(t.Attributes) },
	}
	v.visit(s)
	for _, g := range s.AttributeGroups {
		g.Attributes = h.uniqueAttributes(g.Attributes)
	}
}

func once[T any](h *healer, list []*T, seen map[Name]Pos, key func(*T) (Name, Pos)) []*T {
	return slices.DeleteFunc(list, func(x *T) bool {
		name, pos := key(x)
		first, again := seen[name]
		if again {
			h.tell(pos, "the first declaration rules", "%s is declared already: %s", name.Local, first)
		} else {
			seen[name] = pos
		}
		return again
	})
}

func (h *healer) uniqueValues(values []*EnumValue) []*EnumValue {
	seen := map[string]bool{}
	return slices.DeleteFunc(values, func(v *EnumValue) bool {
		again := seen[v.Value]
		if seen[v.Value] = true; again {
			h.tell(v.Pos, "it counts once", "value %q is enumerated twice", v.Value)
		}
		return again
	})
}

func (h *healer) uniqueAttributes(attrs []*Attribute) []*Attribute {
	seen := map[Name]bool{}
	return slices.DeleteFunc(attrs, func(a *Attribute) bool {
		again := seen[a.Name] && !a.Group
		if seen[a.Name] = seen[a.Name] || !a.Group; again {
			h.tell(a.Pos, "the first declaration rules", "attribute %s is declared twice", a.Name.Local)
		}
		return again
	})
}

// references deals with every name in a schema that leads nowhere.
func (h *healer) references(s *Schema) {
	h.schema = s
	s.Imports = slices.DeleteFunc(s.Imports, func(i *Import) bool { return h.set.schemas[i.Namespace] == nil })
	h.see(s)
	v := visitor{
		element: func(e *Element) {
			if e.Type = h.typ(e.Pos, e.Type, Name{}, "any content"); e.Ref {
				h.declareElement(e)
			}
			if _, ok := lookup(h, h.set.elements, e.Substitutes); !ok {
				e.Substitutes = Name{}
			}
		},
		attribute: func(a *Attribute) {
			if a.Ref {
				h.attributeRef(a)
			}
			a.Type = h.simpleName(a.Pos, a.Type)
		},
		simple: func(t *SimpleType) {
			t.Base = h.simpleName(t.Pos, t.Base)
			for i, m := range t.Members {
				t.Members[i] = h.simpleName(t.Pos, m)
			}
		},
		complex:  h.complexNames,
		particle: h.particle,
	}
	v.visit(s)
	for _, g := range s.AttributeGroups {
		g.Attributes = h.attributeGroups(g.Attributes)
	}
}

// see notes the namespaces that a schema may refer to.
func (h *healer) see(s *Schema) {
	h.visible = map[string]bool{s.TargetNamespace: true, Namespace: true}
	for _, i := range s.Imports {
		h.visible[i.Namespace] = true
	}
}

// lookup finds what a name refers to, if the schema at hand may refer to its namespace.
func lookup[T any](h *healer, m map[Name]*T, n Name) (*T, bool) {
	found := m[n]
	return found, found != nil && h.visible[n.Space]
}

// undeclared tells of a name that leads nowhere.
func (h *healer) undeclared(pos Pos, kind refKind, n Name, how string) {
	h.slip(&Error{Pos: pos, Msg: fmt.Sprintf("%s %s is not declared in namespace %q", kind, n.Local, n.Space), Hint: how, Near: n.Local})
}

// typ is the name of a type, or what is taken instead where there is none.
func (h *healer) typ(pos Pos, n, instead Name, how string) Name {
	_, builtin := builtins[n.Local]
	_, simple := lookup(h, h.set.simples, n)
	_, complex := lookup(h, h.set.complexes, n)
	switch {
	case n.IsZero(), n.Builtin() && builtin, simple, complex:
		return n
	case n.Local == "empty":
		return h.empty(pos, n)
	}
	h.undeclared(pos, typeRef, n, "read as "+how)
	return instead
}

// simpleName is the name of a simple type.
func (h *healer) simpleName(pos Pos, n Name) Name {
	if t, ok := lookup(h, h.set.complexes, n); ok && !t.Name.IsZero() || n == (Name{Namespace, "anyType"}) {
		h.tell(pos, "read as xs:string", "%s is a complex type, a simple one must stand here", n.Local)
		return Name{Namespace, "string"}
	}
	return h.typ(pos, n, Name{Namespace, "string"}, "xs:string")
}

// empty is the type that most schemas of the XSF declare under this name and some forget: no text at all.
func (h *healer) empty(pos Pos, n Name) Name {
	own := Name{h.schema.TargetNamespace, "empty"}
	if !h.schema.declares(typeRef, "empty") {
		h.undeclared(pos, typeRef, n, "read as a string that is empty")
		t := &SimpleType{Note: Note{Pos: pos}, Name: own, Base: Name{Namespace, "string"}, Enums: []*EnumValue{{Note: Note{Pos: pos}}}}
		h.schema.SimpleTypes = append(h.schema.SimpleTypes, t)
		h.set.simples[own] = t
	}
	return own
}

// declareElement declares an element of the own namespace that is referred to and not there. What it may hold, nobody says.
func (h *healer) declareElement(e *Element) {
	if _, ok := lookup(h, h.set.elements, e.Name); ok || e.Name.Space != h.schema.TargetNamespace {
		return
	}
	h.undeclared(e.Pos, elementRef, e.Name, "read as an element with any content")
	decl := &Element{Note: Note{Pos: e.Pos}, Name: e.Name, Global: true}
	h.schema.Elements = append(h.schema.Elements, decl)
	h.set.elements[e.Name] = decl
}

// attributeRef makes a declaration of a reference that leads nowhere. The attributes of xml: need none (XML 1.0, section 2.12).
func (h *healer) attributeRef(a *Attribute) {
	if _, ok := lookup(h, h.set.attributes, a.Name); ok {
		return
	}
	if a.Name.Space != xmlNamespace {
		h.undeclared(a.Pos, attributeRef, a.Name, "read as an xs:string")
	}
	a.Ref, a.Type = false, Name{Namespace, "string"}
}

// complexNames deals with what a complex type refers to by itself.
func (h *healer) complexNames(t *ComplexType) {
	t.Attributes = h.attributeGroups(t.Attributes)
	if t.SimpleContent {
		t.Base = h.typ(t.Pos, t.Base, Name{Namespace, "string"}, "xs:string")
		return
	}
	if base := h.typ(t.Pos, t.Base, Name{}, "a type without a base"); base != t.Base {
		if t.Base = base; base.IsZero() {
			t.Derivation = NoDerivation
		}
	}
}

// attributeGroups leaves out references to groups that are not there; Extra keeps their attributes.
func (h *healer) attributeGroups(attrs []*Attribute) []*Attribute {
	return slices.DeleteFunc(attrs, func(a *Attribute) bool {
		if !a.Group {
			return false
		}
		_, ok := lookup(h, h.set.attrGroups, a.Name)
		if !ok {
			h.undeclared(a.Pos, attributeGroupRef, a.Name, leftOut)
		}
		return !ok
	})
}

// particle makes wildcards of references that lead nowhere.
func (h *healer) particle(p *Particle) {
	switch {
	case p.Kind == GroupRef:
		if _, ok := lookup(h, h.set.groups, p.Group); !ok {
			h.undeclared(p.Pos, groupRef, p.Group, "read as any elements")
			p.wildcard(&Wildcard{Note: Note{Pos: p.Pos}, Any: true, ProcessContents: "lax"})
			p.Min, p.Max = 0, Unbounded
		}
	case p.Element != nil && p.Element.Ref && p.Element.Name.Space != h.schema.TargetNamespace:
		n := p.Element.Name
		if _, ok := lookup(h, h.set.elements, n); !ok {
			h.undeclared(p.Pos, elementRef, n, "read as any element of that namespace")
			p.wildcard(&Wildcard{Note: Note{Pos: p.Pos}, Namespaces: []string{n.Space}, ProcessContents: "lax"})
		}
	}
}

// wildcard makes a wildcard of a particle.
func (p *Particle) wildcard(w *Wildcard) {
	*p = Particle{Note: Note{Pos: p.Pos}, Kind: Any, Min: p.Min, Max: p.Max, Wildcard: w}
}
