// Package forms reads the definitions of data forms: an XML file for each FORM_TYPE, which schemas/README.md describes.
//
// The typical call stands beside that of the schemas:
//
//	packages, err := forms.Load(os.DirFS("schemas/forms"), "schemas/forms")
//	files, err := emit.Forms(packages)
package forms

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
)

// Namespace is that of the definitions.
const Namespace = "urn:stanzakit:forms"

// Load reads every definition in fsys, each the source of the package that the file is named after. Faults come all together, as an errors.Join of one
// *[load.Error] each, in the order of their places. dir stands before the names of files.
func Load(fsys fs.FS, dir string) ([]*ir.FormPackage, error) {
	names, err := fs.Glob(fsys, "*.xml")
	if err != nil {
		return nil, fmt.Errorf("forms: %w", err)
	}
	b := &builder{}
	var out []*ir.FormPackage
	types := map[string]string{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("forms: %w", err)
		}
		p := b.file(path.Join(dir, name), data)
		if p == nil {
			continue
		}
		if other := types[p.FormType]; other != "" {
			b.fault(ir.Pos{File: path.Join(dir, name), Line: 1, Column: 1}, "FORM_TYPE %s is that of %s already", p.FormType, other)
		}
		types[p.FormType] = name
		out = append(out, p)
	}
	return out, b.err()
}

// builder makes plain data of definitions and collects their faults.
type builder struct {
	faults []*load.Error
}

func (b *builder) fault(pos ir.Pos, format string, args ...any) {
	b.faults = append(b.faults, &load.Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// err returns the faults in the order of their places.
func (b *builder) err() error {
	slices.SortStableFunc(b.faults, func(x, y *load.Error) int {
		return cmp.Or(strings.Compare(x.Pos.File, y.Pos.File), cmp.Compare(x.Pos.Line, y.Pos.Line), cmp.Compare(x.Pos.Column, y.Pos.Column))
	})
	var out []error
	for _, f := range b.faults {
		out = append(out, f)
	}
	return errors.Join(out...)
}

// file reads one definition; it is nil if it is none at all.
//
//	<forms xmlns="urn:stanzakit:forms" type="urn:example">
//	  <source href="https://example.org">Example, version 1.</source>
//	  <form>...</form>
//	</forms>
func (b *builder) file(name string, data []byte) *ir.FormPackage {
	root := b.parse(name, data)
	if root == nil {
		return nil
	}
	if root.name != "forms" {
		b.fault(root.pos, "<%s/> is no definition of forms: want <forms xmlns=%q/>", root.name, Namespace)
		return nil
	}
	b.shape(root, "type", "source form")
	p := &ir.FormPackage{FormType: b.need(root, "type"), Name: strings.TrimSuffix(path.Base(name), ".xml"), File: name}
	if !isPackageName(p.Name) {
		b.fault(ir.Pos{File: name}, "%q is no name for a package", p.Name)
	}
	e := &enums{builder: b, pkg: p, byName: map[string]*ir.Enum{}}
	var sources []string
	for _, c := range root.children {
		switch c.name {
		case "source":
			b.shape(c, "href", "")
			b.need(c, "href")
			sources = append(sources, c.text)
		case "form":
			p.Forms = append(p.Forms, b.form(c, e))
		}
	}
	if len(sources) == 0 || len(p.Forms) == 0 {
		b.fault(root.pos, "want a source and a form")
		return nil
	}
	p.Sources = strings.Join(sources, " ")
	p.Title, _, _ = strings.Cut(sources[0], ",")
	b.assign(p)
	return p
}

// isPackageName reports whether the name can be a package's.
func isPackageName(s string) bool {
	return token.IsIdentifier(s) && s == strings.ToLower(s) && !strings.Contains(s, "_")
}
