package load

import (
	"cmp"
	"slices"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// setScalar gives a field the Go type of a simple type.
func (b *builder) setScalar(pkg *ir.Package, f *ir.Field, id xsdmodel.Name) {
	kind, typ := b.scalar(id)
	f.Scalar = kind
	if kind == ir.ScalarEnum {
		f.Enum = b.enum(pkg, typ)
	}
}

// checkValue refuses a default or fixed value that the field's enum does not have.
func (b *builder) checkValue(f *ir.Field, pos xsdmodel.Pos) {
	if f.Scalar != ir.ScalarEnum {
		return
	}
	for _, v := range []string{f.Default, f.Fixed} {
		if v != "" && !slices.ContainsFunc(f.Enum.Values, func(e *ir.EnumValue) bool { return e.Value == v }) {
			b.slipf(pos, "it is told in the documentation only", "%q is not one of the values of %s", v, f.Hint)
		}
	}
}

// scalar is the Go type of a simple type, and the type that enumerates the values if it is an enum.
func (b *builder) scalar(id xsdmodel.Name) (ir.Scalar, *xsdmodel.SimpleType) {
	var enum *xsdmodel.SimpleType
	for !id.Builtin() {
		t := b.simples[id]
		switch {
		case id == xsdmodel.Name{Space: typesNamespace, Local: "jid"}:
			return ir.ScalarJID, nil
		case t.Variety == xsdmodel.List:
			return ir.ScalarStrings, nil
		case t.Variety == xsdmodel.Union:
			return ir.ScalarString, nil
		}
		if enum == nil && b.enumerates(t) {
			enum = t
		}
		id = b.baseOf[t]
	}
	kind := builtin(id.Local)
	if kind == ir.ScalarString && enum != nil {
		return ir.ScalarEnum, enum
	}
	return kind, nil
}

// enumerates reports whether a type lists its values. The empty string alone is no enum: it is how older schemas write an empty element.
func (b *builder) enumerates(t *xsdmodel.SimpleType) bool {
	values := b.enums[t]
	return len(values) > 1 || len(values) == 1 && values[0].Value != ""
}

// emptyText reports whether a simple type allows nothing but the empty string.
func (b *builder) emptyText(id xsdmodel.Name) bool {
	for !id.Builtin() {
		t := b.simples[id]
		if t.Variety != xsdmodel.Atomic {
			return false
		}
		if values := b.enums[t]; len(values) == 1 && values[0].Value == "" {
			return true
		}
		id = b.baseOf[t]
	}
	return false
}

// builtin is the Go type of one of XML Schema's own types.
func builtin(name string) ir.Scalar {
	switch name {
	case "boolean":
		return ir.ScalarBool
	case "byte":
		return ir.ScalarInt8
	case "short":
		return ir.ScalarInt16
	case "int":
		return ir.ScalarInt32
	case "integer", "long", "nonPositiveInteger", "negativeInteger":
		return ir.ScalarInt64
	case "unsignedByte":
		return ir.ScalarUint8
	case "unsignedShort":
		return ir.ScalarUint16
	case "unsignedInt":
		return ir.ScalarUint32
	case "unsignedLong", "nonNegativeInteger", "positiveInteger":
		return ir.ScalarUint64
	case "decimal", "float", "double":
		return ir.ScalarFloat64
	case "dateTime":
		return ir.ScalarTime
	case "base64Binary":
		return ir.ScalarBytes
	case "NMTOKENS", "IDREFS", "ENTITIES":
		return ir.ScalarStrings
	}
	return ir.ScalarString
}

// enum is the enum of a simple type: in the package of its namespace if it has a name and there is one, else in that of its user.
func (b *builder) enum(user *ir.Package, t *xsdmodel.SimpleType) *ir.Enum {
	pkg := user
	if own := b.packages[t.Name.Space]; !t.Name.IsZero() && own != nil {
		pkg = own
	}
	key := enumKey{pkg, t}
	if e := b.enumOf[key]; e != nil {
		return e
	}
	e := &ir.Enum{Package: pkg, Hint: b.hints[t], Doc: t.Doc, Pos: place(t.Pos)}
	b.enumOf[key] = e
	for _, v := range b.enums[t] {
		note := b.notes[v]
		value := &ir.EnumValue{Hint: note.goName, Value: v.Value, Doc: v.Doc}
		e.Values = append(e.Values, value)
		if note.fallback {
			if e.Fallback != nil {
				b.errorf(v.Pos, "sk:fallback: %q is the fallback already", e.Fallback.Value)
			}
			e.Fallback = value
		}
	}
	pkg.Enums = append(pkg.Enums, e)
	return e
}

// choice is the field of a choice collapsed to an enum. Its enum belongs to the package that declares the choice.
func (b *builder) choice(pkg *ir.Package, x *xsdmodel.Particle) *ir.Field {
	key := choiceKey{pkg, x}
	if f := b.choices[key]; f != nil {
		return f
	}
	note := b.notes[x]
	f := &ir.Field{Hint: note.enum, Kind: ir.KindEnum, Doc: x.Doc, Pos: place(x.Pos), TextGoName: note.enumText}
	b.choices[key] = f
	f.Enum = &ir.Enum{Package: pkg, Hint: note.enum, Doc: x.Doc, Pos: place(x.Pos)}
	for _, part := range x.Parts {
		if branch := b.enumBranch(part); branch != nil {
			f.Branches = append(f.Branches, branch)
			f.Enum.Values = append(f.Enum.Values, branch.Value)
		}
	}
	pkg.Enums = append(pkg.Enums, f.Enum)
	return f
}

// enumBranch is one branch of a collapsed choice: an element that is empty or holds text only.
func (b *builder) enumBranch(x *xsdmodel.Particle) *ir.Branch {
	if x.Kind != xsdmodel.ElementParticle || x.Max != 1 {
		b.errorf(x.Pos, "sk:enum: every branch of the choice must be one element")
		return nil
	}
	decl := b.set.Declaration(x.Element)
	id := b.elementTypeOf(decl)
	text := b.complexes[id] == nil && id != anyType && !b.emptyText(id)
	if !text && !b.isEmpty(id) && !b.isOpen(id) {
		b.errorf(x.Pos, "sk:enum: element %s must be empty or hold text only", x.Element.Name.Local)
	}
	doc := cmp.Or(x.Element.Doc, decl.Doc)
	value := &ir.EnumValue{Hint: b.notes[x.Element].goName, Value: x.Element.Name.Local, Doc: doc}
	return &ir.Branch{Name: name(x.Element.Name), Doc: doc, Value: value, Text: text}
}

// isEmpty reports whether elements of the type hold nothing at all.
func (b *builder) isEmpty(id xsdmodel.Name) bool {
	t := b.complexes[id]
	if t == nil {
		return id != anyType && b.emptyText(id)
	}
	_, simple := b.textOf[t]
	return !simple && !b.set.IsMixed(t) && len(b.attrs[t]) == 0 && b.anyAttribute(t) == nil && len(b.set.Content(t)) == 0
}

// isOpen reports whether elements of the type hold nothing but children of other namespaces.
func (b *builder) isOpen(id xsdmodel.Name) bool {
	t := b.complexes[id]
	if t == nil {
		return false
	}
	if _, simple := b.textOf[t]; simple || b.set.IsMixed(t) || len(b.attrs[t]) > 0 || b.anyAttribute(t) != nil {
		return false
	}
	for _, x := range b.set.Content(t) {
		if !onlyWildcards(x) {
			return false
		}
	}
	return true
}

func onlyWildcards(x *xsdmodel.Particle) bool {
	if x.Kind == xsdmodel.ElementParticle {
		return false
	}
	for _, part := range x.Parts {
		if !onlyWildcards(part) {
			return false
		}
	}
	return true
}
