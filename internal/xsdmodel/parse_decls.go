package xsdmodel

import (
	"strings"
	"unicode"
)

// isNCName reports whether s is an XML name without a colon, near enough: what a validator refuses beyond this, it refuses itself.
func isNCName(s string) bool {
	for i, r := range s {
		if unicode.IsLetter(r) || r == '_' || i > 0 && (unicode.IsDigit(r) || unicode.Is(unicode.M, r) || strings.ContainsRune("-.·", r)) {
			continue
		}
		return false
	}
	return s != ""
}

// head is what an element and an attribute declaration have in common.
type head struct {
	name         Name
	ref          bool
	typ          Name
	simple       *SimpleType
	complex      *ComplexType
	deflt, fixed *string
}

// head reads the name or reference, the type and the value constraints of a declaration.
func (p *parser) head(n *node, global, qualified bool) head {
	p.checkAttrs(n)
	var h head
	_, h.ref = n.attr("ref")
	switch {
	case h.ref && global:
		p.errorf(n, "a global <xs:%s> needs a name, not a ref", n.name.Local)
	case h.ref:
		h.name = p.ref(n, "ref")
		for _, a := range []string{"name", "type", "form"} {
			if _, ok := n.attr(a); ok {
				p.hintf(n, a, "", "ref and %s exclude each other", a)
			}
		}
	default:
		h.name.Local = p.ncname(n)
		form := p.enumAttr(n, "form", "", "qualified", "unqualified")
		if global || form == "qualified" || form == "" && qualified {
			h.name.Space = p.schema.TargetNamespace
		}
		h.typ = p.ref(n, "type")
	}
	p.headTypes(n, &h)
	h.deflt, h.fixed = optional(n, "default"), optional(n, "fixed")
	if h.deflt != nil && h.fixed != nil {
		p.errorf(n, "default and fixed exclude each other")
	}
	return h
}

// headTypes reads the anonymous type of a declaration.
func (p *parser) headTypes(n *node, h *head) {
	_, named := n.attr("type")
	for _, c := range p.children(n) {
		switch {
		case c.is("key"), c.is("keyref"), c.is("unique"):
			// Identity constraints say nothing about the shape of the data.
			continue
		case h.ref || named || h.simple != nil || h.complex != nil:
			p.errorf(c, "<xs:%s> has its type already", n.name.Local)
		case c.is("simpleType"):
			h.simple = p.simpleType(c, false)
		case c.is("complexType") && n.is("element"):
			h.complex = p.complexType(c, false)
		default:
			p.unexpected(n, c)
		}
	}
}

func optional(n *node, name string) *string {
	if v, ok := n.attr(name); ok {
		return &v
	}
	return nil
}

// element reads an xs:element (XML Schema Part 1, section 3.3.2), its occurrence aside.
func (p *parser) element(n *node, global bool) *Element {
	h := p.head(n, global, p.schema.QualifiedElements)
	if global {
		for _, a := range []string{"minOccurs", "maxOccurs", "form"} {
			if _, ok := n.attr(a); ok {
				p.errorf(n, "attribute %s is not allowed on a global <xs:element>", a)
			}
		}
	}
	e := &Element{Note: p.note(n), Name: h.name, Ref: h.ref, Global: global, Type: h.typ, Simple: h.simple, Complex: h.complex,
		Default: h.deflt, Fixed: h.fixed}
	if p.lenient && global {
		e.Substitutes, e.Abstract = p.ref(n, "substitutionGroup"), p.boolAttr(n, "abstract")
	}
	return e
}

// attribute reads an xs:attribute (section 3.2.2).
func (p *parser) attribute(n *node, global bool) *Attribute {
	h := p.head(n, global, p.schema.QualifiedAttributes)
	a := &Attribute{Note: p.note(n), Name: h.name, Ref: h.ref, Type: h.typ, Simple: h.simple, Default: h.deflt, Fixed: h.fixed}
	switch p.enumAttr(n, "use", "optional", "required", "prohibited") {
	case "required":
		a.Use = UseRequired
	case "prohibited":
		a.Use = UseProhibited
	}
	if a.Use != UseOptional && a.Default != nil {
		p.errorf(n, "an attribute with a default must be optional")
	}
	return a
}

// group reads a named model group (section 3.7.2).
func (p *parser) group(n *node) *Group {
	p.checkAttrs(n)
	g := &Group{Note: p.note(n), Name: Name{p.schema.TargetNamespace, p.ncname(n)}}
	children := p.children(n)
	if len(children) != 1 || !children[0].is("sequence") && !children[0].is("choice") && !children[0].is("all") {
		p.errorf(n, "<xs:group> needs one xs:sequence, xs:choice or xs:all")
		return g
	}
	g.Content = p.particle(children[0])
	return g
}

// attributeGroup reads a named attribute group (section 3.6.2).
func (p *parser) attributeGroup(n *node) *AttributeGroup {
	p.checkAttrs(n)
	g := &AttributeGroup{Note: p.note(n), Name: Name{p.schema.TargetNamespace, p.ncname(n)}}
	for _, c := range p.children(n) {
		p.attributeItem(n, c, &g.Attributes, &g.AnyAttribute)
	}
	return g
}

// particle reads one part of a content model (section 3.9.2).
func (p *parser) particle(n *node) *Particle {
	out := &Particle{}
	out.Min, out.Max = p.occurs(n)
	switch n.name.Local {
	case "element":
		out.Element = p.element(n, false)
		out.Note = out.Element.Note
		return out
	case "any":
		out.Kind, out.Wildcard = Any, p.wildcard(n)
		out.Note = out.Wildcard.Note
		return out
	case "group":
		p.checkAttrs(n)
		out.Note = p.note(n)
		if _, ok := n.attr("ref"); !ok {
			p.errorf(n, "<xs:group> needs a ref here")
		}
		out.Kind, out.Group = GroupRef, p.ref(n, "ref")
		return out
	case "choice":
		out.Kind = Choice
	case "all":
		out.Kind = All
	default:
		out.Kind = Sequence
	}
	p.checkAttrs(n)
	out.Note = p.note(n)
	p.parts(out, n)
	return out
}

func (p *parser) parts(out *Particle, n *node) {
	for _, c := range p.children(n) {
		switch c.name.Local {
		case "element":
			out.Parts = append(out.Parts, p.particle(c))
		case "any", "sequence", "choice", "group":
			if out.Kind == All {
				p.unexpected(n, c)
				continue
			}
			out.Parts = append(out.Parts, p.particle(c))
		default:
			p.unexpected(n, c)
		}
	}
}
