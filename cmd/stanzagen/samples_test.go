package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/lossless"
)

// task is a document and the packages whose types it shall be decoded with; result is what came of it.
type task struct {
	File     string   // as the tables name it
	Path     string   // where it lies
	Packages []string // whose types are in the registry
}

type result struct {
	Typed   bool // something in the document had a type
	Encoded []byte
	Error   string
}

// buildCodec builds a program out of all generated packages: it reads tasks and writes results, a line of JSON each. That it builds says that they compile.
func buildCodec(t *testing.T, dir string, schemas []*published) (tool string) {
	t.Helper()
	var imports, rows strings.Builder
	for _, s := range schemas {
		fmt.Fprintf(&imports, "\t%q\n", corpusModule+"/"+s.pkg)
		if data, err := os.ReadFile(filepath.Join(dir, s.pkg, "types_gen.go")); err != nil {
			t.Fatal(err)
		} else if !bytes.Contains(data, []byte("\nvar Elements ")) {
			fmt.Fprintf(&rows, "\t_ = %s.NS // %s declares types only\n", s.pkg, s.file)
			continue
		}
		fmt.Fprintf(&rows, "\ttypes[%q] = %s.Elements // %s\n", s.pkg, s.pkg, s.file)
	}
	main := strings.NewReplacer("IMPORTS", imports.String(), "ROWS", rows.String()).Replace(codecProgram)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(main), 0o644); err != nil {
		t.Fatal(err)
	}
	tool = filepath.Join(t.TempDir(), "codec")
	// Quick to compile is all that counts here.
	cmd := exec.Command("go", "build", "-trimpath", "-gcflags="+corpusModule+"/...=-N -l -dwarf=false", "-ldflags=-s -w", "-o", tool, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -buildvcs=false", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return tool
}

// codecProgram decodes and encodes.
const codecProgram = `package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"reflect"
	"strings"

	"github.com/stanzakit/stanzakit/wire"

IMPORTS)

func main() {
	types := map[string][]wire.Type{}
ROWS
	registries := map[string]*wire.Registry{}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for in.More() {
		var task struct {
			Path     string
			Packages []string
		}
		if err := in.Decode(&task); err != nil {
			log.Fatal(err)
		}
		key := strings.Join(task.Packages, " ")
		if registries[key] == nil {
			registries[key] = wire.NewRegistry()
			for _, p := range task.Packages {
				if err := registries[key].Add(types[p]...); err != nil {
					log.Fatal(err)
				}
			}
		}
		var result struct {
			Typed   bool
			Encoded []byte
			Error   string
		}
		data, err := os.ReadFile(task.Path)
		if err != nil {
			log.Fatal(err)
		}
		el, err := wire.Unmarshal(data, registries[key])
		if err == nil {
			result.Typed = typed(reflect.ValueOf(el))
			result.Encoded, err = wire.Marshal(el)
		}
		if err != nil {
			result.Error = err.Error()
		} else if bytes.Equal(data, result.Encoded) {
			result.Encoded = data
		}
		if err := out.Encode(result); err != nil {
			log.Fatal(err)
		}
	}
}

// typed looks for a struct that was generated.
func typed(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return !v.IsNil() && typed(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if typed(v.Index(i)) {
				return true
			}
		}
	case reflect.Struct:
		if strings.HasPrefix(v.Type().PkgPath(), "example.com/corpus") {
			return true
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && typed(v.Field(i)) {
				return true
			}
		}
	}
	return false
}
`

// tasks lists, for every schema, the well-formed samples in which its namespace occurs, and once more every sample with the types of all namespaces.
func (c *corpus) tasks(t *testing.T, good []*published) []task {
	t.Helper()
	var all []string
	first := map[string]bool{}
	for _, s := range good {
		if !first[s.namespace] {
			first[s.namespace] = true
			all = append(all, s.pkg)
		}
	}
	var out []task
	for _, row := range readTable(t, filepath.Join(c.root, "examples.tsv"), "file", "wellformed", "root", "children", "grandchildren") {
		if row[0] == "" || row[1] != "y" {
			continue
		}
		file := filepath.Join(c.root, row[0])
		out = append(out, task{row[0], file, all})
		spaces := strings.Join(row[2:], " ")
		for _, s := range good {
			if strings.Contains(spaces, "{"+s.namespace+"}") {
				packages := append([]string{s.pkg}, s.uses...)
				slices.Sort(packages)
				out = append(out, task{row[0], file, packages})
			}
		}
	}
	return out
}

// samples sends the samples through the types and wants them back whole.
func (c *corpus) samples(t *testing.T, tool string, good []*published) {
	t.Helper()
	tasks := c.tasks(t, good)
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, task := range tasks {
		if err := enc.Encode(task); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool)
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bufio.NewReader(bytes.NewReader(output)))
	typed := 0
	for _, task := range tasks {
		var r result
		if err := dec.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if r.Typed {
			typed++
		}
		c.judge(t, task, r)
	}
	t.Logf("%d times a sample went through the types of its namespaces, something in it being typed in %d", len(tasks), typed)
	if typed*2 < len(tasks) {
		t.Error("hardly anything is typed")
	}
}

func (c *corpus) judge(t *testing.T, task task, r result) {
	t.Helper()
	packages := task.Packages
	if len(packages) > 20 {
		packages = []string{"all"}
	}
	if r.Error != "" {
		t.Errorf("%s with %v: %s", task.File, packages, r.Error)
		return
	}
	before, err := os.ReadFile(task.Path)
	if err != nil {
		t.Fatal(err)
	}
	lost, err := lossless.Compare(before, r.Encoded)
	if err != nil {
		t.Errorf("%s with %v: %v", task.File, packages, err)
	}
	for _, d := range lost {
		t.Errorf("%s with %v: %s: %s", task.File, packages, d.Path, d.What)
	}
}
