package xsdmodel

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// spell puts right what elements and attributes are called, and takes away those that XML Schema does not have.
func (m *mender) spell(n *node) {
	m.spellAttrs(n)
	n.children = m.filter(n, func(c *node) bool {
		if c.name.Space == Namespace && inert(c.name.Local) {
			c.children = nil
			return !c.is("notation") || m.refused(c, n)
		}
		if !m.spellElement(c, n) {
			return false
		}
		if c.is("annotation") {
			m.annotation(c)
			return true
		}
		m.spell(c)
		return true
	})
}

// inert reports whether the generator has no use for what is in the element.
func inert(local string) bool {
	return slices.Contains([]string{"key", "keyref", "unique", "notation"}, local)
}

// refused tells of an element of XML Schema that says nothing to a generator.
func (m *mender) refused(n, parent *node) bool {
	m.misplaced(n, parent, leftOut)
	return false
}

// annotation keeps documentation and appinfo.
func (m *mender) annotation(n *node) {
	n.children = m.filter(n, func(c *node) bool {
		if c.is("documentation") || c.is("appinfo") {
			return true
		}
		m.tell(c, leftOut, "<%s> is not allowed in <xs:annotation>", c.name.Local)
		return false
	})
}

// elementNames lists what elements of a schema are called, annotations included.
func elementNames() []string {
	names := slices.Collect(maps.Keys(allowed))
	names = append(names, "annotation", "include", "redefine", "key", "keyref", "unique", "notation", "enumeration", "length", "minLength", "maxLength",
		"pattern", "whiteSpace", "maxInclusive", "maxExclusive", "minInclusive", "minExclusive", "totalDigits", "fractionDigits")
	slices.Sort(names)
	return names
}

// spellElement names an element of the schema as XML Schema does; false if there is none that it could be.
func (m *mender) spellElement(n, parent *node) bool {
	names := elementNames()
	local := n.name.Local
	if n.name.Space == Namespace && slices.Contains(names, local) {
		return true
	}
	guess := nearest(local, names)
	switch {
	case guess == "" && n.name.Space == Namespace:
		m.misplaced(n, parent, leftOut)
		return false
	case guess == "" || n.name.Space != Namespace && guess != local:
		m.tell(n, leftOut, "<%s> of namespace %q does not belong in a schema outside xs:appinfo", local, n.name.Space)
		return false
	case n.name.Space != Namespace:
		m.tell(n, "read as <xs:"+guess+">", "<%s> is of namespace %q, not of that of XML Schema", local, n.name.Space)
	default:
		m.tell(n, "read as <xs:"+guess+">", "<xs:%s> is not allowed in <xs:%s>", local, parent.name.Local)
	}
	n.name = Name{Namespace, guess}
	return true
}

// spellAttrs puts right the attributes of one element.
func (m *mender) spellAttrs(n *node) {
	names, ok := allowed[n.name.Local]
	if !ok {
		return
	}
	known := strings.Fields(names)
	m.foreign(n)
	var out []xml.Attr
	for _, a := range n.attrs {
		if a.Name.Space != "" {
			continue
		}
		if !slices.Contains(known, a.Name.Local) && !(n.is("simpleType") && a.Name.Local == "base") {
			if a, ok = m.spellAttr(n, a, known); !ok {
				continue
			}
		}
		if a, ok = m.value(n, a); ok {
			out = append(out, a)
		}
	}
	n.attrs = out
}

// foreign makes a reference of a local element that says its own namespace.
func (m *mender) foreign(n *node) {
	name, _ := n.attr("name")
	if space, ok := n.attr("namespace"); ok && n.is("element") && isNCName(name) {
		m.tellIn(n, "namespace", "read as a reference to the element of that namespace", "attribute namespace is not allowed on <xs:element>")
		n.unset("name")
		n.unset("namespace")
		n.scope = &scope{n.scope, map[string]string{"foreign": space}}
		n.set("ref", "foreign:"+name)
	}
}

func (m *mender) spellAttr(n *node, a xml.Attr, known []string) (xml.Attr, bool) {
	guess := nearest(a.Name.Local, known)
	switch name := a.Name.Local; {
	case strings.HasPrefix(name, "minOccur"):
		guess = "minOccurs"
	case strings.HasPrefix(name, "maxOccur"):
		guess = "maxOccurs"
	case name == "substitutionGroup" && n.is("element"):
		return a, true
	case name == "abstract" && n.is("element"):
		return a, true
	case name == "abstract" && n.is("complexType"):
		return a, false // it says nothing to a generator
	case name == "required" && a.Value == "true" && n.is("attribute"):
		m.tellIn(n, name, `read as use="required"`, "attribute required is not allowed on <xs:attribute>")
		return xml.Attr{Name: xml.Name{Local: "use"}, Value: "required"}, true
	}
	if _, taken := n.attr(guess); guess == "" || taken || !slices.Contains(known, guess) {
		m.tellIn(n, a.Name.Local, "the attribute is "+leftOut, "attribute %s is not allowed on <xs:%s>", a.Name.Local, n.name.Local)
		return a, false
	}
	m.tellIn(n, a.Name.Local, "read as "+guess, "attribute %s is not allowed on <xs:%s>", a.Name.Local, n.name.Local)
	a.Name.Local = guess
	return a, true
}

// closed holds the attributes with a closed set of values.
var closed = map[string]string{
	"elementFormDefault": "qualified unqualified", "attributeFormDefault": "qualified unqualified", "form": "qualified unqualified",
	"use": "optional required prohibited", "mixed": "true false 1 0", "abstract": "true false 1 0", "processContents": "strict lax skip",
}

// value puts right a value that is none of those the attribute may have.
func (m *mender) value(n *node, a xml.Attr) (xml.Attr, bool) {
	switch a.Name.Local {
	case "ref", "type", "base", "itemType", "substitutionGroup":
		if parts := strings.Split(a.Value, ":"); !isNCName(strings.TrimSpace(parts[len(parts)-1])) {
			m.tellIn(n, a.Name.Local, "the attribute is "+leftOut, "%s=%q is not a name", a.Name.Local, a.Value)
			return a, false
		}
		return a, true
	}
	values, ok := closed[a.Name.Local]
	if !ok || slices.Contains(strings.Fields(values), a.Value) {
		return a, true
	}
	guess := nearest(strings.TrimSpace(a.Value), strings.Fields(values))
	if guess == "" {
		m.tellIn(n, a.Name.Local, "the attribute is "+leftOut, "%s=%q: want one of %s", a.Name.Local, a.Value, strings.Join(strings.Fields(values), ", "))
		return a, false
	}
	m.tellIn(n, a.Name.Local, "read as "+guess, "%s=%q: want one of %s", a.Name.Local, a.Value, strings.Join(strings.Fields(values), ", "))
	a.Value = guess
	return a, true
}

// occurs puts right numbers of occurrences.
func (m *mender) occurs(n *node) {
	lo, hi := 1, 1
	for _, name := range []string{"minOccurs", "maxOccurs"} {
		v, ok := n.attr(name)
		if !ok {
			continue
		}
		if v == "unbounded" && name == "maxOccurs" {
			hi = Unbounded
			continue
		}
		i, err := strconv.Atoi(v)
		if err != nil || i < 0 {
			meant := map[string]string{"minOccurs": "0", "maxOccurs": "unbounded"}[name]
			m.tellIn(n, name, "read as "+meant, "%s=%q is not a number of occurrences", name, v)
			n.set(name, meant)
			if i = 0; name == "maxOccurs" {
				i = Unbounded
			}
		}
		if name == "minOccurs" {
			lo = i
		} else {
			hi = i
		}
	}
	if _, given := n.attr("maxOccurs"); lo > hi && hi != Unbounded && !given {
		m.tellIn(n, "minOccurs", "read as unbounded", "minOccurs is greater than maxOccurs, which is 1 by default")
		n.set("maxOccurs", "unbounded")
	} else if lo > hi && hi != Unbounded {
		m.tellIn(n, "minOccurs", fmt.Sprintf("read as %d", hi), "minOccurs is greater than maxOccurs")
		n.set("minOccurs", strconv.Itoa(hi))
	}
}

// nearest is the name that a word was probably meant to be: the one it differs from by letter case or by at most two letters, a third of it at most.
func nearest(word string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		d := distance(strings.ToLower(word), strings.ToLower(name))
		if d < least && d*3 <= len(word) {
			best, least = name, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := above
			if a[i] != b[j] {
				cost++
			}
			above = row[j+1]
			row[j+1] = min(cost, above+1, row[j]+1)
		}
	}
	return row[len(b)]
}
