package emit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// field adds a field, or the two of a collapsed choice with text. What the schema says of it stands above, what only the form says behind it.
//
//	// Ver is the version of the roster.
//	Ver   *string  `xml:"ver,attr"`
//	Count uint32   `xml:"count,attr"` // required
func (w *writer) field(g *jen.Group, f *ir.Field) {
	notes := w.notes(f)
	if f.Doc != "" {
		g.Add(comment(4, strings.TrimSpace(fieldSentence(f)+" "+sentences(notes))))
		notes = nil
	}
	decl := g.Id(f.GoName).Add(w.fieldType(f)).Add(fieldTag(f))
	if len(notes) > 0 {
		decl.Comment(strings.Join(notes, "; "))
	}
	if f.TextGoName != "" {
		g.Id(f.TextGoName).String().Add(skipped()).Comment("the text of the element that " + f.GoName + " names")
	}
}

// fieldSentence says what a field is, or holds if it has room for several.
func fieldSentence(f *ir.Field) string {
	switch {
	case f.Kind == ir.KindFlag:
		return f.GoName + ": " + period(f.Doc)
	case f.Card == ir.Many:
		return sentence(f.GoName, "holds", f.Doc)
	}
	return sentence(f.GoName, "is", f.Doc)
}

// fieldType is the Go type of a field.
func (w *writer) fieldType(f *ir.Field) *jen.Statement {
	switch f.Kind {
	case ir.KindFlag:
		return jen.Bool()
	case ir.KindEnum:
		return w.enumType(f.Enum)
	case ir.KindOrdered:
		return jen.Index().Add(wireName("Element"))
	case ir.KindStruct:
		return prefixed(f, f.Card == ir.Optional, w.typeOf(f.Struct))
	}
	return prefixed(f, shapeOf(f) == pointer, w.scalarType(f))
}

// prefixed makes a slice or a pointer of a type: []Item, *Thread.
func prefixed(f *ir.Field, ptr bool, t *jen.Statement) *jen.Statement {
	switch {
	case f.Card == ir.Many:
		return jen.Index().Add(t)
	case ptr:
		return jen.Op("*").Add(t)
	}
	return t
}

// fieldTag is the struct tag of a field.
func fieldTag(f *ir.Field) *jen.Statement {
	optional := ""
	if f.Card == ir.Optional && shapeOf(f) == zeroed {
		optional = ",omitempty"
	}
	switch f.Kind {
	case ir.KindAttr:
		return tag(f.Name, ",attr"+optional)
	case ir.KindText:
		return tag(ir.Name{}, ",chardata")
	case ir.KindScalar:
		return tag(f.Name, optional)
	case ir.KindStruct:
		return tag(f.Name, "")
	}
	return skipped()
}

// notes lists what the form of a field says: whether it must be there, and what it means if it is not.
func (w *writer) notes(f *ir.Field) []string {
	var out []string
	if f.Card == ir.Required && f.Kind != ir.KindText {
		out = append(out, "required")
	}
	if f.Card == ir.Optional && (f.Kind == ir.KindStruct || isScalar(f) && shapeOf(f) == pointer && f.Default == "") {
		out = append(out, "nil if absent")
	}
	if isScalar(f) && shapeOf(f) == pointer && scalarOf(f) == ir.ScalarString {
		out = append(out, "empty has a meaning of its own")
	}
	if f.Default != "" {
		out = append(out, "absent means "+w.value(f, f.Default))
	}
	if f.Fixed != "" {
		out = append(out, "always "+w.value(f, f.Fixed))
	}
	return out
}

func isScalar(f *ir.Field) bool { return f.Kind == ir.KindAttr || f.Kind == ir.KindScalar }

// value is a value of the schema as Go writes it: a constant's name, a number, a quoted string.
func (w *writer) value(f *ir.Field, v string) string {
	switch scalarOf(f) {
	case ir.ScalarEnum:
		i := slices.IndexFunc(f.Enum.Values, func(e *ir.EnumValue) bool { return e.Value == v })
		if i < 0 {
			return strconv.Quote(v)
		}
		if f.Enum.Package == w.pkg {
			return f.Enum.Values[i].GoName
		}
		return f.Enum.Package.Name + "." + f.Enum.Values[i].GoName
	case ir.ScalarString, ir.ScalarJID, ir.ScalarBytes, ir.ScalarStrings:
		return strconv.Quote(v)
	}
	return v
}
