package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// scalarInfo is how package wire spells a scalar.
type scalarInfo struct {
	goType string // for the types without a package
	decode string // method of wire.Decoder
	write  string // what stands behind Attr, Child and Text in the methods of wire.Encoder
	cast   string // the type that those methods take, if another
}

var scalars = map[ir.Scalar]scalarInfo{
	ir.ScalarString:  {goType: "string", decode: "String", write: "String"},
	ir.ScalarEnum:    {write: "String", cast: "string"},
	ir.ScalarBool:    {goType: "bool", decode: "Bool", write: "Bool"},
	ir.ScalarInt8:    {goType: "int8", decode: "Int8", write: "Int", cast: "int64"},
	ir.ScalarInt16:   {goType: "int16", decode: "Int16", write: "Int", cast: "int64"},
	ir.ScalarInt32:   {goType: "int32", decode: "Int32", write: "Int", cast: "int64"},
	ir.ScalarInt64:   {goType: "int64", decode: "Int64", write: "Int"},
	ir.ScalarUint8:   {goType: "uint8", decode: "Uint8", write: "Uint", cast: "uint64"},
	ir.ScalarUint16:  {goType: "uint16", decode: "Uint16", write: "Uint", cast: "uint64"},
	ir.ScalarUint32:  {goType: "uint32", decode: "Uint32", write: "Uint", cast: "uint64"},
	ir.ScalarUint64:  {goType: "uint64", decode: "Uint64", write: "Uint"},
	ir.ScalarFloat64: {goType: "float64", decode: "Float64", write: "Float"},
	ir.ScalarTime:    {decode: "Time", write: "Time"},
	ir.ScalarBytes:   {decode: "Bytes", write: "Bytes"},
	ir.ScalarJID:     {decode: "JID", write: "JID"},
	ir.ScalarStrings: {decode: "Strings", write: "Strings"},
}

// shape is how a field shows that there is nothing.
type shape int

const (
	zeroed  shape = iota // the zero value: string, enum, JID
	nilable              // nil: []byte and []string
	pointer              // nil pointer
	plain                // cannot: a required bool, number or time
)

// scalarOf is the scalar of a field. What package wire has no form for stays a string: a child that is a list, and an attribute of a namespace that is
// neither an enum nor a JID.
func scalarOf(f *ir.Field) ir.Scalar {
	foreign := f.Kind == ir.KindAttr && f.Name.Space != ""
	switch {
	case foreign && f.Scalar != ir.ScalarEnum && f.Scalar != ir.ScalarJID:
		return ir.ScalarString
	case f.Kind == ir.KindScalar && f.Scalar == ir.ScalarStrings:
		return ir.ScalarString
	}
	return f.Scalar
}

// shapeOf says how a scalar field of at most one value shows absence.
func shapeOf(f *ir.Field) shape {
	switch sc := scalarOf(f); sc {
	case ir.ScalarString:
		if f.Pointer && f.Kind != ir.KindText {
			return pointer
		}
		return zeroed
	case ir.ScalarEnum, ir.ScalarJID:
		return zeroed
	case ir.ScalarBytes, ir.ScalarStrings:
		return nilable
	}
	if f.Card == ir.Required || f.Kind == ir.KindText {
		return plain
	}
	return pointer
}

// scalarType is the Go type of one value.
func (w *writer) scalarType(f *ir.Field) *jen.Statement {
	switch sc := scalarOf(f); sc {
	case ir.ScalarEnum:
		return w.enumType(f.Enum)
	case ir.ScalarTime:
		return jen.Qual(timePath, "Time")
	case ir.ScalarBytes:
		return jen.Index().Byte()
	case ir.ScalarJID:
		return jen.Qual(jidPath, "JID")
	case ir.ScalarStrings:
		return jen.Index().String()
	default:
		return jen.Id(scalars[sc].goType)
	}
}

// decodeFunc is the function that reads one value: (*wire.Decoder).Int8 or wire.Enum[Show].
func (w *writer) decodeFunc(f *ir.Field) *jen.Statement {
	sc := scalarOf(f)
	if sc == ir.ScalarEnum {
		return wireName("Enum").Index(w.enumType(f.Enum))
	}
	return jen.Parens(jen.Op("*").Add(wireName("Decoder"))).Dot(decodeMethod(f))
}

// decodeCall reads one value: d.Int8(a) or wire.Enum[Show](d, a).
func (w *writer) decodeCall(f *ir.Field, arg jen.Code) *jen.Statement {
	if scalarOf(f) == ir.ScalarEnum {
		return w.decodeFunc(f).Call(jen.Id("d"), arg)
	}
	return jen.Id("d").Dot(decodeMethod(f)).Call(arg)
}

func decodeMethod(f *ir.Field) string {
	if scalarOf(f) == ir.ScalarString && shapeOf(f) == pointer {
		return "StringOrEmpty"
	}
	return scalars[scalarOf(f)].decode
}

// written is the value as the encoder's method takes it: int64(*x.Prio), string(x.Type), x.From.
func written(f *ir.Field, value *jen.Statement) *jen.Statement {
	info := scalars[scalarOf(f)]
	if info.cast == "" {
		return value
	}
	return jen.Id(info.cast).Call(value)
}

// text is a value of string form as a string: x.Name, string(x.Type), x.From.String().
func text(f *ir.Field, value *jen.Statement) *jen.Statement {
	if scalarOf(f) == ir.ScalarJID {
		return value.Dot("String").Call()
	}
	return written(f, value)
}

// present is the condition under which a field holds something: x.Show != "", !x.From.IsZero(), x.Prio != nil. It is nil if it always does.
func present(f *ir.Field, value *jen.Statement) *jen.Statement {
	switch shapeOf(f) {
	case plain:
		return nil
	case zeroed:
		if scalarOf(f) == ir.ScalarJID {
			return jen.Op("!").Add(value).Dot("IsZero").Call()
		}
		return value.Op("!=").Lit("")
	default:
		return value.Op("!=").Nil()
	}
}
