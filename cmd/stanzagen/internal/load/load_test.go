package load

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// TestProjectSchemas loads every schema of the project. Load compares xsdmodel and xsd2go on each; that there is no warning says that they agree.
func TestProjectSchemas(t *testing.T) {
	src := project(t)
	set, err := Load(Config{Own: src, Warn: func(w *Error) { t.Errorf("warning: %v", w) }})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, e := range src.Index {
		want = append(want, e.Namespace)
	}
	for _, p := range set.Packages {
		got = append(got, p.Namespace)
		if p.Source == "" {
			t.Errorf("%s: no documentation", p.File)
		}
		for _, s := range p.Structs {
			if s.Global && s.Doc == "" {
				t.Errorf("%s:%d: element %s has no documentation", s.Pos.File, s.Pos.Line, s.Element.Local)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("namespaces (-want +got):\n%s", diff)
	}
}

// TestDeterministic loads twice and wants the same, since generated code is compared byte for byte.
func TestDeterministic(t *testing.T) {
	var got []string
	for range 2 {
		set, err := Load(Config{Own: project(t)})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, render(set))
	}
	if diff := cmp.Diff(got[0], got[1]); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

// TestExtern imports a schema of the project from one of a user, with and without a location that leads nowhere.
func TestExtern(t *testing.T) {
	user := fstest.MapFS{"chess.xsd": {Data: []byte(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:f="urn:xmpp:forward:0"
  targetNamespace="urn:chess" elementFormDefault="qualified">
  <xs:import namespace="urn:xmpp:forward:0" schemaLocation="../elsewhere.xsd"/>
  <xs:element name="game"><xs:complexType><xs:sequence><xs:element ref="f:forwarded"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`)}}
	index, err := DeriveIndex(user, "my")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Load(Config{Own: Source{FS: user, Dir: "my", Index: index, ImportPath: "example.org/my"}, Extern: []Source{project(t)}})
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]*ir.Package{}
	for _, p := range set.Packages {
		packages[p.Namespace] = p
	}
	chess, forward := packages["urn:chess"], packages["urn:xmpp:forward:0"]
	if chess == nil || chess.Extern || chess.File != "my/chess.xsd" || chess.Path != "example.org/my/chess" {
		t.Errorf("own package: %+v", chess)
	}
	if forward == nil || !forward.Extern || forward.Path != "example.org/project/gen/forward0" {
		t.Fatalf("extern package: %+v", forward)
	}
	if got := chess.Structs[0].Children[0].Struct; got.Package != forward || got.Element.Local != "forwarded" {
		t.Errorf("child refers to %+v", got)
	}
	if packages["jabber:iq:roster"] != nil {
		t.Error("a package that nothing refers to was loaded")
	}
}

func TestDeriveIndex(t *testing.T) {
	schema := func(ns, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`<xs:schema xmlns:xs="` + xsdmodel.Namespace + `" targetNamespace="` + ns + `">` + body + `</xs:schema>`)}
	}
	const element = `<xs:element name="e"/>`
	fsys := fstest.MapFS{
		"a.xsd":     schema("urn:example:chess:1", element),
		"b.xsd":     schema("https://other.example/chess/1", element),
		"c.xsd":     schema("urn:xmpp:time", `<xs:annotation><xs:documentation>the time.</xs:documentation></xs:annotation>`+element),
		"d.xsd":     schema("urn:example:1", element),
		"e.xsd":     schema("urn:1", element),
		"f.xsd":     schema("urn:example:f", `<xs:import namespace="urn:example:types"/>`+element),
		"g.xsd":     schema("urn:example:f", element),
		"lone.xsd":  schema("urn:example:lone", ""),
		"types.xsd": schema("urn:example:types", ""),
		"notes.txt": {Data: []byte("no schema")},
	}
	got, err := DeriveIndex(fsys, "my")
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Pos = ir.Pos{}
	}
	want := []Entry{
		{Namespace: "https://other.example/chess/1", Package: "examplechess1", File: "b.xsd"},
		{Namespace: "urn:1", Package: "urn1", File: "e.xsd"},
		{Namespace: "urn:example:1", Package: "example1", File: "d.xsd"},
		{Namespace: "urn:example:chess:1", Package: "chess1", File: "a.xsd"},
		{Namespace: "urn:example:f", Package: "f", File: "f.xsd", More: []string{"g.xsd"}},
		{Namespace: "urn:example:lone", Package: "lone", File: "lone.xsd"},
		{Namespace: "urn:xmpp:time", Package: "xmpptime", File: "c.xsd", Title: "the time"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStdout sees to it that xsd2go's chatter does not reach the output, which the tool needs for itself.
func TestStdout(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	_, err = loadDir(t, "testdata/good/text")
	os.Stdout = stdout
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	printed, err := io.ReadAll(r)
	if err != nil || len(printed) > 0 {
		t.Errorf("Load printed %q (%v)", printed, err)
	}
}

// FuzzLoad feeds schemas with faults of all kinds: every one must be told with its place, none may panic.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*/example.xsd", "testdata/bad/*/example.xsd"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	extern := project(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		own := Source{FS: fstest.MapFS{"example.xsd": {Data: data}}, Index: []Entry{{Namespace: "urn:example", Package: "example", File: "example.xsd"}}}
		_, err := Load(Config{Own: own, Extern: []Source{extern}})
		if err == nil {
			return
		}
		for _, e := range flatten(err) {
			if e.Pos.File == "" || strings.Contains(e.Msg, "internal error") {
				t.Errorf("fault without a place, or not of the schema: %v", e)
			}
		}
	})
}
