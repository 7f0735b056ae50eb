package cases

import (
	"encoding/xml"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/bench/ref"
	"github.com/stanzakit/stanzakit/bench/workload"
	"github.com/stanzakit/stanzakit/wire"
)

// TestSame sees to it that both sides do the same work: what our types hold, written again, is what the tagged structs hold.
func TestSame(t *testing.T) {
	s := workload.New(few)
	els, err := elements(s)
	if err != nil {
		t.Fatal(err)
	}
	want, err := structs(s)
	if err != nil {
		t.Fatal(err)
	}
	for i, el := range els {
		b, err := wire.Marshal(el)
		if err != nil {
			t.Fatal(err)
		}
		got := target(s, i)
		if err := xml.Unmarshal(b, got); err != nil {
			t.Fatal(err)
		}
		for _, v := range []any{want[i], got} { // markup is kept as bytes there, and may be written in other ways
			if m, ok := v.(*ref.Message); ok && m.HTML != nil {
				m.HTML.Body.Inner = ""
			}
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Fatalf("%s: (-want +got)\n%s", s.Stanza(i), diff)
		}
	}
}

// TestTyped sees to it that nothing of the workload is XML for want of a type, but for the markup in XHTML, and that nothing is an extra.
func TestTyped(t *testing.T) {
	s := workload.New(few, workload.Without(workload.Long)...)
	els, err := elements(s)
	if err != nil {
		t.Fatal(err)
	}
	for i, el := range els {
		if what := loose(reflect.ValueOf(el)); what != "" {
			t.Fatalf("%s: %s", s.Stanza(i), what)
		}
	}
}

// loose returns what in a value has no place of its own, "" if nothing is so.
func loose(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return ""
		}
		if t := v.Type(); t == reflect.TypeFor[*wire.Raw]() || t == reflect.TypeFor[*wire.Extra]() {
			return t.String()
		}
		return loose(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if what := loose(v.Index(i)); what != "" {
				return what
			}
		}
	case reflect.Struct:
		for _, f := range v.Fields() {
			if what := loose(f); what != "" {
				return what
			}
		}
	}
	return ""
}
