package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// seenBits lists the fields whose presence the decoder must note, because their zero value does not tell: the index is the bit.
func seenBits(s *ir.Struct) []*ir.Field {
	var out []*ir.Field
	for _, f := range s.Attrs {
		if shapeOf(f) == plain {
			out = append(out, f)
		}
	}
	if s.Mixed || s.Text != nil {
		return out
	}
	for _, f := range s.Children {
		if f.Card == ir.Required && (f.Kind == ir.KindStruct || f.Kind == ir.KindScalar && shapeOf(f) == plain) {
			out = append(out, f)
		}
	}
	return out
}

// bits maps the fields of [seenBits] to their bits.
func bits(s *ir.Struct) map[*ir.Field]int {
	out := map[*ir.Field]int{}
	for i, f := range seenBits(s) {
		out[f] = i
	}
	return out
}

// decodeXML reads an element.
//
//	// DecodeXML reads the element that s opened.
//	func (x *Query) DecodeXML(d *wire.Decoder, s wire.Start) {
//		var seen wire.Seen
//		for _, a := range d.Attrs(&x.Extra) { ... }
//		for c := range d.Children() { ... }
//		seen.RequireChild(d, 0, NS, "size")
//	}
func (w *writer) decodeXML(s *ir.Struct) *jen.Statement {
	params := []jen.Code{jen.Id("d").Op("*").Add(wireName("Decoder")), jen.Id("s").Add(wireName("Start"))}
	return method("DecodeXML reads the element that s opened.", receiver(s), "DecodeXML", params).BlockFunc(func(g *jen.Group) {
		required := seenBits(s)
		if len(required) > 0 {
			g.Var().Id("seen").Add(wireName("Seen"))
		}
		g.For(jen.List(jen.Id("_"), jen.Id("a")).Op(":=").Range().Id("d").Dot("Attrs").Call(jen.Op("&").Id("x").Dot("Extra"))).
			Block(w.decodeAttrs(s)...)
		w.decodeContent(g, s)
		trim(g, s)
		for i, f := range required {
			space, call := w.space(f.Name), "RequireChild"
			if f.Kind == ir.KindAttr {
				space, call = jen.Lit(f.Name.Space), "RequireAttr"
			}
			g.Id("seen").Dot(call).Call(jen.Id("d"), jen.Lit(i), space, jen.Lit(f.Name.Local))
		}
	})
}

// space is the Go expression for the namespace of a name.
func (w *writer) space(n ir.Name) *jen.Statement { return w.ns(n.Space) }

// decodeAttrs is the body of the loop over the attributes.
//
//	switch a.Key {
//	case "from":
//		x.From = d.JID(a)
//	default:
//		d.KeepAttr(a)
//	}
func (w *writer) decodeAttrs(s *ir.Struct) []jen.Code {
	bit := bits(s)
	var cases []jen.Code
	for _, f := range s.Attrs {
		if key := attrKey(f.Name); key != "" {
			cases = append(cases, jen.Case(jen.Lit(key)).Block(w.decodeAttr(f, bit)...))
		}
	}
	rest := w.decodeForeignAttrs(s, bit)
	if len(cases) == 0 {
		return rest
	}
	return []jen.Code{jen.Switch(jen.Id("a").Dot("Key")).Block(append(cases, jen.Default().Block(rest...))...)}
}

// attrKey is the key under which a decoder hands out an attribute; empty if it must be told by its namespace.
func attrKey(n ir.Name) string {
	switch {
	case n.Space == "":
		return n.Local
	case n == (ir.Name{Space: xmlSpace, Local: "lang"}):
		return "xml:lang"
	}
	return ""
}

// decodeAttr reads an attribute into its field.
//
//	seen.First(0)
//	x.Count = d.Uint32(a)
func (w *writer) decodeAttr(f *ir.Field, bit map[*ir.Field]int) []jen.Code {
	value := w.decodeCall(f, jen.Id("a"))
	if shapeOf(f) == pointer {
		value = jen.New(value)
	}
	set := jen.Id("x").Dot(f.GoName).Op("=").Add(value)
	if i, ok := bit[f]; ok {
		return []jen.Code{jen.Id("seen").Dot("First").Call(jen.Lit(i)), set}
	}
	return []jen.Code{set}
}

// decodeForeignAttrs takes the attributes that have a namespace, and keeps the rest.
//
//	switch {
//	case a.Is("urn:example", "hint"):
//		x.Hint = d.String(a)
//	default:
//		d.KeepAttr(a)
//	}
func (w *writer) decodeForeignAttrs(s *ir.Struct, bit map[*ir.Field]int) []jen.Code {
	keep := jen.Id("d").Dot("KeepAttr").Call(jen.Id("a"))
	if s.AnyAttr != nil {
		keep = jen.Id("x").Dot("AnyAttr").Op("=").Append(jen.Id("x").Dot("AnyAttr"), jen.Id("d").Dot("Attr").Call(jen.Id("a")))
	}
	var foreign []*ir.Field
	for _, f := range s.Attrs {
		if attrKey(f.Name) == "" {
			foreign = append(foreign, f)
		}
	}
	is := func(f *ir.Field) *jen.Statement {
		return jen.Id("a").Dot("Is").Call(w.space(f.Name), jen.Lit(f.Name.Local))
	}
	switch len(foreign) {
	case 0:
		return []jen.Code{keep}
	case 1:
		return []jen.Code{jen.If(is(foreign[0])).Block(w.decodeAttr(foreign[0], bit)...).Else().Block(keep)}
	}
	var cases []jen.Code
	for _, f := range foreign {
		cases = append(cases, jen.Case(is(f)).Block(w.decodeAttr(f, bit)...))
	}
	return []jen.Code{jen.Switch().Block(append(cases, jen.Default().Block(keep))...)}
}

// decodeContent reads what stands between the tags.
//
//	x.Text = d.String(d.Text())
func (w *writer) decodeContent(g *jen.Group, s *ir.Struct) {
	switch {
	case s.Mixed:
		g.Id("x").Dot("Content").Op("=").Id("d").Dot("Content").Call()
	case s.Text != nil:
		g.Id("x").Dot(s.Text.GoName).Op("=").Add(w.decodeCall(s.Text, jen.Id("d").Dot("Text").Call()))
	default:
		g.For(jen.Id("c").Op(":=").Range().Id("d").Dot("Children").Call()).Block(w.decodeChildren(s)...)
	}
}
