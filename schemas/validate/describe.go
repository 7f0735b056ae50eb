package validate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/wire"
)

const (
	maxQuoted = 60 // characters of a value that a message shows
	maxListed = 40 // names that a message lists
)

// quoted shows a value of the document or a name.
func quoted(s string) string {
	if r := []rune(s); len(r) > maxQuoted {
		return strconv.Quote(string(r[:maxQuoted])) + "…"
	}
	return strconv.Quote(s)
}

// label is the name of an element, with its namespace if that is not its parent's.
func (n *node) label() string {
	space := n.name.Space
	if n.parent != nil {
		space = n.parent.name.Space
	}
	return labelled(n.name, space)
}

func labelled(name xsdmodel.Name, space string) string {
	if name.Space == space {
		return quoted(name.Local)
	}
	if name.Space == "" {
		return quoted(name.Local) + " of no namespace"
	}
	return quoted(name.Local) + " of namespace " + quoted(name.Space)
}

// written is an attribute's name as people write it.
func written(n xsdmodel.Name) string {
	if n.Space == nsXML {
		return "xml:" + n.Local
	}
	return n.String()
}

// qname resolves a QName in the element's attributes or text.
func (n *node) qname(s string) xsdmodel.Name {
	prefix, local, found := strings.Cut(strings.TrimSpace(s), ":")
	if !found {
		return xsdmodel.Name{Space: n.name.Space, Local: prefix}
	}
	for _, p := range n.raw.Prefixes {
		if p.Prefix == prefix {
			return xsdmodel.Name{Space: p.Space, Local: local}
		}
	}
	return xsdmodel.Name{Local: local}
}

// oneOf lists what may stand at a place.
func oneOf(list []string) string {
	if len(list) == 1 && !strings.Contains(list[0], ", ") {
		return list[0]
	}
	return "one of: " + short(list)
}

// short joins a list, up to a bound.
func short(list []string) string {
	if len(list) > maxListed {
		list = append(slices.Clone(list[:maxListed]), "…")
	}
	return strings.Join(list, ", ")
}

// names lists alternatives, seen from inside n: those of its namespace by themselves, others together with theirs.
func (w *walk) names(n *node, any alternatives) []string {
	var own, wild, spaces []string
	foreign := map[string][]string{}
	for _, t := range any {
		switch {
		case t.element == nil:
			wild = append(wild, wildcardLabel(t.wildcard))
		case t.element.Name.Space == n.name.Space:
			own = append(own, t.element.Name.Local)
		default:
			space := t.element.Name.Space
			if foreign[space] == nil {
				spaces = append(spaces, space)
			}
			foreign[space] = append(foreign[space], t.element.Name.Local)
		}
	}
	for _, space := range spaces {
		own = append(own, short(foreign[space])+" of namespace "+quoted(space))
	}
	return slices.Compact(append(own, wild...))
}

func wildcardLabel(w *xsdmodel.Wildcard) string {
	switch {
	case w.Any:
		return "any element"
	case w.Other:
		return "an element of another namespace"
	}
	return "an element of namespace " + strings.Join(w.Namespaces, " or ")
}

// expected says what may come next in n.
func (w *walk) expected(n *node, any alternatives) string {
	if len(any) == 0 {
		return "the end of " + quoted(n.name.Local)
	}
	return oneOf(w.names(n, any))
}

// required says that one of the alternatives is missing in n, and before which child.
func (w *walk) required(n *node, any alternatives, before string) string {
	if len(any) == 1 && any[0].element != nil {
		return "element " + labelled(any[0].element.Name, n.name.Space) + " is required" + before
	}
	return "an element is required" + before + "; expected " + oneOf(w.names(n, any))
}

// attributeNames lists the attributes of a shape.
func (w *walk) attributeNames(s *shape) string {
	if len(s.attrs) == 0 {
		return "no attribute"
	}
	var out []string
	for _, a := range s.attrs {
		out = append(out, written(a.Name))
	}
	return oneOf(out)
}

// wantAttribute says which values an attribute may have, "" if nothing is known of it.
func (w *walk) wantAttribute(s *shape, a wire.Attr) string {
	name := xsdmodel.Name(a.Name)
	if s != nil && s.uses[name] != nil {
		if u := s.uses[name]; u.fixed == nil {
			return w.wantContent(u.value)
		}
		return quoted(*s.uses[name].fixed)
	}
	if decl := w.shapes.set.Attribute(name); decl != nil {
		return w.wantContent(xsdmodel.Content{Name: decl.Type, Type: decl.Simple})
	}
	return ""
}

// wantContent says which values a text or an attribute may have.
func (w *walk) wantContent(c xsdmodel.Content) string {
	want := w.want(c.Name, c.Type)
	for _, t := range c.Facets {
		if enums := enumerated(t); enums != "" {
			want = enums
		}
		want += facets(t)
	}
	return want
}

// want says which values a simple type has, in the words of the schema where it has some.
func (w *walk) want(name xsdmodel.Name, t *xsdmodel.SimpleType) string {
	if t == nil {
		if name.Builtin() || w.shapes.set.SimpleType(name) == nil {
			return builtin(name.Local)
		}
		t = w.shapes.set.SimpleType(name)
	}
	if enums := enumerated(t); enums != "" {
		return enums
	}
	if !t.Name.IsZero() && t.Doc != "" {
		sentence, _, _ := strings.Cut(t.Doc, ". ")
		return strings.TrimSuffix(sentence, ".")
	}
	switch t.Variety {
	case xsdmodel.List:
		return "a list, each " + w.want(t.Base, t.BaseType)
	case xsdmodel.Union:
		var members []string
		for _, m := range t.Members {
			members = append(members, w.want(m, nil))
		}
		for _, m := range t.Inline {
			members = append(members, w.want(xsdmodel.Name{}, m))
		}
		return strings.Join(members, ", or ")
	}
	return w.want(t.Base, t.BaseType) + facets(t)
}

// enumerated lists the values of an enumeration.
func enumerated(t *xsdmodel.SimpleType) string {
	var out []string
	for _, e := range t.Enums {
		v := e.Value
		if v == "" || strings.ContainsAny(v, " ,") {
			v = quoted(v)
		}
		out = append(out, v)
	}
	if out == nil {
		return ""
	}
	return oneOf(out)
}

// facets says how a restriction narrows its base.
func facets(t *xsdmodel.SimpleType) string {
	var b strings.Builder
	for _, f := range t.Facets {
		words, ok := facetWords[f.Name]
		if !ok {
			continue
		}
		b.WriteString(", " + words + " " + f.Value)
	}
	return b.String()
}

// facetWords says the facets of XML Schema Part 2, section 4.3 that a reader needs to know of.
var facetWords = map[string]string{
	"pattern": "matching", "length": "of length", "minLength": "of length at least", "maxLength": "of length at most",
	"minInclusive": "at least", "maxInclusive": "at most", "minExclusive": "greater than", "maxExclusive": "less than",
	"totalDigits": "of digits at most", "fractionDigits": "of digits behind the point at most",
}

// builtin says which values one of XML Schema's own types has.
func builtin(name string) string {
	if words, ok := builtinWords[name]; ok {
		return words
	}
	return "xs:" + name
}

var builtinWords = map[string]string{
	"string": "text", "normalizedString": "text", "token": "text", "anySimpleType": "text",
	"boolean": "true, false, 1 or 0", "language": "a language tag such as en or pt-BR",
	"base64Binary": "base64 data", "hexBinary": "hexadecimal data", "anyURI": "a URI",
	"dateTime": "a date and time such as 2002-09-10T23:08:25Z", "date": "a date such as 2002-09-10", "time": "a time such as 23:08:25Z",
	"NMTOKEN": "a name token", "NCName": "a name without a colon", "decimal": "a decimal number", "integer": "a whole number",
	"nonNegativeInteger": "a whole number, 0 or more", "positiveInteger": "a whole number, 1 or more",
	"byte": "a whole number from -128 to 127", "unsignedByte": "a whole number from 0 to 255",
	"short": "a whole number from -32768 to 32767", "unsignedShort": "a whole number from 0 to 65535",
	"int": "a whole number from -2147483648 to 2147483647", "unsignedInt": "a whole number from 0 to 4294967295",
	"long": "a whole number of 64 bits", "unsignedLong": "a whole number of 64 bits, 0 or more",
}
