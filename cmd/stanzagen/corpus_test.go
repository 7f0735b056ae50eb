package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/emit"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
)

// corpusModule is the module in which the code of all published schemas is generated, a package for each file.
const corpusModule = "example.com/corpus"

// corpus is the schemas and samples that the specifications publish.
type corpus struct {
	root    string
	fs      fs.FS
	schemas []*published
}

// published is one published schema.
type published struct {
	file, namespace, pkg string
	malformed            bool
	uses                 []string // packages of the namespaces that it imports, with theirs
	slips                []string // what was read over
}

// readCorpus finds the corpus, or skips the test. STANZAKIT_CORPUS names the directory of the samples; the tables and the schemas lie beside it.
func readCorpus(t *testing.T) *corpus {
	t.Helper()
	root := filepath.Dir(cmp.Or(os.Getenv("STANZAKIT_CORPUS"), "../../../shared/corpus/examples"))
	if _, err := os.Stat(filepath.Join(root, "schemas.tsv")); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no corpus: %v; STANZAKIT_CORPUS names the directory of samples in another one", err)
	}
	c := &corpus{root: root, fs: os.DirFS(root)}
	for i, row := range readTable(t, filepath.Join(root, "schemas.tsv"), "file", "targetNamespace", "malformed") {
		c.schemas = append(c.schemas, &published{file: row[0], namespace: row[1], pkg: fmt.Sprintf("p%d", i), malformed: row[2] != ""})
	}
	xml := &published{file: "w3c/xml.xsd", namespace: "http://www.w3.org/XML/1998/namespace", pkg: "pxml"}
	c.schemas = append(c.schemas, xml)
	return c
}

// readTable reads columns of a table: tab separated, the first line names them.
func readTable(t *testing.T, file string, columns ...string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	head := strings.Split(lines[0], "\t")
	var out [][]string
	for _, line := range lines[1:] {
		fields := strings.Split(line, "\t")
		var row []string
		for _, c := range columns {
			i := slices.Index(head, c)
			if i < 0 || i >= len(fields) {
				t.Fatalf("%s: no column %s in %q", file, c, line)
			}
			row = append(row, fields[i])
		}
		out = append(out, row)
	}
	return out
}

// extern is every schema but one, by namespace: where several are of one namespace, the one in the same folder goes first.
func (c *corpus) extern(s *published) load.Source {
	folder := func(o *published) int {
		if path.Dir(o.file) == path.Dir(s.file) {
			return 0
		}
		return 1
	}
	all := slices.Clone(c.schemas)
	slices.SortStableFunc(all, func(a, b *published) int { return cmp.Compare(folder(a), folder(b)) })
	src := load.Source{FS: c.fs, ImportPath: corpusModule}
	seen := map[string]bool{s.namespace: true}
	for _, o := range all {
		if !o.malformed && !seen[o.namespace] {
			seen[o.namespace] = true
			src.Index = append(src.Index, load.Entry{Namespace: o.namespace, Package: o.pkg, File: o.file})
		}
	}
	return src
}

// generate makes the package of one schema alone; all others are there already.
func (c *corpus) generate(s *published) (map[string][]byte, error) {
	data, err := fs.ReadFile(c.fs, s.file)
	if err != nil {
		return nil, err
	}
	own := load.Source{FS: fstest.MapFS{s.file: {Data: data}}, ImportPath: corpusModule,
		Index: []load.Entry{{Namespace: s.namespace, Package: s.pkg, File: s.file}}}
	var misread []error
	set, err := load.Load(load.Config{Own: own, Extern: []load.Source{c.extern(s)}, Lenient: true, Warn: func(w *load.Error) {
		switch {
		case w.Pos.Line == 0 || strings.Contains(w.Msg, "xsd2go"):
			misread = append(misread, w)
		case w.Pos.File == s.file:
			s.slips = append(s.slips, fmt.Sprintf("%v; %s", w, w.Hint))
		}
	}})
	if err != nil {
		return nil, err
	}
	if len(misread) > 0 {
		return nil, errors.Join(misread...)
	}
	for _, p := range set.Packages {
		if p.Extern {
			s.uses = append(s.uses, p.Name)
		}
	}
	names.Assign(set)
	return emit.Files(set, emit.Config{Module: corpusModule})
}

// TestCorpus generates the code of every published schema, each alone, with its imports resolved inside the corpus by namespace, and compiles all of it. What is
// refused stands in testdata/corpus/refused.txt, what is read over in slips.txt beside it. Then the samples go through the types that were made.
func TestCorpus(t *testing.T) {
	c := readCorpus(t)
	dir := t.TempDir()
	refused := map[string]string{}
	var slips []string
	var good []*published
	for _, s := range c.schemas {
		files, err := c.generate(s)
		slips = append(slips, s.slips...)
		if err != nil {
			refused[s.file] = explain(t, err)
			continue
		}
		good = append(good, s)
		delete(files, emit.RegistryFile)
		if err := os.Mkdir(filepath.Join(dir, s.pkg), 0o755); err != nil {
			t.Fatal(err)
		}
		for name, data := range files {
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.tally(t, refused)
	compareGolden(t, "testdata/corpus/refused.txt", strings.Join(slices.Sorted(maps.Values(refused)), ""))
	compareGolden(t, "testdata/corpus/slips.txt", strings.Join(slips, "\n")+"\n")
	if testing.Short() {
		t.Log("nothing compiled")
		return
	}
	writeModule(t, dir, corpusModule)
	tool := buildCodec(t, dir, good)
	c.samples(t, tool, good)
}

// tally says how many schemas of each folder there is code for, and wants 97 of 100 well-formed ones.
func (c *corpus) tally(t *testing.T, refused map[string]string) {
	t.Helper()
	all, good := map[string]int{}, map[string]int{}
	for _, s := range c.schemas {
		if s.malformed {
			if refused[s.file] == "" {
				t.Errorf("%s is not well-formed, and there is code for it", s.file)
			}
			continue
		}
		all[path.Dir(s.file)]++
		if refused[s.file] == "" {
			good[path.Dir(s.file)]++
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%s: code for %d of %d well-formed schemas", folder, good[folder], all[folder])
		if good[folder]*100 < all[folder]*97 {
			t.Errorf("%s: too few", folder)
		}
	}
}

// explain writes what the generator has against a schema: every fault has a place.
func explain(t *testing.T, err error) string {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range joined.Unwrap() {
		fault, ok := errors.AsType[*load.Error](e)
		if !ok || fault.Pos.Line == 0 || strings.Contains(fault.Msg, "xsd2go") {
			t.Errorf("not a fault of a schema: %v", e)
			continue
		}
		fmt.Fprintf(&b, "%v; %s\n", fault, fault.Hint)
	}
	return b.String()
}

// compareGolden compares with a file of testdata.
func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}
