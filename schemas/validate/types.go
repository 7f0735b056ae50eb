package validate

import (
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// shape is what the declaration of an element, or a type, allows.
type shape struct {
	any     bool // anyType: everything
	mixed   bool
	text    bool // simple content, or a simple type
	value   xsdmodel.Content
	content expr // nil: no children
	attrs   []*xsdmodel.Attribute
	uses    map[xsdmodel.Name]*use
	anyAttr []*xsdmodel.Wildcard
	targets []string // the namespaces of the schemas that the type and those it extends stand in
}

// use is an attribute of a type.
type use struct {
	required bool
	value    xsdmodel.Content
	fixed    *string
}

// shapes are those of every element declaration and complex type of a set; read only once they are built.
type shapes struct {
	set      *xsdmodel.Set
	strict   bool // the profile
	elements map[*xsdmodel.Element]*shape
	types    map[*xsdmodel.ComplexType]*shape
}

func newShapes(set *xsdmodel.Set, strict bool) *shapes {
	s := &shapes{set, strict, map[*xsdmodel.Element]*shape{}, map[*xsdmodel.ComplexType]*shape{}}
	for _, schema := range set.Schemas {
		for _, e := range schema.Elements {
			s.element(e, schema.TargetNamespace)
		}
		for _, t := range schema.ComplexTypes {
			s.complex(t, schema.TargetNamespace)
		}
	}
	return s
}

// element builds the shape of a declaration in a schema of namespace target.
func (s *shapes) element(e *xsdmodel.Element, target string) {
	if s.elements[e] != nil {
		return
	}
	complex := e.Complex
	if complex == nil {
		complex = s.set.ComplexType(e.Type)
		if complex != nil {
			target = e.Type.Space
		}
	}
	switch {
	case complex != nil:
		s.elements[e] = s.complex(complex, target)
	case e.Simple != nil || !e.Type.IsZero() && e.Type != anyType:
		s.elements[e] = &shape{text: true, value: xsdmodel.Content{Name: e.Type, Type: e.Simple}}
	default:
		s.elements[e] = &shape{any: true}
	}
}

var anyType = xsdmodel.Name{Space: xsdmodel.Namespace, Local: "anyType"}

// named returns the shape of a type that xsi:type names, nil if there is none of that name.
func (s *shapes) named(n xsdmodel.Name) *shape {
	if t := s.set.ComplexType(n); t != nil {
		return s.types[t]
	}
	if n == anyType {
		return &shape{any: true}
	}
	if n.Builtin() || s.set.SimpleType(n) != nil {
		return &shape{text: true, value: xsdmodel.Content{Name: n}}
	}
	return nil
}

// complex builds the shape of a complex type in a schema of namespace target.
func (s *shapes) complex(t *xsdmodel.ComplexType, target string) *shape {
	if done := s.types[t]; done != nil {
		return done
	}
	out := &shape{mixed: s.set.IsMixed(t), uses: map[xsdmodel.Name]*use{}, anyAttr: s.set.AnyAttributes(t)}
	s.types[t] = out // before the content, which may lead back here
	out.value, out.text = s.set.SimpleContent(t)
	for _, a := range s.set.Attributes(t) {
		decl := a
		if a.Ref {
			decl = s.set.Attribute(a.Name)
		}
		u := &use{required: a.Use == xsdmodel.UseRequired, value: xsdmodel.Content{Name: decl.Type, Type: decl.Simple}, fixed: decl.Fixed}
		if a.Fixed != nil {
			u.fixed = a.Fixed
		}
		out.attrs = append(out.attrs, a)
		out.uses[a.Name] = u
	}
	out.any = t.Base == anyType && t.Derivation == xsdmodel.Extension
	for _, base := range s.lineage(t, target) {
		out.targets = append(out.targets, base.Name.Space)
		if base.Content == nil {
			continue
		}
		own := s.particle(base.Content, base.Name.Space)
		if out.content == nil {
			out.content = own
			continue
		}
		out.content = join(out.content, own)
	}
	if !s.strict {
		out.closeWildcards()
	}
	return out
}

// closeWildcards keeps wildcards from taking what the content model names and allows a number of times; XML Schema 1.1 writes that notQName="##definedSibling".
func (s *shape) closeWildcards() {
	names := map[xsdmodel.Name]bool{}
	terms := distinct(s.content)
	for _, t := range terms {
		if t.element != nil {
			names[t.element.Name] = true
		}
	}
	for _, t := range terms {
		t.siblings = names
	}
}

// lineage lists the type and those it extends, the base first.
func (s *shapes) lineage(t *xsdmodel.ComplexType, target string) []*xsdmodel.ComplexType {
	var out []*xsdmodel.ComplexType
	if base := s.set.ComplexType(t.Base); base != nil && t.Derivation == xsdmodel.Extension {
		out = s.lineage(base, t.Base.Space)
	}
	if t.Name.IsZero() {
		// An anonymous type is in the namespace of the declaration around it.
		c := *t
		c.Name.Space = target
		t = &c
	}
	return append(out, t)
}

// particle builds the expression of a content model in a schema of namespace target.
func (s *shapes) particle(p *xsdmodel.Particle, target string) expr {
	e := s.term(p, target)
	if p.Min == 1 && p.Max == 1 {
		return e
	}
	return repeat{e, p.Min, p.Max}
}

func (s *shapes) term(p *xsdmodel.Particle, target string) expr {
	switch p.Kind {
	case xsdmodel.ElementParticle:
		decl := s.set.Declaration(p.Element)
		if !p.Element.Ref {
			s.element(decl, target)
		}
		return &term{element: decl}
	case xsdmodel.Any:
		return &term{wildcard: p.Wildcard, target: target}
	case xsdmodel.GroupRef:
		return s.particle(s.set.Group(p.Group).Content, p.Group.Space)
	}
	parts := make([]expr, len(p.Parts))
	for i, part := range p.Parts {
		parts[i] = s.particle(part, target)
	}
	switch p.Kind {
	case xsdmodel.Choice:
		return choice(parts)
	case xsdmodel.All:
		return all(parts)
	}
	return sequence(parts)
}
