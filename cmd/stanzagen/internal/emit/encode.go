package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// encodeXML writes an element; a type that several elements have is told the name.
//
//	// EncodeXML writes the element.
//	func (x *Query) EncodeXML(e *wire.Encoder) {
//		e.Start(NS, "query", x.Extra)
//		...
//		e.End()
//	}
func (w *writer) encodeXML(s *ir.Struct) *jen.Statement {
	name, doc := "EncodeXML", "EncodeXML writes the element."
	params := []jen.Code{jen.Id("e").Op("*").Add(wireName("Encoder"))}
	space, local := w.space(s.Element), jen.Lit(s.Element.Local)
	if s.IsType {
		name, doc = "EncodeXMLAs", "EncodeXMLAs writes an element of this type under the given name."
		params = append(params, jen.List(jen.Id("space"), jen.Id("local")).String())
		space, local = jen.Id("space"), jen.Id("local")
	}
	return method(doc, receiver(s), name, params).BlockFunc(func(g *jen.Group) {
		g.Id("e").Dot("Start").Call(space, local, jen.Id("x").Dot("Extra"))
		for _, f := range s.Attrs {
			w.encodeAttr(g, f)
		}
		if s.AnyAttr != nil {
			g.Id("e").Dot("Attrs").Call(jen.Id("x").Dot("AnyAttr"))
		}
		w.encodeContent(g, s)
		g.Id("e").Dot("End").Call()
	})
}

func (w *writer) encodeContent(g *jen.Group, s *ir.Struct) {
	switch {
	case s.Mixed:
		g.Id("e").Dot("Content").Call(jen.Id("x").Dot("Content"))
		return
	case s.Text != nil:
		encodeText(g, s.Text)
		return
	}
	for i, f := range s.Children {
		if s.Any != nil && i == s.AnyAt {
			encodeAny(g)
		}
		w.encodeChild(g, f)
	}
	if s.Any != nil && s.AnyAt >= len(s.Children) {
		encodeAny(g)
	}
}

// encodeAny writes what a wildcard holds, where the wildcard stands in the schema.
//
//	e.Elements(x.Any)
func encodeAny(g *jen.Group) { g.Id("e").Dot("Elements").Call(jen.Id("x").Dot("Any")) }

// value is the expression for what a field of one value holds: x.Max, *x.Ver.
func value(f *ir.Field) *jen.Statement {
	if shapeOf(f) == pointer {
		return jen.Op("*").Id("x").Dot(f.GoName)
	}
	return jen.Id("x").Dot(f.GoName)
}

// encodeAttr writes an attribute; what is zero or nil the encoder leaves out by itself, a pointer is for us to look at.
//
//	if x.Max != nil {
//		e.AttrUint("max", uint64(*x.Max))
//	}
func (w *writer) encodeAttr(g *jen.Group, f *ir.Field) {
	var call *jen.Statement
	info := scalars[scalarOf(f)]
	switch {
	case f.Name.Space != "" && shapeOf(f) == pointer: // the other calls for a namespace take an empty value for none
		attr := jen.Values(jen.Id("Name").Op(":").Add(w.xmlName(f.Name)), jen.Id("Value").Op(":").Add(value(f)))
		call = jen.Id("e").Dot("Attrs").Call(jen.Index().Add(wireName("Attr")).Values(attr))
	case attrKey(f.Name) == "xml:lang":
		call = jen.Id("e").Dot("AttrLang").Call(text(f, value(f)))
	case f.Name.Space != "":
		call = jen.Id("e").Dot("AttrNS").Call(w.space(f.Name), jen.Lit(f.Name.Local), text(f, value(f)))
	case scalarOf(f) == ir.ScalarString && shapeOf(f) == pointer:
		call = jen.Id("e").Dot("AttrStringOrEmpty").Call(jen.Lit(f.Name.Local), value(f))
	default:
		call = jen.Id("e").Dot("Attr"+info.write).Call(jen.Lit(f.Name.Local), written(f, value(f)))
	}
	if shapeOf(f) == pointer {
		g.If(present(f, jen.Id("x").Dot(f.GoName))).Block(call)
		return
	}
	g.Add(call)
}

// encodeText writes the text of an element with simple content.
//
//	e.TextBytes(x.Value)
func encodeText(g *jen.Group, f *ir.Field) {
	switch scalarOf(f) {
	case ir.ScalarString, ir.ScalarEnum, ir.ScalarJID:
		g.Id("e").Dot("Text").Call(text(f, value(f)))
	default:
		g.Id("e").Dot("Text" + scalars[scalarOf(f)].write).Call(written(f, value(f)))
	}
}

// encodeChild writes what a child field holds.
func (w *writer) encodeChild(g *jen.Group, f *ir.Field) {
	x := func() *jen.Statement { return jen.Id("x").Dot(f.GoName) }
	switch f.Kind {
	case ir.KindStruct:
		w.encodeStruct(g, f)
	case ir.KindFlag:
		g.If(x()).Block(jen.Id("e").Dot("ChildEmpty").Call(w.space(f.Name), jen.Lit(f.Name.Local)))
	case ir.KindOrdered:
		g.Id("e").Dot("Elements").Call(x())
	case ir.KindEnum:
		w.encodeCondition(g, f)
	default:
		w.encodeScalar(g, f)
	}
}

// encodeStruct writes children that have a type.
//
//	for i := range x.Item {
//		x.Item[i].EncodeXML(e)
//	}
func (w *writer) encodeStruct(g *jen.Group, f *ir.Field) {
	encode := func(v *jen.Statement) *jen.Statement {
		if f.Struct.IsType {
			return v.Dot("EncodeXMLAs").Call(jen.Id("e"), w.space(f.Name), jen.Lit(f.Name.Local))
		}
		return v.Dot("EncodeXML").Call(jen.Id("e"))
	}
	x := func() *jen.Statement { return jen.Id("x").Dot(f.GoName) }
	switch f.Card {
	case ir.Many:
		g.For(jen.Id("i").Op(":=").Range().Add(x())).Block(encode(x().Index(jen.Id("i"))))
	case ir.Optional:
		g.If(x().Op("!=").Nil()).Block(encode(x()))
	default:
		g.Add(encode(x()))
	}
}

// encodeCondition writes the branch of a collapsed choice. The encoder checks that the value is a name.
//
//	if x.Condition != "" {
//		e.ChildString(NS, string(x.Condition), x.ConditionText)
//	}
func (w *writer) encodeCondition(g *jen.Group, f *ir.Field) {
	text := jen.Lit("")
	if f.TextGoName != "" {
		text = jen.Id("x").Dot(f.TextGoName)
	}
	g.If(jen.Id("x").Dot(f.GoName).Op("!=").Lit("")).Block(
		jen.Id("e").Dot("ChildString").Call(w.space(f.Branches[0].Name), jen.String().Call(jen.Id("x").Dot(f.GoName)), text),
	)
}

// encodeScalar writes children of simple type.
//
//	if x.Prio != nil {
//		e.ChildInt(NS, "prio", int64(*x.Prio))
//	}
func (w *writer) encodeScalar(g *jen.Group, f *ir.Field) {
	write := func(v *jen.Statement) *jen.Statement {
		args := []jen.Code{w.space(f.Name), jen.Lit(f.Name.Local)}
		switch sc := scalarOf(f); sc {
		case ir.ScalarString, ir.ScalarEnum, ir.ScalarJID:
			return jen.Id("e").Dot("ChildString").Call(append(args, text(f, v))...)
		default:
			return jen.Id("e").Dot("Child" + scalars[sc].write).Call(append(args, written(f, v))...)
		}
	}
	if f.Card == ir.Many {
		g.For(jen.List(jen.Id("_"), jen.Id("v")).Op(":=").Range().Id("x").Dot(f.GoName)).Block(write(jen.Id("v")))
		return
	}
	if cond := present(f, jen.Id("x").Dot(f.GoName)); cond != nil {
		g.If(cond).Block(write(value(f)))
		return
	}
	g.Add(write(value(f)))
}
