package load

import (
	"cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// children gives a struct the fields of its content model.
func (b *builder) children(out *ir.Struct, entries []*entry) {
	choices := map[*xsdmodel.Particle]int{}
	for _, e := range entries {
		if e.choice != nil && e.wildcard == nil {
			choices[e.choice]++
		}
	}
	numbers := map[*xsdmodel.Particle]int{}
	for _, e := range entries {
		if e.wildcard != nil {
			out.Any, out.AnyAt = widen(out.Any, e.wildcard.Wildcard), len(out.Children)
			continue
		}
		f := b.child(out.Package, e)
		// A choice that one field is left of says nothing.
		if choices[e.choice] > 1 {
			if numbers[e.choice] == 0 {
				numbers[e.choice] = len(numbers) + 1
			}
			f.Choice = numbers[e.choice]
		}
		out.Children = append(out.Children, f)
		if e.noted != nil {
			out.AnyAt = len(out.Children) // named children of a wildcard go first
		}
	}
}

// child is the field for one entry of a content model.
func (b *builder) child(pkg *ir.Package, e *entry) *ir.Field {
	card := ir.Required
	switch {
	case e.max != 1:
		card = ir.Many
	case e.min == 0:
		card = ir.Optional
	}
	switch {
	case e.field != nil:
		// The field of a group's choice is shared by all who use the group; how often it occurs is each one's own.
		f := *e.field
		f.Card = card
		return &f
	case e.noted != nil:
		return b.element(pkg, b.set.Element(e.noted.name), card, true)
	}
	return b.element(pkg, e.element, card, e.element.Ref)
}

// element is the field for a child element.
func (b *builder) element(pkg *ir.Package, e *xsdmodel.Element, card ir.Card, global bool) *ir.Field {
	decl := b.set.Declaration(e)
	note, id := b.notes[e], b.elementTypeOf(decl)
	f := &ir.Field{
		Hint:    note.goName,
		Name:    name(e.Name),
		Card:    card,
		Doc:     cmp.Or(e.Doc, decl.Doc),
		Pos:     place(e.Pos),
		Default: deref(decl.Default),
		Fixed:   deref(decl.Fixed),
	}
	if f.Hint == "" {
		// The name of a global element is made of the one its struct has.
		f.Hint = cmp.Or(b.notes[decl].goName, e.Name.Local)
	}
	switch {
	case card == ir.Optional && b.isEmpty(id):
		f.Kind = ir.KindFlag
	case b.complexes[id] == nil && id != anyType && !b.isEmpty(id):
		f.Kind = ir.KindScalar
		b.setScalar(pkg, f, id)
		b.checkValue(f, e.Pos)
	case global:
		// Nil if the element's namespace has no package: shells has told so.
		f.Kind, f.Struct = ir.KindStruct, b.globals[e.Name]
	default:
		f.Kind, f.Struct = ir.KindStruct, b.localOrType(pkg, e, id)
	}
	if note.empty || b.notes[decl].empty {
		b.markEmpty(f, e.Pos)
	}
	return f
}

// localOrType is the struct of a local element: that of its named type, or its own.
func (b *builder) localOrType(pkg *ir.Package, e *xsdmodel.Element, id xsdmodel.Name) *ir.Struct {
	t := b.set.ComplexType(id)
	if t == nil || b.isEmpty(id) {
		return b.local(pkg, e)
	}
	key := typeKey{pkg, t}
	if out := b.types[key]; out != nil {
		return out
	}
	out := &ir.Struct{Package: pkg, Hint: b.hints[t], Doc: t.Doc, Pos: place(t.Pos), IsType: true}
	b.types[key] = out
	pkg.Structs = append(pkg.Structs, out)
	b.fillComplex(out, t)
	return out
}

// local is the struct that a local element has to itself.
func (b *builder) local(pkg *ir.Package, e *xsdmodel.Element) *ir.Struct {
	key := localKey{pkg, e}
	if out := b.locals[key]; out != nil {
		return out
	}
	hint := b.hints[e]
	if e.Complex != nil {
		hint = b.hints[e.Complex]
	}
	out := &ir.Struct{Package: pkg, Hint: hint, Doc: b.docOf(e), Pos: place(e.Pos), Element: name(e.Name)}
	b.locals[key] = out
	pkg.Structs = append(pkg.Structs, out)
	b.fill(out, b.elementTypeOf(e), e)
	return out
}
