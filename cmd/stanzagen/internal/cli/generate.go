package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/emit"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/strict"
	"github.com/stanzakit/stanzakit/schemas"
)

// projectGen is where the generated code of the project's own schemas lies.
const projectGen = "github.com/stanzakit/stanzakit/gen"

// GenerateConfig is what generate was asked for.
type GenerateConfig struct {
	Schemas string // directory of schemas
	Out     string // directory for the packages
	Module  string // import path of Out; empty: out of the nearest go.mod
	Check   bool   // write nothing, tell what would change
}

// Generate writes the Go packages for a directory of schemas. Faults of the schemas are findings, and then nothing is written.
func Generate(con Console, cfg GenerateConfig) error {
	mod, err := findModule(cfg.Out)
	if err != nil && cfg.Module == "" {
		return fmt.Errorf("%w; or say --module", err)
	}
	if cfg.Module == "" {
		cfg.Module = mod.importPath
	}
	own, err := ownSource(cfg)
	if err != nil {
		return con.faults(err)
	}
	extern, err := project()
	if err != nil {
		return err
	}
	set, err := load.Load(load.Config{Own: own, Extern: []load.Source{extern}})
	if err != nil {
		return con.faults(err)
	}
	if err := compiles(own); err != nil {
		return con.faults(err)
	}
	relocate(set, own.Dir, mod.within(cfg.Schemas))
	names.Assign(set)
	files, err := emit.Files(set, emit.Config{Module: cfg.Module})
	if err != nil {
		return con.faults(err)
	}
	if shared, err := emit.Shared(cfg.Out); err != nil {
		return err
	} else if shared {
		delete(files, emit.RegistryFile)
	}
	if cfg.Check {
		return con.check(cfg.Out, files)
	}
	return emit.Write(cfg.Out, files)
}

// check tells what is not as it would be generated.
func (c Console) check(out string, files map[string][]byte) error {
	lines := emit.Check(out, files)
	for _, line := range lines {
		fmt.Fprintln(c.Out, path.Join(filepath.ToSlash(out), line))
	}
	if len(lines) > 0 {
		return ErrFindings
	}
	return nil
}

// faults tells the faults of schemas, a line each. What is no such fault stays an error.
func (c Console) faults(err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return err
	}
	fmt.Fprintln(c.Err, err)
	return ErrFindings
}

// ownSource is the directory of schemas that code is generated for: what its index lists, or else all it holds.
func ownSource(cfg GenerateConfig) (load.Source, error) {
	dir := filepath.ToSlash(filepath.Clean(cfg.Schemas))
	src := load.Source{FS: os.DirFS(cfg.Schemas), Dir: dir, ImportPath: cfg.Module}
	_, err := os.Stat(filepath.Join(cfg.Schemas, schemas.IndexFile))
	if err == nil {
		src.Index, err = readIndex(src.FS, dir)
	} else if errors.Is(err, fs.ErrNotExist) {
		src.Index, err = load.DeriveIndex(src.FS, dir)
	}
	if err == nil && len(src.Index) == 0 {
		err = &fs.PathError{Op: "generate", Path: cfg.Schemas, Err: errors.New("no schema there that declares an element")}
	}
	return src, err
}

// compiles refuses schemas that documents could not be validated with.
func compiles(own load.Source) error {
	files, err := fs.Glob(own.FS, "*.xsd")
	if err != nil {
		return err
	}
	for _, e := range own.Index {
		files = append(files, e.File)
	}
	slices.Sort(files)
	var out []error
	for _, f := range strict.Check(own.FS, own.Dir, slices.Compact(files)) {
		out = append(out, &load.Error{Pos: ir.Pos{File: f.File, Line: f.Line, Column: f.Column}, Msg: f.Message})
	}
	return errors.Join(out...)
}

// project is the project's own schemas.
func project() (load.Source, error) {
	const dir = "schemas"
	index, err := readIndex(schemas.FS, dir)
	return load.Source{FS: schemas.FS, Dir: dir, Index: index, ImportPath: projectGen}, err
}

// readIndex reads the index of a tree of schemas that lies in dir.
func readIndex(fsys fs.FS, dir string) ([]load.Entry, error) {
	file := path.Join(dir, schemas.IndexFile)
	index, err := schemas.ReadIndex(fsys, schemas.IndexFile)
	if err != nil {
		return nil, located(err, file)
	}
	var out []load.Entry
	for _, e := range index {
		out = append(out, load.Entry{
			Namespace: e.Namespace, Package: e.Package, File: e.File, Title: e.Title, Pos: ir.Pos{File: file, Line: e.Line, Column: 1},
		})
	}
	return out, nil
}

// located gives the faults of an index their whole path.
func located(err error, file string) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var out []error
	for _, e := range joined.Unwrap() {
		if fault, ok := errors.AsType[*schemas.IndexError](e); ok {
			e = &load.Error{Pos: ir.Pos{File: file, Line: fault.Line, Column: 1}, Msg: fault.Msg}
		}
		out = append(out, e)
	}
	return errors.Join(out...)
}

// relocate names the schema files in generated code as they lie in the module, so that the code is the same wherever the command was started.
func relocate(set *ir.Set, dir, within string) {
	for _, p := range set.Packages {
		if !p.Extern {
			p.File = path.Join(within, strings.TrimPrefix(p.File, dir+"/"))
		}
	}
}
