package fuzz

import (
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"strconv"

	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. The branches of an ordered choice share a field of interface type, and a child that says all by being there is a bool: no tag names them. Their names are read
// from the codec's source, and the type of a branch is what the codec makes of an empty element of its name.

// branch is a child of a struct that no tag names.
type branch struct {
	field   string
	name    xml.Name
	ordered bool // else the field is a bool
}

// unquoted returns the value of a string literal, empty if it is none.
func unquoted(x ast.Expr) string {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		panic(err)
	}
	return s
}

// readCodec adds the branches that the methods of one file read.
func (f facts) readCodec(file *ast.File, path string) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "DecodeXML" {
			continue
		}
		typ := path + "." + fn.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			sw, ok := n.(*ast.SwitchStmt)
			if !ok {
				return true
			}
			var space string // of c.In(space)
			if call, ok := sw.Tag.(*ast.CallExpr); ok {
				space = f.spaceAt(call.Args[0], path)
			}
			for _, stmt := range sw.Body.List {
				clause := stmt.(*ast.CaseClause)
				if field, ordered := branchField(clause.Body); field != "" {
					for _, label := range clause.List {
						f.untyped[typ] = append(f.untyped[typ], branch{field, f.label(label, space, path), ordered})
					}
				}
			}
			return true
		})
	}
}

// branchField returns the field that wire.Ordered or wire.Flag is called for, empty if neither is.
func branchField(body []ast.Stmt) (field string, ordered bool) {
	if len(body) != 1 {
		return "", false
	}
	stmt, _ := body[0].(*ast.ExprStmt)
	if stmt == nil {
		return "", false
	}
	call, _ := stmt.X.(*ast.CallExpr)
	if call == nil {
		return "", false
	}
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	sel, _ := fun.(*ast.SelectorExpr)
	if sel == nil || sel.Sel.Name != "Ordered" && sel.Sel.Name != "Flag" {
		return "", false
	}
	return call.Args[2].(*ast.UnaryExpr).X.(*ast.SelectorExpr).Sel.Name, sel.Sel.Name == "Ordered"
}

// label returns the name that a case is for: a local name in the switch's namespace, or c.Is(space, local).
func (f facts) label(x ast.Expr, space, path string) xml.Name {
	if call, ok := x.(*ast.CallExpr); ok {
		return xml.Name{Space: f.spaceAt(call.Args[0], path), Local: unquoted(call.Args[1])}
	}
	return xml.Name{Space: space, Local: unquoted(x)}
}

// spaceAt returns the namespace that an expression stands for: NS, other.NS, or a literal.
func (f facts) spaceAt(x ast.Expr, path string) string {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		return f.spaces[genPath+x.X.(*ast.Ident).Name]
	case *ast.Ident:
		return f.spaces[path]
	}
	return unquoted(x)
}

// branch returns an empty element of the type that a branch of an ordered choice has.
func (s subject) branch(b branch) wire.Element {
	doc := fmt.Sprintf("<%s xmlns='%s'><%s xmlns='%s'/></%[1]s>", s.name.Local, s.name.Space, b.name.Local, b.name.Space)
	x := reflect.New(s.typ)
	if err := wire.UnmarshalInto([]byte(doc), nil, s.element(x)); err != nil {
		panic(err)
	}
	el := x.Elem().FieldByName(b.field).Interface().([]wire.Element)[0]
	if _, raw := el.(*wire.Raw); raw {
		panic(doc + ": an empty branch is bad")
	}
	return reflect.New(reflect.TypeOf(el).Elem()).Interface().(wire.Element)
}

// branchesOf returns the branches of one field.
func branchesOf(typ reflect.Type, field string) (all []branch) {
	for _, b := range readFacts().untyped[key(typ)] {
		if b.field == field {
			all = append(all, b)
		}
	}
	return all
}
