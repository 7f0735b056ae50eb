package xsdmodel

// builtins holds XML Schema's own types and what each derives from (XML Schema Part 2, section 3). List types derive from none.
var builtins = map[string]string{
	"anyType": "", "anySimpleType": "anyType",
	"string": "anySimpleType", "normalizedString": "string", "token": "normalizedString", "language": "token", "NMTOKEN": "token",
	"Name": "token", "NCName": "Name", "ID": "NCName", "IDREF": "NCName", "ENTITY": "NCName",
	"NMTOKENS": "anySimpleType", "IDREFS": "anySimpleType", "ENTITIES": "anySimpleType",
	"boolean": "anySimpleType", "float": "anySimpleType", "double": "anySimpleType", "decimal": "anySimpleType",
	"integer": "decimal", "nonPositiveInteger": "integer", "negativeInteger": "nonPositiveInteger", "long": "integer", "int": "long",
	"short": "int", "byte": "short", "nonNegativeInteger": "integer", "unsignedLong": "nonNegativeInteger",
	"unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort", "positiveInteger": "nonNegativeInteger",
	"duration": "anySimpleType", "dateTime": "anySimpleType", "time": "anySimpleType", "date": "anySimpleType",
	"gYearMonth": "anySimpleType", "gYear": "anySimpleType", "gMonthDay": "anySimpleType", "gDay": "anySimpleType",
	"gMonth": "anySimpleType", "hexBinary": "anySimpleType", "base64Binary": "anySimpleType", "anyURI": "anySimpleType",
	"QName": "anySimpleType", "NOTATION": "anySimpleType",
}

// isSimple reports whether the name is a simple type's.
func (s *Set) isSimple(n Name) bool {
	if n.Builtin() {
		_, ok := builtins[n.Local]
		return ok && n.Local != "anyType"
	}
	return s.simples[n] != nil
}

// SimpleContent is the simple type of the text of a complex type with simple content, and the type's name if it has one; false if the type
// has other content. Facets written in a restriction come as an anonymous type whose Base or BaseType is what they restrict.
func (s *Set) SimpleContent(t *ComplexType) (Content, bool) {
	c := s.simpleContent(t, nil)
	if c == nil {
		return Content{}, false
	}
	return *c, true
}

// Content is the type of an element's text: a name, or an anonymous type, or the facets put on either by a restriction.
type Content struct {
	Name   Name
	Type   *SimpleType // nil if it has a name only
	Facets []*SimpleType
}

func (s *Set) simpleContent(t *ComplexType, seen []*ComplexType) *Content {
	for _, other := range seen {
		if other == t {
			return &Content{} // told by cycles
		}
	}
	if !t.SimpleContent {
		return nil
	}
	base := s.complexes[t.Base]
	if base == nil {
		return &Content{Name: t.Base}
	}
	c := s.simpleContent(base, append(seen, t))
	if c != nil && t.Simple != nil {
		if t.Simple.BaseType != nil {
			c = &Content{Type: t.Simple.BaseType}
		}
		c.Facets = append(c.Facets, t.Simple)
	}
	return c
}
