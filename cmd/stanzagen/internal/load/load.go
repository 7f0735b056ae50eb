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
// the two together; where they disagree, or xsd2go gives up, xsdmodel's word stands and a warning says so. From there on it is one model, which
// build.go and the files beside it turn into Go's terms.
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
	// Lenient reads over what published schemas are known to do wrong, with a warning each.
	Lenient bool
	// Warn is told of what was read over, in the order of the places; nil tells nobody. It may be called although Load fails.
	Warn func(*Error)
}

// Source is one tree of schemas.
type Source struct {
	FS         fs.FS
	Dir        string // what stands before the file names in errors and in generated code
	Index      []Entry
	ImportPath string // Go import path of the directory that holds the packages
}

// Error is one fault and its place.
type Error = ir.Fault

// Load reads the schemas of cfg.Own and what they import. Faults come all together, as an errors.Join of one *Error each, in the order of their places;
// there is no partial result. Because xsd2go prints while it reads, os.Stdout is silenced meanwhile: do not call Load from two goroutines.
func Load(cfg Config) (*ir.Set, error) {
	w := &warnings{}
	set, err := load(cfg, w)
	if cfg.Warn != nil {
		for _, warning := range sorted(w.list) {
			cfg.Warn(warning)
		}
	}
	if err != nil {
		return nil, joinFaults(sorted(flatten(err)))
	}
	return set, nil
}

func load(cfg Config, w *warnings) (*ir.Set, error) {
	misnamed := checkNames(cfg.Own.Index)
	found, unread := readSources(cfg, w)
	set, broken := w.reader(cfg.Lenient, "").NewSet(found.schemas)
	p, misused := newPlan(set, faults{lenient: cfg.Lenient, warnings: w})
	if err := errors.Join(misnamed, unread, broken, misused); err != nil {
		return nil, err
	}
	lib, err := readLibrary(p)
	if err != nil {
		return nil, err
	}
	return build(found, join(p, lib))
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
		return []*Error{ownError(e)}
	}
	return []*Error{{Msg: err.Error()}}
}

// sorted orders faults by place and drops repeats.
func sorted(faults []*Error) []*Error {
	slices.SortStableFunc(faults, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Msg, b.Msg))
	})
	return slices.CompactFunc(faults, func(a, b *Error) bool { return *a == *b })
}

func joinFaults(faults []*Error) error {
	out := make([]error, len(faults))
	for i, f := range faults {
		out[i] = f
	}
	return errors.Join(out...)
}

func ownError(e *xsdmodel.Error) *Error {
	return &Error{Pos: place(e.Pos), Msg: e.Msg, Hint: e.Hint, Near: e.Near}
}

func place(p xsdmodel.Pos) ir.Pos { return ir.Pos{File: p.File, Line: p.Line, Column: p.Column} }

// warnings gathers what was read over.
type warnings struct{ list []*Error }

// reader is the reader of schema documents that the rules ask for; target is the namespace of those that have none.
func (w *warnings) reader(lenient bool, target string) xsdmodel.Reader {
	if !lenient {
		return xsdmodel.Reader{}
	}
	return xsdmodel.Reader{Target: target, Slip: func(e *xsdmodel.Error) { w.list = append(w.list, ownError(e)) }}
}

// faults gathers located errors.
type faults struct {
	*warnings
	lenient bool
	errs    []error
}

func (f *faults) errorf(pos xsdmodel.Pos, format string, args ...any) {
	f.hintf(pos, "", format, args...)
}

// hintf tells of a fault and of how to mend it.
func (f *faults) hintf(pos xsdmodel.Pos, hint, format string, args ...any) {
	f.errs = append(f.errs, &Error{Pos: place(pos), Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// slipf tells of something that lenient rules read over; strict ones refuse it.
func (f *faults) slipf(pos xsdmodel.Pos, how, format string, args ...any) {
	if !f.lenient {
		f.errorf(pos, format, args...)
		return
	}
	f.warnf(pos, how, format, args...)
}

// warnf tells of something that is no reason to refuse a schema.
func (f *faults) warnf(pos xsdmodel.Pos, how, format string, args ...any) {
	f.list = append(f.list, &Error{Pos: place(pos), Msg: fmt.Sprintf(format, args...), Hint: how})
}

func (f *faults) err() error { return errors.Join(f.errs...) }
