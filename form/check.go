package form

import (
	"errors"
	"regexp"
	"slices"

	"github.com/stanzakit/stanzakit/gen/xdata"
)

// Check tells all that is wrong with the values of a form by its definition, where reading is lenient: options that were not offered, patterns, how many
// values there are. A service asks it before it does what a stranger's submission wants: nothing says that the sender has looked at the definition
// (XEP-0122, section 4.4). A field that the definition does not know is no fault.
func Check(x *xdata.Form, def *Definition) error {
	if x == nil {
		return ErrNoForm
	}
	if got := TypeOf(x); got != "" && got != def.Type {
		return &TypeError{Want: def.Type, Got: got}
	}
	var errs []error
	for i := range def.Fields {
		spec := &def.Fields[i]
		report := func(value string, err error) {
			errs = append(errs, &FieldError{FormType: def.Type, Var: spec.Var, Value: value, Err: err})
		}
		f := Find(x, spec.Var)
		switch {
		case spec.Type == xdata.FieldFixed:
		case repeated(x, spec.Var):
			report("", ErrTwice)
		case f != nil && hasValue(spec, f):
			checkField(spec, f.Value, report)
		case spec.Required && x.Type == xdata.FormSubmit && spec.in(xdata.FormSubmit):
			report("", ErrMissing)
		}
	}
	return errors.Join(errs...)
}

// repeated reports whether more than one field has the name.
func repeated(x *xdata.Form, name string) bool {
	n := 0
	for i := range x.Field {
		if x.Field[i].Var == name {
			n++
		}
	}
	return n > 1
}

func checkField(spec *Field, values []string, report func(value string, err error)) {
	if n := uint32(min(len(values), 1<<30)); n > 1 && !spec.multiple() {
		report("", ErrMany)
	} else if n < spec.Least || spec.Most > 0 && n > spec.Most {
		report("", ErrCount)
	}
	var pattern *regexp.Regexp
	if spec.Regex != "" {
		pattern = regexp.MustCompilePOSIX("^(" + spec.Regex + ")$") // stanzagen has compiled it
	}
	for _, v := range values {
		err := checkValue(spec, v)
		if err == nil && pattern != nil && !pattern.MatchString(v) {
			err = ErrPattern
		}
		if err != nil {
			report(v, err)
			return // guard: one error for each field
		}
	}
}

// checkValue checks one value by the field's type and data type.
func checkValue(spec *Field, v string) (err error) {
	if parse := byDatatype(spec.Datatype); parse != nil {
		err = parse(v)
	}
	switch {
	case err != nil:
		return err
	case spec.Type == xdata.FieldBoolean:
		_, err = ParseBool(v)
	case spec.Type == xdata.FieldJIDSingle, spec.Type == xdata.FieldJIDMulti:
		_, err = ParseJID(v)
	case len(spec.Options) > 0 && !spec.Open && !slices.ContainsFunc(spec.Options, func(o xdata.Option) bool { return o.Value == v }):
		err = ErrOption
	}
	if err != nil {
		return err
	}
	return inRange(spec, v)
}

// byDatatype returns what checks a value of a data type, nil for those that take any text.
func byDatatype(datatype string) func(string) error {
	switch datatype {
	case "xs:boolean":
		return check(ParseBool)
	case "xs:byte":
		return check(ParseInt[int8])
	case "xs:short":
		return check(ParseInt[int16])
	case "xs:int":
		return check(ParseInt[int32])
	case "xs:integer", "xs:long":
		return check(ParseInt[int64])
	case "xs:unsignedByte":
		return check(ParseUint[uint8])
	case "xs:unsignedShort":
		return check(ParseUint[uint16])
	case "xs:unsignedInt":
		return check(ParseUint[uint32])
	case "xs:nonNegativeInteger", "xs:unsignedLong":
		return check(ParseUint[uint64])
	case "xs:decimal", "xs:double", "xs:float":
		return check(ParseFloat)
	case typeDateTime:
		return check(ParseTime)
	case typeLimit:
		return check(ParseLimit)
	}
	return nil
}

func check[T any](parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		_, err := parse(s)
		return err
	}
}
