package kit

import (
	"errors"
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/xdata"
)

// Config is the configuration of a node or a room: values by the names of their fields, and those of booleans are "1" and "0".
type Config map[string]string

// Is reports whether a boolean is true.
func (c Config) Is(name string) bool { return c[name] == "1" }

// Option is a field of a configuration.
type Option struct {
	Var, Label string
	Type       xdata.FieldType
	Choices    []string // of a list
	Check      func(value string) bool
}

// Options are the fields of a configuration, in the order of the form.
type Options []Option

// Errors of a form that cannot be taken.
var (
	ErrFormType = errors.New("kit: not a form of that type")
	ErrField    = errors.New("kit: unknown field")
	ErrValue    = errors.New("kit: value that the field cannot have")
)

// Form shows a configuration (XEP-0004, section 3).
func (o Options) Form(typ xdata.FormType, formType string, c Config) *xdata.Form {
	f := &xdata.Form{Type: typ, Field: []xdata.Field{{Var: "FORM_TYPE", Type: xdata.FieldHidden, Value: []string{formType}}}}
	for _, opt := range o {
		field := xdata.Field{Var: opt.Var, Type: opt.Type, Label: opt.Label, Value: []string{c[opt.Var]}}
		for _, choice := range opt.Choices {
			field.Option = append(field.Option, xdata.Option{Value: choice})
		}
		f.Field = append(f.Field, field)
	}
	return f
}

// Apply returns a configuration with the values of a form that was filled in, and the fields that it had. What the form does not have stays.
func (o Options) Apply(c Config, formType string, f *xdata.Form) (Config, []string, error) {
	out := maps.Clone(c)
	var set []string
	if f == nil {
		return out, nil, nil
	}
	for _, field := range f.Field {
		value := ""
		if len(field.Value) > 0 {
			value = field.Value[0]
		}
		if field.Var == "FORM_TYPE" {
			if value != formType {
				return nil, nil, ErrFormType
			}
			continue
		}
		i := slices.IndexFunc(o, func(opt Option) bool { return opt.Var == field.Var })
		if i < 0 {
			return nil, nil, ErrField
		}
		value, ok := o[i].normal(value)
		if !ok {
			return nil, nil, ErrValue
		}
		out[field.Var] = value
		set = append(set, field.Var)
	}
	return out, set, nil
}

// normal returns a value in the form that Config keeps, and whether the field can have it.
func (o Option) normal(value string) (string, bool) {
	switch {
	case o.Type == xdata.FieldBoolean:
		switch value {
		case "1", "true":
			return "1", true
		case "0", "false":
			return "0", true
		}
		return "", false
	case len(o.Choices) > 0:
		return value, slices.Contains(o.Choices, value)
	case o.Check != nil:
		return value, o.Check(value)
	}
	return value, true
}
