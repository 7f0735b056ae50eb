package wire

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/stanzakit/stanzakit/jid"
)

// Value is an attribute or a text that has not been converted yet. It is valid until the decoder reads on.
type Value struct {
	// Key is what generated code switches on: the local name of an attribute without namespace, "xml:lang", and otherwise empty.
	Key string

	b     []byte
	attr  bool
	colon int    // where the name's is; negative if there is none, and then Key is the name
	name  string // as written, if it has a prefix
	space string // if it has a prefix
}

// Is reports whether the attribute has this name.
func (v *Value) Is(space, local string) bool { return v.local() == local && v.namespace() == space }

// local returns the local name.
func (v *Value) local() string {
	if v.colon < 0 {
		return v.Key
	}
	return v.name[v.colon+1:]
}

// namespace returns the namespace, empty if there is none.
func (v *Value) namespace() string {
	if v.colon < 0 {
		return ""
	}
	return v.space
}

const (
	arenaSize = 1024 // what a short string may keep alive
	arenaTry  = 256  // and the first ones of a decoder, which may see no more than a login
	arenaMost = 256  // longer ones have memory of their own
)

// str returns b as a string. Short ones are cut out of memory that neighbours share.
func (d *Decoder) str(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > arenaMost {
		return string(b)
	}
	if len(b) > cap(d.arena)-len(d.arena) {
		d.arena = make([]byte, 0, max(len(b), d.piece))
		d.piece = arenaSize
	}
	from := len(d.arena)
	d.arena = append(d.arena, b...)
	return unsafe.String(&d.arena[from], len(b)) // these bytes are never written again
}

// present notes in Extra that an attribute was there although its field says nothing of it.
func (d *Decoder) present(v *Value) {
	if v.attr {
		d.KeepAttr(v)
	}
}

// String returns the value. An attribute that is present but empty is noted in Extra.
func (d *Decoder) String(v *Value) string {
	if len(v.b) == 0 {
		d.present(v)
	}
	return d.str(v.b)
}

// StringOrEmpty returns the value where an empty one has a meaning of its own.
func (d *Decoder) StringOrEmpty(v *Value) string { return d.str(v.b) }

// Enum returns the value as an enumeration's type, whether it is one of its values or not.
func Enum[T ~string](d *Decoder, v *Value) T { return T(d.String(v)) }

// JID returns the value as an address (RFC 7622). An empty attribute is the zero JID, noted in Extra.
func (d *Decoder) JID(v *Value) jid.JID {
	if len(v.b) == 0 && v.attr {
		d.present(v)
		return jid.JID{}
	}
	recent := &d.jids[slot(view(v.b))%len(d.jids)]
	if recent.String() == string(v.b) {
		return *recent
	}
	j, err := jid.Parse(d.str(v.b))
	if err != nil {
		d.Fail(v, err)
	} else if len(v.b) <= arenaMost { // so that it keeps little alive
		*recent = j
	}
	return j
}

// Bool returns the value of an xs:boolean.
func (d *Decoder) Bool(v *Value) bool {
	switch string(trimSpace(v.b)) {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	d.Fail(v, fmt.Errorf("%s is no boolean", quote(v.b)))
	return false
}

func (d *Decoder) int(v *Value, bits int) int64 {
	n, err := strconv.ParseInt(string(trimSpace(v.b)), 10, bits)
	if err != nil {
		d.Fail(v, fmt.Errorf("%s is no integer of %d bits", quote(v.b), bits))
	}
	return n
}

func (d *Decoder) uint(v *Value, bits int) uint64 {
	b := trimSpace(v.b)
	if len(b) > 1 && b[0] == '+' {
		b = b[1:]
	}
	n, err := strconv.ParseUint(string(b), 10, bits)
	if err != nil {
		d.Fail(v, fmt.Errorf("%s is no unsigned integer of %d bits", quote(v.b), bits))
	}
	return n
}

// Int8 returns the value of an xs:byte.
func (d *Decoder) Int8(v *Value) int8 { return int8(d.int(v, 8)) }

// Int16 returns the value of an xs:short.
func (d *Decoder) Int16(v *Value) int16 { return int16(d.int(v, 16)) }

// Int32 returns the value of an xs:int.
func (d *Decoder) Int32(v *Value) int32 { return int32(d.int(v, 32)) }

// Int64 returns the value of an xs:long or xs:integer.
func (d *Decoder) Int64(v *Value) int64 { return d.int(v, 64) }

// Uint8 returns the value of an xs:unsignedByte.
func (d *Decoder) Uint8(v *Value) uint8 { return uint8(d.uint(v, 8)) }

// Uint16 returns the value of an xs:unsignedShort.
func (d *Decoder) Uint16(v *Value) uint16 { return uint16(d.uint(v, 16)) }

// Uint32 returns the value of an xs:unsignedInt.
func (d *Decoder) Uint32(v *Value) uint32 { return uint32(d.uint(v, 32)) }

// Uint64 returns the value of an xs:unsignedLong or xs:nonNegativeInteger.
func (d *Decoder) Uint64(v *Value) uint64 { return d.uint(v, 64) }

// Float64 returns the value of an xs:decimal, xs:float or xs:double.
func (d *Decoder) Float64(v *Value) float64 {
	s := string(trimSpace(v.b))
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789+-.eE") != "" && s != "INF" && s != "-INF" && s != "NaN" {
		d.Fail(v, fmt.Errorf("%s is no number", quote(v.b)))
	}
	return f
}

// Time returns the value of a date and time with a time zone (XEP-0082, section 3.2). The zero time, which stands for none, is a bad value, and so
// are the years that cannot be written again and fractions finer than a nanosecond.
func (d *Decoder) Time(v *Value) time.Time {
	b := trimSpace(v.b)
	t, err := time.Parse(time.RFC3339, string(b))
	_, offset := t.Zone()
	year := t.UTC().Year()
	if err != nil || !isTimeForm(b) || max(offset, -offset) > 14*60*60 || t.IsZero() || year < 1 || year > 9999 {
		d.Fail(v, fmt.Errorf("%s is no date and time with a time zone", quote(v.b)))
		return time.Time{}
	}
	return t
}

// isTimeForm refuses the forms that only time.Parse takes for RFC 3339 (an hour of one digit, a comma) and those whose fraction it would cut.
func isTimeForm(b []byte) bool {
	const seconds = len("2006-01-02T15:04:05")
	if len(b) <= seconds || strings.IndexByte(".Z+-", b[seconds]) < 0 {
		return false
	}
	fraction := b[seconds+1:]
	return len(fraction)-len(bytes.TrimLeft(fraction, "0123456789")) <= len("999999999")
}

// Bytes returns the value of an xs:base64Binary. It is not nil if it is empty.
func (d *Decoder) Bytes(v *Value) []byte {
	packed := v.b
	if strings.ContainsAny(string(packed), " \t\r\n") {
		packed = []byte(strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(string(packed)))
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(packed)))
	n, err := base64.StdEncoding.Strict().Decode(out, packed)
	if err != nil {
		d.Fail(v, fmt.Errorf("%s is not base64", quote(v.b)))
	}
	return out[:n]
}

// Strings returns the items of an xs:list. An attribute that is present but holds none is noted in Extra.
func (d *Decoder) Strings(v *Value) []string {
	if isBlank(v.b) {
		d.present(v)
	}
	return strings.FieldsFunc(d.str(v.b), func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) })
}
