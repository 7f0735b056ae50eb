package xsdmodel

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// NOTE: how leniency works. Nothing below the parser knows of it: passes before it make a schema that the strict rules take out of one that they refuse,
// and tell of each thing they change. mend goes over the tree of a document and moves what stands in the wrong place (spell.go: names; this file and
// mend_types.go: places). settle gives the names in a schema the namespace they must have been meant for. heal does what needs the whole set: names that
// lead nowhere, cycles, what is declared twice.

// mender brings the tree of a document into the order that XML Schema wants.
type mender struct {
	slip    func(*Error)
	simples map[string]bool // names of the document's own simple types
}

// tell notes a slip; how says what it is read as.
func (m *mender) tell(n *node, how, format string, args ...any) {
	m.tellIn(n, "", how, format, args...)
}

// tellIn notes a slip that lies in an attribute.
func (m *mender) tellIn(n *node, attr, how, format string, args ...any) {
	m.slip(&Error{Pos: n.pos, Msg: fmt.Sprintf(format, args...), Hint: how, Near: inAttr(attr)})
}

// misplaced notes an element that does not belong where it stands.
func (m *mender) misplaced(n, parent *node, how string) {
	m.tell(n, how, "<xs:%s> is not allowed in <xs:%s>", n.name.Local, parent.name.Local)
}

const leftOut = "left out"

// mend does the whole document.
func (m *mender) mend(root *node) {
	m.spell(root)
	m.simples = map[string]bool{}
	for _, c := range root.children {
		if name, ok := c.attr("name"); ok && c.is("simpleType") {
			m.simples[name] = true
		}
	}
	root.children = m.filter(root, func(c *node) bool {
		switch c.name.Local {
		case "annotation", "import", "include":
			return true
		case "redefine":
			return true // refused by the parser, which says what to do
		case "element":
			return m.element(c, true)
		case "attribute":
			return m.attribute(c, true)
		case "simpleType":
			return m.named(c) && m.simpleType(c)
		case "complexType":
			return m.named(c) && m.complexType(c)
		case "group":
			return m.named(c) && m.group(c)
		case "attributeGroup":
			return m.named(c) && m.attributes(c)
		}
		m.misplaced(c, root, leftOut)
		return false
	})
}

// filter keeps the children that the function wants.
func (m *mender) filter(n *node, keep func(*node) bool) []*node {
	var out []*node
	for _, c := range n.children {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

// wrap makes a schema element around others, where the first of them stands.
func wrap(local string, around *node, children []*node) *node {
	pos := around.pos
	if len(children) > 0 {
		pos = children[0].pos
	}
	scope := &scope{around.scope, map[string]string{}}
	return &node{pos: pos, name: Name{Namespace, local}, scope: scope, children: children}
}

// typed puts an attribute that names a built-in type on an element made by wrap.
func (n *node) typed(attr, builtin string) *node {
	n.scope.prefixes["xs"] = Namespace
	return n.set(attr, "xs:"+builtin)
}

func (n *node) set(attr, value string) *node {
	n.unset(attr)
	n.attrs = append(n.attrs, xml.Attr{Name: xml.Name{Local: attr}, Value: value})
	return n
}

func (n *node) unset(attr string) {
	n.attrs = slices.DeleteFunc(n.attrs, func(a xml.Attr) bool { return a.Name == xml.Name{Local: attr} })
}

// drop takes an attribute away and tells so, if it is there.
func (m *mender) drop(n *node, attr, why string) {
	if v, ok := n.attr(attr); ok {
		n.unset(attr)
		m.tellIn(n, attr, "the attribute is "+leftOut, "%s=%q: %s", attr, v, why)
	}
}

// named checks the name of a global declaration.
func (m *mender) named(n *node) bool {
	v, ok := n.attr("name")
	switch trimmed := strings.TrimSpace(v); {
	case !ok:
		m.tell(n, leftOut, "<xs:%s> needs a name", n.name.Local)
		return false
	case isNCName(v):
		return true
	case isNCName(trimmed):
		m.tellIn(n, "name", fmt.Sprintf("read as %q", trimmed), "name=%q is not a name", v)
		n.set("name", trimmed)
		return true
	default:
		m.tellIn(n, "name", leftOut, "name=%q is not a name", v)
		return false
	}
}

// head mends the name or reference of an element or an attribute.
func (m *mender) head(n *node, global bool) bool {
	if v, ok := n.attr("name"); ok && !global && isQName(v) {
		m.tellIn(n, "name", "read as a ref", "name=%q is not a name", v)
		n.unset("name")
		n.set("ref", v)
	}
	_, ref := n.attr("ref")
	if ref && global {
		m.tell(n, leftOut, "a global <xs:%s> needs a name, not a ref", n.name.Local)
		return false
	}
	if !ref {
		return m.named(n)
	}
	for _, a := range []string{"name", "type", "form"} {
		m.drop(n, a, "ref says it already")
	}
	return true
}

// isQName reports whether s is a name with a prefix.
func isQName(s string) bool {
	prefix, local, found := strings.Cut(s, ":")
	return found && isNCName(prefix) && isNCName(local)
}

// values mends what excludes each other beside the type.
func (m *mender) values(n *node) {
	if _, ok := n.attr("fixed"); ok {
		m.drop(n, "default", "default and fixed exclude each other")
	}
	if use, _ := n.attr("use"); use == "required" || use == "prohibited" {
		m.drop(n, "default", "an attribute with a default must be optional")
	}
}

// inType lists what may stand in a complex type, and so what an element cannot hold without one.
var inType = []string{"sequence", "choice", "all", "group", "element", "any", "attribute", "attributeGroup", "anyAttribute", "simpleContent",
	"complexContent", "extension"}

// element mends an xs:element.
func (m *mender) element(n *node, global bool) bool {
	if !m.head(n, global) {
		return false
	}
	m.values(n)
	if global {
		for _, a := range []string{"minOccurs", "maxOccurs", "form"} {
			m.drop(n, a, "a global declaration has none")
		}
	} else {
		m.occurs(n)
	}
	var loose []*node
	var typ *node
	n.children = m.filter(n, func(c *node) bool {
		switch {
		case c.is("annotation"), c.is("key"), c.is("keyref"), c.is("unique"):
			return true
		case (c.is("complexType") || c.is("simpleType")) && typ == nil:
			typ = c
			return true
		case slices.Contains(inType, c.name.Local):
			loose = append(loose, c)
		default:
			m.misplaced(c, n, leftOut)
		}
		return false
	})
	typ = m.looseType(n, typ, loose)
	return m.elementType(n, typ)
}

// looseType puts what stands outside a complex type into one.
func (m *mender) looseType(n, typ *node, loose []*node) *node {
	if len(loose) == 0 {
		return typ
	}
	m.misplaced(loose[0], n, "read as if in an <xs:complexType>")
	if typ != nil && typ.is("complexType") {
		typ.children = append(typ.children, loose...)
		return typ
	}
	n.children = slices.DeleteFunc(n.children, func(c *node) bool { return c == typ })
	out := wrap("complexType", n, loose)
	n.children = append(n.children, out)
	return out
}

// elementType mends the type of an element: it may have one only.
func (m *mender) elementType(n, typ *node) bool {
	if typ == nil {
		return true
	}
	if _, ref := n.attr("ref"); ref {
		m.tell(typ, leftOut, "a reference cannot have a type of its own")
		n.children = slices.DeleteFunc(n.children, func(c *node) bool { return c == typ })
		return true
	}
	named, both := n.attr("type")
	if both {
		n.unset("type")
		m.joinTypes(n, typ, named)
	}
	if typ.is("simpleType") {
		return m.inner(typ) && m.simpleType(typ)
	}
	return m.inner(typ) && m.complexType(typ)
}

// joinTypes makes one type of the two that an element has: attributes upon a text, or else the one written inside it.
func (m *mender) joinTypes(n, typ *node, named string) {
	text := typ.is("complexType") && m.isSimple(n, named)
	for _, c := range typ.children {
		text = text && (c.is("annotation") || c.is("attribute") || c.is("attributeGroup") || c.is("anyAttribute"))
	}
	how := "the type inside rules"
	if text {
		how = "read as simple content: that text with those attributes"
		ext := wrap("extension", n, typ.children).set("base", named)
		typ.children = []*node{wrap("simpleContent", n, []*node{ext})}
	}
	m.tellIn(n, "type", how, "type=%q, and a type inside the element as well", named)
}

// isSimple reports whether the name is that of a simple type, as far as the document itself tells.
func (m *mender) isSimple(n *node, qname string) bool {
	name, _ := n.scope.resolve(qname)
	_, builtin := builtins[name.Local]
	return m.simples[name.Local] || builtin && name.Local != "anyType"
}

// inner takes the name from a type inside a declaration.
func (m *mender) inner(n *node) bool {
	m.drop(n, "name", "a type inside a declaration has no name")
	return true
}

// attribute mends an xs:attribute.
func (m *mender) attribute(n *node, global bool) bool {
	if v, _ := n.attr("name"); v == "xmlns" {
		m.tell(n, leftOut, "xmlns declares a namespace and is no attribute")
		return false
	}
	if !m.head(n, global) {
		return false
	}
	m.values(n)
	var typ *node
	n.children = m.filter(n, func(c *node) bool {
		switch {
		case c.is("annotation"):
			return true
		case c.is("simpleType") && typ == nil:
			typ = c
			return true
		case (c.is("restriction") || c.is("list") || c.is("union")) && typ == nil:
			m.misplaced(c, n, "read as if in an <xs:simpleType>")
			typ = wrap("simpleType", c, []*node{c})
		default:
			m.misplaced(c, n, leftOut)
		}
		return false
	})
	if typ == nil {
		return true
	}
	if _, ref := n.attr("ref"); ref {
		m.tell(typ, leftOut, "a reference cannot have a type of its own")
		n.children = slices.DeleteFunc(n.children, func(c *node) bool { return c == typ })
		return true
	}
	if !slices.Contains(n.children, typ) {
		n.children = append(n.children, typ)
	}
	m.drop(n, "type", "the type inside the attribute rules")
	return m.inner(typ) && m.simpleType(typ)
}
