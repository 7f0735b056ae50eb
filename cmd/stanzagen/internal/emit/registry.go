package emit

import (
	"go/token"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
)

// registryFile is the map of all packages of the run.
//
//	// Elements lists the types of every package below this one, for wire.Registry.Add.
//	var Elements = []wire.Type{
//		{Name: xml.Name{Space: stanza.NS, Local: "body"}, New: func() wire.Element { return new(stanza.Body) }},
//	}
//
//	// Registry returns a new registry with the types of every package below this one.
//	func Registry() *wire.Registry {
//		r := wire.NewRegistry()
//		if err := r.Add(Elements...); err != nil {
//			panic(err) // two types for one name, which stanzagen refuses to write
//		}
//		return r
//	}
func (g *generator) registryFile() *jen.File {
	name := packageName(g.module)
	f := g.newFile(g.module, name, "the schemas of the packages below")
	f.PackageComment(commentText(0,
		"Package "+name+" lists every generated package in one registry, for tools and for programs that want all of them.",
		"A program that names the types it uses needs none of this: handlers add their types to the registry themselves."))
	var rows []jen.Code
	for _, p := range g.set.Packages {
		if !p.Extern {
			rows = append(rows, (&writer{generator: g, pkg: p}).elementRows()...)
		}
	}
	f.Add(comment(0, "Elements lists the types of every package below this one, for wire.Registry.Add."))
	f.Add(elements(rows))
	f.Line()
	f.Add(comment(0, "Registry returns a new registry with the types of every package below this one."))
	f.Func().Id("Registry").Params().Op("*").Add(wireName("Registry")).Block(
		jen.Id("r").Op(":=").Add(wireName("NewRegistry")).Call(),
		jen.If(jen.Err().Op(":=").Id("r").Dot("Add").Call(jen.Id("Elements").Op("...")), jen.Err().Op("!=").Nil()).Block(
			jen.Panic(jen.Err()).Comment("two types for one name, which stanzagen refuses to write"),
		),
		jen.Return(jen.Id("r")),
	)
	return f
}

// packageName makes a package name of the last element of an import path.
func packageName(importPath string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(path.Base(importPath)))
	if name = strings.TrimLeft(name, "0123456789"); name == "" || token.IsKeyword(name) {
		return "gen"
	}
	return name
}
