package form

import (
	"cmp"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/jid"
)

// Limit is a number or [Max], which asks for as much as the service allows (XEP-0060, section 12.23).
type Limit uint64

// Max is the limit that only the service sets.
const Max Limit = math.MaxUint64

// String returns the number, or max.
func (l Limit) String() string { return FormatLimit(l) }

// Data types of XEP-0122 whose values have an order.
const (
	typeDateTime = "xs:dateTime"
	typeLimit    = "pubsub:integer-or-max"
)

var (
	errInteger = errors.New("not an integer that fits")
	errLimit   = errors.New("neither max nor an integer that fits")
	errNumber  = errors.New("not a number")
	errBoolean = errors.New("not a boolean")
	errTime    = errors.New("not a date and time with a time zone")
)

// ParseText takes a value as it is.
func ParseText[T ~string](s string) (T, error) { return T(s), nil }

// FormatText returns a value as it is.
func FormatText[T ~string](v T) string { return string(v) }

// ParseBool reads a boolean: true, 1, false or 0 (XEP-0004, section 3.3).
func ParseBool(s string) (bool, error) {
	switch strings.TrimSpace(s) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errBoolean
}

// FormatBool writes a boolean.
func FormatBool(v bool) string { return strconv.FormatBool(v) }

// ParseInt reads an integer of its type's size.
func ParseInt[T int8 | int16 | int32 | int64](s string) (T, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || int64(T(n)) != n {
		return 0, errInteger
	}
	return T(n), nil
}

// FormatInt writes an integer.
func FormatInt[T int8 | int16 | int32 | int64](v T) string { return strconv.FormatInt(int64(v), 10) }

// ParseUint reads an integer that is not negative.
func ParseUint[T uint8 | uint16 | uint32 | uint64](s string) (T, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimSpace(s), "+"), 10, 64)
	if err != nil || uint64(T(n)) != n {
		return 0, errInteger
	}
	return T(n), nil
}

// FormatUint writes an integer.
func FormatUint[T uint8 | uint16 | uint32 | uint64](v T) string {
	return strconv.FormatUint(uint64(v), 10)
}

// ParseLimit reads a number or max.
func ParseLimit(s string) (Limit, error) {
	if strings.TrimSpace(s) == "max" {
		return Max, nil
	}
	n, err := ParseUint[uint64](s)
	if err != nil || Limit(n) == Max {
		return 0, errLimit
	}
	return Limit(n), nil
}

// FormatLimit writes a number or max.
func FormatLimit(v Limit) string {
	if v == Max {
		return "max"
	}
	return strconv.FormatUint(uint64(v), 10)
}

// ParseFloat reads a decimal number.
func ParseFloat(s string) (float64, error) {
	s = strings.TrimSpace(s)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, errNumber
	}
	return f, nil
}

// FormatFloat writes a decimal number. Infinities and NaN, which no form has, become an empty value.
func FormatFloat(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// ParseTime reads a date and time with a time zone (XEP-0082, section 3.2).
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if year := t.UTC().Year(); err != nil || t.IsZero() || year < 1 || year > 9999 {
		return time.Time{}, errTime
	}
	return t, nil
}

// FormatTime writes a date and time.
func FormatTime(v time.Time) string { return v.UTC().Format(time.RFC3339Nano) }

// ParseJID reads an address (RFC 7622).
func ParseJID(s string) (jid.JID, error) { return jid.Parse(strings.TrimSpace(s)) }

// FormatJID writes an address.
func FormatJID(v jid.JID) string { return v.String() }

// inRange checks a value against the bounds of its field. Where an integer may be max, that is always in range (XEP-0060, section 12.23).
func inRange(spec *Field, value string) error {
	if spec.Min == "" && spec.Max == "" || spec.Datatype == typeLimit && value == "max" {
		return nil
	}
	if spec.Min != "" && compare(spec.Datatype, value, spec.Min) < 0 || spec.Max != "" && compare(spec.Datatype, value, spec.Max) > 0 {
		return ErrRange
	}
	return nil
}

// compare orders two values of a data type; those that are none are equal to all.
func compare(datatype, a, b string) int {
	if datatype == typeDateTime {
		x, errX := ParseTime(a)
		y, errY := ParseTime(b)
		if errX != nil || errY != nil {
			return 0
		}
		return x.Compare(y)
	}
	x, errX := ParseInt[int64](a)
	y, errY := ParseInt[int64](b)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	f, errF := ParseFloat(a)
	g, errG := ParseFloat(b)
	if errF != nil || errG != nil {
		return 0
	}
	return cmp.Compare(f, g)
}
