package form

import (
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/gen/xdatavalidate"
	"github.com/stanzakit/stanzakit/wire"
)

// Writer puts a form together for generated code, which hands it all fields of the definition in its order.
type Writer struct {
	def   *Definition
	extra *Extra
	empty []string
	only  []string
	next  int // the field of the definition to come
	out   *xdata.Form
}

// NewWriter returns a writer of a form of that kind. Fields named in empty are written without a value if they have none; of a form to fill in only those
// named in only are, unless that is empty.
func NewWriter(kind xdata.FormType, def *Definition, extra *Extra, empty, only []string) *Writer {
	w := &Writer{def: def, extra: extra, empty: empty, only: only, out: &xdata.Form{Type: kind}}
	switch {
	case extra != nil && extra.Form.Type == kind:
		*w.out = extra.Form
	case kind == xdata.FormForm:
		w.out.Title = def.Title
	}
	w.out.Field = []xdata.Field{{Var: TypeField, Type: xdata.FieldHidden, Value: []string{def.Type}}}
	return w
}

// Form returns the form, with the fields that were kept.
func (w *Writer) Form() *xdata.Form {
	if w.out.Type == xdata.FormForm {
		w.offerFixed(len(w.def.Fields))
	}
	if w.extra == nil {
		return w.out
	}
	answer := w.extra.Form.Type == xdata.FormForm && w.out.Type != xdata.FormForm
	for _, f := range w.extra.Fields {
		if answer {
			if f.Var == "" || f.Type == xdata.FieldFixed || len(f.Value) == 0 {
				continue // nothing that was asked, or nothing to answer
			}
			f = xdata.Field{Var: f.Var, Value: f.Value}
		}
		w.out.Field = append(w.out.Field, f)
	}
	return w.out
}

// offerFixed adds the texts, which no struct has, that stand before that place in the definition.
func (w *Writer) offerFixed(end int) {
	for _, spec := range w.def.Fields[w.next:end] {
		if spec.Type == xdata.FieldFixed && len(w.only) == 0 {
			w.out.Field = append(w.out.Field, xdata.Field{Var: spec.Var, Type: xdata.FieldFixed, Label: spec.Label, Value: spec.Value})
		}
	}
	w.next = end
}

// field adds a field with its values.
func (w *Writer) field(name string, values []string) {
	if w.out.Type == xdata.FormForm {
		at := w.def.index(name)
		w.offerFixed(at)
		w.offer(&w.def.Fields[at], values)
		return
	}
	if len(values) == 0 && !slices.Contains(w.empty, name) {
		return
	}
	f := xdata.Field{Var: name, Value: values}
	if w.extra != nil && w.extra.Form.Type == w.out.Type {
		f.Type = w.extra.Types[name]
	}
	if f.Type == xdata.FieldTextMulti {
		f.Value = lines(values)
	}
	w.out.Field = append(w.out.Field, f)
}

// offer adds a field to a form to fill in.
func (w *Writer) offer(spec *Field, values []string) {
	if len(w.only) > 0 && !slices.Contains(w.only, spec.Var) || len(w.only) == 0 && len(values) == 0 && !spec.in(xdata.FormForm) {
		return
	}
	if len(values) == 0 {
		values = spec.Value
	}
	f := xdata.Field{
		Var: spec.Var, Type: spec.Type, Label: spec.Label, Desc: spec.Desc, Required: spec.Required, Value: values, Option: slices.Clone(spec.Options),
	}
	if v := validation(spec); v != nil {
		f.Any = []wire.Element{v}
	}
	w.out.Field = append(w.out.Field, f)
}

// validation is what XEP-0122 lets a form say of the values of a field, nil if there is nothing to say.
func validation(spec *Field) *xdatavalidate.Validate {
	v := &xdatavalidate.Validate{Datatype: spec.Datatype, Regex: spec.Regex}
	switch {
	case spec.Regex != "":
	case spec.Min != "" || spec.Max != "":
		v.Range = &xdatavalidate.Range{Min: spec.Min, Max: spec.Max}
	case spec.Open:
		v.Open = true
	default:
		v.Basic = spec.Datatype != ""
	}
	if spec.Least > 0 || spec.Most > 0 {
		v.ListRange = new(xdatavalidate.ListRange)
		if spec.Least > 0 {
			v.ListRange.Min = new(spec.Least)
		}
		if spec.Most > 0 {
			v.ListRange.Max = new(spec.Most)
		}
	}
	if spec.Datatype == "" && !v.Open && v.Range == nil && v.Regex == "" && v.ListRange == nil {
		return nil
	}
	return v
}

// lines splits texts at their line breaks (XEP-0004, section 3.3: a value has none).
func lines(values []string) []string {
	var out []string
	for _, v := range values {
		out = append(out, strings.Split(strings.ReplaceAll(v, "\r\n", "\n"), "\n")...)
	}
	return out
}

// Put writes a field, unless its value is the zero of its type.
func Put[T comparable](w *Writer, name string, v T, format func(T) string) {
	if z, ok := any(v).(interface{ IsZero() bool }); v == *new(T) || ok && z.IsZero() {
		w.field(name, nil)
		return
	}
	w.field(name, []string{format(v)})
}

// PutAlways writes a field whose zero has a meaning of its own.
func PutAlways[T any](w *Writer, name string, v T, format func(T) string) {
	w.field(name, []string{format(v)})
}

// PutMaybe writes a field, unless there is none.
func PutMaybe[T any](w *Writer, name string, v *T, format func(T) string) {
	if v == nil {
		w.field(name, nil)
		return
	}
	w.field(name, []string{format(*v)})
}

// PutMany writes a field of many values.
func PutMany[T any](w *Writer, name string, all []T, format func(T) string) {
	var values []string
	for _, v := range all {
		values = append(values, format(v))
	}
	w.field(name, values)
}

// PutLines writes a field of lines of text.
func PutLines(w *Writer, name string, all []string) { w.field(name, lines(all)) }
