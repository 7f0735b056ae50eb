package cli

import (
	"embed"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
	"github.com/stanzakit/stanzakit/schemas"
)

//go:embed scaffold/*.tmpl
var scaffold embed.FS

// NewConfig is what new was asked for.
type NewConfig struct {
	Name      string // the extension's, and its package's
	Namespace string // empty: made of the module's path
	Schemas   string // directory of schemas
	Out       string // directory for the packages
}

// New starts a private extension: a schema with a line for it in the index if there is one, a go:generate line, a test; and generates the code.
func New(con Console, cfg NewConfig) error {
	mod, err := findModule(cfg.Out)
	if err != nil {
		return err
	}
	x, err := newExtension(cfg, mod)
	if err != nil {
		return err
	}
	target := filepath.Join(cfg.Schemas, x.Name+".xsd")
	if _, err := os.Stat(target); err == nil {
		return fmt.Errorf("%s is there already", target)
	}
	if err := os.MkdirAll(cfg.Schemas, 0o755); err != nil {
		return err
	}
	if err := x.files(con, cfg.Schemas); err != nil {
		return err
	}
	if err := Generate(con, GenerateConfig{Schemas: cfg.Schemas, Out: cfg.Out}); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "generated %s; now edit %s and run: go generate ./%s && go test ./%[3]s\n",
		path.Join(filepath.ToSlash(cfg.Out), x.Name), target, filepath.ToSlash(filepath.Clean(cfg.Schemas)))
	return nil
}

// extension is what the templates of the scaffold know.
type extension struct {
	Name, Type string // weather, Weather
	Namespace  string
	Package    string // of the go:generate line and the test
	Import     string // path of the generated package
	Out        string // from the directory of schemas to that of the packages
	generates  bool   // a go:generate line for stanzagen is there already
}

func newExtension(cfg NewConfig, mod *module) (*extension, error) {
	if !load.IsPackageName(cfg.Name) {
		return nil, fmt.Errorf("%q is no name for a package: want lower-case letters and digits, no word of Go's own, no common standard package", cfg.Name)
	}
	out, err := filepath.Rel(cfg.Schemas, cfg.Out)
	if err != nil {
		return nil, err
	}
	x := &extension{Name: cfg.Name, Type: names.Camel(cfg.Name), Namespace: cfg.Namespace, Out: filepath.ToSlash(out)}
	x.Import = path.Join(mod.importPath, x.Name)
	if x.Package, x.generates, err = goPackage(cfg.Schemas); err != nil {
		return nil, err
	}
	if x.Namespace == "" {
		x.Namespace = "urn:example:" + x.Name
		if first, _, _ := strings.Cut(mod.name, "/"); strings.Contains(first, ".") {
			x.Namespace = "https://" + mod.name + "/" + x.Name
		}
	}
	if strings.ContainsAny(x.Namespace, " \t\r\n<>&\"'") {
		return nil, fmt.Errorf("%q is no namespace", x.Namespace)
	}
	return x, nil
}

// goPackage is the name of the Go package in a directory, or of the one to come, and whether its code says how to run stanzagen.
func goPackage(dir string) (name string, generates bool, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", false, err
	}
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(filepath.Base(abs)))
	if name = strings.TrimLeft(name, "0123456789"); name == "" || token.IsKeyword(name) {
		name = "schemas"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return "", false, err
		}
		name = strings.TrimSuffix(f.Name.Name, "_test")
		for _, group := range f.Comments {
			for _, c := range group.List {
				generates = generates || strings.HasPrefix(c.Text, "//go:generate ") && strings.Contains(c.Text, "stanzagen")
			}
		}
	}
	return name, generates, err
}

// files writes all there is to write by hand in the directory of schemas.
func (x *extension) files(con Console, dir string) error {
	if err := x.write(con, "schema.tmpl", filepath.Join(dir, x.Name+".xsd")); err != nil {
		return err
	}
	if err := x.write(con, "test.tmpl", filepath.Join(dir, x.Name+"_test.go")); err != nil {
		return err
	}
	if !x.generates {
		if err := x.write(con, "generate.tmpl", filepath.Join(dir, "generate.go")); err != nil {
			return err
		}
	}
	return x.index(con, dir)
}

// write makes a file of a template, unless there is one.
func (x *extension) write(con Console, name, target string) error {
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	t, err := template.ParseFS(scaffold, "scaffold/"+name)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, x); err != nil {
		return err
	}
	fmt.Fprintln(con.Out, "wrote", filepath.ToSlash(target))
	return os.WriteFile(target, []byte(b.String()), 0o644)
}

// index adds a line to the index, in its place, if there is an index.
func (x *extension) index(con Console, dir string) error {
	file := filepath.Join(dir, schemas.IndexFile)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
	lines = append(lines, fmt.Sprintf("%s %s %s.xsd %s", x.Namespace, x.Name, x.Name, x.Type))
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(strings.Fields(a)[0], strings.Fields(b)[0]) })
	fmt.Fprintln(con.Out, "wrote", filepath.ToSlash(file))
	return os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}
