package main

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/cli"
)

var update = flag.Bool("update", false, "write the want files of testdata anew")

const casesModule = "example.com/cases"

// TestGenerate generates each case and compares with its want directory: the code and warnings.txt, or errors.txt. The rules are strict unless the case is
// called slips. What was generated must pass go vet.
func TestGenerate(t *testing.T) {
	schemas, err := filepath.Glob("testdata/*/schema.xsd")
	if err != nil || len(schemas) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	out := t.TempDir()
	for _, schema := range schemas {
		dir := filepath.Dir(schema)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			want := filepath.Join(dir, "want")
			got := generateCase(t, dir, filepath.Join(out, filepath.Base(dir)))
			if *update {
				writeTree(t, want, got)
			}
			if diff := cmp.Diff(readTree(t, want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if testing.Short() {
		t.Log("without go vet")
		return
	}
	writeModule(t, out, casesModule)
	vet(t, out)
}

// generateCase generates the case and returns the files, or the errors as errors.txt.
func generateCase(t *testing.T, dir, out string) map[string]string {
	t.Helper()
	var stdout, stderr strings.Builder
	name := filepath.Base(dir)
	err := cli.Generate(cli.Console{Out: &stdout, Err: &stderr}, cli.GenerateConfig{
		Schemas: dir, Out: out, Module: casesModule + "/" + name, Strict: new(!strings.HasPrefix(name, "slips")),
	})
	if stdout.String() != "" {
		t.Errorf("standard output: %s", stdout.String())
	}
	if err == nil {
		files := readTree(t, out)
		if stderr.Len() > 0 {
			files["warnings.txt"] = stderr.String()
		}
		return files
	}
	if !errors.Is(err, cli.ErrFindings) {
		t.Fatal(err)
	}
	if !strings.HasPrefix(name, "error") {
		t.Errorf("a case that is not called error has some:\n%s", stderr.String())
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was written in spite of the errors (%v)", err)
	}
	return map[string]string{"errors.txt": stderr.String()}
}

// readTree reads every file below dir.
func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// writeTree replaces dir by the files.
func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// writeModule makes dir a module that uses this one, as a user's would.
func writeModule(t *testing.T, dir, name string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	const self = "github.com/stanzakit/stanzakit"
	mod := "module " + name + "\n\ngo 1.26\n\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + strconv.Quote(root) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o644); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644); err != nil {
		t.Fatal(err)
	}
}

// vet runs go vet on the module, without a network.
func vet(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("go", "vet", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}
