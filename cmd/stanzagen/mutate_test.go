package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/emit"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
	"github.com/stanzakit/stanzakit/schemas"
)

// TestMutants spoils schemas in every way that editing can, one place at a time: the generator must tell what is wrong and where, or make code. It must not fall over, say
// anything of its own insides, or write what is no Go.
func TestMutants(t *testing.T) {
	every := 97 // a prime, so that all kinds of them come up
	if testing.Short() {
		every = 997
	}
	extern := externSource(t)
	n := 0
	for _, seed := range seeds(t) {
		for i, mutant := range mutants(seed) {
			if i%every == 0 {
				n++
				generateMutant(t, extern, mutant)
			}
		}
	}
	t.Logf("%d mutants", n)
	if n < 50 {
		t.Error("hardly any")
	}
}

// TestW3C does the same with schemas of the W3C's test suite, the invalid ones too. They come with the validator's module.
func TestW3C(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/jacoelho/xsd").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "tests/corpus/w3c/msData/*/*.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the module comes without the suite")
	}
	extern := externSource(t)
	n := 0
	for i, file := range files {
		if i%29 != 0 {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(`targetNamespace="http://www.w3.org/2001/XMLSchema"`)) {
			continue // the schema of schemas, which xsd2go takes for part of itself
		}
		if !bytes.Contains(data, []byte("targetNamespace")) {
			data = bytes.Replace(data, []byte("schema "), []byte(`schema targetNamespace="urn:w3c" `), 1)
		}
		n++
		generateMutant(t, extern, data)
	}
	t.Logf("%d schemas", n)
}

// FuzzGenerate does the same with whatever the fuzzer makes of schemas.
func FuzzGenerate(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	extern := externSource(f)
	f.Fuzz(func(t *testing.T, data []byte) { generateMutant(t, extern, data) })
}

// seeds are the schemas of the cases.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	for _, pattern := range []string{"testdata/*/schema.xsd", "internal/load/testdata/slips/*/example.xsd"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, data)
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d schemas", len(out))
	}
	return out
}

// externSource is the project's own schemas.
func externSource(t testing.TB) load.Source {
	t.Helper()
	index, err := schemas.ReadIndex(schemas.FS, schemas.IndexFile)
	if err != nil {
		t.Fatal(err)
	}
	src := load.Source{FS: schemas.FS, Dir: "schemas", ImportPath: "github.com/stanzakit/stanzakit/gen"}
	for _, e := range index {
		src.Index = append(src.Index, load.Entry{Namespace: e.Namespace, Package: e.Package, File: e.File, Title: e.Title})
	}
	return src
}

func generateMutant(t *testing.T, extern load.Source, data []byte) {
	t.Helper()
	fsys := fstest.MapFS{"schema.xsd": {Data: data}}
	index, err := load.DeriveIndex(fsys, "")
	if err != nil {
		checkFaults(t, data, err)
		return
	}
	own := load.Source{FS: fsys, Index: index, ImportPath: casesModule}
	for _, lenient := range []bool{false, true} {
		set, err := load.Load(load.Config{Own: own, Extern: []load.Source{extern}, Lenient: lenient, Warn: func(w *load.Error) {
			if w.Pos.Line == 0 || strings.Contains(w.Msg, "xsd2go") {
				t.Errorf("warning %v of\n%s", w, data)
			}
		}})
		if err != nil {
			checkFaults(t, data, err)
			continue
		}
		names.Assign(set)
		if _, err := emit.Files(set, emit.Config{Module: casesModule}); err != nil && strings.Contains(err.Error(), "emit: ") {
			t.Errorf("%v of\n%s", err, data)
		}
	}
}

// checkFaults wants a place of every fault.
func checkFaults(t *testing.T, data []byte, err error) {
	t.Helper()
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, e := range all {
		if fault, ok := errors.AsType[*load.Error](e); !ok || fault.Pos.Line == 0 || strings.Contains(fault.Msg, "internal") {
			t.Errorf("%v of\n%s", e, data)
		}
	}
}

// span is an element of a schema: where its start tag begins and ends, and where its end tag does.
type span struct {
	tag                      xml.StartElement
	start, inner, outer, end int
}

// spans lists the elements of a document.
func spans(data []byte) []span {
	var out, open []span
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		start := int(dec.InputOffset())
		tok, err := dec.RawToken()
		if err != nil {
			return out
		}
		end := int(dec.InputOffset())
		switch tok := tok.(type) {
		case xml.StartElement:
			open = append(open, span{tag: tok.Copy(), start: start, inner: end})
		case xml.EndElement:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			last.outer, last.end = start, end
			out = append(out, last)
		}
	}
}

// mutants lists what becomes of a schema when one element or attribute in it is spoilt.
func mutants(data []byte) [][]byte {
	var out [][]byte
	with := func(parts ...any) {
		var b []byte
		for _, p := range parts {
			switch p := p.(type) {
			case string:
				b = append(b, p...)
			case []byte:
				b = append(b, p...)
			}
		}
		out = append(out, b)
	}
	words := []string{"sequence", "choice", "all", "element", "attribute", "simpleContent", "extension", "restriction", "complexType", "simpleType", "any",
		"group", "union", "enumeration", "import", "include"}
	for _, x := range spans(data) {
		before, tag, inside, after := data[:x.start], string(data[x.start:x.inner]), data[x.inner:x.outer], data[x.end:]
		closing := string(data[x.outer:x.end])
		with(before, after)                                           // gone
		with(before, inside, after)                                   // unwrapped
		with(before, data[x.start:x.end], data[x.start:x.end], after) // twice
		for _, w := range words {
			with(before, strings.Replace(tag, x.tag.Name.Local, w, 1), inside, strings.Replace(closing, x.tag.Name.Local, w, 1), after)
			if closing != "" {
				with(before, tag, inside, "<xs:"+w+" name='x' base='xs:string' type='x'/>", closing, after)
			}
		}
		for _, a := range x.tag.Attr {
			at := strings.Index(tag, a.Name.Local+"=")
			name, rest := tag[:at], tag[at+len(a.Name.Local)+2:]
			for _, v := range []string{"", "x", "a:b", "item", "unbounded", "0", "xs:int", "empty", " "} {
				with(before, name, a.Name.Local+"="+tag[at+len(a.Name.Local)+1:][:1], v, rest[len(a.Value):], inside, closing, after)
			}
			for _, w := range []string{"ref", "substitutionGroup", "type", "base"} {
				with(before, name, w, tag[at+len(a.Name.Local):], inside, closing, after)
			}
		}
	}
	return out
}
