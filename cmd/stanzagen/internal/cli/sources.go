package cli

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/schemas"
)

// projectGen is where the generated code of the project's own schemas lies.
const projectGen = "github.com/stanzakit/stanzakit/gen"

// ownSource is the directory of schemas that code is generated for: what its index lists, if it has one, or else all
// it holds.
func ownSource(cfg GenerateConfig) (src load.Source, indexed bool, err error) {
	dir := filepath.ToSlash(filepath.Clean(cfg.Schemas))
	src = load.Source{FS: os.DirFS(cfg.Schemas), Dir: dir, ImportPath: cfg.Module}
	_, err = os.Stat(filepath.Join(cfg.Schemas, schemas.IndexFile))
	if indexed = err == nil; indexed {
		src.Index, err = readIndex(src.FS, dir)
	} else if errors.Is(err, fs.ErrNotExist) {
		src.Index, err = load.DeriveIndex(src.FS, dir)
	}
	if err == nil && len(src.Index) == 0 {
		err = &fs.PathError{Op: "generate", Path: cfg.Schemas, Err: errors.New("no schema there that declares an element")}
	}
	return src, indexed, err
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
