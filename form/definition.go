package form

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/xdata"
)

// Version1 is what generated code of this version of the package asks for.
const Version1 = true

// TypeField is the name of the field that says what form it is (XEP-0068, section 3).
const TypeField = "FORM_TYPE"

// Definition is what a specification says of a form. Generated packages hold one for each form; it is only read.
type Definition struct {
	Type   string // value of FORM_TYPE
	Title  string // heading of the form, for people
	Fields []Field
}

// Field is what a specification says of a field.
type Field struct {
	Var      string
	Type     xdata.FieldType
	Label    string // for people
	Desc     string // for people, a sentence
	Required bool
	In       []xdata.FormType // the kinds of form that have the field; nil is all of them
	Value    []string         // what a form to fill in has where the program says nothing
	Options  []xdata.Option
	Open     bool   // values beside the options are allowed
	Datatype string // of XEP-0122; empty is xs:string
	Min, Max string // bounds of the value; empty is none
	Regex    string // extended regular expression of POSIX
	Least    uint32 // how many values there must be
	Most     uint32 // how many there may be; 0 is any number
}

// in reports whether forms of that kind have the field.
func (f *Field) in(kind xdata.FormType) bool { return f.In == nil || slices.Contains(f.In, kind) }

// multiple reports whether the field may have more than one value (XEP-0004, section 3.2).
func (f *Field) multiple() bool {
	switch f.Type {
	case xdata.FieldJIDMulti, xdata.FieldListMulti, xdata.FieldTextMulti, xdata.FieldHidden:
		return true
	}
	return false
}

// isText reports whether the values are any text, options included.
func (f *Field) isText() bool {
	switch f.Type {
	case xdata.FieldBoolean, xdata.FieldJIDSingle, xdata.FieldJIDMulti:
		return false
	}
	return byDatatype(f.Datatype) == nil
}

// index returns the place of a field that holds something, -1 if the definition has none of that name.
func (d *Definition) index(name string) int {
	for i := range d.Fields {
		if f := &d.Fields[i]; f.Var == name && f.Type != xdata.FieldFixed {
			return i
		}
	}
	return -1
}

// Extra keeps what a generated form has no field for, so that it is written again.
type Extra struct {
	// Form is the form as it was read, without its fields: title, instructions, language, table of results, what other specifications add. It is
	// written again in a form of the same kind.
	Form xdata.Form
	// Fields are those that the definition does not know, and those whose value could not be read.
	Fields []xdata.Field
	// Types are the types that a submission or result named, by the name of the field; there is no need to name them.
	Types map[string]xdata.FieldType
}

// isZero reports whether there is nothing to keep.
func (e *Extra) isZero() bool {
	f := &e.Form
	return len(e.Fields) == 0 && len(e.Types) == 0 && f.Lang == "" && f.Title == "" && f.Instructions == nil && f.Reported == nil && f.Item == nil &&
		f.Any == nil && f.Extra == nil
}

// TypeOf returns the FORM_TYPE of a form, empty if it has none. In a form to fill in and in a result only a hidden field counts (XEP-0068, section 4.3).
func TypeOf(x *xdata.Form) string {
	if i := typeField(x); i >= 0 && len(x.Field[i].Value) > 0 {
		return x.Field[i].Value[0]
	}
	return ""
}

// typeField returns the place of the field that says what form it is, -1 if there is none.
func typeField(x *xdata.Form) int {
	if x == nil {
		return -1
	}
	named := x.Type == xdata.FormForm || x.Type == xdata.FormResult
	return slices.IndexFunc(x.Field, func(f xdata.Field) bool {
		return f.Var == TypeField && (f.Type == xdata.FieldHidden || !named)
	})
}

// Find returns the first field of that name, nil if there is none.
func Find(x *xdata.Form, name string) *xdata.Field {
	if x == nil {
		return nil
	}
	if i := slices.IndexFunc(x.Field, func(f xdata.Field) bool { return f.Var == name }); i >= 0 {
		return &x.Field[i]
	}
	return nil
}
