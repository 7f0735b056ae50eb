package schemas_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/schemas"
)

func ExampleIndex() {
	index, err := schemas.Index()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range index {
		if e.Namespace == "urn:xmpp:mam:2" {
			fmt.Println(e.Package, e.File, e.Title)
		}
	}
	// Output: mam2 xep-0313-mam.xsd XEP-0313: Message Archive Management
}

func TestIndexMatchesFiles(t *testing.T) {
	index, err := schemas.Index()
	if err != nil {
		t.Fatal(err)
	}
	indexed := map[string]string{}
	for _, e := range index {
		indexed[e.File] = e.Namespace
	}
	// Schemas that declare no element of their own are no package's.
	helpers := map[string]bool{"xml.xsd": true, "stanzakit-types.xsd": true}
	files, err := fs.Glob(schemas.FS, "*.xsd")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := schemas.FS.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := xsdmodel.Parse(f, file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if ns, ok := indexed[file]; ok == helpers[file] || ok && ns != s.TargetNamespace {
			t.Errorf("%s: namespace %q, indexed as %q", file, s.TargetNamespace, ns)
		}
		delete(indexed, file)
	}
	if len(indexed) > 0 {
		t.Errorf("indexed but missing: %v", indexed)
	}
}

func TestReadIndex(t *testing.T) {
	tests := []struct {
		name, index string
		want        []schemas.Entry
		fault       string
	}{
		{name: "two", index: "urn:a a a.xsd XEP-1:  A\n\nurn:b b2 x/b.xsd\n", want: []schemas.Entry{
			{Namespace: "urn:a", Package: "a", File: "a.xsd", Title: "XEP-1: A", Line: 1},
			{Namespace: "urn:b", Package: "b2", File: "x/b.xsd", Line: 3},
		}},
		{name: "short", index: "urn:a a\n", fault: "index.txt:1: want: namespace package file title"},
		{name: "unsorted", index: "urn:b b b.xsd B\nurn:a a a.xsd A\n", fault: "index.txt:2: the lines are not sorted"},
		{name: "twice", index: "urn:a a a.xsd A\nurn:a b b.xsd B\n", fault: "index.txt:2: the lines are not sorted"},
		{name: "keyword", index: "urn:a type a.xsd A\n", fault: `index.txt:1: "type" is no name for a package`},
		{name: "outside", index: "urn:a a ../a.xsd A\n", fault: `index.txt:1: "../a.xsd" is no path`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := schemas.ReadIndex(fstest.MapFS{schemas.IndexFile: {Data: []byte(tt.index)}}, schemas.IndexFile)
			if tt.fault != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.fault) {
					t.Fatalf("want error %q, got %v", tt.fault, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
