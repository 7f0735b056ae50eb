package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// formCodec holds what the specification says of the forms, and their methods.
func formCodec(p *ir.FormPackage) *jen.File {
	f := newFormFile(p)
	for _, form := range p.Forms {
		for _, part := range formParts(form) {
			f.Add(part)
			f.Line()
		}
	}
	for _, e := range p.Enums {
		for _, m := range enumMethods(e) {
			f.Add(m)
			f.Line()
		}
	}
	return f
}

// formParts is what a form needs besides its struct.
func formParts(form *ir.Form) []jen.Code {
	out := []jen.Code{formDefinition(form), formRead(form)}
	for _, kind := range form.Kinds {
		switch kind {
		case "form":
			out = append(out, formOffer(form))
		case "submit":
			out = append(out, formAnswer(form, "Submit", "Submit returns the form filled in: the fields that are set, and those that Empty names."))
		case "result":
			out = append(out, formAnswer(form, "Result", "Result returns the form as a set of data: the fields that are set."))
		}
	}
	return append(out, formWrite(form))
}

// formDefinition is the table of the fields.
//
//	// FormDefinition is what the specification says of Form. It is only read.
//	var FormDefinition = form.Definition{
//		Type: FormType, Title: "Room configuration", Fields: []form.Field{
//			{Var: VarRoomName, Type: xdata.FieldTextSingle, Label: "Name of the room"},
//		},
//	}
func formDefinition(form *ir.Form) *jen.Statement {
	var rows []jen.Code
	for _, f := range form.Fields {
		rows = append(rows, jen.Values(formRow(f)...))
	}
	name := form.GoName + "Definition"
	return jen.Add(comment(0, name+" is what the specification says of "+form.GoName+". It is only read.")).Line().
		Var().Id(name).Op("=").Add(formName("Definition")).Custom(lines,
		jen.Id("Type").Op(":").Id("FormType"),
		jen.Id("Title").Op(":").Lit(form.Title),
		jen.Id("Fields").Op(":").Index().Add(formName("Field")).Custom(lines, rows...),
	)
}

// formRow is a row of that table: what differs from nothing.
func formRow(f *ir.FormField) []jen.Code {
	var row []jen.Code
	add := func(name string, value jen.Code) { row = append(row, jen.Id(name).Op(":").Add(value)) }
	text := func(name, value string) {
		if value != "" {
			add(name, jen.Lit(value))
		}
	}
	switch {
	case f.GoName != "":
		add("Var", jen.Id("Var"+f.GoName))
	default:
		text("Var", f.Var)
	}
	add("Type", jen.Qual(xdataPath, fieldConstant(f.Type)))
	text("Label", f.Label)
	text("Desc", capitalized(period(f.Desc)))
	if f.Required {
		add("Required", jen.True())
	}
	if f.In != nil {
		add("In", jen.Index().Qual(xdataPath, "FormType").ValuesFunc(func(g *jen.Group) {
			for _, kind := range f.In {
				g.Qual(xdataPath, kindConstant(kind))
			}
		}))
	}
	if f.Default != nil {
		add("Value", jen.Index().String().ValuesFunc(func(g *jen.Group) {
			for _, v := range f.Default {
				g.Lit(v)
			}
		}))
	}
	if strings.HasPrefix(f.Type, "list-") && len(f.Options) > 0 {
		add("Options", formOptions(f))
	}
	if f.Open {
		add("Open", jen.True())
	}
	text("Datatype", f.Datatype)
	text("Min", f.Min)
	text("Max", f.Max)
	text("Regex", f.Regex)
	if f.Least > 0 {
		add("Least", jen.Lit(int(f.Least)))
	}
	if f.Most > 0 {
		add("Most", jen.Lit(int(f.Most)))
	}
	return row
}

func formOptions(f *ir.FormField) *jen.Statement {
	return jen.Index().Qual(xdataPath, "Option").CustomFunc(lines, func(g *jen.Group) {
		for i, o := range f.Options {
			value := jen.Lit(o.Value)
			if f.Enum != nil {
				value = jen.String().Call(jen.Id(f.Enum.Values[i].GoName))
			}
			if o.Label == "" {
				g.Values(jen.Id("Value").Op(":").Add(value))
				continue
			}
			g.Values(jen.Id("Label").Op(":").Lit(o.Label), jen.Id("Value").Op(":").Add(value))
		}
	})
}

// fieldConstant is the constant of package xdata for a type of field.
func fieldConstant(name string) string {
	var b strings.Builder
	b.WriteString("Field")
	for word := range strings.SplitSeq(name, "-") {
		if word == "jid" {
			b.WriteString("JID")
		} else {
			b.WriteString(capitalized(word))
		}
	}
	return b.String()
}

// kindConstant is the constant of package xdata for a kind of form.
func kindConstant(kind string) string { return "Form" + capitalized(kind) }

// formRead takes a form apart.
//
//	func (x *Form) Read(f *xdata.Form) error {
//		*x = Form{}
//		r := form.NewReader(f, &FormDefinition)
//		for name := range r.Fields() {
//			switch name {
//			case VarRoomName:
//				form.One(r, &x.RoomName, form.ParseText)
//			}
//		}
//		var err error
//		x.Extra, x.Empty, err = r.Close()
//		return err
//	}
func formRead(form *ir.Form) *jen.Statement {
	doc := "Read sets x to what a form of any kind holds. A field that cannot be read is a *form.FieldError and kept in Extra; all others are set."
	cases := func(g *jen.Group) {
		for _, f := range form.Fields {
			if f.GoName == "" {
				continue
			}
			target := jen.Op("&").Id("x").Dot(f.GoName)
			g.Case(jen.Id("Var" + f.GoName)).Block(formName(readFunc(f)).Call(jen.Id("r"), target, formName("Parse"+formValues[f.Value].codec)))
		}
	}
	params := []jen.Code{jen.Id("f").Op("*").Qual(xdataPath, "Form")}
	return method(doc, jen.Id("x").Op("*").Id(form.GoName), "Read", params, jen.Error()).Block(
		jen.Op("*").Id("x").Op("=").Id(form.GoName).Values(),
		jen.Id("r").Op(":=").Add(formName("NewReader")).Call(jen.Id("f"), jen.Op("&").Id(form.GoName+"Definition")),
		jen.For(jen.Id("name").Op(":=").Range().Id("r").Dot("Fields").Call()).Block(jen.Switch(jen.Id("name")).BlockFunc(cases)),
		jen.Var().Err().Error(),
		jen.List(jen.Id("x").Dot("Extra"), jen.Id("x").Dot("Empty"), jen.Err()).Op("=").Id("r").Dot("Close").Call(),
		jen.Return(jen.Err()),
	)
}

func readFunc(f *ir.FormField) string {
	switch {
	case f.Many && f.Value == ir.FormJID:
		return "Unique"
	case f.Many:
		return "Many"
	case formShape(f) == pointer:
		return "Maybe"
	}
	return "One"
}

// formOffer makes a form to fill in.
//
//	func (x *Form) Offer(only ...string) *xdata.Form {
//		w := form.NewWriter(xdata.FormForm, &FormDefinition, x.Extra, x.Empty, only)
//		x.write(w)
//		return w.Form()
//	}
func formOffer(form *ir.Form) *jen.Statement {
	doc := "Offer returns the form to fill in, with labels, options and defaults of the definition and the values of x: all fields, or only those named."
	params := []jen.Code{jen.Id("only").Op("...").String()}
	return formMethod(form, doc, "Offer", "FormForm", params, jen.Id("only"))
}

// formAnswer makes a form that holds data.
func formAnswer(form *ir.Form, name, doc string) *jen.Statement {
	return formMethod(form, doc, name, "Form"+name, nil, jen.Nil())
}

func formMethod(form *ir.Form, doc, name, kind string, params []jen.Code, only jen.Code) *jen.Statement {
	return method(doc, jen.Id("x").Op("*").Id(form.GoName), name, params, jen.Op("*").Qual(xdataPath, "Form")).Block(
		jen.Id("w").Op(":=").Add(formName("NewWriter")).Call(
			jen.Qual(xdataPath, kind), jen.Op("&").Id(form.GoName+"Definition"), jen.Id("x").Dot("Extra"), jen.Id("x").Dot("Empty"), only,
		),
		jen.Id("x").Dot("write").Call(jen.Id("w")),
		jen.Return(jen.Id("w").Dot("Form").Call()),
	)
}

// formWrite hands all fields to the writer.
//
//	func (x *Form) write(w *form.Writer) {
//		form.Put(w, VarRoomName, x.RoomName, form.FormatText)
//	}
func formWrite(form *ir.Form) *jen.Statement {
	return jen.Func().Params(jen.Id("x").Op("*").Id(form.GoName)).Id("write").Params(jen.Id("w").Op("*").Add(formName("Writer"))).BlockFunc(
		func(g *jen.Group) {
			for _, f := range form.Fields {
				if f.GoName == "" {
					continue
				}
				args := []jen.Code{jen.Id("w"), jen.Id("Var" + f.GoName), jen.Id("x").Dot(f.GoName)}
				if f.Type == "text-multi" {
					g.Add(formName("PutLines").Call(args...))
					continue
				}
				g.Add(formName(putFunc(f)).Call(append(args, formName("Format"+formValues[f.Value].codec))...))
			}
		})
}

func putFunc(f *ir.FormField) string {
	switch {
	case f.Many:
		return "PutMany"
	case formShape(f) == pointer:
		return "PutMaybe"
	case formShape(f) == plain:
		return "PutAlways"
	}
	return "Put"
}
