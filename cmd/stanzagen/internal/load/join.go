package load

import (
	"github.com/gocomply/xsd2go/pkg/xsd"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// joined is the one model: xsd2go's elements, attributes, types, references and enumerations, tied to the declarations that xsdmodel found, which know
// places, order, occurrence, defaults, wildcards and documentation.
type joined struct {
	*plan
	globals map[string][]*xsdmodel.Element                 // by namespace
	typeOf  map[*xsdmodel.Element]xsdmodel.Name            // of declared elements
	attrs   map[*xsdmodel.ComplexType][]attribute          // all of a type, bases and groups expanded
	textOf  map[*xsdmodel.ComplexType]xsdmodel.Name        // simple content
	baseOf  map[*xsdmodel.SimpleType]xsdmodel.Name         // what a type restricts
	enums   map[*xsdmodel.SimpleType][]*xsdmodel.EnumValue // values, without those of the base

	differences int // between the two readers
}

// attribute is an attribute of a type.
type attribute struct {
	decl     *xsdmodel.Attribute
	required bool
	typ      xsdmodel.Name
}

// join ties the two models together. Where they disagree one of the readers is wrong: xsdmodel's word stands then for the whole schema, as it does for one that
// xsd2go could not read. A warning names both; a test sees to it that there is none for the schemas we know.
func join(p *plan, lib library) *joined {
	j := &joined{
		plan:    p,
		globals: map[string][]*xsdmodel.Element{},
		typeOf:  map[*xsdmodel.Element]xsdmodel.Name{},
		attrs:   map[*xsdmodel.ComplexType][]attribute{},
		textOf:  map[*xsdmodel.ComplexType]xsdmodel.Name{},
		baseOf:  map[*xsdmodel.SimpleType]xsdmodel.Name{},
		enums:   map[*xsdmodel.SimpleType][]*xsdmodel.EnumValue{},
	}
	for _, s := range p.set.Schemas {
		before := j.differences
		if read := lib[s.TargetNamespace]; read != nil {
			j.schema(s, read)
		}
		if lib[s.TargetNamespace] == nil || j.differences > before {
			j.alone(s)
		}
	}
	return j
}

// alone takes what xsdmodel says of a schema.
func (j *joined) alone(s *xsdmodel.Schema) {
	ns := s.TargetNamespace
	j.globals[ns] = s.Elements
	for _, t := range j.order[ns] {
		switch t := t.(type) {
		case *xsdmodel.SimpleType:
			j.enums[t] = t.Enums
			if t.Variety == xsdmodel.Atomic {
				j.baseOf[t] = j.plan.baseOf(t)
			}
		case *xsdmodel.ComplexType:
			j.attrs[t] = []attribute{}
			for _, a := range j.set.Attributes(t) {
				decl := a
				if a.Ref {
					decl = j.set.Attribute(a.Name)
				}
				j.attrs[t] = append(j.attrs[t], attribute{decl: a, required: a.Use == xsdmodel.UseRequired, typ: j.attributeType(decl)})
			}
			if text, ok := j.text[t]; ok {
				j.textOf[t] = text
			}
		}
	}
	for e := range j.typeOf {
		j.typeOf[e] = j.elementType(e)
	}
}

// disagree tells of something that the two readers see differently.
func (j *joined) disagree(pos xsdmodel.Pos, what string, model, library any) {
	j.differences++
	j.warnf(pos, "xsdmodel's word stands", "internal error: %s: xsdmodel says %v, xsd2go says %v", what, model, library)
}

func (j *joined) schema(s *xsdmodel.Schema, read *xsd.Schema) {
	ns := s.TargetNamespace
	if len(read.Elements) != len(s.Elements) {
		j.disagree(s.Pos, "number of global elements", len(s.Elements), len(read.Elements))
	}
	for i := range read.Elements {
		e := &read.Elements[i]
		decl := j.set.Element(xsdmodel.Name{Space: ns, Local: e.Name})
		if decl == nil {
			j.disagree(s.Pos, "global element "+e.Name, false, true)
			continue
		}
		j.globals[ns] = append(j.globals[ns], decl)
		j.typeOf[decl] = j.sameType(decl.Pos, j.elementType(decl), string(e.Type))
	}
	for i := range read.Attributes {
		a := &read.Attributes[i]
		name := xsdmodel.Name{Space: ns, Local: a.Name}
		if decl := j.set.Attribute(name); decl != nil {
			j.sameType(decl.Pos, j.attributeType(decl), string(a.Type))
		}
	}
	for i := range read.SimpleTypes {
		j.simple(ns, s, &read.SimpleTypes[i])
	}
	for i := range read.ComplexTypes {
		j.complex(ns, s, &read.ComplexTypes[i])
	}
	for _, t := range j.order[ns] {
		j.missing(t)
	}
}

// missing tells of a type that xsd2go lost.
func (j *joined) missing(t any) {
	switch t := t.(type) {
	case *xsdmodel.SimpleType:
		if _, ok := j.enums[t]; !ok {
			j.disagree(t.Pos, "simple type "+j.simpleID[t].Local, true, false)
		}
	case *xsdmodel.ComplexType:
		if _, ok := j.attrs[t]; !ok {
			j.disagree(t.Pos, "complex type "+j.complexID[t].Local, true, false)
		}
	}
}

// sameType compares the type of a declaration. Of a built-in type that the copy had to replace, xsdmodel's name holds.
func (j *joined) sameType(pos xsdmodel.Pos, model xsdmodel.Name, ref string) xsdmodel.Name {
	read := j.qname(ref)
	if model.Builtin() && read.Builtin() && known(model.Local) == read.Local {
		return model
	}
	if read != model {
		j.disagree(pos, "type", model, read)
	}
	return read
}

func (j *joined) simple(ns string, s *xsdmodel.Schema, read *xsd.SimpleType) {
	t := j.simples[xsdmodel.Name{Space: ns, Local: read.Name}]
	if t == nil {
		j.disagree(s.Pos, "simple type "+read.Name, false, true)
		return
	}
	j.enums[t] = nil
	if t.Variety != xsdmodel.Atomic {
		return
	}
	base := ""
	if read.Restriction != nil {
		base = string(read.Restriction.Base)
	}
	j.baseOf[t] = j.sameType(t.Pos, j.plan.baseOf(t), base)
	enums := read.Enums()
	if len(enums) != len(t.Enums) {
		j.disagree(t.Pos, "number of enumerated values", len(t.Enums), len(enums))
		return
	}
	for i, v := range t.Enums {
		if v.Value != enums[i].Value {
			j.disagree(v.Pos, "enumerated value", v.Value, enums[i].Value)
		}
		j.enums[t] = append(j.enums[t], v)
	}
}

func (j *joined) complex(ns string, s *xsdmodel.Schema, read *xsd.ComplexType) {
	t := j.complexes[xsdmodel.Name{Space: ns, Local: read.Name}]
	if t == nil {
		j.disagree(s.Pos, "complex type "+read.Name, false, true)
		return
	}
	j.attrs[t] = []attribute{}
	j.attributesOf(t, read)
	j.childrenOf(t, read)
	if text, ok := j.text[t]; ok {
		j.textOf[t] = text
		if c := read.SimpleContent; c != nil && c.Extension != nil {
			j.textOf[t] = j.sameType(t.Pos, text, string(c.Extension.Base))
		}
	}
}

func (j *joined) attributesOf(t *xsdmodel.ComplexType, read *xsd.ComplexType) {
	decls, attrs := j.set.Attributes(t), read.Attributes()
	if len(decls) != len(attrs) {
		j.disagree(t.Pos, "number of attributes", len(decls), len(attrs))
		return
	}
	for i := range attrs {
		a, decl := &attrs[i], decls[i]
		if a.XmlName() != decl.Name.Local {
			j.disagree(decl.Pos, "attribute", decl.Name.Local, a.XmlName())
			continue
		}
		out := attribute{decl: decl, required: a.Use == "required"}
		if a.Ref != "" {
			name := j.qname(string(a.Ref))
			out.typ = j.attributeType(j.set.Attribute(name))
		} else {
			out.typ = j.sameType(decl.Pos, j.attributeType(decl), string(a.Type))
		}
		j.attrs[t] = append(j.attrs[t], out)
	}
}

func (j *joined) childrenOf(t *xsdmodel.ComplexType, read *xsd.ComplexType) {
	decls, elements := j.set.Children(t), read.Elements()
	if len(decls) != len(elements) {
		j.disagree(t.Pos, "number of children", len(decls), len(elements))
		return
	}
	for i := range elements {
		e, decl := &elements[i], decls[i]
		name := e.Name
		if e.Ref != "" {
			name = j.qname(string(e.Ref)).Local
		}
		if name != decl.Name.Local {
			j.disagree(decl.Pos, "child", decl.Name.Local, name)
			continue
		}
		if !decl.Ref {
			j.typeOf[decl] = j.sameType(decl.Pos, j.elementType(decl), string(e.Type))
		}
	}
}
