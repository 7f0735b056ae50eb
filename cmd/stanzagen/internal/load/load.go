// Package load reads schemas into an [ir.Set], ready for naming and emitting.
//
// The typical call:
//
//	index, err := load.DeriveIndex(fsys, "schemas")
//	set, err := load.Load(load.Config{Own: load.Source{FS: fsys, Dir: "schemas", Index: index, ImportPath: "example.org/bot/gen"}})
//
// NOTE: how it is built. Two readers look at the same schemas. package xsdmodel reads what stands in the files, with positions, order,
// wildcards and documentation, and refuses what is broken (source.go). plan.go gives every type a name, writes a normalised copy of the schemas and
// xsd2go reads that (copy.go, library.go): elements, attributes, types, references and enumerations come from its model. join.go puts
// the two together and tells if they disagree. From there on it is one model, which build.go and the files beside it turn into Go's terms.
package load

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// Config says what to load.
type Config struct {
	Own    Source   // the schemas to generate code for
	Extern []Source // schemas whose code exists already; imports that Own does not satisfy are looked up here, by namespace
}

// Source is one tree of schemas.
type Source struct {
	FS         fs.FS
	Dir        string // what stands before the file names in errors and in generated code
	Index      []Entry
	ImportPath string // Go import path of the directory that holds the packages
}

// Error is one fault and its place.
type Error struct {
	Pos ir.Pos
	Msg string
}

// Error is the fault in the form file:line:column: message; a place without a line is the file alone.
func (e *Error) Error() string {
	if e.Pos.Line == 0 {
		return e.Pos.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Pos.File, e.Pos.Line, e.Pos.Column, e.Msg)
}

// Load reads the schemas of cfg.Own and what they import. Faults come all together, as an errors.Join of one *Error each, in the order of their places;
// there is no partial result. Because xsd2go prints while it reads, os.Stdout is silenced meanwhile: do not call Load from two goroutines.
func Load(cfg Config) (*ir.Set, error) {
	set, err := load(cfg)
	if err != nil {
		return nil, errors.Join(sorted(flatten(err))...)
	}
	return set, nil
}

func load(cfg Config) (*ir.Set, error) {
	misnamed := checkNames(cfg.Own.Index)
	found, unread := readSources(cfg)
	set, broken := xsdmodel.NewSet(found.schemas)
	p, misused := newPlan(set)
	if err := errors.Join(misnamed, unread, broken, misused); err != nil {
		return nil, err
	}
	lib, err := readLibrary(p)
	if err != nil {
		return nil, err
	}
	j, err := join(p, lib)
	if err != nil {
		return nil, err
	}
	return build(found, j)
}

// flatten lists the errors inside an errors.Join, those of xsdmodel as the package's own.
func flatten(err error) []*Error {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		var out []*Error
		for _, in := range e.Unwrap() {
			out = append(out, flatten(in)...)
		}
		return out
	case *Error:
		return []*Error{e}
	case *xsdmodel.Error:
		return []*Error{{place(e.Pos), e.Msg}}
	}
	return []*Error{{Msg: err.Error()}}
}

// sorted orders faults by place and drops repeats.
func sorted(faults []*Error) []error {
	slices.SortStableFunc(faults, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Msg, b.Msg))
	})
	faults = slices.CompactFunc(faults, func(a, b *Error) bool { return *a == *b })
	out := make([]error, len(faults))
	for i, f := range faults {
		out[i] = f
	}
	return out
}

func place(p xsdmodel.Pos) ir.Pos { return ir.Pos{File: p.File, Line: p.Line, Column: p.Column} }

// faults gathers located errors.
type faults struct{ errs []error }

func (f *faults) errorf(pos xsdmodel.Pos, format string, args ...any) {
	f.errs = append(f.errs, &Error{place(pos), fmt.Sprintf(format, args...)})
}

func (f *faults) err() error { return errors.Join(f.errs...) }
