package corpus

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

// Why an element of a namespace with a schema is untyped, where the decoder knows it. Of all others testdata/untyped.tsv says what the specification says.
const (
	badValue  = "a value in it is bad: bad_values.txt has it"
	inBad     = "inside an element with a bad value"
	inUntyped = "inside an untyped element"
)

// untyped is what stands in one line of testdata/untyped.tsv: the elements of one name in one sample.
type untyped struct {
	sample string
	name   xml.Name
	why    string // one of the constants, or empty
}

// TestTyped counts the elements whose namespace has a schema. At least 98 of 100 must be held by a generated type, and the others are listed, each with the reason.
func TestTyped(t *testing.T) {
	reg := gen.Registry()
	spaces := map[string]bool{}
	for _, name := range reg.All() {
		spaces[name.Space] = true
	}
	total, raw, found := 0, 0, map[untyped]int{}
	for _, path := range samples(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		el, err := wire.Unmarshal(data, reg)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		total += count(t, data, spaces)
		walkUntyped(reflect.ValueOf(el), "", func(name xml.Name, why string) {
			if spaces[name.Space] {
				raw++
				found[untyped{sampleName(path), name, why}]++
			}
		})
	}
	t.Logf("%d elements in namespaces with a schema, %d untyped: %.2f %% typed", total, raw, 100*float64(total-raw)/float64(total))
	if (total-raw)*100 < total*98 {
		t.Errorf("%d of %d elements are untyped, want at most 2 %%", raw, total)
	}
	compareUntyped(t, found)
}

// count returns the number of elements in the namespaces. It reads with encoding/xml, so that it does not share a fault with what it checks.
func count(t *testing.T, data []byte, spaces map[string]bool) (n int) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return n
		} else if err != nil {
			t.Fatal(err)
		}
		if start, ok := tok.(xml.StartElement); ok && spaces[start.Name.Space] {
			n++
		}
	}
}

// walkUntyped yields every element that is a Raw, at any depth, with the reason if the decoder knows it. Unlike [Raws] it looks into elements with a bad value,
// and passes over shadows: a field holds what they stand for, and only what is in them is raw.
func walkUntyped(v reflect.Value, why string, yield func(xml.Name, string)) {
	switch v.Kind() {
	case reflect.Interface:
		walkUntyped(v.Elem(), why, yield)
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if raw, ok := v.Interface().(*wire.Raw); ok {
			yieldRaw(raw, why, yield)
			return
		}
		walkUntyped(v.Elem(), "", yield)
	case reflect.Slice:
		for i := range v.Len() {
			walkUntyped(v.Index(i), why, yield)
		}
	case reflect.Struct:
		if kept, ok := v.Interface().(wire.Kept); ok && kept.Shadow {
			walkUntyped(reflect.ValueOf(kept.Elem.(*wire.Raw).Nodes), why, yield)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walkUntyped(v.Field(i), why, yield)
			}
		}
	}
}

// yieldRaw yields the element and what stands in it.
func yieldRaw(raw *wire.Raw, why string, yield func(xml.Name, string)) {
	below := inUntyped
	if raw.Err != nil {
		why, below = badValue, inBad
	} else if why == inBad {
		below = inBad
	}
	yield(raw.Name, why)
	walkUntyped(reflect.ValueOf(raw.Nodes), below, yield)
}

// compareUntyped compares with the list. A reason that the decoder does not know is taken from the list, which must have one.
func compareUntyped(t *testing.T, found map[untyped]int) {
	t.Helper()
	list, err := os.ReadFile("testdata/untyped.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(list), "\n"), "\n")[1:] // the columns' names stand first
	reasons := map[string]string{}
	for _, line := range want {
		i := strings.LastIndexByte(line, '\t')
		if i < 0 || line[i+1:] == "" {
			t.Errorf("%q: no reason", line)
			continue
		}
		reasons[line[:i]] = line[i+1:]
	}
	var got []string
	for _, u := range slices.Collect(maps.Keys(found)) {
		key := fmt.Sprintf("%s\t{%s}%s\t%d", u.sample, u.name.Space, u.name.Local, found[u])
		why := u.why
		if why == "" {
			why = reasons[key]
		}
		got = append(got, key+"\t"+why)
	}
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("untyped elements (-want +got):\n%s", diff)
	}
}
