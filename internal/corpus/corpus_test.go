package corpus

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

// samples returns the paths of the well-formed samples of the specifications, or skips the test where there are none. STANZAKIT_CORPUS names their
// directory; the table of what they are lies beside it.
func samples(t *testing.T) []string {
	t.Helper()
	dir := cmp.Or(os.Getenv("STANZAKIT_CORPUS"), "../../../shared/corpus/examples")
	table, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "examples.tsv"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no samples: %v; STANZAKIT_CORPUS names another place", err)
	} else if err != nil {
		t.Fatal(err)
	}
	head, rows, _ := strings.Cut(string(table), "\n")
	columns := strings.Split(head, "\t")
	file, wellformed := slices.Index(columns, "file"), slices.Index(columns, "wellformed")
	if file < 0 || wellformed < 0 {
		t.Fatalf("columns are %q", columns)
	}
	var paths []string
	for row := range strings.Lines(rows) {
		if fields := strings.Split(strings.TrimSuffix(row, "\n"), "\t"); fields[file] != "" && fields[wellformed] == "y" {
			paths = append(paths, filepath.Join(filepath.Dir(dir), fields[file]))
		}
	}
	if len(paths) < 1000 {
		t.Fatalf("only %d samples", len(paths))
	}
	return paths
}

// TestRegistry decodes every sample with the types of every schema. What has a type must be of it, unless a value in it is bad: those samples are listed in
// testdata/bad_values.txt, each with the value. Encoding and decoding again must not change anything.
func TestRegistry(t *testing.T) {
	reg := gen.Registry()
	var typedRoots, rawRoots, payloads int
	var bad []string
	paths := samples(t)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		el, err := wire.Unmarshal(data, reg)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		root, known := declared(t, data, reg)
		payloads += known
		if want := reg.New(root); want == nil {
			rawRoots++
		} else if raw, ok := el.(*wire.Raw); !ok || raw.Err == nil {
			typedRoots++
			if reflect.TypeOf(el) != reflect.TypeOf(want) {
				t.Errorf("%s: %v is a %T, want a %T", path, root, el, want)
			}
		}
		for _, raw := range Raws(el) {
			if fault, ok := errors.AsType[*wire.ValueError](raw.Err); ok {
				bad = append(bad, sampleName(path)+" "+fault.Path)
			} else if reg.New(raw.Name) != nil {
				t.Errorf("%s: %v is not typed", path, raw.Name)
			}
		}
		again(t, path, el, reg)
	}
	t.Logf("%d samples: root typed %d, raw %d; %d roots and payloads with a schema, %d elements with a bad value", len(paths), typedRoots, rawRoots, payloads, len(bad))
	compareList(t, bad)
}

// sampleName returns the document and the file, the same wherever the samples lie.
func sampleName(path string) string {
	return filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))
}

// compareList compares with the samples that are known to hold bad values.
func compareList(t *testing.T, bad []string) {
	t.Helper()
	list, err := os.ReadFile("testdata/bad_values.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, want, _ := strings.Cut(string(list), "\n\n") // a comment stands first
	slices.Sort(bad)
	if diff := gocmp.Diff(want, strings.Join(bad, "\n")+"\n"); diff != "" {
		t.Errorf("bad values (-want +got):\n%s", diff)
	}
}

// declared returns the root's name, and how many of the root and the payloads (elements of another namespace than their parent's) have a type. It reads with
// encoding/xml, so that it does not share a fault with what it checks.
func declared(t *testing.T, data []byte, reg *wire.Registry) (root xml.Name, n int) {
	t.Helper()
	open := []xml.Name{{Space: "\x00"}} // no namespace is this
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return root, n
		} else if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) == 1 {
				root = tok.Name
			}
			if tok.Name.Space != open[len(open)-1].Space && reg.New(tok.Name) != nil {
				n++
			}
			open = append(open, tok.Name)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// again encodes and decodes.
func again(t *testing.T, path string, el wire.Element, reg *wire.Registry) {
	t.Helper()
	first, err := wire.Marshal(el)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	back, err := wire.Unmarshal(first, reg)
	if err != nil {
		t.Errorf("%s: encoded again: %v", path, err)
		return
	}
	second, err := wire.Marshal(back)
	if err != nil {
		t.Errorf("%s: encoded twice: %v", path, err)
	} else if diff := gocmp.Diff(string(first), string(second)); diff != "" {
		t.Errorf("%s: encoded twice (-first +second):\n%s", path, diff)
	}
}

// TestLossless asks the tool whether any sample loses something on the way through its types.
func TestLossless(t *testing.T) {
	paths := samples(t)
	tool := filepath.Join(t.TempDir(), "stanzagen")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", tool, "../../cmd/stanzagen").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	out, err := exec.Command(tool, append([]string{"inspect", "--json"}, paths...)...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 1 || err != nil && !ok {
		t.Fatalf("inspect: %v", err)
	}
	lines := 0
	for line := range strings.Lines(string(out)) {
		lines++
		var r struct {
			File     string
			Error    *string
			Lossless bool
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if r.Error != nil || !r.Lossless {
			t.Errorf("%s", line)
		}
	}
	if lines != len(paths) {
		t.Errorf("%d files reported, want %d", lines, len(paths))
	}
}
