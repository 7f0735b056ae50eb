package wire

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/jid"
)

// Optional decodes a child that may occur once into a pointer field.
func Optional[T any, P decodable[T]](d *Decoder, c Start, dst **T) {
	if *dst != nil {
		d.Repeat(c)
		return
	}
	x := new(T)
	P(x).DecodeXML(d, c)
	if d.settle(c) {
		*dst = x
	} else {
		d.keep(Kept{Elem: d.again(c)})
	}
}

// List decodes a child that may occur any number of times into a slice field.
func List[T any, P decodable[T]](d *Decoder, c Start, dst *[]T) {
	var zero T
	n := len(*dst)
	*dst = append(grow(*dst), zero)
	P(&(*dst)[n]).DecodeXML(d, c)
	if !d.settle(c) {
		*dst = (*dst)[:n]
		d.keep(Kept{Elem: d.again(c), Index: n})
	}
}

// grow returns s with room for one more. Lists are short or long: few have two or three items, and what doubles from one is moved often.
func grow[T any](s []T) []T {
	if len(s) < cap(s) {
		return s
	}
	const one, some = 1, 4
	n := one
	if len(s) > 0 {
		n = max(some, 3*len(s))
	}
	grown := make([]T, len(s), n)
	copy(grown, s)
	return grown
}

// Ordered decodes a branch of a repeated choice into the field that keeps the order between branches.
func Ordered[T any, P Ptr[T]](d *Decoder, c Start, dst *[]Element) {
	x := P(new(T))
	x.DecodeXML(d, c)
	if d.settle(c) {
		*dst = append(*dst, x)
	} else {
		*dst = append(*dst, d.again(c))
	}
}

// Scalar decodes a child with a plain value, which may occur once, into a pointer field.
func Scalar[T any](d *Decoder, c Start, dst **T, value func(*Decoder, *Value) T) {
	if *dst != nil {
		d.Repeat(c)
		return
	}
	if v, ok := scalar(d, c, 0, value); ok {
		*dst = &v
	}
}

// ScalarValue decodes a child with a plain value, which may occur once, into a field whose zero value means that there was none. A child that is there but
// empty is noted in Extra.
func ScalarValue[T comparable](d *Decoder, c Start, dst *T, value func(*Decoder, *Value) T) {
	var zero T
	if x := *d.frames[len(d.frames)-2].extra; *dst != zero || x != nil && x.hasEmpty(c.Space, c.Local) {
		d.Repeat(c)
		return
	}
	text, rich := d.plain(c)
	v := value(d, text)
	switch {
	case d.bad != nil:
		d.keep(Kept{Elem: d.again(c)})
	case v == zero:
		d.shadow(c, unheld, "")
	case rich:
		*dst = v
		d.shadow(c, 0, plainText(v))
	default:
		*dst = v
	}
}

// ScalarBytes decodes a child with base64 data, which may occur once, into a field that is nil if there was none.
func ScalarBytes(d *Decoder, c Start, dst *[]byte) {
	if *dst != nil {
		d.Repeat(c)
		return
	}
	if v, ok := scalar(d, c, 0, (*Decoder).Bytes); ok {
		*dst = v
	}
}

// ScalarList decodes a child with a plain value, which may occur any number of times.
func ScalarList[T any](d *Decoder, c Start, dst *[]T, value func(*Decoder, *Value) T) {
	if v, ok := scalar(d, c, len(*dst), value); ok {
		*dst = append(grow(*dst), v)
	}
}

// ScalarRequired decodes a child with a plain value that the parent cannot do without: a bad one is the parent's.
func ScalarRequired[T any](d *Decoder, c Start, value func(*Decoder, *Value) T) T {
	text, rich := d.plain(c)
	v := value(d, text)
	if d.bad == nil && rich {
		d.shadow(c, 0, plainText(v))
	}
	return v
}

// Flag decodes a child that says all by being there.
func Flag(d *Decoder, c Start, dst *bool) {
	if *dst {
		d.Repeat(c)
		return
	}
	*dst = true
	if text, rich := d.plain(c); rich || !isBlank(text.b) {
		d.shadow(c, 0, "")
	}
}

// Condition decodes one branch of a choice that is collapsed to an enumeration: the branch's name is the value. The text of the branch goes to text, if
// that is not nil.
func Condition[T ~string](d *Decoder, c Start, dst *T, text *string) {
	if *dst != "" {
		d.Repeat(c)
		return
	}
	*dst = T(c.Local)
	v, rich := d.plain(c)
	held := ""
	if text != nil {
		held = d.str(v.b)
		*text = held
	} else if !isBlank(v.b) {
		rich = true
	}
	if rich {
		d.shadow(c, 0, held)
	}
}

// scalar decodes a plain value. If it is bad, or the child holds more than the value, the child is kept: instead of the value, or beside it.
func scalar[T any](d *Decoder, c Start, index int, value func(*Decoder, *Value) T) (T, bool) {
	text, rich := d.plain(c)
	v := value(d, text)
	if d.bad != nil {
		d.keep(Kept{Elem: d.again(c), Index: index})
		return v, false
	}
	if rich {
		d.shadow(c, index, plainText(v))
	}
	return v, true
}

// plain reads the child as text. rich says that it holds more: attributes or elements.
func (d *Decoder) plain(c Start) (text *Value, rich bool) {
	rich = d.nattrs > 0
	return d.textOf(func(s Start, _ []byte) {
		rich = true
		d.skip(s)
	}), rich
}

// shadow keeps the child that was just read, in addition to its value, for which a field will write text.
func (d *Decoder) shadow(c Start, index int, text string) {
	raw := new(Raw)
	d.reread(c, func() { raw.readPlain(d, c) })
	d.keep(Kept{Elem: raw, Index: index, Shadow: true, Text: text})
}

// Text reads simple content. Elements in it are kept in Extra.
func (d *Decoder) Text() *Value {
	return d.textOf(func(s Start, before []byte) {
		text := d.str(before)
		d.keep(Kept{Elem: d.Element(s), Text: text})
	})
}

// textOf reads the text of the innermost open element to its end; elements in it are given to other, with the text since the one before.
func (d *Decoder) textOf(other func(s Start, before []byte)) *Value {
	var all []byte
	from := 0
	owned := false // all is a copy, and no part of the input
	depth := len(d.frames)
	local := d.frames[depth-1].local
	for d.err == nil && d.bad == nil && len(d.frames) >= depth {
		t := d.token()
		switch {
		case t == tokStart:
			if all != nil && !owned {
				all, owned = bytes.Clone(all), true
			}
			other(d.start(), all[from:])
			from = len(all)
		case t == tokText && all == nil:
			all = d.text
		case t == tokText: // after an element, so all is owned
			all = append(all, d.text...)
		}
	}
	d.value = Value{Key: local, colon: -1, b: all}
	return &d.value
}

// plainText returns what the encoder writes for a plain value.
func plainText(v any) string {
	switch v := v.(type) {
	case time.Time:
		return formatTime(v)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case []string:
		return strings.Join(v, " ")
	case jid.JID:
		return v.String()
	}
	switch v := reflect.ValueOf(v); v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float64:
		return formatFloat(v.Float())
	case reflect.String:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}
