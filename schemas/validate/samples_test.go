package validate

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sampleFaults lists the samples of the specifications that are not valid, and the sentences that they break.
const sampleFaults = "testdata/samples.tsv"

// TestSamples validates every complete sample of the specifications whose root has a schema, in the default profile. Whatever is found must be listed,
// and whatever is listed must be found.
func TestSamples(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	s := &samples{t: t, v: v, faults: readFaults(t), used: map[fault]bool{}}
	for _, file := range completeSamples(t) {
		s.check(file)
	}
	t.Logf("%d of %d samples valid (%.1f %%), %d of %d payloads (%.1f %%)", s.valid, s.whole, percent(s.valid, s.whole), s.validPayloads, s.payloads,
		percent(s.validPayloads, s.payloads))
	if s.whole < 1000 {
		t.Errorf("only %d samples", s.whole)
	}
	for _, f := range s.stale {
		t.Errorf("%s: nothing is wrong at %s any more: %s has a line too many", f.file, f.path, sampleFaults)
	}
}

// fault is a line of the list: a sample, and the path of an element or attribute, without ordinals.
type fault struct{ file, path string }

type samples struct {
	t                                     *testing.T
	v                                     *Validator
	faults                                map[string][]fault // by file
	used                                  map[fault]bool
	stale                                 []fault
	whole, valid, payloads, validPayloads int
}

var ordinals = regexp.MustCompile(`\[\d+\]`)

// check validates one sample.
func (s *samples) check(file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	root, err := parse(data)
	if err != nil {
		s.t.Fatalf("%s: %v", file, err)
	}
	if s.v.shapes.set.Schema(root.name.Space) == nil {
		return
	}
	findings, err := s.v.Document(data)
	if err != nil {
		s.t.Fatalf("%s: %v", file, err)
	}
	s.whole++
	if len(findings) == 0 {
		s.valid++
	}
	s.payload(root, findings)
	name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
	for _, f := range findings {
		if !s.listed(name, ordinals.ReplaceAllString(f.Path, "")) {
			s.t.Errorf("%s:%d:%d: %s: %s", file, f.Line, f.Column, f.Path, f.Message)
		}
	}
	for _, f := range s.faults[name] {
		if !s.used[f] && s.judged(root, f.path) {
			s.stale = append(s.stale, f)
		}
	}
}

// listed reports whether the list has the path, or that of an element around it.
func (s *samples) listed(file, path string) bool {
	found := false
	for _, f := range s.faults[file] {
		if path == f.path || strings.HasPrefix(path, f.path+"/") {
			s.used[f], found = true, true
		}
	}
	return found
}

// judged reports whether the element at the path, or the one around the attribute there, has a schema.
func (s *samples) judged(n *node, path string) bool {
	element, _, _ := strings.Cut(path, "/@")
	if ordinals.ReplaceAllString(n.path(), "") == element && s.v.shapes.set.Schema(n.name.Space) != nil {
		return true
	}
	return slices.ContainsFunc(n.children, func(c *node) bool { return s.judged(c, path) })
}

// payload counts the elements from n down whose namespace is not their parent's and has a schema, and a root that is no stanza.
func (s *samples) payload(n *node, findings []Finding) {
	root := n.parent == nil && n.name.Space != "jabber:client"
	if (root || n.parent != nil && n.name.Space != n.parent.name.Space) && s.v.shapes.set.Schema(n.name.Space) != nil {
		s.payloads++
		path := n.path()
		if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Path == path || strings.HasPrefix(f.Path, path+"/") }) {
			s.validPayloads++
		}
	}
	for _, c := range n.children {
		s.payload(c, findings)
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

// readFaults reads the list: file, path, sentence.
func readFaults(t *testing.T) map[string][]fault {
	t.Helper()
	data, err := os.ReadFile(sampleFaults)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]fault{}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 || fields[2] == "" {
			t.Fatalf("%s: not file, path and sentence: %q", sampleFaults, line)
		}
		out[fields[0]] = append(out[fields[0]], fault{fields[0], fields[1]})
	}
	return out
}

// completeSamples lists the well-formed samples from which nothing is left out, or skips the test where there are none.
func completeSamples(t *testing.T) []string {
	t.Helper()
	dir := filepath.Dir(cmp.Or(os.Getenv("STANZAKIT_CORPUS"), corpus))
	table, err := os.ReadFile(filepath.Join(dir, "examples.tsv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no samples: %v; STANZAKIT_CORPUS names another place", err)
	} else if err != nil {
		t.Fatal(err)
	}
	head, rows, _ := strings.Cut(string(table), "\n")
	columns := strings.Split(head, "\t")
	file, wellformed, elided := slices.Index(columns, "file"), slices.Index(columns, "wellformed"), slices.Index(columns, "elided")
	if file < 0 || wellformed < 0 || elided < 0 {
		t.Fatalf("columns are %q", columns)
	}
	var out []string
	for row := range strings.Lines(rows) {
		if fields := strings.Split(strings.TrimSuffix(row, "\n"), "\t"); fields[file] != "" && fields[wellformed] == "y" && fields[elided] == "n" {
			out = append(out, filepath.Join(dir, fields[file]))
		}
	}
	return out
}
