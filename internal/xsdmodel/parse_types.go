package xsdmodel

import (
	"slices"
	"strconv"
	"strings"
)

// typeName is the name of a named type, zero for an anonymous one; the other way round is a fault.
func (p *parser) typeName(n *node, global bool) Name {
	if global {
		return Name{p.schema.TargetNamespace, p.ncname(n)}
	}
	if _, ok := n.attr("name"); ok {
		p.hintf(n, "name", "", "a type inside a declaration must not have a name")
	}
	return Name{}
}

// simpleType reads an xs:simpleType (XML Schema Part 1, section 3.14.2).
func (p *parser) simpleType(n *node, global bool) *SimpleType {
	p.checkAttrs(n)
	t := &SimpleType{Note: p.note(n), Name: p.typeName(n, global)}
	children := p.children(n)
	if len(children) != 1 {
		p.errorf(n, "<xs:simpleType> needs one xs:restriction, xs:list or xs:union")
		return t
	}
	c := children[0]
	switch c.name.Local {
	case "restriction":
		p.checkAttrs(c)
		t.Base = p.ref(c, "base")
		p.facets(t, c, p.children(c))
	case "list":
		p.checkAttrs(c)
		t.Variety = List
		t.Base = p.ref(c, "itemType")
		p.facets(t, c, p.children(c))
	case "union":
		p.union(t, c)
	default:
		p.unexpected(n, c)
		return t
	}
	if t.Variety != Union && t.Base.IsZero() == (t.BaseType == nil) && !p.failedRef(c) {
		p.errorf(c, "<xs:%s> needs either a named type or one written inside it", c.name.Local)
	}
	return t
}

// failedRef reports whether the type is named but the name was a fault already told.
func (p *parser) failedRef(n *node) bool {
	for _, a := range []string{"base", "itemType"} {
		if v, ok := n.attr(a); ok {
			name, bound := n.scope.resolve(v)
			return !bound || !isNCName(name.Local)
		}
	}
	return false
}

func (p *parser) union(t *SimpleType, n *node) {
	p.checkAttrs(n)
	t.Variety = Union
	members, _ := n.attr("memberTypes")
	for _, m := range strings.Fields(members) {
		if name := p.qname(n, "memberTypes", m); !name.IsZero() {
			t.Members = append(t.Members, name)
		}
	}
	for _, c := range p.children(n) {
		if c.is("simpleType") {
			t.Inline = append(t.Inline, p.simpleType(c, false))
			continue
		}
		p.unexpected(n, c)
	}
	if members == "" && len(t.Inline) == 0 {
		p.errorf(n, "<xs:union> needs member types")
	}
}

// facets reads the inside of an xs:restriction of a simple type: the base, if written there, and the facets.
func (p *parser) facets(t *SimpleType, parent *node, nodes []*node) {
	for _, c := range nodes {
		name := c.name.Local
		value, ok := c.attr("value")
		switch {
		case name == "simpleType" && t.BaseType == nil:
			t.BaseType = p.simpleType(c, false)
		case !isFacet(name) || parent.is("list"):
			p.unexpected(parent, c)
		case !ok:
			p.errorf(c, "<xs:%s> needs a value", name)
		case name == "enumeration":
			t.Enums = append(t.Enums, &EnumValue{p.note(c), value})
		default:
			t.Facets = append(t.Facets, &Facet{c.pos, name, value})
		}
	}
}

// isFacet reports whether the name is a facet's (XML Schema Part 2, section 4.3).
func isFacet(name string) bool {
	return slices.Contains([]string{"enumeration", "length", "minLength", "maxLength", "pattern", "whiteSpace", "maxInclusive", "maxExclusive",
		"minInclusive", "minExclusive", "totalDigits", "fractionDigits"}, name)
}

// complexType reads an xs:complexType (XML Schema Part 1, section 3.4.2).
func (p *parser) complexType(n *node, global bool) *ComplexType {
	p.checkAttrs(n)
	t := &ComplexType{Note: p.note(n), Name: p.typeName(n, global), Mixed: p.boolAttr(n, "mixed")}
	children := p.children(n)
	if len(children) > 0 && (children[0].is("simpleContent") || children[0].is("complexContent")) {
		for _, c := range children[1:] {
			p.unexpected(n, c)
		}
		p.derivation(t, children[0])
		return t
	}
	p.typeBody(t, n, children)
	return t
}

// derivation reads xs:simpleContent or xs:complexContent.
func (p *parser) derivation(t *ComplexType, n *node) {
	p.checkAttrs(n)
	t.SimpleContent = n.is("simpleContent")
	t.Mixed = t.Mixed || !t.SimpleContent && p.boolAttr(n, "mixed")
	children := p.children(n)
	if len(children) != 1 || !children[0].is("extension") && !children[0].is("restriction") {
		p.errorf(n, "<xs:%s> needs one xs:extension or xs:restriction", n.name.Local)
		return
	}
	c := children[0]
	p.checkAttrs(c)
	t.Derivation = Extension
	if c.is("restriction") {
		t.Derivation = Restriction
	}
	if _, ok := c.attr("base"); !ok {
		p.errorf(c, "<xs:%s> needs a base", c.name.Local)
	}
	t.Base = p.ref(c, "base")
	body := p.children(c)
	if t.SimpleContent && t.Derivation == Restriction {
		body = p.simpleRestriction(t, c, body)
	}
	p.typeBody(t, c, body)
}

// simpleRestriction takes the facets off the body of a simple content's restriction and returns the attributes.
func (p *parser) simpleRestriction(t *ComplexType, n *node, body []*node) []*node {
	var facets, rest []*node
	for _, c := range body {
		if isFacet(c.name.Local) || c.is("simpleType") {
			facets = append(facets, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(facets) > 0 {
		t.Simple = &SimpleType{Note: Note{Pos: n.pos}}
		p.facets(t.Simple, n, facets)
	}
	return rest
}

// typeBody reads the content model and the attributes of a complex type.
func (p *parser) typeBody(t *ComplexType, n *node, children []*node) {
	for _, c := range children {
		switch c.name.Local {
		case "sequence", "choice", "all", "group":
			if t.Content != nil || t.SimpleContent || t.Attributes != nil || t.AnyAttribute != nil {
				p.unexpected(n, c)
				continue
			}
			t.Content = p.particle(c)
		default:
			p.attributeItem(n, c, &t.Attributes, &t.AnyAttribute)
		}
	}
}

// attributeItem reads one of the declarations that stand where attributes stand.
func (p *parser) attributeItem(parent, c *node, attrs *[]*Attribute, wild **Wildcard) {
	switch {
	case *wild != nil:
		p.unexpected(parent, c)
	case c.is("attribute"):
		*attrs = append(*attrs, p.attribute(c, false))
	case c.is("attributeGroup"):
		p.checkAttrs(c)
		if _, ok := c.attr("ref"); !ok {
			p.errorf(c, "<xs:attributeGroup> needs a ref here")
		}
		*attrs = append(*attrs, &Attribute{Note: p.note(c), Name: p.ref(c, "ref"), Group: true})
	case c.is("anyAttribute"):
		*wild = p.wildcard(c)
	default:
		p.unexpected(parent, c)
	}
}

// wildcard reads xs:any or xs:anyAttribute (XML Schema Part 1, section 3.10.2).
func (p *parser) wildcard(n *node) *Wildcard {
	p.checkAttrs(n)
	w := &Wildcard{Note: p.note(n), ProcessContents: p.enumAttr(n, "processContents", "strict", "lax", "skip")}
	v, ok := n.attr("namespace")
	switch {
	case !ok || v == "##any":
		w.Any = true
		return w
	case v == "##other":
		w.Other = true
		return w
	}
	w.Namespaces = []string{}
	for _, ns := range strings.Fields(v) {
		switch ns {
		case "##targetNamespace":
			ns = p.schema.TargetNamespace
		case "##local":
			ns = ""
		}
		w.Namespaces = append(w.Namespaces, ns)
	}
	return w
}

// occurs reads minOccurs and maxOccurs.
func (p *parser) occurs(n *node) (lo, hi int) {
	lo = p.count(n, "minOccurs")
	if v, _ := n.attr("maxOccurs"); v == "unbounded" {
		return lo, Unbounded
	}
	hi = p.count(n, "maxOccurs")
	if lo > hi {
		p.hintf(n, "minOccurs", "", "minOccurs is greater than maxOccurs")
	}
	return lo, hi
}

func (p *parser) count(n *node, name string) int {
	v, ok := n.attr(name)
	if !ok {
		return 1
	}
	i, err := strconv.Atoi(v)
	if err != nil || i < 0 {
		p.hintf(n, name, "", "%s=%q is not a number of occurrences", name, v)
		return 1
	}
	return i
}
