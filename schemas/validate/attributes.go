package validate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// attributes holds the attributes of n against what is declared.
func (w *walk) attributes(n *node, s *shape) {
	for i, a := range n.raw.Attrs {
		name := xsdmodel.Name(a.Name)
		if s.uses[name] != nil || name.Space == nsXSI {
			continue
		}
		place := n.tag.attrs[i]
		switch {
		case !w.shapes.strict && name == xmlLang:
			n.freeLang = !s.admits(nsXML)
		case !s.admits(name.Space):
			n.oddAttrs = true
			w.addf(place.start, n.path()+"/@"+place.name, "attribute %s is not allowed; expected %s", quoted(place.name), w.attributeNames(s))
		case name.Space != nsXML && w.shapes.set.Schema(name.Space) != nil && w.shapes.set.Attribute(name) == nil:
			w.addf(place.start, n.path()+"/@"+place.name, "attribute %s is not declared in namespace %s", quoted(place.name), quoted(name.Space))
		}
	}
	for _, a := range s.attrs {
		_, there := n.raw.Attr(a.Name.Space, a.Name.Local)
		if s.uses[a.Name].required && !there {
			n.oddAttrs = true
			w.addf(n.tag.start, n.path()+"/@"+written(a.Name), "attribute %s is required", quoted(written(a.Name)))
		}
	}
}

// admits reports whether a wildcard takes attributes of the namespace. Where a type extends one of another namespace it may say yes too
// often; the engine has the last word.
func (s *shape) admits(space string) bool {
	return slices.ContainsFunc(s.anyAttr, func(wild *xsdmodel.Wildcard) bool {
		return slices.ContainsFunc(s.targets, func(target string) bool { return admits(wild, target, space) })
	})
}

// xmlLang may stand on every element in the default profile: what people read has a language wherever it is (RFC 6120, section 8.1.5).
var xmlLang = xsdmodel.Name{Space: nsXML, Local: "lang"}

// language is the lexical form of xs:language (XML Schema Part 2, section 3.3.3), which the engine does not ask of xml:lang. Empty
// takes the language back (XML 1.0, section 2.12).
var language = regexp.MustCompile(`^([a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*)?$`)

// lang checks xml:lang, which every element may have for all that lax wildcards care.
func (w *walk) lang(n *node) {
	for i, a := range n.raw.Attrs {
		if a.Name.Space == nsXML && a.Name.Local == "lang" && !language.MatchString(strings.Trim(a.Value, " ")) {
			w.addf(n.tag.attrs[i].start, n.path()+"/@xml:lang", "value %s is not allowed; expected a language tag such as en or pt-BR", quoted(a.Value))
		}
	}
}
