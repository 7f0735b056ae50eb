package load

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gocomply/xsd2go/pkg/xsd"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// library is what xsd2go made of the normalised copy.
type library map[string]*xsd.Schema // by namespace

// readLibrary writes the copy to a directory that lives as long as the call and has xsd2go read it.
func readLibrary(p *plan) (library, error) {
	dir, err := os.MkdirTemp("", "stanzagen")
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, s := range p.set.Schemas {
		if err := os.WriteFile(filepath.Join(dir, p.fileName(s.TargetNamespace)), []byte(p.write(s)), 0o600); err != nil {
			return nil, fmt.Errorf("load: %w", err)
		}
	}
	r := &libraryReader{plan: p, dir: dir, lib: library{}, tried: map[string]bool{}}
	for _, s := range p.set.Schemas {
		r.read(s)
	}
	return r.lib, nil
}

// libraryReader has xsd2go read one schema after the other, imports first, so that what goes wrong is told of the schema it lies in. What it cannot read
// is not in the library, and is no reason to refuse the schema.
type libraryReader struct {
	plan  *plan
	dir   string
	lib   library
	tried map[string]bool
}

// read reports whether the schema and all it imports could be read.
func (r *libraryReader) read(s *xsdmodel.Schema) bool {
	ns := s.TargetNamespace
	if r.tried[ns] {
		return r.lib[ns] != nil
	}
	r.tried[ns] = true
	for _, imp := range s.Imports {
		if !r.read(r.plan.set.Schema(imp.Namespace)) {
			return false
		}
	}
	ws, err := workspace(filepath.Join(r.dir, r.plan.fileName(ns)))
	if err != nil {
		r.plan.warnf(s.Pos, "read without it", "xsd2go cannot read the schema: %s", strings.ReplaceAll(err.Error(), r.dir+string(filepath.Separator), ""))
		return false
	}
	for _, read := range ws.Cache {
		r.lib[read.TargetNamespace] = read
	}
	return true
}

// workspace runs xsd2go on one file and what it imports: without its chatter, its panics made errors.
func workspace(file string) (ws *xsd.Workspace, err error) {
	quiet, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	stdout := os.Stdout
	os.Stdout = quiet
	defer func() {
		os.Stdout = stdout
		quiet.Close()
		if r := recover(); r != nil {
			ws, err = nil, fmt.Errorf("%v", r)
		}
	}()
	return xsd.NewWorkspace("", file, nil)
}

// qname resolves a reference in the copy.
func (p *plan) qname(ref string) xsdmodel.Name {
	prefix, local, _ := strings.Cut(ref, ":")
	if prefix == "xs" {
		return xsdmodel.Name{Space: xsdmodel.Namespace, Local: local}
	}
	return xsdmodel.Name{Space: p.spaces[prefix], Local: local}
}
