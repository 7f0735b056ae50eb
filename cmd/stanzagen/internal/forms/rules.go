package forms

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// fieldTypes are those of XEP-0004, section 3.3.
var fieldTypes = []string{
	"boolean", "fixed", "hidden", "jid-multi", "jid-single", "list-multi", "list-single", "text-multi", "text-private", "text-single",
}

// datatypes gives the Go type of each data type of XEP-0122 that has one.
var datatypes = map[string]ir.FormValue{
	"xs:boolean":            ir.FormBool,
	"xs:byte":               ir.FormInt8,
	"xs:short":              ir.FormInt16,
	"xs:int":                ir.FormInt32,
	"xs:integer":            ir.FormInt64,
	"xs:long":               ir.FormInt64,
	"xs:unsignedByte":       ir.FormUint8,
	"xs:unsignedShort":      ir.FormUint16,
	"xs:unsignedInt":        ir.FormUint32,
	"xs:unsignedLong":       ir.FormUint64,
	"xs:nonNegativeInteger": ir.FormUint64,
	"xs:decimal":            ir.FormFloat,
	"xs:double":             ir.FormFloat,
	"xs:float":              ir.FormFloat,
	"xs:dateTime":           ir.FormTime,
	"pubsub:integer-or-max": ir.FormLimit,
	"xs:string":             ir.FormText,
	"xs:anyURI":             ir.FormText,
	"xs:base64Binary":       ir.FormText,
	"xs:date":               ir.FormText,
	"xs:language":           ir.FormText,
	"xs:normalizedString":   ir.FormText,
	"xs:time":               ir.FormText,
	"xs:token":              ir.FormText,
}

// validate reads what XEP-0122 says of a field.
func (b *builder) validate(n *node, f *ir.FormField) {
	b.shape(n, "datatype min max regex least most", "")
	f.Datatype, f.Min, f.Max, f.Regex = n.attrs["datatype"], n.attrs["min"], n.attrs["max"], n.attrs["regex"]
	f.Least, f.Most = b.number(n, "least"), b.number(n, "most")
	if f.Most > 0 && f.Least > f.Most {
		b.fault(n.pos, "least is more than most")
	}
	if f.Regex != "" {
		if _, err := regexp.CompilePOSIX("^(" + f.Regex + ")$"); err != nil {
			b.fault(n.pos, "regex: %v", err)
		}
		if f.Min != "" || f.Max != "" {
			b.fault(n.pos, "there may be a regex or a range, not both (XEP-0122, section 3.2)")
		}
	}
	if _, known := datatypes[f.Datatype]; !known && f.Datatype != "" && !strings.HasPrefix(f.Datatype, "x:") {
		b.fault(n.pos, "data type %s is not known", f.Datatype)
	}
}

// value finds the Go type of the field's values.
func (b *builder) value(n *node, f *ir.FormField) {
	switch f.Type {
	case "boolean":
		f.Value = ir.FormBool
	case "jid-single", "jid-multi":
		f.Value = ir.FormJID
	default:
		f.Value = datatypes[f.Datatype]
		return
	}
	if f.Datatype != "" {
		b.fault(n.pos, "a field of type %s has no other data type", f.Type)
	}
}

// rules checks what a field says of itself.
func (b *builder) rules(n *node, f *ir.FormField) {
	list := strings.HasPrefix(f.Type, "list-")
	switch {
	case len(f.Options) > 0 && !list && f.Type != "text-single":
		b.fault(n.pos, "only lists have options, and text-single those values that mean something of their own")
	case f.Open && !list:
		b.fault(n.pos, "only lists can be open")
	case f.Many && f.Type == "text-multi" && f.Value != ir.FormText:
		b.fault(n.pos, "text-multi has lines of text")
	case n.attrs["many"] != "" && f.Type != "hidden":
		b.fault(n.pos, "only of a hidden field it is not clear whether it has many values")
	case (f.Least > 0 || f.Most > 0) && f.Type != "list-multi":
		b.fault(n.pos, "only list-multi counts its values (XEP-0122, section 3.3)")
	case (f.Min != "" || f.Max != "") && !ordered(f.Value):
		b.fault(n.pos, "values of this type have no order (XEP-0122, section 4.7)")
	case len(f.Default) > 1 && !f.Many:
		b.fault(n.pos, "more than one value")
	}
	for _, bound := range []string{f.Min, f.Max} {
		if bound != "" && ordered(f.Value) && !allowed(f.Value, bound) {
			b.fault(n.pos, "bound %q is no %s", bound, f.Datatype)
		}
	}
	seen := map[string]bool{}
	for _, o := range f.Options {
		if seen["="+o.Value] || o.Label != "" && seen[o.Label] {
			b.fault(n.pos, "option %s: value or label stands twice (XEP-0004, section 3.3)", o.Value)
		}
		seen["="+o.Value], seen[o.Label] = true, true
	}
	for _, v := range f.Default {
		offered := slices.ContainsFunc(f.Options, func(o *ir.FormOption) bool { return o.Value == v })
		if !allowed(f.Value, v) || list && len(f.Options) > 0 && !f.Open && !offered {
			b.fault(n.pos, "value %q is not allowed in the field", v)
		}
	}
}

// ordered reports whether the values of a type have an order.
func ordered(v ir.FormValue) bool { return v >= ir.FormInt8 && v <= ir.FormTime }

// allowed reports whether a text is a value of the type.
func allowed(v ir.FormValue, s string) bool {
	var err error
	switch v {
	case ir.FormBool:
		return s == "true" || s == "false"
	case ir.FormInt8, ir.FormInt16, ir.FormInt32, ir.FormInt64:
		_, err = strconv.ParseInt(s, 10, bits(v, ir.FormInt8))
	case ir.FormUint8, ir.FormUint16, ir.FormUint32, ir.FormUint64:
		_, err = strconv.ParseUint(s, 10, bits(v, ir.FormUint8))
	case ir.FormFloat:
		_, err = strconv.ParseFloat(s, 64)
	case ir.FormLimit:
		if s != "max" {
			_, err = strconv.ParseUint(s, 10, 64)
		}
	case ir.FormTime:
		_, err = time.Parse(time.RFC3339, s)
	}
	return err == nil
}

// bits is the size of an integer; smallest is that of 8 bits.
func bits(v, smallest ir.FormValue) int { return 8 << (v - smallest) }
