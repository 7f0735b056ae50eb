package fuzz

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/xml"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// NOTE. A twin is the struct that encoding/xml would work with if the codec did not exist: the fields and tags of a generated type, none of its methods. What it
// writes must be what the codec writes, and what the codec writes it must read. Fields that no tag can express ("-", and lists in attributes) stay empty. Two things
// that encoding/xml does not do by itself it is told: bytes are base64, and of an optional attribute whose type writes its own text, nil is none.

// packed is how a twin has bytes.
type packed string

func (p packed) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, []byte(p)), nil
}

func (p *packed) UnmarshalText(text []byte) error {
	out, err := base64.StdEncoding.DecodeString(string(text))
	*p = packed(out)
	return err
}

var typePacked = reflect.TypeFor[packed]()

// twin returns the type without methods that has the fields and tags of a generated struct, and of those below it. There is none, nil, for a type that contains
// itself: reflect cannot make it.
func twin(typ reflect.Type, above ...reflect.Type) reflect.Type {
	switch {
	case slices.Contains(above, typ):
		return nil
	case typ == typeBytes:
		return typePacked
	case typ.Kind() == reflect.Pointer:
		return pointerTo(twin(typ.Elem(), above...))
	case typ.Kind() == reflect.Slice:
		if inner := twin(typ.Elem(), above...); inner != nil {
			return reflect.SliceOf(inner)
		}
		return nil
	case typ.Kind() != reflect.Struct || !strings.HasPrefix(typ.PkgPath(), genPath):
		return typ
	}
	var all []reflect.StructField
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Tag != `xml:"-"` {
			f.Type = twin(f.Type, append(above, typ)...)
		}
		if f.Type == nil {
			return nil
		}
		all = append(all, optional(f))
	}
	return reflect.StructOf(all)
}

// optional makes a field of a type that writes its own text a pointer, where it may be absent: omitempty knows no other way.
func optional(f reflect.StructField) reflect.StructField {
	options := f.Tag.Get("xml")
	attr := strings.Contains(options, ",attr")
	if f.Type == typePacked && !strings.Contains(options, ",chardata") || f.Type == typeJID && !attr && !strings.Contains(options, ",chardata") {
		f.Type = pointerTo(f.Type)
	}
	if attr && f.Type.Kind() == reflect.Pointer && f.Type.Implements(reflect.TypeFor[encoding.TextMarshaler]()) && !strings.Contains(options, ",omitempty") {
		f.Tag = reflect.StructTag(`xml:"` + options + `,omitempty"`)
	}
	return f
}

// pointerTo returns the type of a pointer to typ, nil if there is none.
func pointerTo(typ reflect.Type) reflect.Type {
	if typ == nil {
		return nil
	}
	return reflect.PointerTo(typ)
}

// become copies a value into one of its twin's type, or back, field by field.
func become(to, from reflect.Value) {
	switch {
	case to.Type() == from.Type():
		to.Set(from)
	case from.Type() == typeBytes && from.IsNil(), from.Type() == typeJID && from.IsZero(), from.Kind() == reflect.Pointer && from.IsNil():
	case to.Type() == typeBytes && from.Type() == typePacked:
		to.SetBytes([]byte(from.String()))
	case to.Type() == typePacked:
		to.SetString(string(from.Bytes()))
	case to.Kind() == reflect.Pointer && from.Kind() != reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		become(to.Elem(), from)
	case to.Kind() != reflect.Pointer && from.Kind() == reflect.Pointer:
		become(to, from.Elem())
	case from.Kind() == reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		become(to.Elem(), from.Elem())
	case from.Kind() == reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				become(to.Index(i), from.Index(i))
			}
		}
	default:
		for i := range from.NumField() {
			become(to.Field(i), from.Field(i))
		}
	}
}

// TestTwin compares the codec with encoding/xml's reflection over the tags.
func TestTwin(t *testing.T) {
	draws(t, 3)
	twins := 0
	for _, s := range subjects() {
		typ := twin(s.typ)
		if typ == nil {
			continue
		}
		twins++
		t.Run(s.title(), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				d := &drawer{source: rapidly{rt}, tags: true}
				checkTwin(rt, s, typ, d.draw(s, 2))
			})
		})
	}
	if twins < 700 {
		t.Errorf("only %d types have a twin", twins)
	}
}

// checkTwin encodes and decodes a value both ways.
func checkTwin(t tester, s subject, typ reflect.Type, v reflect.Value) {
	t.Helper()
	other := reflect.New(typ)
	become(other.Elem(), v.Elem())
	start := xml.StartElement{Name: s.name}
	var byTags bytes.Buffer
	if err := xml.NewEncoder(&byTags).EncodeElement(other.Interface(), start); err != nil {
		t.Fatalf("twin: %v", err)
	}
	byCodec := marshalXML(t, s.element(v))
	if diff := cmp.Diff(wellFormed(t, byTags.Bytes()), wellFormed(t, byCodec)); diff != "" {
		t.Fatalf("written (-twin +codec):\n%s\n%s\n%s", &byTags, byCodec, diff)
	}
	read := reflect.New(typ)
	if err := xml.Unmarshal(byCodec, read.Interface()); err != nil {
		t.Fatalf("twin: %v", err)
	}
	back := reflect.New(s.typ)
	become(back.Elem(), read.Elem())
	if diff := difference(s.element(v), s.element(back), exact); diff != "" {
		t.Fatalf("read by the twin from %s (-codec +twin):\n%s", byCodec, diff)
	}
}
