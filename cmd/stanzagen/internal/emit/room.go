package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// How many elements of a wildcard a new stanza has room for: a message or a presence carries some, an IQ its payload.
const (
	roomForSome = 4
	roomForOne  = 1
)

// usual returns the child that most stanzas of a type have: the last one that may repeat, a message's body or a presence's status; nil if none may.
func usual(s *ir.Struct) *ir.Field {
	for _, f := range slices.Backward(s.Children) {
		if f.Kind == ir.KindStruct && f.Card == ir.Many {
			return f
		}
	}
	return nil
}

// hasRoom says whether elements of a type are made with room: a stanza's are.
func hasRoom(s *ir.Struct) bool { return s.Stanza && s.Any != nil && !s.Mixed }

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
	add := func(field string, n int, of jen.Code) {
		name := strings.ToLower(field)
		fields = append(fields, jen.Id(name).Index(jen.Lit(n)).Add(of))
		slices, rooms = append(slices, jen.Id("x").Dot(field)), append(rooms, jen.Id("x").Dot(name).Index(jen.Op(":").Lit(0)))
	}
	n := roomForOne
	if f := usual(s); f != nil {
		add(f.GoName, 1, w.typeOf(f.Struct))
		n = roomForSome
	}
	add("Any", n, wireName("Element"))
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
	if !hasRoom(s) {
		return
	}
	if f := usual(s); f != nil {
		g.Add(wireName("Trim").Call(addr(f.GoName)))
	}
	g.Add(wireName("Trim").Call(addr("Any")))
}
