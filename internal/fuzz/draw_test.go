package fuzz

import (
	"encoding/xml"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. Values are drawn from a row of small decisions. A property test of rapid makes them, which shrinks them, or the bytes of a fuzzer do, which learns from
// coverage; what is drawn does not know which. Zero is always the simplest choice, so that little input, or none, gives a small value.

// source makes decisions: pick returns a number from 0 to n-1.
type source interface{ pick(n int) int }

type rapidly struct{ t *rapid.T }

func (r rapidly) pick(n int) int { return rapid.IntRange(0, n-1).Draw(r.t, "pick") }

type random struct{ *rand.Rand }

func (r random) pick(n int) int { return r.IntN(n) }

type fuzzed struct{ data []byte }

func (f *fuzzed) pick(n int) int {
	v := 0
	for most := n - 1; most > 0; most >>= 8 {
		if len(f.data) > 0 {
			v, f.data = v<<8|int(f.data[0]), f.data[1:]
		}
	}
	return v % n
}

// drawer draws values of generated types.
type drawer struct {
	source
	extra bool          // fills Extra too
	tags  bool          // leaves out what encoding/xml's tags cannot express
	scope []wire.Prefix // prefixes bound where the value will stand
	size  int           // structs drawn so far
}

// large is how many structs a value may have before children are left out: types that contain each other would fill pages.
const large = 60

func (d *drawer) bool() bool { return d.pick(2) == 1 }

func one[T any](d *drawer, from []T) T { return from[d.pick(len(from))] }

// snippets is what texts are made of: markup, white space that parsers change, what is special in one place only, and characters of every length.
var snippets = []string{
	"a", "b", " ", "<", ">", "&", "'", "\"", "]", "]]>", "\t", "\n", "\r", "\r\n", "/", "=", ":", ";", "&amp;", "&#65;", "<!--", "-->", "<![CDATA[", "<?x?>", "</a>", "xmlns='x'",
	"\u007f", "\u0080", "\u0085", "\u00a0", "\u00e9", "e\u0301", "\u2028", "\u4e2d", "\ufeff", "\ufffd", "\U0001F600", "\U0010FFFF", strings.Repeat("long ", 30),
}

// text draws a string that XML can hold, perhaps an empty one.
func (d *drawer) text() string {
	var b strings.Builder
	for range d.pick(5) {
		b.WriteString(one(d, snippets))
	}
	return b.String()
}

// some draws a string that is not empty.
func (d *drawer) some() string { return one(d, snippets) + d.text() }

// item draws an item of an xs:list: no white space of XML in it.
func (d *drawer) item() string {
	return "i" + strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(d.text())
}

// address draws an address.
func (d *drawer) address() jid.JID {
	local := one(d, []string{"", "a", "\u00e9", "\u4e2d", "a.b-c", `a\20b`})
	domain := one(d, []string{"b.example", "\u4f8b.example", "127.0.0.1", "[::1]"})
	resource := one(d, []string{"", "c", "<&'\">", "a b", "@/", "\U0001F600"})
	j, err := jid.New(local, domain, resource)
	if err != nil {
		panic(err)
	}
	return j
}

// moment draws a time that can be written: of the years 1 to 9999 in UTC, to the nanosecond, in any zone, and not the zero one.
func (d *drawer) moment() time.Time {
	first, last := time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	t := one(d, []time.Time{time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), first, last, time.Unix(0, 0), time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC)})
	if d.bool() {
		t = time.Unix(int64(d.pick(1<<31)), int64(d.pick(1e9)))
	}
	if d.tags {
		return t.UTC()
	}
	return t.In(time.FixedZone("", 60*(d.pick(2*14*60+1)-14*60)))
}

// number draws an integer of so many bits, the ends of its range more often than others.
func (d *drawer) number(bits int) uint64 {
	switch edge := d.pick(6); edge {
	case 0:
		return 0
	case 1, 2:
		return uint64(math.MaxUint64) >> (64 - bits + edge - 1) // all ones: the largest, unsigned or signed
	case 3:
		return 1 << (bits - 1)
	}
	return uint64(d.pick(1<<31))<<32 | uint64(d.pick(1<<31))
}

var (
	typeBytes    = reflect.TypeFor[[]byte]()
	typeTime     = reflect.TypeFor[time.Time]()
	typeJID      = reflect.TypeFor[jid.JID]()
	typeElements = reflect.TypeFor[[]wire.Element]()
	typeAttrs    = reflect.TypeFor[[]wire.Attr]()
	typeNodes    = reflect.TypeFor[[]wire.Node]()
	typeExtra    = reflect.TypeFor[*wire.Extra]()
)

// field is what a struct's tag says.
type field struct {
	reflect.StructField
	xml       xml.Name
	attr      bool
	chardata  bool
	omitempty bool
	untagged  bool // tagged "-": only the codec knows it
}

// list reports whether the field holds a value for each of several items or children.
func (f field) list() bool { return f.Type.Kind() == reflect.Slice && f.Type != typeBytes }

// fields returns the fields of a generated struct, but for XMLName and Extra.
func fields(typ reflect.Type) []field { return fieldsOf()[typ] }

var fieldsOf = sync.OnceValue(func() map[reflect.Type][]field {
	all := map[reflect.Type][]field{}
	for _, s := range subjects() {
		all[s.typ] = readFields(s.typ)
	}
	return all
})

func readFields(typ reflect.Type) (all []field) {
	for i := range typ.NumField() {
		f := field{StructField: typ.Field(i)}
		name, options, _ := strings.Cut(f.Tag.Get("xml"), ",")
		f.untagged = name == "-"
		if at := strings.LastIndexByte(name, ' '); at >= 0 {
			f.xml.Space = name[:at]
		}
		f.xml.Local = name[strings.LastIndexByte(name, ' ')+1:]
		for _, o := range strings.Split(options, ",") {
			f.attr, f.chardata, f.omitempty = f.attr || o == "attr", f.chardata || o == "chardata", f.omitempty || o == "omitempty"
		}
		if f.Name != "XMLName" && f.Type != typeExtra {
			all = append(all, f)
		}
	}
	return all
}

// draw returns a pointer to a value of the subject's type, children nested so deep at most.
func (d *drawer) draw(s subject, depth int) reflect.Value {
	v := reflect.New(s.typ)
	d.structure(v.Elem(), depth)
	return v
}

// structure fills the fields of a generated struct.
func (d *drawer) structure(v reflect.Value, depth int) {
	typ := v.Type()
	all := fields(typ)
	d.size++
	if len(all) > 0 {
		first := d.pick(len(all)) // so that none is always the one that there is no room for
		for i := range all {
			f := all[(first+i)%len(all)]
			d.field(v.FieldByIndex(f.Index), f, typ, depth)
		}
	}
	for _, choice := range readFacts().choices[key(typ)] {
		set := d.pick(len(choice) + 1)
		for i, name := range choice {
			if i != set {
				v.FieldByName(name).SetZero()
			}
		}
	}
	for _, f := range all {
		if of, ok := strings.CutSuffix(f.Name, "Text"); ok && f.untagged && f.Type.Kind() == reflect.String && v.FieldByName(of).String() == "" {
			v.FieldByIndex(f.Index).SetZero() // the text of an element that is not there
		}
	}
	if d.extra && d.bool() && d.size < large {
		v.FieldByName("Extra").Set(reflect.ValueOf(d.extraOf(v, all, depth)))
	}
}

// field fills one field.
func (d *drawer) field(v reflect.Value, f field, of reflect.Type, depth int) {
	if d.size >= large {
		depth = 0
	}
	switch {
	case d.tags && (f.untagged || f.attr && f.list()):
	case f.Type == typeElements && f.Name == "Any":
		v.Set(reflect.ValueOf(d.wildcard(of, depth)))
	case f.Type == typeElements:
		v.Set(reflect.ValueOf(d.ordered(of, f.Name, depth)))
	case f.Type == typeAttrs:
		v.Set(reflect.ValueOf(d.attrs()))
	case f.Type == typeNodes:
		v.Set(reflect.ValueOf(d.nodes(depth)))
	case f.Type.Kind() == reflect.Pointer:
		if depth > 0 && d.bool() {
			v.Set(reflect.New(f.Type.Elem()))
			d.value(v.Elem(), f, true, depth-1)
		}
	case f.list():
		if n := d.pick(4); n > 0 && depth > 0 {
			v.Set(reflect.MakeSlice(f.Type, n, n))
			for i := range n {
				d.value(v.Index(i), f, true, depth-1)
			}
		}
	default:
		d.value(v, f, f.chardata, depth-1)
	}
}

// value fills a value that is no pointer and no list. there says that the field stands for it by being there, even if it is empty.
func (d *drawer) value(v reflect.Value, f field, there bool, depth int) {
	switch typ := v.Type(); {
	case typ == typeTime:
		v.Set(reflect.ValueOf(d.moment()))
	case typ == typeJID:
		if there || d.tags && !f.omitempty || d.bool() {
			v.Set(reflect.ValueOf(d.address()))
		}
	case typ.Kind() == reflect.Struct:
		d.structure(v, depth)
	case typ.Kind() == reflect.String:
		v.SetString(d.stringOf(typ, f, there))
	case typ.Kind() == reflect.Bool:
		v.SetBool(d.bool())
	case v.CanInt():
		v.SetInt(int64(d.number(typ.Bits())) << (64 - typ.Bits()) >> (64 - typ.Bits()))
	case v.CanUint():
		v.SetUint(d.number(typ.Bits()) << (64 - typ.Bits()) >> (64 - typ.Bits()))
	case v.CanFloat():
		all := []float64{0, 1.5, -1e-7, 1e21, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
		if d.tags {
			all = all[:2] // those that both write alike
		}
		v.SetFloat(one(d, all))
	case typ == typeBytes:
		if there || d.pick(6) > 0 {
			v.SetBytes([]byte(d.text()))
		}
	default:
		panic("no value for " + typ.String())
	}
}

// stringOf draws a string or a value of an enumeration, perhaps one that it does not have.
func (d *drawer) stringOf(typ reflect.Type, f field, there bool) string {
	known := readFacts().values[key(typ)]
	var s string
	switch {
	case f.untagged && len(known) > 0: // the name of an element
		return one(d, append([]string{""}, known...))
	case len(known) > 0 && d.bool():
		s = one(d, known)
	case (f.attr || f.chardata) && f.list():
		return d.item()
	default:
		s = d.text()
	}
	if s == "" && d.tags && !f.omitempty && !there {
		s = d.some() // the tags write what is required even if it is empty
	}
	return s
}

// taken returns what cannot stand in a wildcard of the type: what has a field there.
func taken(of reflect.Type) (names []xml.Name, spaces []string) {
	if !readFacts().open[key(of)] {
		spaces = append(spaces, spaceOf(of))
	}
	for _, b := range readFacts().untyped[key(of)] {
		names = append(names, b.name)
	}
	for _, f := range fields(of) {
		if !f.untagged && !f.attr && !f.chardata {
			names = append(names, f.xml)
		}
		if f.untagged && len(readFacts().values[key(f.Type)]) > 0 {
			spaces = append(spaces, spaceOf(f.Type))
		}
	}
	return names, spaces
}

// spaceOf returns the namespace of the package that the type belongs to.
func spaceOf(typ reflect.Type) string { return readFacts().spaces[typ.PkgPath()] }
