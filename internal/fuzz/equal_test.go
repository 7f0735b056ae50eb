package fuzz

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. Two elements are equal if their dumps are: a line for each value that is not nil or zero, whatever type holds it. cmp itself takes time exponential in the
// depth of elements in elements; it compares the lines. A dump differs from what Go prints in this:
//   - times are instants, addresses and errors what they say;
//   - what Extra keeps is sorted by name, as the house keeps no order between children of different names;
//   - an xs:list that is there but empty may be nil. Of all else, nil is not empty.

// strictness says what is compared.
type strictness int

const (
	exact strictness = iota
	// again leaves out what a second reading cannot repeat: text that looks like a QName of a prefix that the encoder made up becomes one, and the text before a child
	// amid a number is that of the number as the codec writes it. That all is in its place is seen when it is encoded again.
	again
	resolved // no prefixes for QNames: encoding/xml resolves them before the codec sees them
)

// difference returns what became of want, empty if nothing.
func difference(want, got wire.Element, p strictness) string {
	a, b := dumper{mode: p}, dumper{mode: p}
	a.value(reflect.ValueOf(want))
	b.value(reflect.ValueOf(got))
	if bytes.Equal(a.out, b.out) {
		return ""
	}
	return gocmp.Diff(strings.Split(string(a.out), "\n"), strings.Split(string(b.out), "\n"))
}

var madeUp = regexp.MustCompile(`^ns\d+$`)

type dumper struct {
	out   []byte
	depth int
	mode  strictness
}

func (d *dumper) line(s string) {
	for range d.depth {
		d.out = append(d.out, ' ')
	}
	d.out = append(append(d.out, s...), '\n')
}

func (d *dumper) value(v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Time:
		d.line(x.UTC().Format(time.RFC3339Nano))
		return
	case jid.JID:
		d.line(x.String())
		return
	case error:
		d.line(x.Error())
		return
	case under:
		v = reflect.ValueOf(x.Body)
	case []wire.Kept:
		sorted := slices.Clone(x)
		slices.SortStableFunc(sorted, func(a, b wire.Kept) int {
			m, n := a.Elem.ElementName(), b.Elem.ElementName()
			return cmp.Or(cmp.Compare(m.Space, n.Space), cmp.Compare(m.Local, n.Local))
		})
		for i := range sorted {
			if d.mode == again && !sorted[i].Shadow {
				sorted[i].Text = ""
			}
		}
		v = reflect.ValueOf(sorted)
	case []wire.Prefix:
		v = reflect.ValueOf(slices.DeleteFunc(slices.Clone(x), func(p wire.Prefix) bool { return d.mode == again && madeUp.MatchString(p.Prefix) }))
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		d.value(v.Elem())
	case reflect.Struct:
		d.line(v.Type().String())
		d.depth++
		for i := range v.NumField() {
			d.field(v.Type().Field(i).Name, v.Field(i))
		}
		d.depth--
	case reflect.Slice:
		for i := range v.Len() {
			d.line("-")
			d.value(v.Index(i))
		}
	case reflect.String:
		d.line(fmt.Sprintf("%q", v.String()))
	default:
		d.line(fmt.Sprint(v.Interface()))
	}
}

func (d *dumper) field(name string, v reflect.Value) {
	list := v.Type() == reflect.TypeFor[[]string]() && v.Len() == 0
	isPrefixes := v.Type() == reflect.TypeFor[[]wire.Prefix]()
	if v.IsZero() || list || isPrefixes && d.mode == resolved {
		return
	}
	if !isPrefixes || d.mode == exact {
		d.line(name)
	}
	d.depth++
	d.value(v)
	d.depth--
}

// TestDifference: the comparison sees what it should see, since all else relies on it.
func TestDifference(t *testing.T) {
	name := func(local string) xml.Name { return xml.Name{Space: "urn:a", Local: local} }
	raw := func(local string, nodes ...wire.Node) *wire.Raw { return &wire.Raw{Name: name(local), Nodes: nodes} }
	inner := func(el wire.Element) *wire.Raw { return raw("a", wire.Node{Elem: el}) }
	for i, s := range subjects() {
		if other := subjects()[(i+1)%len(subjects())]; difference(inner(s.new()), inner(other.new()), exact) == "" {
			t.Errorf("an empty %s is an empty %s", s.title(), other.title())
		}
	}
	for i, b := range []*wire.Raw{
		raw("b"), raw("a", wire.Node{Text: "x"}), raw("a", wire.Node{Text: "x"}, wire.Node{Elem: raw("b")}), inner(raw("b")), inner(inner(raw("b"))),
		{Name: name("a"), Attrs: []wire.Attr{{Name: name("b")}}}, {Name: name("a"), Attrs: []wire.Attr{}}, {Name: name("a"), Err: &wire.ValueError{Err: io.EOF}},
		{Name: name("a"), Prefixes: []wire.Prefix{{Prefix: "p", Space: "urn:p"}}},
	} {
		if difference(raw("a"), b, exact) == "" {
			t.Errorf("%d: %+v is no more than its name", i, b)
		}
		if diff := difference(b, b, exact); diff != "" {
			t.Errorf("%+v differs from itself:\n%s", b, diff)
		}
	}
}
