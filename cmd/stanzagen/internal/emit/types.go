package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// typesFile is the face of a package: constants, the list of its elements, its types.
func (w *writer) typesFile() *jen.File {
	f := w.newFile(w.path(w.pkg), w.pkg.Name, w.pkg.File)
	f.PackageComment(w.packageDoc())
	f.Const().Id("_").Op("=").Add(wireName("Version1")).Comment("undefined? update the wire package or regenerate")
	f.Line()
	f.Comment("NS is the namespace of this package's elements.")
	f.Const().Id("NS").Op("=").Lit(w.pkg.Namespace)
	if list := w.elementRows(); len(list) > 0 {
		f.Line()
		f.Comment("Elements lists the types of this package's global elements, for wire.Registry.Add.")
		f.Add(elements(list))
	}
	for _, s := range w.pkg.Structs {
		f.Line()
		f.Add(w.structType(s))
	}
	for _, e := range w.pkg.Enums {
		f.Line()
		f.Add(w.enumDecl(e))
	}
	return f
}

// packageDoc is the package comment.
func (w *writer) packageDoc() string {
	p := w.pkg
	first := fmt.Sprintf("Package %s holds the elements of namespace %s", p.Name, p.Namespace)
	if p.Title != "" {
		first += " (" + p.Title + ")"
	}
	return commentText(0, first+".", period(p.Source))
}

// elements is the list for the registry.
//
//	var Elements = []wire.Type{
//		{Name: xml.Name{Space: NS, Local: "query"}, New: func() wire.Element { return new(Query) }},
//	}
func elements(rows []jen.Code) *jen.Statement {
	return jen.Var().Id("Elements").Op("=").Index().Add(wireName("Type")).Custom(lines, rows...)
}

// lines is a composite literal with an element per line.
var lines = jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}

// elementRows returns a row for every name of every global element of the package.
func (w *writer) elementRows() []jen.Code {
	var rows []jen.Code
	for _, s := range w.pkg.Structs {
		if !s.Global {
			continue
		}
		for _, name := range allNames(s) {
			make := jen.Func().Params().Add(wireName("Element")).Add(oneLine(jen.Return(jen.New(w.typeOf(s)))))
			rows = append(rows, jen.Values(jen.Id("Name").Op(":").Add(w.xmlName(name)), jen.Id("New").Op(":").Add(make)))
		}
	}
	return rows
}

// xmlName is a name as encoding/xml has it.
//
//	xml.Name{Space: NS, Local: "query"}
func (w *writer) xmlName(n ir.Name) *jen.Statement {
	space := jen.Lit(n.Space)
	if n.Space == w.pkg.Namespace {
		space = w.ns(n.Space)
	}
	return jen.Qual(xmlPath, "Name").Values(jen.Id("Space").Op(":").Add(space), jen.Id("Local").Op(":").Lit(n.Local))
}

// structType is the type of an element.
//
//	// Query is the <query/> element: a request.
//	type Query struct {
//		XMLName struct{} `xml:"urn:example query"`
//		...
//		// Extra keeps what no field above can hold; nil if there was nothing such.
//		Extra *wire.Extra `xml:"-"`
//	}
func (w *writer) structType(s *ir.Struct) *jen.Statement {
	return jen.Add(comment(0, structDoc(s)...)).Line().Type().Id(s.GoName).StructFunc(func(g *jen.Group) {
		if !s.IsType {
			g.Id("XMLName").Struct().Add(tag(s.Element, ""))
		}
		for _, f := range s.Attrs {
			w.field(g, f)
		}
		if s.AnyAttr != nil {
			g.Add(comment(4, "AnyAttr holds the attributes that no field above has.", itHolds(s.AnyAttr.Doc)))
			g.Id("AnyAttr").Index().Add(wireName("Attr")).Add(skipped())
		}
		w.content(g, s)
		g.Comment("Extra keeps what no field above can hold; nil if there was nothing such.")
		g.Id("Extra").Op("*").Add(wireName("Extra")).Add(skipped())
	})
}

// structDoc is the comment of a struct.
func structDoc(s *ir.Struct) []string {
	var first string
	switch doc := period(s.Doc); {
	case s.IsType && doc == "":
		first = s.GoName + " is a type that several elements may have."
	case s.IsType:
		first = sentence(s.GoName, "is", doc)
	case doc == "":
		first = fmt.Sprintf("%s is the <%s/> element.", s.GoName, s.Element.Local)
	default:
		first = fmt.Sprintf("%s is the <%s/> element: %s", s.GoName, s.Element.Local, doc)
	}
	if len(s.Also) == 0 {
		return []string{first}
	}
	return []string{first, "It stands for the element of the same name in " + enumerate(s.Also) + " too."}
}

// content adds the fields for what stands between the tags.
func (w *writer) content(g *jen.Group, s *ir.Struct) {
	switch {
	case s.Mixed:
		g.Comment("Content holds text and elements in document order.")
		g.Id("Content").Index().Add(wireName("Node")).Add(skipped())
		return
	case s.Text != nil:
		w.field(g, s.Text)
		return
	}
	done := map[int]bool{}
	for i, f := range s.Children {
		if f.Choice == 0 {
			w.field(g, f)
			continue
		}
		if done[f.Choice] {
			continue
		}
		done[f.Choice] = true
		w.choice(g, s.Children[i:])
	}
	if s.Any != nil {
		g.Add(comment(4, anyDoc(s.Any)...))
		g.Id("Any").Index().Add(wireName("Element")).Add(skipped())
	}
}

// choice adds the fields of which one excludes the others, in a paragraph: those of fields[0]'s choice.
//
//	// At most one of Get and Set is set.
//
//	Get *Get `xml:"urn:example get"`
//	Set *Set `xml:"urn:example set"`
func (w *writer) choice(g *jen.Group, fields []*ir.Field) {
	var branches []*ir.Field
	var names []string
	for _, f := range fields {
		if f.Choice == fields[0].Choice {
			branches = append(branches, f)
			names = append(names, f.GoName)
		}
	}
	if len(branches) > 1 {
		g.Line()
		g.Add(comment(4, "At most one of "+enumerate(names)+" is set."))
		g.Line()
	}
	for _, f := range branches {
		w.field(g, f)
	}
	if len(branches) > 1 {
		g.Line()
	}
}

// anyDoc is the comment of the field Any.
func anyDoc(a *ir.Wildcard) []string {
	what := "children without a field of their own"
	if a.Other {
		what = "children of other namespaces"
	}
	return []string{"Any holds the " + what + " in document order: registered types as themselves, all others as *wire.Raw.", itHolds(a.Doc)}
}

// tag is the struct tag of an XML name.
func tag(n ir.Name, options string) *jen.Statement {
	return jen.Tag(map[string]string{"xml": strings.TrimSpace(n.Space+" "+n.Local) + options})
}

// skipped is the tag of a field that encoding/xml cannot fill by itself.
func skipped() *jen.Statement { return jen.Tag(map[string]string{"xml": "-"}) }
