package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// branch is one case of the loop over the children: elements of one namespace that are read alike.
type branch struct {
	space string
	names []string
	body  []jen.Code
}

// decodeChildren is the body of the loop over the children: a switch over the names of the own namespace, within its default one over the others.
//
//	switch c.In(NS) {
//	case "item":
//		wire.List(d, c, &x.Item)
//	default:
//		d.AnyOther(c, NS, &x.Any)
//	}
func (w *writer) decodeChildren(s *ir.Struct) []jen.Code {
	branches := w.branches(s)
	var order []string
	groups := map[string][]branch{}
	count := map[string]int{}
	for _, b := range branches {
		if groups[b.space] == nil && b.space != w.pkg.Namespace {
			order = append(order, b.space)
		}
		groups[b.space] = append(groups[b.space], b)
		count[b.space] += len(b.names)
	}
	code := w.unknown(s)
	code = w.switchIs(order, groups, count, code)
	for i := len(order) - 1; i >= 0; i-- {
		if count[order[i]] >= manyNames {
			code = w.switchIn(groups[order[i]], code)
		}
	}
	if own := groups[w.pkg.Namespace]; own != nil {
		code = w.switchIn(own, code)
	}
	return code
}

// manyNames is how many names of a foreign namespace get a switch of their own.
const manyNames = 3

// unknown is what becomes of a child that no field takes.
func (w *writer) unknown(s *ir.Struct) []jen.Code {
	call := func(name string, args ...jen.Code) []jen.Code {
		return []jen.Code{jen.Id("d").Dot(name).Call(append([]jen.Code{jen.Id("c")}, args...)...)}
	}
	any := jen.Op("&").Id("x").Dot("Any")
	switch {
	case s.Any == nil:
		return call("Unknown")
	case s.Any.Other:
		return call("AnyOther", jen.Id("NS"), any)
	}
	return call("AnyChild", any)
}

// switchIn tells the names of one namespace apart.
func (w *writer) switchIn(branches []branch, otherwise []jen.Code) []jen.Code {
	var cases []jen.Code
	for _, b := range branches {
		cases = append(cases, jen.Case(caseList(b.names, func(n string) *jen.Statement { return jen.Lit(n) })...).Block(b.body...))
	}
	cases = append(cases, jen.Default().Block(otherwise...))
	return []jen.Code{jen.Switch(jen.Id("c").Dot("In").Call(w.ns(branches[0].space))).Block(cases...)}
}

// switchIs tells names of several namespaces apart, those with few names each.
//
//	switch {
//	case c.Is(forward0.NS, "forwarded"):
//		wire.Optional(d, c, &x.Forwarded)
//	default:
//		d.Unknown(c)
//	}
func (w *writer) switchIs(order []string, groups map[string][]branch, count map[string]int, otherwise []jen.Code) []jen.Code {
	var cases []jen.Code
	for _, space := range order {
		if count[space] >= manyNames {
			continue
		}
		for _, b := range groups[space] {
			var tests []jen.Code
			for _, n := range b.names {
				tests = append(tests, jen.Id("c").Dot("Is").Call(w.ns(space), jen.Lit(n)))
			}
			cases = append(cases, jen.Case(tests...).Block(b.body...))
		}
	}
	if len(cases) == 0 {
		return otherwise
	}
	return []jen.Code{jen.Switch().Block(append(cases, jen.Default().Block(otherwise...))...)}
}

// branches lists the cases of all child fields.
func (w *writer) branches(s *ir.Struct) []branch {
	bit := bits(s)
	var out []branch
	for _, f := range s.Children {
		switch f.Kind {
		case ir.KindEnum:
			b := branch{space: f.Branches[0].Name.Space, body: []jen.Code{condition(f)}}
			for _, br := range f.Branches {
				b.names = append(b.names, br.Name.Local)
			}
			out = append(out, b)
		case ir.KindOrdered:
			for _, br := range f.Branches {
				call := wireName("Ordered").Index(w.typeOf(br.Struct)).Call(jen.Id("d"), jen.Id("c"), addr(f.GoName))
				out = append(out, branch{br.Name.Space, []string{br.Name.Local}, []jen.Code{call}})
			}
		default:
			i, required := bit[f]
			body := w.decodeChild(f)
			if required {
				body = w.decodeRequired(f, i)
			}
			out = append(out, branch{f.Name.Space, []string{f.Name.Local}, []jen.Code{body}})
		}
	}
	return out
}

func addr(field string) *jen.Statement { return jen.Op("&").Id("x").Dot(field) }

// condition reads a branch of a collapsed choice.
//
//	wire.Condition(d, c, &x.Condition, &x.ConditionText)
func condition(f *ir.Field) *jen.Statement {
	text := jen.Nil()
	if f.TextGoName != "" {
		text = addr(f.TextGoName)
	}
	return wireName("Condition").Call(jen.Id("d"), jen.Id("c"), addr(f.GoName), text)
}

// decodeChild reads a child whose absence its field shows.
//
//	wire.Scalar(d, c, &x.Prio, (*wire.Decoder).Int8)
func (w *writer) decodeChild(f *ir.Field) *jen.Statement {
	args := []jen.Code{jen.Id("d"), jen.Id("c"), addr(f.GoName)}
	if f.Kind == ir.KindFlag {
		return wireName("Flag").Call(args...)
	}
	if f.Kind == ir.KindStruct {
		if f.Card == ir.Many {
			return wireName("List").Call(args...)
		}
		return wireName("Optional").Call(args...)
	}
	decode := w.decodeFunc(f)
	switch {
	case f.Card == ir.Many:
		return wireName("ScalarList").Call(append(args, decode)...)
	case scalarOf(f) == ir.ScalarBytes:
		return wireName("ScalarBytes").Call(args...)
	case shapeOf(f) == zeroed:
		return wireName("ScalarValue").Call(append(args, decode)...)
	}
	return wireName("Scalar").Call(append(args, decode)...)
}

// decodeRequired reads a child that must be there: its field is a value, so the decoder notes whether it came.
//
//	if seen.First(1) {
//		x.Size = wire.ScalarRequired(d, c, (*wire.Decoder).Uint64)
//	} else {
//		d.Repeat(c)
//	}
func (w *writer) decodeRequired(f *ir.Field, bit int) *jen.Statement {
	target := jen.Id("x").Dot(f.GoName)
	read := target.Clone().Op("=").Add(wireName("ScalarRequired").Call(jen.Id("d"), jen.Id("c"), w.decodeFunc(f)))
	if f.Kind == ir.KindStruct {
		read = target.Clone().Dot("DecodeXML").Call(jen.Id("d"), jen.Id("c"))
	}
	return jen.If(jen.Id("seen").Dot("First").Call(jen.Lit(bit))).Block(read).Else().Block(jen.Id("d").Dot("Repeat").Call(jen.Id("c")))
}
