package form_test

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/xdata"
)

// TestSamples reads every data form in the samples of the specifications whose FORM_TYPE has a definition, and writes it again: each field and value must
// be there. STANZAKIT_CORPUS names their directory. testdata/bad_values.txt lists the fields whose values are not of their type.
func TestSamples(t *testing.T) {
	dir := cmp.Or(os.Getenv("STANZAKIT_CORPUS"), "../../shared/corpus/examples")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no samples: %v; STANZAKIT_CORPUS names another place", err)
	}
	var bad []string
	known, unknown := 0, map[string]int{}
	types := map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, x := range dataForms(data) {
			if x.Type == xdata.FormCancel || form.TypeOf(x) == "" {
				continue
			}
			g, ok := fitting(x)
			if !ok {
				unknown[form.TypeOf(x)]++
				continue
			}
			known++
			types[form.TypeOf(x)]++
			bad = append(bad, faults(t, path, g, x)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d forms of %d types; without a definition: %v", known, len(types), unknown)
	if known < 150 || len(types) < 30 {
		t.Errorf("only %d forms of %d types", known, len(types))
	}
	slices.Sort(bad)
	want, err := os.ReadFile("testdata/bad_values.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), slices.Compact(bad)); diff != "" {
		t.Errorf("bad values (-want +got)\n%s", diff)
	}
}

// dataForms returns the data forms in a document, at any depth. A document that breaks off gives those before.
func dataForms(data []byte) []*xdata.Form {
	var out []*xdata.Form
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if err != nil {
			return out
		}
		if s, ok := tok.(xml.StartElement); ok && s.Name == (xml.Name{Space: xdata.NS, Local: "x"}) {
			x := new(xdata.Form)
			if err := d.DecodeElement(x, &s); err == nil {
				out = append(out, x)
			} else if errors.Is(err, io.EOF) {
				return out
			}
		}
	}
}

// fitting returns the generated form that knows most of the fields.
func fitting(x *xdata.Form) (best generated, ok bool) {
	most := -1
	for _, g := range all() {
		if g.def.Type != form.TypeOf(x) {
			continue
		}
		n := 0
		for _, f := range g.def.Fields {
			if f.Var != "" && form.Find(x, f.Var) != nil {
				n++
			}
		}
		if n > most {
			best, most = g, n
		}
	}
	return best, most >= 0
}

// faults reads the form and compares what is written of it. It returns the fields that could not be read.
func faults(t *testing.T, path string, g generated, x *xdata.Form) []string {
	t.Helper()
	var out []string
	got := g.fresh()
	if err := got.Read(x); err != nil {
		for line := range strings.Lines(err.Error()) {
			out = append(out, filepath.Base(filepath.Dir(path))+" "+strings.TrimSpace(line))
		}
	}
	v := reflect.ValueOf(got)
	for _, method := range []string{"Submit", "Result", "Offer"} {
		write := v.MethodByName(method)
		if !write.IsValid() {
			continue
		}
		again := write.Call(nil)[0].Interface().(*xdata.Form)
		want, have := summary(g.def, x), summary(g.def, again)
		if method == "Offer" || x.Type == xdata.FormForm {
			onlyAsked(want, have)
		}
		if diff := gocmp.Diff(want, have); diff != "" {
			t.Errorf("%s: %s %s (-want +got)\n%s", path, g.name(), method, diff)
		}
	}
	return out
}

// onlyAsked leaves out what a form to fill in has beside its values, and what an answer to it need not have: texts, and fields without a value.
func onlyAsked(want, have map[string][]string) {
	delete(want, "")
	delete(have, "")
	for name, values := range want {
		if len(values) == 1 && values[0] == "" {
			delete(want, name)
		}
	}
	for name := range have {
		if _, asked := want[name]; !asked {
			delete(have, name)
		}
	}
}

// TestCoverage looks for the FORM_TYPEs that the specifications of priority 1 and 2 use and nothing is generated for. STANZAKIT_CORPUS names the directory of
// samples; the table of specifications lies above it.
func TestCoverage(t *testing.T) {
	dir := cmp.Or(os.Getenv("STANZAKIT_CORPUS"), "../../shared/corpus/examples")
	data, err := os.ReadFile(filepath.Join(dir, "../../xeps.tsv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no table: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	none := map[string]string{
		"jabber:bot":                             "an example of XEP-0004",
		"http://jabber.org/protocol/shakespeare": "an example of XEP-0068 of a FORM_TYPE that does not count, as it is not hidden",
		"http://jabber.org/protocol/muc#user":    "an example of XEP-0068; XEP-0045 has muc#register for it",
	}
	defined := map[string]bool{}
	for _, g := range all() {
		defined[g.def.Type] = true
	}
	head, rows, _ := strings.Cut(string(data), "\n")
	columns := strings.Split(head, "\t")
	priority, formTypes := slices.Index(columns, "priority"), slices.Index(columns, "form_types")
	if priority < 0 || formTypes < 0 {
		t.Fatalf("columns are %q", columns)
	}
	seen := 0
	for row := range strings.Lines(rows) {
		cells := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if cells[priority] != "1" && cells[priority] != "2" {
			continue
		}
		for _, name := range strings.Fields(cells[formTypes]) {
			seen++
			if defined[name] == (none[name] != "") {
				t.Errorf("XEP-%s: %s: defined %v, reason against it: %q", cells[0], name, defined[name], none[name])
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d FORM_TYPEs", seen)
	}
}
