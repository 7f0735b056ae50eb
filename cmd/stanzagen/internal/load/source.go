package load

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
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
	cfg   Config
	out   sources
	seen  map[string]string // namespace -> file it was read from
	files map[string]bool   // every file that was read, included ones too
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
func readSources(cfg Config, w *warnings) (*sources, error) {
	r := &reader{faults: faults{lenient: cfg.Lenient, warnings: w}, cfg: cfg, seen: map[string]string{}, files: map[string]bool{}}
	r.out.packages = map[string]*ir.Package{}
	for i := range cfg.Own.Index {
		e := &cfg.Own.Index[i]
		if other := r.seen[e.Namespace]; other != "" && other != path.Join(cfg.Own.Dir, e.File) {
			r.errs = append(r.errs, &Error{Pos: e.Pos, Msg: "namespace " + e.Namespace + " has a schema already: " + other})
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
	r.files[name] = true
	s, err := parseFile(r.reader(r.lenient, ""), at.src.FS, at.file, at.src.Dir)
	_, lost := errors.AsType[*fs.PathError](err)
	switch {
	case lost:
		r.errs = append(r.errs, &Error{Pos: pos, Msg: "cannot read " + name})
	case err != nil:
		r.errs = append(r.errs, err)
	case namespace == "":
		r.hintf(s.Pos, `give it one, targetNamespace="…": every element of XMPP has a namespace (RFC 6120, 4.8.1)`, "the schema needs a targetNamespace")
	case s.TargetNamespace != namespace:
		r.errorf(s.Pos, "the schema's namespace is %q; %s:%d expects %q", s.TargetNamespace, pos.File, pos.Line, namespace)
	}
	if s == nil || s.TargetNamespace != namespace {
		r.missing(namespace)
		return
	}
	r.include(s, s.Includes, at)
	if at.entry != nil {
		for _, file := range at.entry.More {
			if !r.lenient {
				r.errs = append(r.errs, &Error{Pos: ir.Pos{File: path.Join(at.src.Dir, file), Line: 1, Column: 1},
					Msg: "namespace " + s.TargetNamespace + " has a schema already: " + name, Hint: "keep a namespace in one file"})
				continue
			}
			r.more(s, file, at, s.Pos)
		}
	}
	r.out.schemas = append(r.out.schemas, s)
	if at.entry != nil {
		r.out.packages[namespace] = newPackage(s, at)
	}
	for _, imp := range s.Imports {
		r.follow(imp, at)
	}
}

// include reads what a schema includes: the file that the location gives, or else one of the same name beside the schema.
func (r *reader) include(s *xsdmodel.Schema, includes []*xsdmodel.Import, at located) {
	for _, inc := range includes {
		file := path.Join(path.Dir(at.file), inc.Location)
		if !isFile(at.src.FS, file) {
			file = path.Join(path.Dir(at.file), path.Base(inc.Location))
		}
		r.more(s, file, at, inc.Pos)
	}
}

// more adds another file of the same namespace to a schema.
func (r *reader) more(s *xsdmodel.Schema, file string, at located, pos xsdmodel.Pos) {
	name := path.Join(at.src.Dir, file)
	if r.files[name] {
		return
	}
	r.files[name] = true
	if !isFile(at.src.FS, file) {
		r.warnf(pos, "read without what it declares", "there is no %s", name)
		return
	}
	more, err := parseFile(r.reader(true, s.TargetNamespace), at.src.FS, file, at.src.Dir)
	switch {
	case err != nil:
		r.errs = append(r.errs, err)
	case more.TargetNamespace != s.TargetNamespace:
		r.warnf(pos, "left out", "%s is of namespace %q: xs:include is for files of one namespace", name, more.TargetNamespace)
	default:
		s.Merge(more)
		at.file = file
		r.include(s, more.Includes, at)
	}
}

// missing enters a schema that is not there.
func (r *reader) missing(namespace string) {
	r.out.schemas = append(r.out.schemas, &xsdmodel.Schema{TargetNamespace: namespace, Unread: true})
}

func newPackage(s *xsdmodel.Schema, at located) *ir.Package {
	files := []string{s.File}
	for _, more := range at.entry.More {
		files = append(files, path.Join(at.src.Dir, more))
	}
	return &ir.Package{
		Namespace: s.TargetNamespace,
		Name:      at.entry.Package,
		Path:      path.Join(at.src.ImportPath, at.entry.Package),
		Title:     at.entry.Title,
		File:      strings.Join(files, ", "),
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
	where := "no schemaLocation, and no schema known for it"
	if imp.Location != "" {
		where = "there is no " + path.Join(from.src.Dir, path.Dir(from.file), imp.Location)
	}
	switch {
	case !r.lenient:
		r.missing(imp.Namespace)
		r.hintf(imp.Pos, "put its schema beside this one, where it is found by its namespace",
			"cannot import namespace %q: %s", imp.Namespace, where)
	case imp.Implied, imp.Namespace == xmlNamespace: // told already; and the attributes of xml: need no schema
	default:
		r.warnf(imp.Pos, "what refers to it is read as any element, attribute or string", "cannot import namespace %q: %s", imp.Namespace, where)
	}
}

func (r *reader) find(imp *xsdmodel.Import, from located) (located, bool) {
	if at, ok := lookup(&r.cfg.Own, imp.Namespace); ok {
		return at, true
	}
	if at, ok := lookup(from.src, imp.Namespace); ok {
		at.extern = from.extern
		return at, true
	}
	file := path.Join(path.Dir(from.file), imp.Location)
	if imp.Location != "" && isFile(from.src.FS, file) {
		return located{src: from.src, file: file, extern: from.extern}, true
	}
	if at, ok := helper(from.src, imp.Namespace); ok {
		at.extern = from.extern
		return at, true
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

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return fs.ValidPath(name) && err == nil && info.Mode().IsRegular()
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
	target := regexp.MustCompile(`targetNamespace\s*=\s*["']` + regexp.QuoteMeta(namespace) + `["']`)
	for _, file := range files {
		data, err := fs.ReadFile(src.FS, file)
		if err != nil || !target.Match(data) {
			continue
		}
		if s, _ := parseFile(lenient(), src.FS, file, src.Dir); s != nil && s.TargetNamespace == namespace {
			return located{src: src, file: file}, true
		}
	}
	return located{}, false
}
