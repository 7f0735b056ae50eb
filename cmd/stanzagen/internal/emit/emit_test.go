package emit_test

import (
	"flag"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/emit"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

var update = flag.Bool("update", false, "write the golden files")

// generate emits the example set as two runs: the packages of the first, and the one that the first takes from elsewhere.
func generate(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for dir, own := range map[string]bool{"gen": true, "other": false} {
		set := exampleSet()
		for _, p := range set.Packages {
			p.Extern = (p.Namespace != forwardNS) != own
		}
		files, err := emit.Files(set, emit.Config{Module: emitted + dir})
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range files {
			out[dir+"/"+name] = data
		}
	}
	return out
}

func TestFilesAreFormatted(t *testing.T) {
	for name, data := range generate(t) {
		want, err := format.Source(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(data)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestFilesGolden shows what is emitted; -update writes it anew.
func TestFilesGolden(t *testing.T) {
	for name, got := range generate(t) {
		golden := filepath.Join("testdata", "golden", strings.ReplaceAll(name, "/", "_")+".txt")
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestFilesAreTheSameEveryTime(t *testing.T) {
	want := generate(t)
	for range 10 {
		if diff := cmp.Diff(want, generate(t)); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	}
}

// TestFilesCompile vets the generated packages against the real package wire, in a module of their own, and runs the test that stands beside them.
func TestFilesCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir := t.TempDir()
	if err := emit.Write(dir, generate(t)); err != nil {
		t.Fatal(err)
	}
	writeModule(t, dir)
	copyFile(t, "testdata/roundtrip.txt", filepath.Join(dir, "roundtrip_test.go"))
	for _, command := range []string{"vet", "test"} {
		cmd := exec.Command("go", command, "./...")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", command, err, out)
		}
	}
}

// writeModule makes dir a module that sees this one, with the same dependencies.
func writeModule(t *testing.T, dir string) {
	t.Helper()
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	const self = "github.com/stanzakit/stanzakit"
	text := strings.Replace(string(mod), "module "+self, "module "+strings.TrimSuffix(emitted, "/"), 1)
	text += "\nrequire " + self + " v0.0.0\nreplace " + self + " => " + strconv.Quote(root) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	copyFile(t, filepath.Join(root, "go.sum"), filepath.Join(dir, "go.sum"))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFilesErrors(t *testing.T) {
	tests := []struct {
		name   string
		change func(*ir.Set)
		want   string
	}{
		{
			name: "stanza without id",
			change: func(set *ir.Set) {
				p := set.Packages[0]
				i := slices.IndexFunc(p.Structs, func(s *ir.Struct) bool { return s.Stanza })
				p.Structs[i].Pos = ir.Pos{File: "a.xsd", Line: 3, Column: 4}
				p.Structs[i].Attrs = slices.DeleteFunc(p.Structs[i].Attrs, func(f *ir.Field) bool { return f.Hint == "id" })
			},
			want: "a.xsd:3:4: stanza Message needs an attribute id: jid for from and to, a string for id and type",
		},
		{
			name: "two types for one name",
			change: func(set *ir.Set) {
				twin := *set.Packages[1].Structs[0]
				twin.Pos = ir.Pos{File: "a.xsd", Line: 5, Column: 6}
				set.Packages[1].Structs = append(set.Packages[1].Structs, &twin)
			},
			want: "a.xsd:5:6: {urn:example:errors}reason already has type Reason of package faults",
		},
		{
			name:   "two packages of one name",
			change: func(set *ir.Set) { set.Packages[1].Name = "example" },
			want:   "emit: urn:example and urn:example:errors would both be package example",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := exampleSet()
			tt.change(set)
			_, err := emit.Files(set, emit.Config{})
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
