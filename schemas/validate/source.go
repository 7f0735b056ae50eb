package validate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/schemas"
)

// Source is a tree of schemas: those that its index.txt lists, or, if it has none, every *.xsd at its top; and what they import.
type Source struct {
	FS  fs.FS
	Dir string // what stands before the file names in errors
}

// file is a schema document.
type file struct {
	name  string // with the source's Dir
	data  []byte
	model *xsdmodel.Schema
}

// gatherer collects schema files, one for each namespace.
type gatherer struct {
	files      map[string]*file
	namespaces []string // in the order they were met
	faults     []error
}

// gather reads the project's schemas and those of the other sources.
func gather(extra []Source) (*xsdmodel.Set, []*file, error) {
	g := &gatherer{files: map[string]*file{}}
	for _, src := range append([]Source{{schemas.FS, "schemas"}}, extra...) {
		g.source(src)
	}
	if err := errors.Join(g.faults...); err != nil {
		return nil, nil, err
	}
	var files []*file
	var models []*xsdmodel.Schema
	for _, ns := range g.namespaces {
		files = append(files, g.files[ns])
		models = append(models, g.files[ns].model)
	}
	set, err := xsdmodel.NewSet(models)
	if err != nil {
		return nil, nil, err
	}
	return set, files, nil
}

// source reads what a source lists, then what that imports, as far as it lies in the same source.
func (g *gatherer) source(src Source) {
	names, err := src.names()
	if err != nil {
		g.faults = append(g.faults, err)
		return
	}
	seen := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		names = append(names, g.file(src, name)...)
	}
}

// names lists the schemas a source begins with.
func (src Source) names() ([]string, error) {
	index, err := schemas.ReadIndex(src.FS, schemas.IndexFile)
	if errors.Is(err, fs.ErrNotExist) {
		names, err := fs.Glob(src.FS, "*.xsd")
		if err == nil && len(names) == 0 {
			err = fmt.Errorf("validate: no schema in %q", src.Dir)
		}
		return names, err
	}
	if err != nil {
		return nil, fmt.Errorf("validate: %s: %w", src.Dir, err)
	}
	var names []string
	for _, e := range index {
		names = append(names, e.File)
	}
	return names, nil
}

// file reads one schema and returns the names of those it imports.
func (g *gatherer) file(src Source, name string) []string {
	data, err := fs.ReadFile(src.FS, name)
	if err != nil {
		g.faults = append(g.faults, fmt.Errorf("validate: %w", err))
		return nil
	}
	f := &file{name: path.Join(src.Dir, name), data: data}
	if f.model, err = xsdmodel.Parse(bytes.NewReader(data), f.name); err != nil {
		g.faults = append(g.faults, err)
		return nil
	}
	ns := f.model.TargetNamespace
	if g.files[ns] == nil {
		g.namespaces = append(g.namespaces, ns)
	}
	g.files[ns] = f
	var imports []string
	for _, imp := range f.model.Imports {
		at := path.Join(path.Dir(name), imp.Location)
		if _, err := fs.Stat(src.FS, at); imp.Location != "" && err == nil {
			imports = append(imports, at)
		}
	}
	return imports
}
