package main

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// value is a simple type with what its name stands for.
type value struct {
	set *xsdmodel.Set
	xsdmodel.Content
}

// layers lists the restrictions that make a type, the type itself first, and the built-in type below them, "" if there is none. end is the list or union
// at which they begin, if there is one.
func (v value) layers() (facets []*xsdmodel.SimpleType, builtin string, end *xsdmodel.SimpleType) {
	facets = slices.Clone(v.Facets)
	slices.Reverse(facets)
	name, t := v.Name, v.Type
	for {
		if t == nil {
			if name.Builtin() || name.IsZero() {
				return facets, name.Local, nil
			}
			if t = v.set.SimpleType(name); t == nil {
				return facets, "", nil
			}
		}
		if t.Variety != xsdmodel.Atomic {
			return facets, "", t
		}
		facets = append(facets, t)
		name, t = t.Base, t.BaseType
	}
}

func (v value) of(name xsdmodel.Name, t *xsdmodel.SimpleType) value {
	return value{v.set, xsdmodel.Content{Name: name, Type: t}}
}

// rejects reports whether a value is surely none of the type.
func (v value) rejects(s string) bool {
	layers, builtin, end := v.layers()
	for _, t := range layers {
		if rejectedByFacets(t, s, builtin) {
			return true
		}
	}
	if end == nil {
		return rejectedByBuiltin(builtin, s)
	}
	if end.Variety == xsdmodel.List {
		item := v.of(end.Base, end.BaseType)
		return slices.ContainsFunc(strings.Fields(s), item.rejects)
	}
	for _, m := range end.Members {
		if !v.of(m, nil).rejects(s) {
			return false
		}
	}
	for _, m := range end.Inline {
		if !v.of(xsdmodel.Name{}, m).rejects(s) {
			return false
		}
	}
	return true
}

// rejectedByFacets holds a value against one restriction.
func rejectedByFacets(t *xsdmodel.SimpleType, s, builtin string) bool {
	if len(t.Enums) > 0 && !slices.ContainsFunc(t.Enums, func(e *xsdmodel.EnumValue) bool { return e.Value == s }) {
		return true
	}
	var patterns []string
	for _, f := range t.Facets {
		n, _ := strconv.Atoi(f.Value)
		length := utf8.RuneCountInString(s)
		binary := builtin == "base64Binary" || builtin == "hexBinary" // whose lengths are in bytes
		switch f.Name {
		case "pattern":
			patterns = append(patterns, f.Value)
		case "length":
			if !binary && length != n {
				return true
			}
		case "minLength":
			if !binary && length < n || s == "" && n > 0 {
				return true
			}
		case "maxLength":
			if !binary && length > n {
				return true
			}
		case "minInclusive", "minExclusive", "maxInclusive", "maxExclusive":
			if beyond(f, s) {
				return true
			}
		}
	}
	return len(patterns) > 0 && !slices.ContainsFunc(patterns, func(p string) bool { return matches(p, s) })
}

// beyond reports whether a number is outside a bound.
func beyond(f *xsdmodel.Facet, s string) bool {
	have, ok := new(big.Rat).SetString(s)
	bound, known := new(big.Rat).SetString(f.Value)
	if !ok || !known {
		return false
	}
	switch c := have.Cmp(bound); f.Name {
	case "minInclusive":
		return c < 0
	case "minExclusive":
		return c <= 0
	case "maxInclusive":
		return c > 0
	default:
		return c >= 0
	}
}

// matches reports whether the pattern takes the value; true if Go cannot tell.
func matches(pattern, s string) bool {
	re, err := regexp.Compile(`^(?:` + pattern + `)$`)
	return err != nil || re.MatchString(s)
}

// integers are the bounds of XML Schema's integer types (XML Schema Part 2, section 3.3); an empty one is none.
var integers = map[string][2]string{
	"integer": {}, "nonNegativeInteger": {"0", ""}, "positiveInteger": {"1", ""}, "nonPositiveInteger": {"", "0"}, "negativeInteger": {"", "-1"},
	"byte": {"-128", "127"}, "unsignedByte": {"0", "255"}, "short": {"-32768", "32767"}, "unsignedShort": {"0", "65535"},
	"int": {"-2147483648", "2147483647"}, "unsignedInt": {"0", "4294967295"},
	"long": {"-9223372036854775808", "9223372036854775807"}, "unsignedLong": {"0", "18446744073709551615"},
}

// lexical are the forms of the other built-in types that have one.
var lexical = map[string]*regexp.Regexp{
	"boolean": regexp.MustCompile(`^(true|false|1|0)$`), "decimal": regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)$`),
	"float": regexp.MustCompile(`^([+-]?[\d.]+([eE][+-]?\d+)?|INF|-INF|NaN)$`), "double": regexp.MustCompile(`^([+-]?[\d.]+([eE][+-]?\d+)?|INF|-INF|NaN)$`),
	"dateTime": regexp.MustCompile(`^-?\d{4,}-\d\d-\d\dT`), "date": regexp.MustCompile(`^-?\d{4,}-\d\d-\d\d`), "time": regexp.MustCompile(`^\d\d:\d\d:\d\d`),
	"duration": regexp.MustCompile(`^-?P`), "gYear": regexp.MustCompile(`^-?\d{4,}`), "gYearMonth": regexp.MustCompile(`^-?\d{4,}-\d\d`),
	"gMonthDay": regexp.MustCompile(`^--\d\d-\d\d`), "gMonth": regexp.MustCompile(`^--\d\d`), "gDay": regexp.MustCompile(`^---\d\d`),
	"base64Binary": regexp.MustCompile(`^[A-Za-z0-9+/=\s]*$`), "hexBinary": regexp.MustCompile(`^([0-9A-Fa-f]{2})*$`),
	"language": regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`), "NMTOKEN": regexp.MustCompile(`^[^\s@!]+$`), "Name": regexp.MustCompile(`^[^\s@!\d-][^\s@!]*$`),
	"NCName": regexp.MustCompile(`^[^\s@!\d:-][^\s@!:]*$`), "ID": regexp.MustCompile(`^[^\s@!\d:-][^\s@!:]*$`), "QName": regexp.MustCompile(`^[^\s@!\d-][^\s@!]*$`),
}

func rejectedByBuiltin(name, s string) bool {
	if bounds, ok := integers[name]; ok {
		if !integer.MatchString(s) {
			return true
		}
		return bounds[0] != "" && beyond(&xsdmodel.Facet{Name: "minInclusive", Value: bounds[0]}, s) ||
			bounds[1] != "" && beyond(&xsdmodel.Facet{Name: "maxInclusive", Value: bounds[1]}, s)
	}
	form := lexical[name]
	return form != nil && !form.MatchString(s)
}

var integer = regexp.MustCompile(`^[+-]?\d+$`)

// candidates are values that few types have.
var candidates = []string{"@ spoilt @", "@spoilt@", "", "a@b@c", "-1", "0", "x", "!", "99999999999999999999999999"}

// spoilt is a value that the type does not have; false if every candidate may be one.
func (v value) spoilt() (string, bool) {
	i := slices.IndexFunc(candidates, v.rejects)
	if i < 0 {
		return "", false
	}
	return candidates[i], true
}

// exceeding lists values just beyond each bound of the type, made of a value that it has.
func (v value) exceeding(good string) []string {
	var out []string
	layers, builtin, _ := v.layers()
	for _, t := range layers {
		for _, f := range t.Facets {
			out = append(out, exceed(f, good)...)
		}
	}
	bounds := integers[builtin]
	if bounds[0] != "" {
		out = append(out, exceed(&xsdmodel.Facet{Name: "minInclusive", Value: bounds[0]}, good)...)
	}
	if bounds[1] != "" {
		out = append(out, exceed(&xsdmodel.Facet{Name: "maxInclusive", Value: bounds[1]}, good)...)
	}
	return slices.DeleteFunc(out, func(s string) bool { return !v.rejects(s) })
}

// exceed makes a value beyond a facet.
func exceed(f *xsdmodel.Facet, good string) []string {
	step := map[string]int64{"minInclusive": -1, "minExclusive": 0, "maxInclusive": 1, "maxExclusive": 0}
	if by, ok := step[f.Name]; ok {
		if n, ok := new(big.Int).SetString(f.Value, 10); ok {
			return []string{n.Add(n, big.NewInt(by)).String()}
		}
		return nil
	}
	n, err := strconv.Atoi(f.Value)
	if err != nil {
		return nil
	}
	runes := []rune(good)
	switch f.Name {
	case "maxLength", "length":
		for len(runes) <= n {
			runes = append(runes, 'x')
		}
		return []string{string(runes)}
	case "minLength":
		return []string{string(runes[:min(max(n-1, 0), len(runes))])}
	}
	return nil
}
