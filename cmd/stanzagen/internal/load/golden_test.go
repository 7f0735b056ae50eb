package load

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/schemas"
)

var update = flag.Bool("update", false, "write the want files of testdata anew")

const schemasDir = "../../../../schemas"

// project is the project's own schemas, as an extern source.
func project(t testing.TB) Source {
	t.Helper()
	fsys := os.DirFS(schemasDir)
	return Source{FS: fsys, Dir: "schemas", Index: readIndex(t, fsys, "schemas"), ImportPath: "example.org/project/gen"}
}

// readIndex reads the index of a directory.
func readIndex(t testing.TB, fsys fs.FS, dir string) []Entry {
	t.Helper()
	index, err := schemas.ReadIndex(fsys, schemas.IndexFile)
	if err != nil {
		t.Fatal(err)
	}
	var out []Entry
	for _, e := range index {
		pos := ir.Pos{File: path.Join(dir, schemas.IndexFile), Line: e.Line, Column: 1}
		out = append(out, Entry{Namespace: e.Namespace, Package: e.Package, File: e.File, Title: e.Title, Pos: pos})
	}
	return out
}

// loadDir loads a directory of schemas with the strict rules, by its index if it has one, else by a derived one.
func loadDir(t testing.TB, dir string) (*ir.Set, error) { return loadWith(t, dir, Config{}) }

// loadLenient loads a directory of schemas with the lenient rules.
func loadLenient(t testing.TB, dir string, warn func(*Error)) (*ir.Set, error) {
	return loadWith(t, dir, Config{Lenient: true, Warn: warn})
}

func loadWith(t testing.TB, dir string, cfg Config) (*ir.Set, error) {
	t.Helper()
	cfg.Own = Source{FS: os.DirFS(dir), ImportPath: "example.org/gen"}
	cfg.Extern = []Source{project(t)}
	var err error
	if _, err = fs.Stat(cfg.Own.FS, schemas.IndexFile); err == nil {
		cfg.Own.Index = readIndex(t, cfg.Own.FS, "")
	} else if cfg.Own.Index, err = DeriveIndex(cfg.Own.FS, ""); err != nil {
		return nil, err
	}
	return Load(cfg)
}

func TestGood(t *testing.T) {
	golden(t, "testdata/good", func(t *testing.T, dir string) string {
		set, err := loadDir(t, dir)
		if err != nil {
			t.Fatalf("Load: %v", err)
		}
		return render(set)
	})
}

func TestBad(t *testing.T) {
	golden(t, "testdata/bad", func(t *testing.T, dir string) string {
		set, err := loadDir(t, dir)
		if err == nil || set != nil {
			t.Fatalf("Load = %v, %v, want no set and an error", set, err)
		}
		var b strings.Builder
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			located, ok := errors.AsType[*Error](e)
			if !ok || located.Pos.Line == 0 {
				t.Errorf("error without a place: %v", e)
				continue
			}
			writeFault(&b, located)
		}
		return b.String()
	})
}

// TestSlips reads what only lenient rules read: the warnings, and what was made of it all the same.
func TestSlips(t *testing.T) {
	golden(t, "testdata/slips", func(t *testing.T, dir string) string {
		var b strings.Builder
		set, err := loadLenient(t, dir, func(e *Error) { writeFault(&b, e) })
		if err != nil {
			t.Fatalf("Load: %v", err)
		}
		if _, err := loadDir(t, dir); err == nil {
			t.Error("the strict rules take it too")
		}
		return b.String() + render(set)
	})
}

func writeFault(b *strings.Builder, e *Error) {
	fmt.Fprintln(b, e)
	if e.Hint != "" {
		fmt.Fprintf(b, "  %s\n", e.Hint)
	}
}

// golden compares what f makes of each case with the file want.txt in it.
func golden(t *testing.T, dir string, f func(t *testing.T, dir string) string) {
	t.Helper()
	cases, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases in %s (%v)", dir, err)
	}
	for _, c := range cases {
		t.Run(filepath.Base(c), func(t *testing.T) {
			got := f(t, c)
			file := filepath.Join(c, "want.txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// render writes the part of a set that is generated as text, a line for each thing.
func render(set *ir.Set) string {
	var b strings.Builder
	for _, p := range set.Packages {
		if p.Extern {
			continue
		}
		fmt.Fprintf(&b, "package %s %s %s %s\n", p.Path, p.Name, p.Namespace, p.File)
		for _, s := range p.Structs {
			renderStruct(&b, s)
		}
		for _, e := range p.Enums {
			fmt.Fprintf(&b, "  enum %s%s\n", e.Hint, doc(e.Doc))
			for _, v := range e.Values {
				fmt.Fprintf(&b, "    %q%s%s%s\n", v.Value, word(" go=", v.Hint), flagged(" fallback", v == e.Fallback), doc(v.Doc))
			}
		}
	}
	return b.String()
}

func renderStruct(b *strings.Builder, s *ir.Struct) {
	kind := "local"
	switch {
	case s.Global:
		kind = "global"
	case s.IsType:
		kind = "type"
	}
	fmt.Fprintf(b, "  %s %s %s:%d", kind, s.Hint, s.Pos.File, s.Pos.Line)
	if s.Element != (ir.Name{}) {
		fmt.Fprintf(b, " {%s}%s", s.Element.Space, s.Element.Local)
	}
	fmt.Fprintf(b, "%s%s%s%s", flagged(" stanza", s.Stanza), flagged(" mixed", s.Mixed), word(" also=", strings.Join(s.Also, ",")),
		[]string{"", " get", " set", " none"}[s.IQ])
	fmt.Fprintf(b, "%s\n", doc(s.Doc))
	for _, f := range s.Attrs {
		renderField(b, f)
	}
	if s.Text != nil {
		renderField(b, s.Text)
	}
	for _, f := range s.Children {
		renderField(b, f)
	}
	renderWildcard(b, "any", s.Any)
	renderWildcard(b, "anyAttribute", s.AnyAttr)
}

func renderField(b *strings.Builder, f *ir.Field) {
	fmt.Fprintf(b, "    %s %s %s", []string{"optional", "required", "many"}[f.Card],
		[]string{"attribute", "text", "struct", "scalar", "flag", "enum", "ordered"}[f.Kind], f.Hint)
	if f.Name.Space != "" || f.Name.Local != f.Hint {
		fmt.Fprintf(b, " {%s}%s", f.Name.Space, f.Name.Local)
	}
	switch {
	case f.Struct != nil:
		fmt.Fprintf(b, " %s.%s", f.Struct.Package.Name, f.Struct.Hint)
	case f.Enum != nil:
		fmt.Fprintf(b, " %s.%s", f.Enum.Package.Name, f.Enum.Hint)
	case f.Kind == ir.KindAttr || f.Kind == ir.KindText || f.Kind == ir.KindScalar:
		fmt.Fprintf(b, " %s", []string{"string", "enum", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float64", "time",
			"bytes", "jid", "strings"}[f.Scalar])
	}
	fmt.Fprintf(b, "%s%s%s%s", flagged(" pointer", f.Pointer), word(" default=", f.Default), word(" fixed=", f.Fixed), word(" text=", f.TextGoName))
	if f.Choice != 0 {
		fmt.Fprintf(b, " choice=%d", f.Choice)
	}
	fmt.Fprintf(b, "%s\n", doc(f.Doc))
	for _, branch := range f.Branches {
		fmt.Fprintf(b, "      branch {%s}%s%s", branch.Name.Space, branch.Name.Local, flagged(" text", branch.Text))
		if branch.Struct != nil {
			fmt.Fprintf(b, " %s.%s", branch.Struct.Package.Name, branch.Struct.Hint)
		}
		fmt.Fprintf(b, "%s\n", doc(branch.Doc))
	}
}

func renderWildcard(b *strings.Builder, what string, w *ir.Wildcard) {
	if w == nil {
		return
	}
	which := fmt.Sprintf("%q", w.Namespaces)
	switch {
	case w.Other:
		which = "other"
	case w.Namespaces == nil:
		which = "all"
	}
	fmt.Fprintf(b, "    %s %s%s\n", what, which, doc(w.Doc))
}

func flagged(word string, on bool) string {
	if on {
		return word
	}
	return ""
}

func word(label, v string) string {
	if v == "" {
		return ""
	}
	return label + v
}

func doc(s string) string { return word(" // ", s) }
