package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// How many elements of a wildcard a new stanza has room for: a message or a presence carries some, an IQ its payload.
const (
	roomForSome = 4
	roomForOne  = 1
)

// roomy lists the fields that a stanza is made with room for: the children that may repeat, of its own types, and what its wildcard takes.
func roomy(s *ir.Struct) []*ir.Field {
	var out []*ir.Field
	if !s.Stanza || s.Any == nil || s.Mixed {
		return nil
	}
	for _, f := range s.Children {
		if f.Kind == ir.KindStruct && f.Card == ir.Many {
			out = append(out, f)
		}
	}
	return out
}

// makeElement makes a stanza in one piece with what most stanzas hold, so that a decoder allocates it at once.
//
//	// MakeElement returns a new Message with room for what most of them hold.
//	func (*Message) MakeElement() wire.Element {
//		x := new(struct {
//			Message
//			body [1]Body
//			any  [4]wire.Element
//		})
//		x.Body, x.Any = x.body[:0], x.any[:0]
//		return &x.Message
//	}
func (w *writer) makeElement(s *ir.Struct) *jen.Statement {
	fields := []jen.Code{jen.Id(s.GoName)}
	var slices, rooms []jen.Code
	for _, f := range roomy(s) {
		name := strings.ToLower(f.GoName)
		fields = append(fields, jen.Id(name).Index(jen.Lit(1)).Add(w.typeOf(f.Struct)))
		slices, rooms = append(slices, jen.Id("x").Dot(f.GoName)), append(rooms, jen.Id("x").Dot(name).Index(jen.Op(":").Lit(0)))
	}
	some := roomForSome
	if len(rooms) == 0 {
		some = roomForOne
	}
	fields = append(fields, jen.Id("any").Index(jen.Lit(some)).Add(wireName("Element")))
	slices, rooms = append(slices, jen.Id("x").Dot("Any")), append(rooms, jen.Id("x").Dot("any").Index(jen.Op(":").Lit(0)))
	return method("MakeElement returns a new "+s.GoName+" with room for what most of them hold.", typeOnly(s), "MakeElement", nil, wireName("Element")).Block(
		jen.Id("x").Op(":=").New(jen.Struct(fields...)),
		jen.List(slices...).Op("=").List(rooms...),
		jen.Return(jen.Op("&").Id("x").Dot(s.GoName)),
	)
}

// trim gives up the room that nothing came for: an empty field is nil.
//
//	wire.Trim(&x.Body)
func trim(g *jen.Group, s *ir.Struct) {
	if !s.Stanza || s.Any == nil || s.Mixed {
		return
	}
	for _, f := range roomy(s) {
		g.Add(wireName("Trim").Call(addr(f.GoName)))
	}
	g.Add(wireName("Trim").Call(addr("Any")))
}
