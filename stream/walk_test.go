package stream_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestWalk checks that the functions that docs/walk.md names are where it says.
func TestWalk(t *testing.T) {
	text, err := os.ReadFile("../docs/walk.md")
	if err != nil {
		t.Fatal(err)
	}
	refs := regexp.MustCompile("`([\\w/]+\\.go): (\\w+)`").FindAllStringSubmatch(string(text), -1)
	if len(refs) < 30 {
		t.Errorf("only %d functions found in the page", len(refs))
	}
	files := make(map[string]map[string]bool)
	for _, ref := range refs {
		file, name := ref[1], ref[2]
		if files[file] == nil {
			files[file] = functions(t, filepath.Join("..", filepath.FromSlash(file)))
		}
		if !files[file][name] {
			t.Errorf("docs/walk.md: %s has no function %s", file, name)
		}
	}
}

// functions returns the names of the functions and methods of a file.
func functions(t *testing.T, path string) map[string]bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Error(err)
		return map[string]bool{}
	}
	names := make(map[string]bool)
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			names[fn.Name.Name] = true
		}
	}
	return names
}
