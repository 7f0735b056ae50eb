// Package internal holds what no user may import. Its test keeps the rules of the house that no compiler and no linter knows: who may import whom, and what
// may not stand in a file.
package internal

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stanzakit/stanzakit"

// room says which packages of this module the non-test files of a package may import. In names, /* stands for one more level and /... for the package and
// everything below it.
type room struct {
	name string
	may  []string
}

// rooms lists the packages of the module; the first name that fits a package counts.
func rooms() []room {
	return []room{
		{"jid", nil},
		{"wire", []string{"jid"}},
		{"gen", []string{"gen/*", "wire"}},
		{"gen/*", []string{"gen/*", "wire", "jid"}},
		{"form", []string{"gen/xdata", "gen/xdatavalidate", "wire", "jid"}},
		{"gen/forms/*", []string{"form", "gen/xdata", "jid"}},
		{"stream/bus", nil},
		{"stream", []string{"stream/bus", "wire", "jid", "gen/streams", "gen/streamerrors"}},
		{"xmpp/internal/*", []string{"xmpp/internal/*", "stream", "wire", "jid", "gen/*"}},
		{"xmpp", []string{"xmpp/internal/*", "stream", "stream/bus", "wire", "jid", "gen/*"}},
		{"xmpp/xmpptest/...", []string{"xmpp/xmpptest/...", "xmpp", "xmpp/internal/*", "stream", "stream/bus", "wire", "jid", "gen/*"}},
		{"handlers/*", []string{"xmpp", "stream", "stream/bus", "wire", "jid", "form", "gen/*", "gen/forms/*"}}, // and one another through xmpp.Need
		{"handlers", []string{"handlers/*", "xmpp"}},
		{"schemas", nil},
		{"schemas/validate", []string{"schemas", "wire", "jid", "internal/xsdmodel"}},
		{"schemas/validate/live", []string{"schemas/validate", "stream", "wire"}},
		{"internal/xsdmodel", nil},
		{"internal/mutants", []string{"internal/xsdmodel", "schemas", "schemas/validate", "wire"}},
		{"internal/corpus", []string{"wire"}}, // for tests
		{"internal/fuzz", nil},
		{"cmd/stanzagen/internal/ir", nil},
		{"cmd/stanzagen/internal/names", []string{"cmd/stanzagen/internal/ir"}},
		{"cmd/stanzagen/internal/load", []string{"cmd/stanzagen/internal/ir", "internal/xsdmodel"}},
		{"cmd/stanzagen/internal/forms", []string{"cmd/stanzagen/internal/ir", "cmd/stanzagen/internal/names", "cmd/stanzagen/internal/load"}},
		{"cmd/stanzagen/internal/emit", []string{"cmd/stanzagen/internal/ir"}},
		{"cmd/stanzagen/...", []string{"cmd/stanzagen/internal/...", "internal/xsdmodel", "schemas", "schemas/validate", "gen", "wire", "jid"}},
		{"examples/...", []string{
			"examples/...", "handlers", "handlers/*", "xmpp", "xmpp/xmpptest", "stream", "stream/bus", "gen", "gen/*", "gen/forms/*", "form", "wire", "jid",
		}},
	}
}

// homes says where the packages of other modules may be imported. "" is any test, and only a test.
func homes() map[string][]string {
	return map[string][]string{
		"github.com/gocomply/xsd2go":      {"cmd/stanzagen/internal/load"},
		"github.com/dave/jennifer":        {"cmd/stanzagen/internal/emit"},
		"github.com/alecthomas/kong":      {"cmd/stanzagen", "cmd/stanzagen/internal/cli"},
		"github.com/jacoelho/xsd":         {"schemas/validate", ""},
		"github.com/xdg-go/scram":         {"xmpp/internal/sasl"},
		"github.com/xdg-go/stringprep":    {"xmpp/internal/sasl"},
		"github.com/coder/websocket":      {"xmpp/internal/dial", "xmpp/xmpptest", ""},
		"golang.org/x/net":                {"jid", "xmpp/internal/dial", "xmpp/xmpptest"},
		"golang.org/x/text":               {"jid", "xmpp/internal/dial", "cmd/stanzagen/internal/lossless"},
		"github.com/google/go-cmp":        {"xmpp/xmpptest", ""},
		"go.uber.org/goleak":              {""},
		"pgregory.net/rapid":              {""},
		"github.com/rogpeppe/go-internal": {""},
	}
}

// generatorOnly lists what must not be reachable from anything a user's program can import.
func generatorOnly() []string {
	return []string{"github.com/gocomply/xsd2go", "github.com/dave/jennifer", "github.com/alecthomas/kong", module + "/cmd"}
}

func fits(pattern, name string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == base || strings.HasPrefix(name, base+"/")
	}
	if base, ok := strings.CutSuffix(pattern, "/*"); ok {
		rest, below := strings.CutPrefix(name, base+"/")
		return below && !strings.Contains(rest, "/")
	}
	return pattern == name
}

func fitsAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return fits(p, name) })
}

// under reports whether path is the package base or one below it.
func under(path, base string) bool { return path == base || strings.HasPrefix(path, base+"/") }

// pkg is what `go list` says of a package.
type pkg struct {
	ImportPath, Name, Dir              string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

// room returns the package's name inside the module.
func (p *pkg) room() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func packages(t *testing.T) []*pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	var all []*pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := new(pkg)
		if err := dec.Decode(p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages", len(all))
	}
	return all
}

// TestImports keeps "Who may import whom" of the plan of the house.
func TestImports(t *testing.T) {
	table := rooms()
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue // tests may import what they like, but for the libraries of TestLibraries
		}
		i := slices.IndexFunc(table, func(r room) bool { return fits(r.name, p.room()) })
		if i < 0 {
			t.Errorf("%s has no rule: say in rooms what it may import", p.room())
			continue
		}
		for _, path := range p.Imports {
			name, own := strings.CutPrefix(path, module+"/")
			if !own || fitsAny(table[i].may, name) {
				continue
			}
			if fits("handlers/*", p.room()) && fits("handlers/*", name) && needs(t, p, path) {
				continue
			}
			t.Errorf("%s imports %s: it may import %s", p.room(), name, strings.Join(table[i].may, ", "))
		}
	}
}

// needs reports whether the package asks for a plugin of the other with xmpp.Need.
func needs(t *testing.T, p *pkg, other string) bool {
	t.Helper()
	found := false
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			x, ok := n.(*ast.IndexExpr)
			if !ok {
				return true
			}
			asks, isSel := x.X.(*ast.SelectorExpr)
			what, isOther := x.Index.(*ast.SelectorExpr)
			if isSel && isOther && asks.Sel.Name == "Need" && types.ExprString(what.X) == other[strings.LastIndex(other, "/")+1:] {
				found = true
			}
			return true
		})
	}
	return found
}

// TestLibraries keeps each library in its place, tests included for those that have one home.
func TestLibraries(t *testing.T) {
	libraries := homes()
	home := func(path string) ([]string, bool) {
		for lib, rooms := range libraries {
			if under(path, lib) {
				return rooms, true
			}
		}
		return nil, false
	}
	for _, p := range packages(t) {
		tests := slices.Concat(p.TestImports, p.XTestImports)
		for i, path := range slices.Concat(p.Imports, tests) {
			if !strings.Contains(strings.Split(path, "/")[0], ".") {
				continue // the standard library
			}
			rooms, known := home(path)
			inTest := i >= len(p.Imports)
			switch {
			case !known && under(path, module):
			case !known:
				t.Errorf("%s imports %s, which is not in the list of libraries", p.room(), path)
			case fitsAny(rooms, p.room()), inTest && slices.Contains(rooms, ""):
			default:
				t.Errorf("%s imports %s, which belongs in %q", p.room(), path, rooms)
			}
		}
	}
}

// TestReach keeps the generator's libraries out of users' programs.
func TestReach(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasPrefix(p.room(), "cmd/") {
			continue
		}
		for _, dep := range p.Deps {
			if slices.ContainsFunc(generatorOnly(), func(lib string) bool { return under(dep, lib) }) {
				t.Errorf("%s reaches %s", p.room(), dep)
			}
		}
	}
}

// TestExamples sees to it that every package a user imports shows how.
func TestExamples(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 || p.Name == "main" || under(p.room(), "gen") || under(p.room(), "examples") || strings.Contains(p.ImportPath, "/internal") {
			continue
		}
		found := false
		for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				found = found || ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Example")
			}
		}
		if !found {
			t.Errorf("%s has no Example", p.room())
		}
	}
}

// source is one Go file of the module.
type source struct {
	path      string // from the module's root
	file      *ast.File
	generated bool
	test      bool
}

// sources parses every Go file of the module, in packages by directory.
func sources(t *testing.T) (*token.FileSet, map[string][]*source) {
	t.Helper()
	fset, dirs := token.NewFileSet(), make(map[string][]*source)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != ".." && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		dir := filepath.ToSlash(filepath.Dir(rel))
		dirs[dir] = append(dirs[dir], &source{rel, f, ast.IsGenerated(f), strings.HasSuffix(rel, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fset, dirs
}

// TestFiles looks at each file by itself.
func TestFiles(t *testing.T) {
	const most = 500 // lines of a file
	fset, dirs := sources(t)
	for _, files := range dirs {
		for _, src := range files {
			if n := fset.File(src.file.FileStart).LineCount(); n > most && !src.generated {
				t.Errorf("%s has %d lines, more than %d", src.path, n, most)
			}
			for _, imp := range src.file.Imports {
				if imp.Name != nil && imp.Name.Name == "." {
					t.Errorf("%s: dot import of %s", src.path, imp.Path.Value)
				}
			}
			for _, d := range src.file.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s: init()", src.path)
				}
			}
			if !src.test {
				goStatements(t, fset, src)
			}
		}
	}
}

// goStatements wants to be told of every goroutine when it ends.
func goStatements(t *testing.T, fset *token.FileSet, src *source) {
	t.Helper()
	told := make(map[int]bool) // lines that say when something ends, and those after them
	for _, group := range src.file.Comments {
		for _, c := range group.List {
			if strings.Contains(c.Text, "ends ") || strings.Contains(c.Text, "ended ") {
				told[fset.Position(c.Pos()).Line] = true
				told[fset.Position(group.End()).Line+1] = true
			}
		}
	}
	ast.Inspect(src.file, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok && !told[fset.Position(g.Pos()).Line] {
			t.Errorf("%s: a go statement without a comment that says when it ends", fset.Position(g.Pos()))
		}
		return true
	})
}

// TestState looks for package variables that change. What a package variable may be: a table, an error, something else that is made once and only read, or a
// sync.Pool, whose content is nobody's.
func TestState(t *testing.T) {
	fset, dirs := sources(t)
	for dir, files := range dirs {
		var asts []*ast.File
		for _, src := range files {
			if src.test {
				continue
			}
			asts = append(asts, src.file)
			for _, d := range src.file.Decls {
				if decl, ok := d.(*ast.GenDecl); ok && decl.Tok == token.VAR {
					declared(t, fset, decl, under(dir, "gen"))
				}
			}
		}
		if len(asts) > 0 {
			changed(t, fset, asts)
		}
	}
}

// declared judges a declaration by its look. Generated packages may hold composite literals only: a call would tie every type to every program.
func declared(t *testing.T, fset *token.FileSet, decl *ast.GenDecl, generated bool) {
	t.Helper()
	for _, spec := range decl.Specs {
		v := spec.(*ast.ValueSpec)
		if v.Names[0].Name == "_" {
			continue
		}
		at := fset.Position(v.Pos())
		if typ := types.ExprString(v.Type); v.Type != nil && typ != "embed.FS" && (len(v.Values) == 0 || strings.HasPrefix(typ, "atomic.")) {
			t.Errorf("%s: a package variable without a value will be given one", at)
		}
		for _, value := range v.Values {
			switch x := value.(type) {
			case *ast.BasicLit:
				t.Errorf("%s: a constant, or a variable that changes", at)
			case *ast.CallExpr:
				if name := types.ExprString(x.Fun); generated || name == "make" || name == "new" {
					t.Errorf("%s: package variable made by a call of %s", at, name)
				}
			case *ast.CompositeLit:
				if typ := types.ExprString(x.Type); strings.HasPrefix(typ, "atomic.") || strings.HasPrefix(typ, "sync.") && typ != "sync.Pool" {
					t.Errorf("%s: package variable of type %s", at, typ)
				}
			}
		}
	}
}

// nothing is an importer that finds no package: to know a file's own package variables from its local ones, none is needed.
type nothing struct{}

func (nothing) Import(path string) (*types.Package, error) { return nil, errors.New(path) }

// changed looks for statements that change a package variable.
func changed(t *testing.T, fset *token.FileSet, files []*ast.File) {
	t.Helper()
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
	conf := types.Config{Importer: nothing{}, Error: func(error) {}, FakeImportC: true}
	p, _ := conf.Check("p", fset, files, info) // its errors are about the packages it does not find
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, x := range targets(n) {
				if v, ok := info.Uses[root(x)].(*types.Var); ok && v.Parent() == p.Scope() {
					t.Errorf("%s: package variable %s is changed", fset.Position(n.Pos()), v.Name())
				}
			}
			return true
		})
	}
}

// targets returns the expressions whose value the statement or expression changes.
func targets(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, f.Name) {
			return n.Args[:1]
		}
	}
	return nil
}

// root returns the variable that an expression is a part of, nil if it is none.
func root(x ast.Expr) *ast.Ident {
	for {
		switch e := x.(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			x = e.X
		case *ast.SelectorExpr:
			x = e.X
		case *ast.StarExpr:
			x = e.X
		case *ast.ParenExpr:
			x = e.X
		case *ast.SliceExpr:
			x = e.X
		default:
			return nil
		}
	}
}
