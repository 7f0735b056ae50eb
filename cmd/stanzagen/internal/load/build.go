package load

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// typesNamespace is the namespace of the simple types that XMPP schemas share and of the type of empty elements (schemas/README.md).
const typesNamespace = "urn:stanzakit:types"

// builder makes the ir of one model. Structs and enums are entered in their maps before they are filled, so that types may refer to each other in any way.
type builder struct {
	*joined
	packages map[string]*ir.Package
	globals  map[xsdmodel.Name]*ir.Struct
	types    map[typeKey]*ir.Struct
	locals   map[localKey]*ir.Struct
	enumOf   map[enumKey]*ir.Enum
	choices  map[choiceKey]*ir.Field
}

// typeKey is a named complex type as one package has it. A type used by a local element of another namespace is made again in that
// package, because the package of its own namespace is generated without knowing of its users.
type typeKey struct {
	pkg *ir.Package
	typ *xsdmodel.ComplexType
}

type localKey struct {
	pkg  *ir.Package
	decl *xsdmodel.Element
}

type enumKey struct {
	pkg *ir.Package
	typ *xsdmodel.SimpleType
}

type choiceKey struct {
	pkg    *ir.Package
	choice *xsdmodel.Particle
}

func build(src *sources, j *joined) (*ir.Set, error) {
	b := &builder{
		joined:   j,
		packages: src.packages,
		globals:  map[xsdmodel.Name]*ir.Struct{},
		types:    map[typeKey]*ir.Struct{},
		locals:   map[localKey]*ir.Struct{},
		enumOf:   map[enumKey]*ir.Enum{},
		choices:  map[choiceKey]*ir.Field{},
	}
	for _, s := range j.set.Schemas {
		b.shells(s)
	}
	for _, s := range j.set.Schemas {
		b.schema(s)
	}
	b.checkPackages()
	if err := b.err(); err != nil {
		return nil, err
	}
	out := &ir.Set{}
	for _, p := range src.packages {
		breakCycles(p)
		sortPackage(p)
		out.Packages = append(out.Packages, p)
	}
	slices.SortFunc(out.Packages, func(a, b *ir.Package) int { return strings.Compare(a.Namespace, b.Namespace) })
	return out, nil
}

// shells makes the structs of a schema's global elements, still empty.
func (b *builder) shells(s *xsdmodel.Schema) {
	pkg := b.packages[s.TargetNamespace]
	for _, e := range b.joined.globals[s.TargetNamespace] {
		if pkg == nil {
			b.errorf(e.Pos, "element %s: namespace %s has no package; it needs a line in the index", e.Name.Local, s.TargetNamespace)
			continue
		}
		note := b.notes[e]
		out := &ir.Struct{
			Package: pkg,
			Hint:    b.hints[e],
			Doc:     b.docOf(e),
			Pos:     place(e.Pos),
			Element: name(e.Name),
			Also:    note.also,
			Global:  true,
			Stanza:  note.stanza,
			IQ:      note.iq,
		}
		b.globals[e.Name] = out
		pkg.Structs = append(pkg.Structs, out)
	}
}

// schema fills the global elements and makes what else a package has whether or not anything in it is used.
func (b *builder) schema(s *xsdmodel.Schema) {
	pkg := b.packages[s.TargetNamespace]
	if pkg == nil {
		return
	}
	for _, t := range s.SimpleTypes {
		if kind, typ := b.scalar(t.Name); kind == ir.ScalarEnum && typ == t {
			b.enum(pkg, t)
		}
	}
	for _, g := range s.Groups {
		b.collapsed(pkg, g.Content)
	}
	for _, e := range s.Elements {
		if out := b.globals[e.Name]; out != nil {
			b.fill(out, b.elementTypeOf(e), e)
			b.checkStanza(out, e)
			if b.notes[e].empty && (out.Text == nil || out.Text.Scalar != ir.ScalarString || len(out.Attrs) > 0) {
				b.errorf(e.Pos, notEmpty)
			}
		}
	}
}

// collapsed makes the enums of the choices in a group, which belong to the package that declares the group.
func (b *builder) collapsed(pkg *ir.Package, x *xsdmodel.Particle) {
	if b.notes[x].enum != "" {
		b.choice(pkg, x)
	}
	for _, part := range x.Parts {
		b.collapsed(pkg, part)
	}
}

// elementTypeOf is the type of a declared element.
func (b *builder) elementTypeOf(e *xsdmodel.Element) xsdmodel.Name {
	if id, ok := b.typeOf[e]; ok {
		return id
	}
	// A second declaration of a name in one content model, or one in a group that no type uses.
	return b.elementType(e)
}

// docOf is the documentation of an element, or else that of its type. The type's is left out if it is the shared type of empty elements.
func (b *builder) docOf(e *xsdmodel.Element) string {
	if e.Doc != "" {
		return e.Doc
	}
	id := b.elementTypeOf(e)
	if t := b.complexes[id]; t != nil && id.Space != typesNamespace {
		return t.Doc
	}
	if t := b.simples[id]; t != nil && id.Space != typesNamespace {
		return t.Doc
	}
	return ""
}

// fill gives a struct the content of a type.
func (b *builder) fill(out *ir.Struct, id xsdmodel.Name, e *xsdmodel.Element) {
	switch t := b.complexes[id]; {
	case id == anyType:
		out.Mixed, out.AnyAttr = true, &ir.Wildcard{}
	case t != nil:
		b.fillComplex(out, t)
	default:
		out.Text = b.textField(out.Package, id, e)
	}
}

// textField is the field for an element's text.
func (b *builder) textField(pkg *ir.Package, id xsdmodel.Name, e *xsdmodel.Element) *ir.Field {
	f := &ir.Field{Kind: ir.KindText, Card: ir.Required}
	if e != nil {
		f.Pos = place(e.Pos)
		f.Default, f.Fixed = deref(e.Default), deref(e.Fixed)
	}
	b.setScalar(pkg, f, id)
	return f
}

func (b *builder) fillComplex(out *ir.Struct, t *xsdmodel.ComplexType) {
	for _, a := range b.attrs[t] {
		out.Attrs = append(out.Attrs, b.attribute(out.Package, a))
	}
	out.AnyAttr = b.anyAttribute(t)
	if id, ok := b.textOf[t]; ok {
		out.Text = b.textField(out.Package, id, nil)
		out.Text.Pos = place(t.Pos)
		return
	}
	if b.set.IsMixed(t) {
		out.Mixed = true
		return
	}
	m := model{builder: b, pkg: out.Package, home: out.Package}
	var entries []*entry
	for _, x := range b.set.Content(t) {
		entries = append(entries, m.particle(x)...)
	}
	b.children(out, merge(entries))
}

// attribute is the field for an attribute.
func (b *builder) attribute(pkg *ir.Package, a attribute) *ir.Field {
	note, decl := b.notes[a.decl], a.decl
	global := decl
	if decl.Ref {
		global = b.set.Attribute(decl.Name)
	}
	f := &ir.Field{
		Kind:    ir.KindAttr,
		Hint:    cmp.Or(note.goName, b.notes[global].goName, decl.Name.Local),
		Name:    name(decl.Name),
		Doc:     cmp.Or(decl.Doc, global.Doc),
		Pos:     place(decl.Pos),
		Default: cmp.Or(deref(decl.Default), deref(global.Default)),
		Fixed:   cmp.Or(deref(decl.Fixed), deref(global.Fixed)),
	}
	if a.required {
		f.Card = ir.Required
	}
	b.setScalar(pkg, f, a.typ)
	b.checkValue(f, decl.Pos)
	if note.empty {
		b.markEmpty(f, decl.Pos)
	}
	return f
}

const notEmpty = "sk:empty stands only on an attribute or a child that holds one string"

// markEmpty makes the empty string of a field differ from its absence, as sk:empty says.
func (b *builder) markEmpty(f *ir.Field, pos xsdmodel.Pos) {
	if f.Scalar != ir.ScalarString || f.Kind != ir.KindAttr && f.Kind != ir.KindScalar || f.Card == ir.Many {
		b.errorf(pos, notEmpty)
		return
	}
	f.Pointer = true
}

func (b *builder) anyAttribute(t *xsdmodel.ComplexType) *ir.Wildcard {
	var out *ir.Wildcard
	for _, w := range b.set.AnyAttributes(t) {
		out = widen(out, w)
	}
	return out
}

// widen joins two wildcards. What an exact union would leave out, the decoder may take: it is the validator's business.
func widen(w *ir.Wildcard, add *xsdmodel.Wildcard) *ir.Wildcard {
	next := &ir.Wildcard{Namespaces: add.Namespaces, Other: add.Other, Doc: add.Doc}
	if w == nil {
		return next
	}
	next.Doc = cmp.Or(w.Doc, add.Doc)
	switch {
	case w.Other && add.Other:
	case w.Namespaces != nil && add.Namespaces != nil:
		next.Namespaces = append(slices.Clone(w.Namespaces), add.Namespaces...)
		slices.Sort(next.Namespaces)
		next.Namespaces = slices.Compact(next.Namespaces)
	default:
		next.Namespaces, next.Other = nil, false
	}
	return next
}

// checkStanza sees to it that a stanza has the attributes that the stream looks at (RFC 6120, 8.1).
func (b *builder) checkStanza(out *ir.Struct, e *xsdmodel.Element) {
	if !out.Stanza {
		return
	}
	for _, want := range []string{"id", "from", "to", "type"} {
		i := slices.IndexFunc(out.Attrs, func(f *ir.Field) bool { return f.Name == ir.Name{Local: want} })
		switch {
		case i < 0:
			b.errorf(e.Pos, "sk:stanza: element %s declares no attribute %s", e.Name.Local, want)
		case (want == "from" || want == "to") != (out.Attrs[i].Scalar == ir.ScalarJID):
			b.errorf(e.Pos, "sk:stanza: attribute %s of element %s has the wrong type", want, e.Name.Local)
		}
	}
}

// checkPackages refuses a type that stands for a name which another has, and two packages of one name.
func (b *builder) checkPackages() {
	paths := map[string]string{}
	for _, s := range b.set.Schemas {
		pkg := b.packages[s.TargetNamespace]
		if pkg == nil {
			continue
		}
		if other, ok := paths[pkg.Path]; ok {
			b.errorf(s.Pos, "package %s is made of two namespaces: %s and %s", pkg.Name, other, pkg.Namespace)
		}
		paths[pkg.Path] = pkg.Namespace
		for _, e := range s.Elements {
			b.checkAlso(e)
		}
	}
}

func (b *builder) checkAlso(e *xsdmodel.Element) {
	seen := map[string]bool{e.Name.Space: true}
	for _, ns := range b.notes[e].also {
		other := b.set.Element(xsdmodel.Name{Space: ns, Local: e.Name.Local})
		if seen[ns] || other != nil {
			b.errorf(e.Pos, "sk:also: {%s}%s has a type already", ns, e.Name.Local)
		}
		seen[ns] = true
	}
}

func sortPackage(p *ir.Package) {
	rank := func(s *ir.Struct) int {
		switch {
		case s.Global:
			return 0
		case s.IsType:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(p.Structs, func(a, b *ir.Struct) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Hint, b.Hint), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
	slices.SortStableFunc(p.Enums, func(a, b *ir.Enum) int {
		return cmp.Or(strings.Compare(a.Hint, b.Hint), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
}

func name(n xsdmodel.Name) ir.Name { return ir.Name{Space: n.Space, Local: n.Local} }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
