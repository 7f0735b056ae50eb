package form

import (
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/gen/xdata"
)

// Reader takes a form apart for generated code: it offers the fields that the definition knows, one after the other, and keeps the rest.
type Reader struct {
	def   *Definition
	form  *xdata.Form
	field *xdata.Field // the one to read
	spec  *Field       // its definition
	seen  []uint8      // how often each field of the definition was there, up to 2
	extra Extra
	empty []string
	errs  []error
}

// NewReader returns a reader of the form.
func NewReader(x *xdata.Form, def *Definition) *Reader {
	r := &Reader{def: def, form: x, seen: make([]uint8, len(def.Fields))}
	switch {
	case x == nil:
		r.form = new(xdata.Form)
		r.errs = append(r.errs, ErrNoForm)
	case x.Type == xdata.FormCancel:
		r.form = new(xdata.Form)
		r.errs = append(r.errs, ErrCancelled)
	default:
		if got := TypeOf(x); got != "" && got != def.Type {
			r.form = new(xdata.Form)
			r.errs = append(r.errs, &TypeError{Want: def.Type, Got: got})
		}
	}
	r.extra.Form = *r.form
	r.extra.Form.Field = nil
	return r
}

// Fields returns the names of the fields that are known and have a value. All others are kept.
func (r *Reader) Fields() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range r.form.Field {
			r.field = &r.form.Field[i]
			if at := r.def.index(r.field.Var); at < 0 {
				r.unknown()
			} else if r.known(at) && !yield(r.field.Var) {
				return
			}
		}
	}
}

// unknown keeps a field, unless it says no more than what form this is, which is written anyway.
func (r *Reader) unknown() {
	if f := r.field; f.Var != TypeField || !slices.Equal(f.Value, []string{r.def.Type}) {
		r.Keep()
	}
}

// known notes a field of the definition and reports whether it has a value to read.
func (r *Reader) known(at int) bool {
	f := r.field
	r.spec = &r.def.Fields[at]
	if r.seen[at] > 0 {
		if r.seen[at] == 1 { // guard: one error, however often it is repeated
			r.report("", ErrTwice)
		}
		r.seen[at] = 2
		r.Keep()
		return false
	}
	r.seen[at] = 1
	if answered := r.form.Type != xdata.FormForm; answered {
		if f.Type != "" {
			if r.extra.Types == nil {
				r.extra.Types = make(map[string]xdata.FieldType)
			}
			r.extra.Types[f.Var] = f.Type
		}
		if !hasValue(r.spec, f) {
			r.empty = append(r.empty, f.Var)
		}
	}
	return hasValue(r.spec, f)
}

// hasValue reports whether a field has one. An empty value is none (XEP-0004, section 3.6), but for lists and lines of text, where it may be one of them.
func hasValue(spec *Field, f *xdata.Field) bool {
	if len(f.Value) != 1 || f.Value[0] != "" {
		return len(f.Value) > 0
	}
	return (spec.Type == xdata.FieldListMulti || spec.Type == xdata.FieldTextMulti) && spec.isText()
}

// Keep keeps the field in Extra.
func (r *Reader) Keep() { r.extra.Fields = append(r.extra.Fields, *r.field) }

func (r *Reader) report(value string, err error) {
	r.errs = append(r.errs, &FieldError{FormType: r.def.Type, Var: r.spec.Var, Value: value, Err: err})
}

// fail reports what is wrong with the field and keeps it.
func (r *Reader) fail(value string, err error) {
	r.report(value, err)
	delete(r.extra.Types, r.field.Var)
	r.Keep()
}

// Close returns what was kept, nil if nothing was, the fields without a value, and the faults of the fields, joined.
func (r *Reader) Close() (*Extra, []string, error) {
	if r.form.Type == xdata.FormSubmit {
		for i := range r.def.Fields {
			if r.spec = &r.def.Fields[i]; r.spec.Required && r.spec.in(xdata.FormSubmit) && (r.seen[i] == 0 || slices.Contains(r.empty, r.spec.Var)) {
				r.report("", ErrMissing)
			}
		}
	}
	err := errors.Join(r.errs...)
	if r.extra.isZero() {
		return nil, r.empty, err
	}
	return &r.extra, r.empty, err
}

// single returns the value of a field that has one. Lines of text are joined where the wire says that they are lines.
func (r *Reader) single() (string, bool) {
	switch {
	case len(r.field.Value) == 1:
		return r.field.Value[0], true
	case r.field.Type == xdata.FieldTextMulti && r.spec.isText():
		return strings.Join(r.field.Value, "\n"), true
	}
	r.fail("", ErrMany)
	return "", false
}

// parse reads one value and checks its range.
func parse[T any](r *Reader, s string, read func(string) (T, error)) (v T, ok bool) {
	v, err := read(s)
	if err == nil {
		err = inRange(r.spec, s)
	}
	if err != nil {
		r.fail(s, err)
		return *new(T), false
	}
	return v, true
}

// One reads the value of the field.
func One[T any](r *Reader, to *T, read func(string) (T, error)) {
	if s, ok := r.single(); ok {
		*to, _ = parse(r, s, read)
	}
}

// Maybe reads the value of the field where its zero has a meaning of its own.
func Maybe[T any](r *Reader, to **T, read func(string) (T, error)) {
	if s, ok := r.single(); ok {
		if v, ok := parse(r, s, read); ok {
			*to = &v
		}
	}
}

// Many reads all values of the field. One that is bad costs all of them.
func Many[T any](r *Reader, to *[]T, read func(string) (T, error)) {
	all := make([]T, 0, len(r.field.Value))
	for _, s := range r.field.Value {
		v, ok := parse(r, s, read)
		if !ok {
			return
		}
		all = append(all, v)
	}
	*to = all
}

// Unique reads all values of the field, each once (XEP-0004, section 3.3: duplicate JIDs are ignored).
func Unique[T comparable](r *Reader, to *[]T, read func(string) (T, error)) {
	var all []T
	Many(r, &all, read)
	seen := make(map[T]bool, len(all))
	for _, v := range all {
		if !seen[v] {
			seen[v] = true
			*to = append(*to, v)
		}
	}
}

// Readable is a generated form.
type Readable[T any] interface {
	*T
	Read(*xdata.Form) error
}

// Items reads the rows of a table of results, each as a form (XEP-0004, section 3.4). A row with a fault is among them, as far as it could be read.
func Items[T any, P Readable[T]](x *xdata.Form) ([]T, error) {
	if x == nil {
		return nil, ErrNoForm
	}
	rows := make([]T, len(x.Item))
	var errs []error
	for i := range x.Item {
		row := xdata.Form{Type: xdata.FormResult, Field: x.Item[i].Field}
		if err := P(&rows[i]).Read(&row); err != nil {
			errs = append(errs, err)
		}
	}
	return rows, errors.Join(errs...)
}
