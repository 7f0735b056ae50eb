package load

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/gocomply/xsd2go/pkg/xsd"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// NOTE: xsd2go understands a part of XML Schema and panics, or worse, on the rest. The copy is written in that part: every type has a name,
// derivations of complex types and groups are expanded, content models are one flat sequence, wildcards, unions and lists are left out, every
// prefix means the same in all files, and built-in types it lacks are replaced by their base.

// fileName is the name of a namespace's schema in the copy.
func (p *plan) fileName(namespace string) string { return p.prefix[namespace] + ".xsd" }

// write makes the normalised copy of one schema.
func (p *plan) write(s *xsdmodel.Schema) string {
	w := &writer{plan: p}
	attrs := []string{"xmlns:xs", xsdmodel.Namespace, "targetNamespace", s.TargetNamespace}
	for _, other := range p.set.Schemas {
		if ns := other.TargetNamespace; ns != xmlNamespace {
			attrs = append(attrs, "xmlns:"+p.prefix[ns], ns)
		}
	}
	w.open("xs:schema", attrs...)
	for _, ns := range p.reach(s, nil) {
		w.leaf("xs:import", "namespace", ns, "schemaLocation", p.fileName(ns))
	}
	for _, e := range s.Elements {
		w.leaf("xs:element", "name", e.Name.Local, "type", w.ref(p.elementType(e)))
	}
	for _, a := range s.Attributes {
		w.leaf("xs:attribute", "name", a.Name.Local, "type", w.ref(p.attributeType(a)))
	}
	for _, t := range p.order[s.TargetNamespace] {
		switch t := t.(type) {
		case *xsdmodel.SimpleType:
			w.simple(t)
		case *xsdmodel.ComplexType:
			w.complex(t)
		}
	}
	w.close("xs:schema")
	return w.b.String()
}

// reach appends the namespaces that a schema imports, also through others: what is expanded from a group or a base may name any of them.
func (p *plan) reach(s *xsdmodel.Schema, out []string) []string {
	for _, imp := range s.Imports {
		if !slices.Contains(out, imp.Namespace) {
			out = p.reach(p.set.Schema(imp.Namespace), append(out, imp.Namespace))
		}
	}
	return out
}

// writer writes one file of the copy.
type writer struct {
	*plan
	b strings.Builder
}

func (w *writer) tag(name, end string, attrs []string) {
	w.b.WriteString("<" + name)
	for i := 0; i < len(attrs); i += 2 {
		fmt.Fprintf(&w.b, " %s=\"", attrs[i])
		// A strings.Builder takes whatever it is given.
		_ = xml.EscapeText(&w.b, []byte(attrs[i+1]))
		w.b.WriteString("\"")
	}
	w.b.WriteString(end + "\n")
}

func (w *writer) open(name string, attrs ...string) { w.tag(name, ">", attrs) }
func (w *writer) leaf(name string, attrs ...string) { w.tag(name, "/>", attrs) }
func (w *writer) close(name string)                 { w.b.WriteString("</" + name + ">\n") }

// ref writes the name of a component with the prefix of its namespace.
func (w *writer) ref(n xsdmodel.Name) string {
	if n.Builtin() {
		return "xs:" + known(n.Local)
	}
	return w.prefix[n.Space] + ":" + n.Local
}

// known is a built-in type that xsd2go knows and whose values go into the same Go type.
func known(name string) string {
	if xsd.IsStaticType(name) {
		return name
	}
	switch name {
	case "nonPositiveInteger":
		return "integer"
	case "IDREFS", "ENTITIES":
		return "NMTOKENS"
	}
	return "string"
}

func (w *writer) simple(t *xsdmodel.SimpleType) {
	w.open("xs:simpleType", "name", w.simpleID[t].Local)
	if t.Variety == xsdmodel.Atomic {
		w.open("xs:restriction", "base", w.ref(w.baseOf(t)))
		for _, v := range t.Enums {
			w.leaf("xs:enumeration", "value", v.Value)
		}
		w.close("xs:restriction")
	}
	w.close("xs:simpleType")
}

func (w *writer) complex(t *xsdmodel.ComplexType) {
	w.open("xs:complexType", "name", w.complexID[t].Local)
	attrs := w.set.Attributes(t)
	text, simple := w.text[t]
	simple = simple && !alike(attrs)
	if simple {
		w.open("xs:simpleContent")
		w.open("xs:extension", "base", w.ref(text))
	}
	if children := w.set.Children(t); len(children) > 0 {
		w.open("xs:sequence")
		for _, e := range children {
			if e.Ref {
				w.leaf("xs:element", "ref", w.ref(e.Name))
				continue
			}
			w.leaf("xs:element", "name", e.Name.Local, "type", w.ref(w.elementType(e)))
		}
		w.close("xs:sequence")
	}
	for _, a := range attrs {
		use := "optional"
		if a.Use == xsdmodel.UseRequired {
			use = "required"
		}
		if a.Ref {
			w.leaf("xs:attribute", "ref", w.ref(a.Name), "use", use)
			continue
		}
		w.leaf("xs:attribute", "name", a.Name.Local, "type", w.ref(w.attributeType(a)), "use", use)
	}
	if simple {
		w.close("xs:extension")
		w.close("xs:simpleContent")
	}
	w.close("xs:complexType")
}

// alike reports whether two attributes differ in nothing but case and punctuation. Beside a simple content xsd2go takes them for one,
// so such a type is copied without it.
func alike(attrs []*xsdmodel.Attribute) bool {
	seen := map[string]bool{}
	for _, a := range attrs {
		key := strings.Map(func(r rune) rune {
			if strings.ContainsRune("-_. ", r) {
				return -1
			}
			return r
		}, strings.ToLower(a.Name.Local))
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}
