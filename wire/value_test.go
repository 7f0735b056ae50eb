package wire_test

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// holder decodes one value, out of its attribute v or its text.
type holder[T any] struct {
	write
	codec func(*wire.Decoder, *wire.Value) T
	value T
	extra *wire.Extra
}

func (h *holder[T]) DecodeXML(d *wire.Decoder, _ wire.Start) {
	fromAttr := false
	for _, a := range d.Attrs(&h.extra) {
		h.value, fromAttr = h.codec(d, a), true
	}
	if text := d.Text(); !fromAttr {
		h.value = h.codec(d, text)
	}
}

// decodeValue decodes the value as an attribute and as text, and returns it if both agree that it is good.
func decodeValue[T any](t *testing.T, codec func(*wire.Decoder, *wire.Value) T, in string) (T, bool) {
	t.Helper()
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", "'", "&apos;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(in)
	attr, text := holder[T]{codec: codec}, holder[T]{codec: codec}
	errA := wire.UnmarshalInto([]byte("<a v='"+escaped+"'/>"), nil, &attr)
	errT := wire.UnmarshalInto([]byte("<a>"+escaped+"</a>"), nil, &text)
	if in == "" && errT != nil {
		return attr.value, errA == nil // an empty attribute may stand for none
	}
	if (errA == nil) != (errT == nil) {
		t.Errorf("%q: as an attribute %v, as text %v", in, errA, errT)
	}
	if diff := cmp.Diff(attr.value, text.value, sameElements, cmpopts.EquateNaNs()); diff != "" && errA == nil {
		t.Errorf("%q: attribute and text differ:\n%s", in, diff)
	}
	if errA != nil && (!strings.HasPrefix(errA.Error(), "wire: a[@v]: ") || !strings.HasPrefix(errT.Error(), "wire: a: ")) {
		t.Errorf("%q: errors %v and %v", in, errA, errT)
	}
	return attr.value, errA == nil
}

// values runs a table of good and bad forms.
func values[T any](t *testing.T, name string, codec func(*wire.Decoder, *wire.Value) T, good map[string]T, bad ...string) {
	t.Run(name, func(t *testing.T) {
		for in, want := range good {
			got, ok := decodeValue(t, codec, in)
			if diff := cmp.Diff(want, got, sameElements, cmpopts.EquateNaNs()); diff != "" || !ok {
				t.Errorf("%q: good %v (-want +got):\n%s", in, ok, diff)
			}
		}
		for _, in := range bad {
			if got, ok := decodeValue(t, codec, in); ok {
				t.Errorf("%q: %v", in, got)
			}
		}
	})
}

// padded adds each form with white space around it.
func padded[T any](good map[string]T) map[string]T {
	out := maps.Clone(good)
	for in, want := range good {
		if in != "" {
			out[" \n"+in+"\t\r"] = want
		}
	}
	return out
}

func TestValues(t *testing.T) {
	type D = wire.Decoder
	numbers := []string{"", " ", "x", "1x", "0x1", "1_000", "1,000", "1.0", "1e3", "--1", "+-1", "++1", "- 1", "1 2", "٣", "\u00a01", "&#49;"}
	values(t, "String", (*D).String, map[string]string{"": "", "a": "a", "a\n\t\r b": "a\n\t\r b", "é": "é", "<&'\">": "<&'\">"})
	values(t, "StringOrEmpty", (*D).StringOrEmpty, map[string]string{"": "", "a": "a"})
	values(t, "Enum", wire.Enum[QueryType], map[string]QueryType{"": "", "get": "get", "unknown": "unknown"})
	values(t, "Bool", (*D).Bool, padded(map[string]bool{"true": true, "1": true, "false": false, "0": false}), "", " ", "yes", "TRUE", "True", "2", "-0", "truefalse")
	values(t, "Int8", (*D).Int8, padded(map[string]int8{"0": 0, "-128": -128, "127": 127, "+5": 5, "007": 7, "-0": 0}), append(numbers, "128", "-129", "99999999999999999999")...)
	values(t, "Int16", (*D).Int16, map[string]int16{"-32768": math.MinInt16, "32767": math.MaxInt16}, "32768", "-32769")
	values(t, "Int32", (*D).Int32, map[string]int32{"-2147483648": math.MinInt32, "2147483647": math.MaxInt32}, "2147483648", "-2147483649")
	values(t, "Int64", (*D).Int64, map[string]int64{"-9223372036854775808": math.MinInt64, "9223372036854775807": math.MaxInt64}, "9223372036854775808", "-9223372036854775809")
	values(t, "Uint8", (*D).Uint8, padded(map[string]uint8{"0": 0, "255": 255, "+1": 1}), append(numbers, "256", "-1", "+")...)
	values(t, "Uint16", (*D).Uint16, map[string]uint16{"65535": math.MaxUint16}, "65536", "-1")
	values(t, "Uint32", (*D).Uint32, map[string]uint32{"4294967295": math.MaxUint32}, "4294967296", "-1")
	values(t, "Uint64", (*D).Uint64, map[string]uint64{"18446744073709551615": math.MaxUint64}, "18446744073709551616", "-1")
	values(t, "Float64", (*D).Float64, padded(map[string]float64{"0": 0, "-1.5": -1.5, "+.5": .5, "1.": 1, "1e3": 1000, "1E-3": .001, "INF": math.Inf(1), "-INF": math.Inf(-1), "NaN": math.NaN()}),
		"", " ", "x", "1x", "1_0", "0x1p-2", "1p2", "Inf", "inf", "+INF", "Infinity", "nan", "-NaN", "1e999", "1,5", "1 2", "e", ".", "--1", "1e", "1x1")
	values(t, "Bytes", (*D).Bytes, padded(map[string][]byte{"": {}, "aGk=": []byte("hi"), "aG\n k =": []byte("hi"), "AAAA": {0, 0, 0}, "+/+/": {0xfb, 0xff, 0xbf}}),
		"a", "aGk", "aGk==", "aGl=a", "=", "====", "aG*=", "_-_-", "aGl=", "aGk=\u00a0", "aGk=aGk=")
	values(t, "JID", (*D).JID, map[string]jid.JID{"a@b.example/c": jid.MustParse("a@b.example/c"), "A@B.Example": jid.MustParse("a@b.example"), "b.example": jid.MustParse("b.example")},
		"@", "@b", "a@", "a@b/", "/c", "a b@c", " a@b", "a@b\n", strings.Repeat("x", 1024)+"@b")
	values(t, "Strings", (*D).Strings, map[string][]string{"": {}, "a": {"a"}, " a\n\tb  c\r": {"a", "b", "c"}, "a\u00a0b\u2003c": {"a\u00a0b\u2003c"}, " \n": {}})
}

// TestS43_Times: dates of XEP-0082, and those that no program should believe.
func TestS43_Times(t *testing.T) {
	utc := func(y, mo, d, h, mi, s, ns int) time.Time {
		return time.Date(y, time.Month(mo), d, h, mi, s, ns, time.UTC)
	}
	values(t, "Time", (*wire.Decoder).Time, padded(map[string]time.Time{
		"1969-07-21T02:56:15Z":           utc(1969, 7, 21, 2, 56, 15, 0),
		"1969-07-20T21:56:15-05:00":      utc(1969, 7, 21, 2, 56, 15, 0),
		"2024-02-29T23:59:59.999Z":       utc(2024, 2, 29, 23, 59, 59, 999e6),
		"2024-01-01T00:00:00.123456789Z": utc(2024, 1, 1, 0, 0, 0, 123456789),
		"2024-01-01T00:00:00+00:00":      utc(2024, 1, 1, 0, 0, 0, 0),
		"2024-01-01T00:00:00-00:00":      utc(2024, 1, 1, 0, 0, 0, 0),
		"2024-01-01T00:00:00+14:00":      utc(2023, 12, 31, 10, 0, 0, 0),
		"0001-01-01T00:00:01Z":           utc(1, 1, 1, 0, 0, 1, 0),
		"9999-12-31T23:59:59Z":           utc(9999, 12, 31, 23, 59, 59, 0),
	}),
		"", " ", "now", "0", "1700000000", "2024-01-01", "00:00:00Z", "2024-01-01T00:00Z", "20240101T00:00:00",
		"2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2024-01-01t00:00:00z", "2024-1-1T00:00:00Z", "2024-01-01T0:00:00Z",
		"2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-32T00:00:00Z", "2024-01-00T00:00:00Z",
		"2024-01-01T25:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z",
		"2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00.00000000000000000001Z",
		"2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+99:99", "2024-01-01T00:00:00+0100", "2024-01-01T00:00:00+01", "2024-01-01T00:00:00ZZ",
		"10000-01-01T00:00:00Z", "+2024-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "-2024-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "292277026596-12-04T15:30:08Z", strings.Repeat("9", 1000)+"-01-01T00:00:00Z",
		"２０２４-01-01T00:00:00Z")
}

// TestValuesWritten decodes what the encoder writes for the ends of each type's range.
func TestValuesWritten(t *testing.T) {
	at := time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1.5, .1, 1e20, 1e21, 1e-6, 1e-7, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		out, err := wire.Marshal(inA(func(e *wire.Encoder) { e.TextFloat(f) }))
		if err != nil {
			t.Fatal(err)
		}
		h := holder[float64]{codec: (*wire.Decoder).Float64}
		if err := wire.UnmarshalInto(out, nil, &h); err != nil || math.Float64bits(h.value) != math.Float64bits(f) && !math.IsNaN(f) {
			t.Errorf("%v became %v in %s: %v", f, h.value, out, err)
		}
	}
	x := &Query{Max: new(uint32(math.MaxUint32)), Prio: new(int8(-128)), Level: []int16{math.MinInt16, 0}, Stamp: &at, Data: []byte{}, Hash: []byte{0, 255}, Size: math.MaxUint64, Ver: new("")}
	out, err := wire.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := wire.Unmarshal(out, samples())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wire.Element(x), got, sameElements); diff != "" {
		t.Errorf("%s (-want +got):\n%s", out, diff)
	}
}

// TestValueErrors bounds what of a bad value an error repeats.
func TestValueErrors(t *testing.T) {
	var x Query
	err := wire.UnmarshalInto([]byte("<query xmlns='urn:example' count='"+strings.Repeat("\u202e", 1000)+"'/>"), nil, &x)
	if err == nil || len(err.Error()) > 400 || strings.Contains(err.Error(), "\u202e") {
		t.Errorf("error %v", err)
	}
	if got := reflect.TypeOf(err); got != reflect.TypeFor[*wire.ValueError]() {
		t.Errorf("error is a %v", got)
	}
	if got := fmt.Sprint(&wire.SyntaxError{Offset: 3, Condition: "bad-format", Err: fmt.Errorf("x")}); got != "wire: bad-format at byte 3: x" {
		t.Errorf("got %s", got)
	}
}
