package xsdmodel

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Reader reads schema documents and puts them together. The zero value keeps strictly to XML Schema, and to the part of it that the project writes.
type Reader struct {
	// Slip makes the reader lenient: it is told of each fault that is read over. Hint says what the fault is read as.
	Slip func(*Error)
	// Target is the target namespace of documents that have none, as one included by another (XML Schema Part 1, section 4.2.1).
	Target string
}

// Parse reads one schema document with the strict rules.
func Parse(r io.Reader, file string) (*Schema, error) { return Reader{}.Parse(r, file) }

// Parse reads one schema document. What it refuses comes as an errors.Join of one *Error per fault; the schema then lacks
// what was refused, and is nil if the document is no XML at all.
func (r Reader) Parse(in io.Reader, file string) (*Schema, error) {
	root, err := readTree(in, file)
	if err != nil {
		return nil, err
	}
	p := &parser{schema: &Schema{File: file, TargetNamespace: r.Target, Lost: map[string]bool{}}, lenient: r.Slip != nil}
	if !root.is("schema") {
		p.schema.Unread = true
		hint := ""
		if root.name.Local == "schema" {
			hint = fmt.Sprintf("declare its prefix: xmlns:xs=%q", Namespace)
		}
		p.hintf(root, "", hint, "the document is a <%s>, not an <xs:schema> of namespace %s", root.name.Local, Namespace)
		return p.schema, errors.Join(p.errs...)
	}
	if p.lenient {
		(&mender{slip: r.Slip}).mend(root)
	}
	p.document(root)
	if p.lenient {
		_, own := root.attr("targetNamespace")
		settle(p.schema, !own && r.Target != "", r.Slip)
	}
	return p.schema, errors.Join(p.errs...)
}

// parser turns the tree of one document into a Schema and gathers what is wrong on the way.
type parser struct {
	schema  *Schema
	lenient bool // names are settled later, and includes are the caller's to follow
	errs    []error
}

func (p *parser) errorf(n *node, format string, args ...any) { p.hintf(n, "", "", format, args...) }

// hintf tells of a fault, of the attribute that it lies in, if in one, and of how to mend it.
func (p *parser) hintf(n *node, attr, hint, format string, args ...any) {
	p.errs = append(p.errs, &Error{Pos: n.pos, Msg: fmt.Sprintf(format, args...), Hint: hint, Near: inAttr(attr)})
}

// inAttr is how an Error says that it lies in an attribute.
func inAttr(attr string) string {
	if attr == "" {
		return ""
	}
	return attr + "="
}

// document reads xs:schema and what stands directly in it (XML Schema Part 1, section 3.15.2).
func (p *parser) document(n *node) {
	s := p.schema
	p.checkAttrs(n)
	s.Note = p.note(n)
	if target, ok := n.attr("targetNamespace"); ok {
		s.TargetNamespace = target
	}
	s.QualifiedElements = p.enumAttr(n, "elementFormDefault", "unqualified", "qualified") == "qualified"
	s.QualifiedAttributes = p.enumAttr(n, "attributeFormDefault", "unqualified", "qualified") == "qualified"
	for _, c := range p.children(n) {
		switch c.name.Local {
		case "import":
			p.checkAttrs(c)
			imp := &Import{Pos: c.pos}
			imp.Namespace, _ = c.attr("namespace")
			imp.Location, _ = c.attr("schemaLocation")
			s.Imports = append(s.Imports, imp)
		case "include":
			p.include(n, c)
		case "element":
			s.Elements = append(s.Elements, p.element(c, true))
		case "attribute":
			s.Attributes = append(s.Attributes, p.attribute(c, true))
		case "simpleType":
			s.SimpleTypes = append(s.SimpleTypes, p.simpleType(c, true))
		case "complexType":
			s.ComplexTypes = append(s.ComplexTypes, p.complexType(c, true))
		case "group":
			s.Groups = append(s.Groups, p.group(c))
		case "attributeGroup":
			s.AttributeGroups = append(s.AttributeGroups, p.attributeGroup(c))
		default:
			p.unexpected(n, c)
		}
	}
}

// include notes an xs:include for the caller to follow; a strict reader refuses it.
func (p *parser) include(parent, n *node) {
	if !p.lenient {
		p.unexpected(parent, n)
		return
	}
	inc := &Import{Pos: n.pos, Namespace: p.schema.TargetNamespace}
	inc.Location, _ = n.attr("schemaLocation")
	p.schema.Includes = append(p.schema.Includes, inc)
}

// children lists the schema elements inside n, annotations left out; others are faults.
func (p *parser) children(n *node) []*node {
	var out []*node
	for _, c := range n.children {
		switch {
		case c.name.Space != Namespace:
			p.errorf(c, "<%s> of namespace %q does not belong in a schema outside xs:appinfo", c.name.Local, c.name.Space)
		case !c.is("annotation"):
			out = append(out, c)
		}
	}
	return out
}

func (p *parser) unexpected(parent, n *node) {
	if name, ok := n.attr("name"); ok {
		p.schema.Lost[name] = true
	}
	if why, ok := unsupported[n.name.Local]; ok {
		p.hintf(n, "", why, "<xs:%s> is not supported", n.name.Local)
		return
	}
	p.errorf(n, "<xs:%s> is not allowed in <xs:%s>", n.name.Local, parent.name.Local)
}

// unsupported holds the parts of XML Schema that the model leaves out.
var unsupported = map[string]string{
	"include":  "keep a namespace in one file",
	"redefine": "keep a namespace in one file, with the definitions as they shall be",
	"notation": "it declares nothing that an XML stream can carry",
}

// allowed holds the attributes of every element of XML Schema that the model knows.
var allowed = map[string]string{
	"schema":         "targetNamespace elementFormDefault attributeFormDefault version id blockDefault finalDefault",
	"import":         "namespace schemaLocation id",
	"include":        "schemaLocation id",
	"element":        "name ref type minOccurs maxOccurs default fixed form nillable block final id",
	"attribute":      "name ref type use default fixed form id",
	"complexType":    "name mixed block final id",
	"simpleType":     "name final id",
	"group":          "name ref minOccurs maxOccurs id",
	"attributeGroup": "name ref id",
	"sequence":       "minOccurs maxOccurs id",
	"choice":         "minOccurs maxOccurs id",
	"all":            "minOccurs maxOccurs id",
	"any":            "namespace processContents minOccurs maxOccurs id",
	"anyAttribute":   "namespace processContents id",
	"simpleContent":  "id",
	"complexContent": "mixed id",
	"extension":      "base id",
	"restriction":    "base id",
	"list":           "itemType id",
	"union":          "memberTypes id",
}

// checkAttrs refuses attributes that XML Schema does not have on n. Attributes of other namespaces are free (section 3.2.2).
func (p *parser) checkAttrs(n *node) {
	known := strings.Fields(allowed[n.name.Local])
	for _, a := range n.attrs {
		switch {
		case a.Name.Space != "" || slices.Contains(known, a.Name.Local):
		case p.lenient && n.is("element"):
			// What may stand in place of an element is put there when the set is.
		case a.Name.Local == "substitutionGroup" || a.Name.Local == "abstract":
			p.hintf(n, a.Name.Local, "use xs:choice", "%s is not supported", a.Name.Local)
		default:
			p.hintf(n, a.Name.Local, "", "attribute %s is not allowed on <xs:%s>", a.Name.Local, n.name.Local)
		}
	}
}

// enumAttr is an attribute with a closed set of values; the first of them is the default, perhaps empty and then not a value.
func (p *parser) enumAttr(n *node, name string, values ...string) string {
	v, ok := n.attr(name)
	if !ok {
		return values[0]
	}
	if !slices.Contains(values, v) {
		p.hintf(n, name, "", "%s=%q: want one of %s", name, v, strings.TrimPrefix(strings.Join(values, ", "), ", "))
		return values[0]
	}
	return v
}

func (p *parser) boolAttr(n *node, name string) bool {
	v := p.enumAttr(n, name, "false", "true", "1", "0")
	return v == "true" || v == "1"
}

// ref is an attribute that names another component; zero if it is not there.
func (p *parser) ref(n *node, name string) Name {
	v, ok := n.attr(name)
	if !ok {
		return Name{}
	}
	return p.qname(n, name, v)
}

func (p *parser) qname(n *node, attr, v string) Name {
	q, ok := n.scope.resolve(v)
	if p.lenient && (!ok || !isNCName(q.Local)) {
		// Only the last part of such a name can be one; settle looks for what it names.
		parts := strings.Split(v, ":")
		q, ok = Name{unsettled, strings.TrimSpace(parts[len(parts)-1])}, true
	}
	if !ok {
		prefix, _, _ := strings.Cut(v, ":")
		p.hintf(n, attr, fmt.Sprintf("declare it: xmlns:%s=\"…\" on <xs:schema>", strings.TrimSpace(prefix)), "%s=%q: the prefix is not declared", attr, v)
		return Name{}
	}
	if !isNCName(q.Local) {
		p.hintf(n, attr, "", "%s=%q is not a name", attr, v)
		return Name{}
	}
	return q
}

// ncname is the name= of a declaration.
func (p *parser) ncname(n *node) string {
	v, ok := n.attr("name")
	if !ok {
		p.errorf(n, "<xs:%s> needs a name", n.name.Local)
	} else if !isNCName(v) {
		p.hintf(n, "name", "", "name=%q is not a name", v)
	}
	return v
}

// note reads the annotation of a declaration.
func (p *parser) note(n *node) Note {
	out := Note{Pos: n.pos}
	var docs []string
	for _, c := range n.children {
		if !c.is("annotation") {
			continue
		}
		for _, a := range c.children {
			switch {
			case a.is("documentation"):
				docs = append(docs, a.text.String())
			case a.is("appinfo"):
				for _, info := range a.children {
					out.AppInfo = append(out.AppInfo, newAppInfo(info))
				}
			default:
				p.unexpected(c, a)
			}
		}
	}
	out.Doc = collapse(strings.Join(docs, " "))
	return out
}

func newAppInfo(n *node) *AppInfo {
	out := &AppInfo{Pos: n.pos, Name: n.name, Attrs: map[string]string{}, scope: n.scope}
	for _, a := range n.attrs {
		if a.Name.Space == "" {
			out.Attrs[a.Name.Local] = a.Value
		}
	}
	return out
}
