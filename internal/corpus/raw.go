// Package corpus holds the tests that send the samples of the specifications through the registry, and what they share with other tests.
package corpus

import (
	"reflect"

	"github.com/stanzakit/stanzakit/wire"
)

// Raws returns the elements in el, itself included, that have no type, or whose type could not hold them. What stands in one of the latter is not looked at.
func Raws(el wire.Element) []*wire.Raw {
	var found []*wire.Raw
	walk(reflect.ValueOf(el), &found)
	return found
}

// walk looks into every exported field, whatever its type: a wildcard, Extra, mixed content or a typed child.
func walk(v reflect.Value, found *[]*wire.Raw) {
	switch v.Kind() {
	case reflect.Interface:
		walk(v.Elem(), found)
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if raw, ok := v.Interface().(*wire.Raw); ok {
			*found = append(*found, raw)
			if raw.Err != nil {
				return
			}
		}
		walk(v.Elem(), found)
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), found)
			}
		}
	}
}
