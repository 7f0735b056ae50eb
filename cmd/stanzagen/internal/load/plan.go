package load

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// plan gives every type a name, also the anonymous ones, and every declaration the words its Go name is made of. The normalised copy and everything after it
// know types by these names only.
type plan struct {
	faults
	set       *xsdmodel.Set
	prefix    map[string]string // namespace -> prefix in the copy, one for all files
	complexes map[xsdmodel.Name]*xsdmodel.ComplexType
	simples   map[xsdmodel.Name]*xsdmodel.SimpleType
	complexID map[*xsdmodel.ComplexType]xsdmodel.Name
	simpleID  map[*xsdmodel.SimpleType]xsdmodel.Name
	base      map[*xsdmodel.SimpleType]xsdmodel.Name  // of facets put on a simple content, which name none themselves
	spaces    map[string]string                       // prefix in the copy -> namespace
	text      map[*xsdmodel.ComplexType]xsdmodel.Name // type of the text, for simple content
	hints     map[any]string                          // *Element, *Attribute, *ComplexType, *SimpleType, *Group -> words of the Go name
	notes     map[any]annotation                      // also *Particle, *Wildcard, *EnumValue
	order     map[string][]any                        // by namespace: the types to copy, in the order they were met
	anon      int
}

// newPlan walks all schemas, also those of a set with faults: what annotations do wrong is to be told together with everything else.
func newPlan(set *xsdmodel.Set, f faults) (*plan, error) {
	p := &plan{
		faults:    f,
		set:       set,
		prefix:    map[string]string{},
		spaces:    map[string]string{},
		complexes: map[xsdmodel.Name]*xsdmodel.ComplexType{},
		simples:   map[xsdmodel.Name]*xsdmodel.SimpleType{},
		complexID: map[*xsdmodel.ComplexType]xsdmodel.Name{},
		simpleID:  map[*xsdmodel.SimpleType]xsdmodel.Name{},
		base:      map[*xsdmodel.SimpleType]xsdmodel.Name{},
		text:      map[*xsdmodel.ComplexType]xsdmodel.Name{},
		hints:     map[any]string{},
		notes:     map[any]annotation{},
		order:     map[string][]any{},
	}
	for i, s := range set.Schemas {
		p.prefix[s.TargetNamespace] = fmt.Sprintf("p%d", i)
	}
	if set.Schema(xmlNamespace) != nil {
		p.prefix[xmlNamespace] = "xml" // bound by Namespaces in XML, section 3; xsd2go knows it too
	}
	for _, s := range set.Schemas {
		p.schema(s)
	}
	for _, s := range set.Schemas {
		for _, t := range p.order[s.TargetNamespace] {
			if ct, ok := t.(*xsdmodel.ComplexType); ok {
				p.textType(s.TargetNamespace, ct)
			}
		}
	}
	for ns, prefix := range p.prefix {
		p.spaces[prefix] = ns
	}
	return p, p.err()
}

// schema walks one schema and names what it holds.
func (p *plan) schema(s *xsdmodel.Schema) {
	p.annotate(s.Note, onSchema)
	ns := s.TargetNamespace
	for _, e := range s.Elements {
		p.element(ns, "", e, onGlobal)
	}
	for _, a := range s.Attributes {
		p.attribute(ns, "", a)
	}
	for _, t := range s.SimpleTypes {
		p.simple(ns, "", t)
	}
	for _, t := range s.ComplexTypes {
		p.complex(ns, "", t)
	}
	for _, g := range s.Groups {
		p.annotate(g.Note, onOther)
		p.hints[g] = g.Name.Local
		p.particle(ns, g.Name.Local, g.Content)
	}
	for _, g := range s.AttributeGroups {
		p.annotate(g.Note, onOther)
		for _, a := range g.Attributes {
			p.attribute(ns, g.Name.Local, a)
		}
		if g.AnyAttribute != nil {
			p.annotate(g.AnyAttribute.Note, onOther)
		}
	}
}

// under makes the hint of something local out of its parent's.
func under(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "-" + name
}

func (p *plan) element(ns, parent string, e *xsdmodel.Element, at spot) {
	note := p.annotate(e.Note, at)
	p.notes[e] = note
	hint := under(parent, cmp.Or(note.goName, e.Name.Local))
	p.hints[e] = hint
	p.simple(ns, hint, e.Simple)
	p.complex(ns, hint, e.Complex)
}

func (p *plan) attribute(ns, parent string, a *xsdmodel.Attribute) {
	at := onAttribute
	if a.Group {
		at = onOther
	}
	note := p.annotate(a.Note, at)
	p.notes[a] = note
	hint := under(parent, cmp.Or(note.goName, a.Name.Local))
	p.hints[a] = hint
	p.simple(ns, hint, a.Simple)
}

// name gives an anonymous type a name that nobody else in its namespace has.
func (p *plan) name(ns string) xsdmodel.Name {
	for {
		p.anon++
		n := xsdmodel.Name{Space: ns, Local: fmt.Sprintf("anonymous-%d", p.anon)}
		if p.set.SimpleType(n) == nil && p.set.ComplexType(n) == nil {
			return n
		}
	}
}

func (p *plan) simple(ns, hint string, t *xsdmodel.SimpleType) {
	if t == nil {
		return
	}
	note := p.annotate(t.Note, onType)
	p.notes[t] = note
	p.hints[t] = cmp.Or(note.goName, t.Name.Local, hint)
	id := t.Name
	if id.IsZero() {
		id = p.name(ns)
	}
	p.simples[id], p.simpleID[t] = t, id
	p.order[ns] = append(p.order[ns], t)
	p.simple(ns, p.hints[t], t.BaseType)
	for _, in := range t.Inline {
		p.simple(ns, p.hints[t], in)
	}
	for _, v := range t.Enums {
		p.notes[v] = p.annotate(v.Note, onValue)
	}
}

func (p *plan) complex(ns, hint string, t *xsdmodel.ComplexType) {
	if t == nil {
		return
	}
	note := p.annotate(t.Note, onType)
	p.notes[t] = note
	p.hints[t] = cmp.Or(note.goName, t.Name.Local, hint)
	id := t.Name
	if id.IsZero() {
		id = p.name(ns)
	}
	p.complexes[id], p.complexID[t] = t, id
	p.order[ns] = append(p.order[ns], t)
	p.simple(ns, p.hints[t], t.Simple)
	p.particle(ns, p.hints[t], t.Content)
	for _, a := range t.Attributes {
		p.attribute(ns, p.hints[t], a)
	}
	if t.AnyAttribute != nil {
		p.annotate(t.AnyAttribute.Note, onOther)
	}
}

func (p *plan) particle(ns, parent string, x *xsdmodel.Particle) {
	if x == nil {
		return
	}
	at := onOther
	switch x.Kind {
	case xsdmodel.ElementParticle:
		p.element(ns, parent, x.Element, onLocal)
		return
	case xsdmodel.Choice:
		at = onChoice
	case xsdmodel.Any:
		at = onAny
	}
	p.notes[x] = p.annotate(x.Note, at)
	for _, f := range p.notes[x].fields {
		p.checkField(ns, f)
	}
	for _, part := range x.Parts {
		p.particle(ns, parent, part)
	}
}

// checkField refuses a child that the schema could not refer to either. Its namespace must be imported, since the Go packages will be.
func (p *plan) checkField(ns string, f fieldNote) {
	space := f.name.Space
	imported := slices.ContainsFunc(p.set.Schema(ns).Imports, func(i *xsdmodel.Import) bool { return i.Namespace == space })
	schema := p.set.Schema(space)
	switch {
	case f.name.IsZero():
	case space != ns && !imported:
		p.errorf(f.pos, "sk:field: namespace %q is not imported", space)
	case p.set.Element(f.name) == nil && schema != nil && !schema.Unread && !schema.Lost[f.name.Local]:
		p.errorf(f.pos, "sk:field: element %s is not declared in namespace %q", f.name.Local, space)
	}
}

// textType settles the type of the text of a complex type with simple content: the base's, or the facets that restrictions put on it.
func (p *plan) textType(ns string, t *xsdmodel.ComplexType) {
	c, ok := p.set.SimpleContent(t)
	if !ok {
		return
	}
	id := c.Name
	if c.Type != nil {
		id = p.simpleID[c.Type]
	}
	for _, f := range c.Facets {
		p.base[f] = id
		id = p.simpleID[f]
	}
	p.text[t] = id
}

// baseOf is the name of what a simple type restricts or lists.
func (p *plan) baseOf(t *xsdmodel.SimpleType) xsdmodel.Name {
	switch id, ok := p.base[t]; {
	case ok:
		return id
	case t.BaseType != nil:
		return p.simpleID[t.BaseType]
	}
	return t.Base
}

// attributeType is the name of an attribute's type.
func (p *plan) attributeType(a *xsdmodel.Attribute) xsdmodel.Name {
	switch {
	case a.Simple != nil:
		return p.simpleID[a.Simple]
	case !a.Type.IsZero():
		return a.Type
	}
	return xsdmodel.Name{Space: xsdmodel.Namespace, Local: "anySimpleType"}
}

// elementType is the name of a declared element's type.
func (p *plan) elementType(e *xsdmodel.Element) xsdmodel.Name {
	switch {
	case e.Simple != nil:
		return p.simpleID[e.Simple]
	case e.Complex != nil:
		return p.complexID[e.Complex]
	case !e.Type.IsZero():
		return e.Type
	}
	return anyType
}

// xmlNamespace is the namespace of xml:lang (Namespaces in XML 1.0, section 3).
const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

var anyType = xsdmodel.Name{Space: xsdmodel.Namespace, Local: "anyType"}
