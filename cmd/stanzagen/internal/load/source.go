package load

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// sources is every schema of a run and the packages made of them.
type sources struct {
	schemas  []*xsdmodel.Schema
	packages map[string]*ir.Package // by namespace; helper schemas such as the shared types have none
}

// reader finds, reads and follows schemas.
type reader struct {
	faults
	cfg  Config
	out  sources
	seen map[string]string // namespace -> file it was read from
}

// located is a schema file and where it lies.
type located struct {
	src    *Source
	file   string
	entry  *Entry // nil if the index does not have it
	extern bool
}

// readSources reads every schema of the own index and, from there, everything imported. The sources are there in any case: a schema that could not be read
// stands in them as an unread one, so that those who import it are not blamed.
func readSources(cfg Config) (*sources, error) {
	r := &reader{cfg: cfg, seen: map[string]string{}}
	r.out.packages = map[string]*ir.Package{}
	for i := range cfg.Own.Index {
		e := &cfg.Own.Index[i]
		if other := r.seen[e.Namespace]; other != "" && other != path.Join(cfg.Own.Dir, e.File) {
			r.errs = append(r.errs, &Error{e.Pos, "namespace " + e.Namespace + " has a schema already: " + other})
		}
		r.read(e.Namespace, located{src: &cfg.Own, file: e.File, entry: e}, e.Pos)
	}
	return &r.out, r.err()
}

// read reads the schema of a namespace, once, and what it imports. pos is who asked for it.
func (r *reader) read(namespace string, at located, pos ir.Pos) {
	if _, ok := r.seen[namespace]; ok {
		return
	}
	name := path.Join(at.src.Dir, at.file)
	r.seen[namespace] = name
	s, err := parseFile(at.src.FS, at.file, at.src.Dir)
	_, lost := errors.AsType[*fs.PathError](err)
	switch {
	case lost:
		r.errs = append(r.errs, &Error{pos, "cannot read " + name})
	case err != nil:
		r.errs = append(r.errs, err)
	case namespace == "":
		r.errorf(s.Pos, "the schema needs a targetNamespace: every element of XMPP has one (RFC 6120, 4.8.1)")
	case s.TargetNamespace != namespace:
		r.errorf(s.Pos, "the schema's namespace is %q; %s:%d expects %q", s.TargetNamespace, pos.File, pos.Line, namespace)
	}
	if s == nil || s.TargetNamespace != namespace {
		r.missing(namespace)
		return
	}
	r.out.schemas = append(r.out.schemas, s)
	if at.entry != nil {
		r.out.packages[namespace] = newPackage(s, at)
	}
	for _, imp := range s.Imports {
		r.follow(imp, at)
	}
}

// missing enters a schema that is not there.
func (r *reader) missing(namespace string) {
	r.out.schemas = append(r.out.schemas, &xsdmodel.Schema{TargetNamespace: namespace, Unread: true})
}

func newPackage(s *xsdmodel.Schema, at located) *ir.Package {
	return &ir.Package{
		Namespace: s.TargetNamespace,
		Name:      at.entry.Package,
		Path:      path.Join(at.src.ImportPath, at.entry.Package),
		Title:     at.entry.Title,
		File:      s.File,
		Source:    s.Doc,
		Extern:    at.extern,
	}
}

// follow reads what an import names: the own index rules, then the location it gives, then the extern schemas.
func (r *reader) follow(imp *xsdmodel.Import, from located) {
	if _, ok := r.seen[imp.Namespace]; ok {
		return
	}
	if at, ok := r.find(imp, from); ok {
		r.read(imp.Namespace, at, place(imp.Pos))
		return
	}
	r.seen[imp.Namespace] = ""
	r.missing(imp.Namespace)
	where := "no schemaLocation, and no schema known for it"
	if imp.Location != "" {
		where = "there is no " + path.Join(from.src.Dir, path.Dir(from.file), imp.Location)
	}
	r.errorf(imp.Pos, "cannot import namespace %q: %s", imp.Namespace, where)
}

func (r *reader) find(imp *xsdmodel.Import, from located) (located, bool) {
	if at, ok := lookup(from.src, imp.Namespace); ok {
		at.extern = from.extern
		return at, true
	}
	file := path.Join(path.Dir(from.file), imp.Location)
	if imp.Location != "" && fs.ValidPath(file) {
		if _, err := fs.Stat(from.src.FS, file); err == nil {
			return located{src: from.src, file: file, extern: from.extern}, true
		}
	}
	for i := range r.cfg.Extern {
		src := &r.cfg.Extern[i]
		at, ok := lookup(src, imp.Namespace)
		if !ok {
			at, ok = helper(src, imp.Namespace)
		}
		if ok {
			at.extern = true
			return at, true
		}
	}
	return located{}, false
}

// lookup finds a namespace in a source's index.
func lookup(src *Source, namespace string) (located, bool) {
	i := slices.IndexFunc(src.Index, func(e Entry) bool { return e.Namespace == namespace })
	if i < 0 {
		return located{}, false
	}
	return located{src: src, file: src.Index[i].File, entry: &src.Index[i]}, true
}

// helper finds a schema that no index has, such as the shared types, by its namespace.
func helper(src *Source, namespace string) (located, bool) {
	files, err := fs.Glob(src.FS, "*.xsd")
	if err != nil {
		return located{}, false
	}
	for _, file := range files {
		data, err := fs.ReadFile(src.FS, file)
		if err != nil || !strings.Contains(string(data), namespace) {
			continue
		}
		if s, err := parseFile(src.FS, file, src.Dir); err == nil && s.TargetNamespace == namespace {
			return located{src: src, file: file}, true
		}
	}
	return located{}, false
}
