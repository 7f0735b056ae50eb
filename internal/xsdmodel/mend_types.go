package xsdmodel

import "slices"

// simpleType mends an xs:simpleType: it holds one restriction, list or union.
func (m *mender) simpleType(n *node) bool {
	var content, facets []*node
	rest := m.filter(n, func(c *node) bool {
		switch {
		case c.is("annotation"):
			return true
		case c.is("restriction"), c.is("list"), c.is("union"):
			content = append(content, c)
		case isFacet(c.name.Local):
			facets = append(facets, c)
		default:
			m.misplaced(c, n, leftOut)
		}
		return false
	})
	base, hasBase := n.attr("base")
	n.unset("base")
	switch {
	case len(content) == 0:
		m.tell(n, "read as a restriction", "<xs:simpleType> needs one xs:restriction, xs:list or xs:union")
		r := wrap("restriction", n, facets)
		if hasBase {
			r.set("base", base)
		}
		content = []*node{r}
	case len(content) > 1 || len(facets) > 0:
		m.tell(n, "the first rules", "<xs:simpleType> needs one xs:restriction, xs:list or xs:union")
	}
	n.children = slices.Concat(rest, content[:1])
	m.simpleContent(content[0])
	return true
}

// simpleContent mends what is inside a simple type.
func (m *mender) simpleContent(n *node) {
	attr := map[string]string{"restriction": "base", "list": "itemType", "union": "memberTypes"}[n.name.Local]
	_, named := n.attr(attr)
	inner := 0
	n.children = m.filter(n, func(c *node) bool {
		switch {
		case c.is("annotation"):
			return true
		case c.is("simpleType") && n.is("union"), c.is("simpleType") && !named && inner == 0:
			inner++
			return m.inner(c) && m.simpleType(c)
		case isFacet(c.name.Local) && n.is("restriction"):
			return m.facet(c)
		}
		m.misplaced(c, n, leftOut)
		return false
	})
	if !named && inner == 0 {
		m.tell(n, "read as one of xs:string", "<xs:%s> needs either a named type or one written inside it", n.name.Local)
		n.scope = &scope{n.scope, map[string]string{}}
		n.typed(attr, "string")
	}
}

func (m *mender) facet(n *node) bool {
	if _, ok := n.attr("value"); !ok {
		m.tell(n, leftOut, "<xs:%s> needs a value", n.name.Local)
		return false
	}
	return true
}

// complexType mends an xs:complexType, or what is read as one.
func (m *mender) complexType(n *node) bool {
	var content, derived *node
	for _, c := range n.children {
		switch {
		case content == nil && (c.is("simpleContent") || c.is("complexContent")):
			content = c
		case derived == nil && (c.is("extension") || c.is("restriction")):
			derived = c
		}
	}
	if content != nil && m.childful(content) {
		m.tell(content, "read as a type with children", "simple content has no children")
		n.children = append(slices.DeleteFunc(n.children, func(c *node) bool { return c == content }), content.children...)
		content = nil
	}
	if content == nil && derived == nil {
		m.body(n)
		return true
	}
	if content == nil {
		local := "complexContent"
		if base, _ := derived.attr("base"); base == "empty" || m.isSimple(derived, base) {
			local = "simpleContent"
		}
		m.misplaced(derived, n, "read as if in an <xs:"+local+">")
		content = wrap(local, n, []*node{derived})
	} else {
		derived = nil
	}
	var notes []*node
	for _, c := range n.children {
		switch {
		case c.is("annotation"):
			notes = append(notes, c)
		case c != content && c != derived:
			m.misplaced(c, n, "read as if inside the <xs:"+content.name.Local+">")
			content.children = append(content.children, c)
		}
	}
	n.children = slices.Concat(notes, []*node{content})
	m.derivation(content)
	return true
}

// childful reports whether a simple content derives from nothing and holds a content model, so that it cannot be one.
func (m *mender) childful(n *node) bool {
	model := false
	for _, c := range n.children {
		if c.is("extension") || c.is("restriction") {
			return false
		}
		model = model || c.is("sequence") || c.is("choice") || c.is("all") || c.is("group")
	}
	return model && n.is("simpleContent")
}

// derivation mends an xs:simpleContent or xs:complexContent.
func (m *mender) derivation(n *node) {
	var derived *node
	var notes, loose []*node
	for _, c := range n.children {
		switch {
		case c.is("annotation"):
			notes = append(notes, c)
		case derived == nil && (c.is("extension") || c.is("restriction")):
			derived = c
		default:
			loose = append(loose, c)
		}
	}
	builtin := "string"
	if n.is("complexContent") {
		builtin = "anyType"
	}
	if derived == nil {
		m.tell(n, "read as an extension of xs:"+builtin, "<xs:%s> needs one xs:extension or xs:restriction", n.name.Local)
		derived = wrap("extension", n, nil)
	} else if len(loose) > 0 {
		m.misplaced(loose[0], n, "read as if inside the <xs:"+derived.name.Local+">")
	}
	derived.children = append(derived.children, loose...)
	if _, ok := derived.attr("base"); !ok {
		derived.scope = &scope{derived.scope, map[string]string{}}
		derived.typed("base", builtin)
	}
	n.children = slices.Concat(notes, []*node{derived})
	if n.is("simpleContent") {
		m.textBody(derived)
		return
	}
	m.body(derived)
}

// textBody mends the inside of a derived simple content: facets, then attributes.
func (m *mender) textBody(n *node) {
	var facets []*node
	n.children = m.filter(n, func(c *node) bool {
		switch {
		case c.is("simpleType") && n.is("restriction") && !has(facets, func(f *node) bool { return f.is("simpleType") }):
			facets = append(facets, c)
			m.inner(c)
			m.simpleType(c)
		case isFacet(c.name.Local) && n.is("restriction"):
			if m.facet(c) {
				facets = append(facets, c)
			}
		case c.is("annotation"), c.is("attribute"), c.is("attributeGroup"), c.is("anyAttribute"):
			return true
		default:
			m.misplaced(c, n, leftOut+": simple content has no children")
		}
		return false
	})
	m.attributes(n)
	n.children = append(facets, n.children...)
}

// body mends the inside of a complex type: one content model, then attributes.
func (m *mender) body(n *node) {
	var notes, models, attrs []*node
	bare := false // something stands there that needs a sequence around it
	for _, c := range n.children {
		switch local := c.name.Local; local {
		case "annotation":
			notes = append(notes, c)
		case "sequence", "choice", "all", "group", "element", "any":
			switch {
			case local == "element" || local == "any":
				m.misplaced(c, n, "read as if in an <xs:sequence>")
				bare = true
			case len(models) > 0 && !bare:
				m.tell(c, "read as one sequence of both", "a second content model in <xs:%s>", n.name.Local)
			case len(attrs) > 0:
				m.tell(c, "read as if before them", "the content model must stand before the attributes")
			}
			models = append(models, c)
		default:
			attrs = append(attrs, c)
		}
	}
	if bare || len(models) > 1 {
		models = []*node{wrap("sequence", n, models)}
	}
	for _, x := range models {
		attrs = append(m.model(x, false), attrs...)
	}
	n.children = attrs
	m.attributes(n)
	n.children = slices.Concat(notes, models, n.children)
}

// attributes mends what stands where attributes stand; a wildcard comes last.
func (m *mender) attributes(n *node) bool {
	var wild *node
	m.typesBehind(n)
	n.children = m.filter(n, func(c *node) bool {
		switch {
		case c.is("annotation"):
			return true
		case c.is("attribute"):
			return m.attribute(c, false)
		case c.is("attributeGroup"):
			if _, ok := c.attr("ref"); !ok {
				m.tell(c, leftOut, "<xs:attributeGroup> needs a ref here")
				return false
			}
			m.drop(c, "name", "ref says it already")
			return true
		case c.is("anyAttribute") && wild == nil:
			wild = c
		default:
			m.misplaced(c, n, leftOut)
		}
		return false
	})
	if wild != nil {
		n.children = append(n.children, wild)
	}
	return true
}

// typesBehind puts a simple type that stands behind an attribute without one into it.
func (m *mender) typesBehind(n *node) {
	var last *node
	n.children = m.filter(n, func(c *node) bool {
		if c.is("simpleType") && last != nil && len(last.children) == 0 {
			m.misplaced(c, n, "read as the type of the attribute before it")
			last.children = append(last.children, c)
			return false
		}
		if last = nil; c.is("attribute") {
			last = c
		}
		return true
	})
}

// group mends a named model group: one content model.
func (m *mender) group(n *node) bool {
	var notes, models []*node
	for _, c := range n.children {
		if c.is("annotation") {
			notes = append(notes, c)
		} else {
			models = append(models, c)
		}
	}
	if len(models) != 1 || !models[0].is("sequence") && !models[0].is("choice") && !models[0].is("all") {
		m.tell(n, "read as a sequence", "<xs:group> needs one xs:sequence, xs:choice or xs:all")
		models = []*node{wrap("sequence", n, models)}
	}
	if lost := m.model(models[0], false); len(lost) > 0 {
		m.misplaced(lost[0], n, leftOut)
	}
	n.children = slices.Concat(notes, models[:1])
	return true
}

// model mends a content model and returns the attributes that stand in it.
func (m *mender) model(n *node, nested bool) (attrs []*node) {
	m.occurs(n)
	if n.is("group") {
		if _, ok := n.attr("ref"); !ok {
			m.tell(n, "read as an empty sequence", "<xs:group> needs a ref here")
			n.name.Local, n.attrs = "sequence", nil
		}
		n.children = m.filter(n, func(c *node) bool { return c.is("annotation") })
		return nil
	}
	if n.is("all") && (nested || slices.ContainsFunc(n.children, func(c *node) bool { return !c.is("annotation") && !c.is("element") })) {
		m.tell(n, "read as a sequence", "<xs:all> holds elements only and stands alone in its type")
		n.name.Local = "sequence"
	}
	var children []*node
	for _, c := range n.children {
		part, more := m.part(c, n)
		if attrs = append(attrs, more...); part != nil {
			children = append(children, part)
		}
	}
	n.children = children
	return attrs
}

// part mends one part of a content model: what is left of it, and the attributes that stand in it.
func (m *mender) part(n, parent *node) (part *node, attrs []*node) {
	switch n.name.Local {
	case "annotation":
		return n, nil
	case "any":
		m.occurs(n)
		return n, nil
	case "element":
		if m.element(n, false) {
			return n, nil
		}
	case "sequence", "choice", "all", "group":
		return n, m.model(n, true)
	case "attribute", "attributeGroup", "anyAttribute":
		m.misplaced(n, parent, "read as an attribute of the type around it")
		return nil, []*node{n}
	case "complexType":
		m.misplaced(n, parent, "read as if its content stood there")
		m.inner(n)
		inner := wrap("sequence", n, n.children)
		return inner, m.model(inner, true)
	default:
		m.misplaced(n, parent, leftOut)
	}
	return nil, nil
}
