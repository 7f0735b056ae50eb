package load

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// Entry is one line of an index: a namespace and the Go package that is made of it.
type Entry struct {
	Namespace string
	Package   string
	File      string   // below the source's FS
	More      []string // further files of the same namespace
	Title     string
	Pos       ir.Pos
}

// checkNames refuses packages that cannot have the name that the index gives them.
func checkNames(index []Entry) error {
	var errs []error
	for _, e := range index {
		if !IsPackageName(e.Package) {
			errs = append(errs, &Error{Pos: e.Pos, Msg: fmt.Sprintf("%q is no name for a package", e.Package)})
		}
	}
	return errors.Join(errs...)
}

// IsPackageName reports whether the name can be a package's: lower-case letters and digits, no word of Go's own and none of the
// standard packages that a program with XMPP in it is likely to import.
func IsPackageName(s string) bool {
	for i, r := range s {
		if (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	standard := []string{"bufio", "bytes", "cmp", "context", "embed", "errors", "flag", "fmt", "hash", "html", "http", "io", "iter", "json", "list", "log",
		"maps", "math", "mime", "net", "os", "path", "rand", "reflect", "regexp", "ring", "runtime", "slices", "slog", "sort", "strconv", "strings",
		"sync", "testing", "time", "tls", "unicode", "url", "xml", "gen", "jid", "wire", "main", "init"}
	return s != "" && !token.IsKeyword(s) && !slices.Contains(standard, s)
}

// DeriveIndex makes an index for a tree of schemas that has none: every *.xsd at its top, with a package name out of the last words of the namespace
// and a title out of the schema's own documentation.
func DeriveIndex(fsys fs.FS, dir string) ([]Entry, error) {
	files, err := fs.Glob(fsys, "*.xsd")
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	var found []*xsdmodel.Schema
	var errs []error
	included := map[string]bool{}
	for _, file := range files {
		// What is wrong inside a schema is Load's to tell.
		s, err := parseFile(lenient(), fsys, file, dir)
		if s == nil {
			errs = append(errs, err)
			continue
		}
		found = append(found, s)
		for _, inc := range s.Includes {
			included[path.Base(inc.Location)] = true
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, joinFaults(sorted(flatten(err)))
	}
	found = slices.DeleteFunc(found, func(s *xsdmodel.Schema) bool { return s.TargetNamespace == "" && included[path.Base(s.File)] })
	return entries(found), nil
}

// entries makes an entry of each namespace in which elements are declared, and of one that declares types only unless another schema imports it: then it is
// a helper, and its types go where they are used.
func entries(found []*xsdmodel.Schema) []Entry {
	var out []Entry
	for _, s := range found {
		if i := slices.IndexFunc(out, func(e Entry) bool { return e.Namespace == s.TargetNamespace }); i >= 0 {
			out[i].More = append(out[i].More, path.Base(s.File))
			continue
		}
		elements := func(o *xsdmodel.Schema) bool {
			return o.TargetNamespace == s.TargetNamespace && (len(o.Elements) > 0 || len(o.Lost) > 0 || o.Unread)
		}
		imports := func(o *xsdmodel.Schema) bool {
			return slices.ContainsFunc(o.Imports, func(i *xsdmodel.Import) bool { return i.Namespace == s.TargetNamespace })
		}
		if !slices.ContainsFunc(found, elements) && slices.ContainsFunc(found, imports) {
			continue
		}
		e := Entry{Namespace: s.TargetNamespace, File: path.Base(s.File), Title: title(s.Doc), Pos: place(s.Pos)}
		e.Package = packageName(s.TargetNamespace, func(name string) bool {
			return slices.ContainsFunc(out, func(other Entry) bool { return other.Package == name })
		})
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.Namespace, b.Namespace) })
	return out
}

// title takes a title out of a schema's documentation: what stands before the version, the date or the end of the sentence.
func title(doc string) string {
	if i := strings.IndexAny(doc, ",;(\n"); i >= 0 {
		doc = doc[:i]
	}
	doc, _, _ = strings.Cut(doc, ". ")
	return strings.TrimSuffix(strings.TrimSpace(doc), ".")
}

// packageName takes words of the namespace from its end until the name is one and free. A trailing version stays with the word before.
func packageName(namespace string, taken func(string) bool) string {
	words := strings.FieldsFunc(strings.ToLower(namespace), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := ""
	for _, w := range slices.Backward(words) {
		name = w + name
		if IsPackageName(name) && !taken(name) {
			return name
		}
	}
	for i := 2; ; i++ {
		if n := fmt.Sprintf("ns%d%s", i, name); !taken(n) {
			return n
		}
	}
}

// lenient reads to find out what a schema is about; nobody is told of slips.
func lenient() xsdmodel.Reader { return xsdmodel.Reader{Slip: func(*xsdmodel.Error) {}} }

func parseFile(r xsdmodel.Reader, fsys fs.FS, file, dir string) (*xsdmodel.Schema, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return r.Parse(f, path.Join(dir, file))
}
