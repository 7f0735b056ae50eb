package form

import (
	"errors"
	"strconv"
)

// TypeError is a form of another FORM_TYPE than the one to read.
type TypeError struct {
	Want, Got string
}

// Error names both types.
func (e *TypeError) Error() string {
	return "form: FORM_TYPE is " + quote(e.Got) + ", want " + quote(e.Want)
}

// FieldError is a field that could not be read or is not allowed. The field is kept in [Extra].
type FieldError struct {
	FormType string // FORM_TYPE of the form
	Var      string // name of the field
	Value    string // the value at fault, empty if it is not about one
	Err      error  // what is wrong
}

// Error says which field and what is wrong with it.
func (e *FieldError) Error() string {
	text := "form: " + e.FormType + ": " + e.Var + ": "
	if e.Value != "" {
		text += quote(e.Value) + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

// What may be wrong with a form or a field, besides a bad value.
var (
	ErrNoForm    = errors.New("form: no form")
	ErrCancelled = errors.New("form: cancelled")
	ErrMissing   = errors.New("required, but absent")
	ErrMany      = errors.New("more than one value")
	ErrTwice     = errors.New("more than one field of that name")
	ErrRange     = errors.New("out of range")
	ErrOption    = errors.New("not one of the options")
	ErrPattern   = errors.New("does not match the pattern")
	ErrCount     = errors.New("too few values or too many")
)

// quote shows a bounded piece of input in an error.
func quote(s string) string {
	const limit = 40
	if len(s) > limit {
		return strconv.QuoteToASCII(s[:limit]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
