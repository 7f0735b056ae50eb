package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// codecFile holds the methods of a package's types.
func (w *writer) codecFile() *jen.File {
	f := w.newFile(w.path(w.pkg), w.pkg.Name, w.pkg.File)
	for i, s := range w.pkg.Structs {
		for j, m := range w.methods(s) {
			if i+j > 0 {
				f.Line()
			}
			f.Add(m)
		}
	}
	for i, e := range w.pkg.Enums {
		for j, m := range enumMethods(e) {
			if i+j+len(w.pkg.Structs) > 0 {
				f.Line()
			}
			f.Add(m)
		}
	}
	return f
}

// methods returns every method of a struct.
func (w *writer) methods(s *ir.Struct) []jen.Code {
	var out []jen.Code
	if !s.IsType {
		out = append(out, w.elementName(s))
	}
	if len(s.Also) > 0 {
		out = append(out, w.elementNames(s))
	}
	if s.Global && (s.IQ == ir.IQBoth || s.IQ == ir.IQGet) {
		out = append(out, marker(s, "IQGet", "get"))
	}
	if s.Global && (s.IQ == ir.IQBoth || s.IQ == ir.IQSet) {
		out = append(out, marker(s, "IQSet", "set"))
	}
	if s.Stanza {
		out = append(out, stanzaHead(s))
	}
	if hasRoom(s) {
		out = append(out, w.makeElement(s))
	}
	return append(out, w.decodeXML(s), w.encodeXML(s), marshalXML(s), unmarshalXML(s))
}

// typeOnly is a receiver that needs no value: (*Query).
func typeOnly(s *ir.Struct) jen.Code { return jen.Op("*").Id(s.GoName) }

// receiver is x *Query.
func receiver(s *ir.Struct) jen.Code { return jen.Id("x").Op("*").Id(s.GoName) }

// elementName is the name on the wire.
//
//	// ElementName returns {urn:example}query.
//	func (*Query) ElementName() xml.Name { return xml.Name{Space: NS, Local: "query"} }
func (w *writer) elementName(s *ir.Struct) *jen.Statement {
	doc := "ElementName returns {" + s.Element.Space + "}" + s.Element.Local + "."
	return method(doc, typeOnly(s), "ElementName", nil, jen.Qual(xmlPath, "Name")).Add(oneLine(jen.Return(w.xmlName(s.Element))))
}

// elementNames lists every name of a type that stands for several.
//
//	// ElementNames returns every name that Message stands for.
//	func (*Message) ElementNames() []xml.Name {
//		return []xml.Name{
//			{Space: NS, Local: "message"},
//			{Space: "jabber:server", Local: "message"},
//		}
//	}
func (w *writer) elementNames(s *ir.Struct) *jen.Statement {
	var names []jen.Code
	for i, n := range allNames(s) {
		space := jen.Lit(n.Space)
		if i == 0 {
			space = jen.Id("NS")
		}
		names = append(names, jen.Values(jen.Id("Space").Op(":").Add(space), jen.Id("Local").Op(":").Lit(n.Local)))
	}
	list := jen.Index().Qual(xmlPath, "Name")
	return method("ElementNames returns every name that "+s.GoName+" stands for.", typeOnly(s), "ElementNames", nil, list.Clone()).
		Block(jen.Return(list.Clone().Custom(lines, names...)))
}

// marker says what IQ request an element may be in.
//
//	// IQGet marks Query as the payload of an IQ request of type get.
//	func (*Query) IQGet() {}
func marker(s *ir.Struct, name, iqType string) *jen.Statement {
	return method(name+" marks "+s.GoName+" as the payload of an IQ request of type "+iqType+".", typeOnly(s), name, nil).Block()
}

// stanzaHead is what makes a type a wire.Stanza.
//
//	// StanzaHead returns what the stream needs to know of a stanza.
//	func (x *Message) StanzaHead() wire.StanzaHead {
//		return wire.StanzaHead{ID: x.ID, From: x.From, To: x.To, Type: string(x.Type)}
//	}
func stanzaHead(s *ir.Struct) *jen.Statement {
	get := func(name string) *jen.Statement {
		f := attr(s, name)
		value := jen.Id("x").Dot(f.GoName)
		if shapeOf(f) == pointer {
			return jen.Op("*").Add(value)
		}
		return written(f, value)
	}
	return method("StanzaHead returns what the stream needs to know of a stanza.", receiver(s), "StanzaHead", nil, wireName("StanzaHead")).Block(
		jen.Return(wireName("StanzaHead").Values(
			jen.Id("ID").Op(":").Add(get("id")),
			jen.Id("From").Op(":").Add(get("from")),
			jen.Id("To").Op(":").Add(get("to")),
			jen.Id("Type").Op(":").Add(get("type")),
		)),
	)
}

// marshalXML is the bridge from encoding/xml. A type takes the name of the start tag, an element knows its own.
//
//	// MarshalXML implements xml.Marshaler with the codec.
//	func (x Query) MarshalXML(e *xml.Encoder, _ xml.StartElement) error { return wire.MarshalXML(e, &x) }
func marshalXML(s *ir.Struct) *jen.Statement {
	start, call := "_", wireName("MarshalXML").Call(jen.Id("e"), jen.Op("&").Id("x"))
	if s.IsType {
		start, call = "s", wireName("MarshalXMLAs").Call(jen.Id("e"), jen.Id("s").Dot("Name"), jen.Op("&").Id("x"))
	}
	params := []jen.Code{jen.Id("e").Op("*").Qual(xmlPath, "Encoder"), jen.Id(start).Qual(xmlPath, "StartElement")}
	return method("MarshalXML implements xml.Marshaler with the codec.", jen.Id("x").Id(s.GoName), "MarshalXML", params, jen.Error()).
		Add(oneLine(jen.Return(call)))
}

// unmarshalXML is the bridge to encoding/xml.
//
//	// UnmarshalXML implements xml.Unmarshaler with the codec.
//	func (x *Query) UnmarshalXML(d *xml.Decoder, s xml.StartElement) error { return wire.UnmarshalXML(d, s, x) }
func unmarshalXML(s *ir.Struct) *jen.Statement {
	call := "UnmarshalXML"
	if s.IsType {
		call = "UnmarshalXMLAs"
	}
	params := []jen.Code{jen.Id("d").Op("*").Qual(xmlPath, "Decoder"), jen.Id("s").Qual(xmlPath, "StartElement")}
	return method("UnmarshalXML implements xml.Unmarshaler with the codec.", receiver(s), "UnmarshalXML", params, jen.Error()).
		Add(oneLine(jen.Return(wireName(call).Call(jen.Id("d"), jen.Id("s"), jen.Id("x")))))
}
