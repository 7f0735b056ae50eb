package validate_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

const testdata = "../../testdata"

// project compiles the schemas once for all tests.
var project = sync.OnceValues(func() (*validate.Validator, error) { return validate.New() })

func validator(t testing.TB) *validate.Validator {
	t.Helper()
	v, err := project()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// documents lists the XML files below a directory.
func documents(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".xml") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("no documents below %s", dir)
	}
	return out
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFixturesAreValid(t *testing.T) {
	for _, p := range []validate.Profile{validate.Default, validate.Strict} {
		v := validator(t).With(p)
		for _, path := range documents(t, filepath.Join(testdata, "fixtures")) {
			findings, err := v.Document(read(t, path))
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			for _, f := range findings {
				t.Errorf("profile %d: %s:%d:%d: %s: %s", p, path, f.Line, f.Column, f.Path, f.Message)
			}
		}
	}
}

// ordinal is the number of an element among siblings of its name, which the notes beside invalid documents leave out.
var ordinal = regexp.MustCompile(`\[\d+\]`)

// TestInvalidDocuments expects a finding where the note beside the document, whose first word is a path, says.
func TestInvalidDocuments(t *testing.T) {
	v := validator(t).With(validate.Strict)
	for _, path := range documents(t, filepath.Join(testdata, "invalid")) {
		note := strings.Fields(string(read(t, strings.TrimSuffix(path, ".xml")+".txt")))
		findings, err := v.Document(read(t, path))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		found := false
		for _, f := range findings {
			found = found || ordinal.ReplaceAllString(f.Path, "") == note[0]
		}
		if !found {
			t.Errorf("%s: want a finding at %s, got %v", path, note[0], findings)
		}
	}
}
