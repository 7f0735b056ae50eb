package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// enumDecl is a string type and its constants.
//
//	// Show is the availability of an entity.
//	type Show string
//
//	// The values of Show.
//	const (
//		// ShowAway: the entity is temporarily away.
//		ShowAway Show = "away"
//	)
func (w *writer) enumDecl(e *ir.Enum) *jen.Statement {
	st := jen.Add(comment(0, w.enumDoc(e))).Line().Type().Id(e.GoName).String()
	if len(e.Values) == 0 {
		return st
	}
	return st.Line().Line().Add(comment(0, "The values of "+e.GoName+".")).Line().Const().DefsFunc(func(g *jen.Group) {
		for _, v := range e.Values {
			if v.Doc != "" {
				g.Add(comment(4, v.GoName+": "+period(v.Doc)))
			}
			g.Id(v.GoName).Id(e.GoName).Op("=").Lit(v.Value)
		}
	})
}

// enumDoc is the comment of an enum: the schema's, or else that of the first field that has the type.
func (w *writer) enumDoc(e *ir.Enum) string {
	if e.Doc != "" {
		return sentence(e.GoName, "is", e.Doc)
	}
	for _, s := range w.pkg.Structs {
		for _, f := range slices.Concat(s.Attrs, s.Children) {
			switch {
			case f.Enum != e:
			case f.Doc != "":
				return sentence(e.GoName, "is", f.Doc)
			case f.Kind == ir.KindEnum:
				return fmt.Sprintf("%s is the name of the element that a choice in <%s/> has come down to.", e.GoName, s.Element.Local)
			}
		}
	}
	return e.GoName + " is a string; those of its values that are defined are the constants below."
}

// enumMethods are the questions to ask a value.
func enumMethods(e *ir.Enum) []jen.Code {
	out := []jen.Code{valid(e)}
	if e.Fallback != nil {
		out = append(out, effective(e))
	}
	return out
}

// valid tells known values from unknown ones.
//
//	// Valid reports whether t is one of the defined values.
//	func (t Show) Valid() bool {
//		switch t {
//		case ShowAway, ShowChat:
//			return true
//		}
//		return false
//	}
func valid(e *ir.Enum) *jen.Statement {
	var names []string
	for _, v := range e.Values {
		names = append(names, v.GoName)
	}
	return method("Valid reports whether t is one of the defined values.", jen.Id("t").Id(e.GoName), "Valid", nil, jen.Bool()).BlockFunc(func(g *jen.Group) {
		if len(names) > 0 {
			g.Switch(jen.Id("t")).Block(jen.Case(caseList(names, jen.Id)...).Block(jen.Return(jen.True())))
		}
		g.Return(jen.False())
	})
}

// effective is what a value means to who knows the defined ones only.
//
//	// Effective returns t, or TypeNormal if t is absent or unknown.
//	func (t Type) Effective() Type {
//		if t.Valid() {
//			return t
//		}
//		return TypeNormal
//	}
func effective(e *ir.Enum) *jen.Statement {
	doc := "Effective returns t, or " + e.Fallback.GoName + " if t is absent or unknown."
	return method(doc, jen.Id("t").Id(e.GoName), "Effective", nil, jen.Id(e.GoName)).Block(
		jen.If(jen.Id("t").Dot("Valid").Call()).Block(jen.Return(jen.Id("t"))),
		jen.Return(jen.Id(e.Fallback.GoName)),
	)
}

// caseWidth is how many bytes of names stand on one line of a case.
const caseWidth = 110

// caseList makes the list of a case, with a line break wherever it would grow too long.
func caseList(names []string, expr func(string) *jen.Statement) []jen.Code {
	var out []jen.Code
	used := 0
	for _, n := range names {
		st := expr(n)
		if used += len(n) + 4; used > caseWidth {
			st = jen.Line().Add(st)
			used = len(n) + 4
		}
		out = append(out, st)
	}
	return out
}

// method starts a documented method; params may be nil.
func method(doc string, receiver jen.Code, name string, params []jen.Code, results ...jen.Code) *jen.Statement {
	st := jen.Add(comment(0, doc)).Line().Func().Params(receiver).Id(name).Params(params...)
	switch len(results) {
	case 0:
		return st
	case 1:
		return st.Add(results[0])
	}
	return st.Params(results...)
}
