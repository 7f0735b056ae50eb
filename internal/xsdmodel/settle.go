package xsdmodel

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unsettled is the namespace of a name whose prefix is not bound until settle has found what it means. No real namespace is this.
const unsettled = "\x00"

// xmlNamespace is bound to the prefix xml everywhere (Namespaces in XML 1.0, section 3).
const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

func has[T any](list []T, f func(T) bool) bool { return slices.ContainsFunc(list, f) }

// settle gives the names in one schema the namespace that they must have been meant for, and imports what it refers to. A chameleon has the target
// namespace of the schema that includes it.
func settle(s *Schema, chameleon bool, slip func(*Error)) {
	imported := map[string]bool{s.TargetNamespace: true, Namespace: true}
	s.Imports = slices.DeleteFunc(s.Imports, func(i *Import) bool {
		if i.Namespace == s.TargetNamespace {
			slip(&Error{Pos: i.Pos, Msg: "a schema cannot import its own namespace", Hint: "the import is " + leftOut})
			return true
		}
		imported[i.Namespace] = true
		return false
	})
	s.eachRef(func(kind refKind, pos Pos, n *Name) {
		to, ok := s.meant(kind, *n, imported)
		switch {
		case !ok || to == *n:
		case chameleon && n.Space == "" && to.Space == s.TargetNamespace:
			*n = to // as if the document had that namespace (section 4.2.1)
		default:
			from := n.Local
			if n.Space != "" && n.Space != unsettled {
				from += " of namespace " + n.Space
			}
			slip(&Error{Pos: pos, Msg: fmt.Sprintf("%s %s is not declared", kind, from), Hint: "read as " + to.shown(), Near: n.Local})
			*n = to
		}
		if !imported[n.Space] {
			imported[n.Space] = true
			s.Imports = append(s.Imports, &Import{Pos: pos, Namespace: n.Space, Implied: true})
			slip(&Error{Pos: pos, Msg: fmt.Sprintf("namespace %q is not imported", n.Space), Hint: "read as if it were", Near: n.Local})
		}
	})
}

// shown is the name as a hint writes it.
func (n Name) shown() string {
	if n.Builtin() {
		return "xs:" + n.Local
	}
	return n.String()
}

// String is how messages call what a name refers to.
func (k refKind) String() string {
	switch k {
	case elementRef:
		return "element"
	case attributeRef:
		return "attribute"
	case groupRef:
		return "group"
	case attributeGroupRef:
		return "attribute group"
	}
	return "type"
}

// meant is what a name was probably meant to be; not ok if there is nothing to say about it.
func (s *Schema) meant(kind refKind, n Name, imported map[string]bool) (Name, bool) {
	own := Name{s.TargetNamespace, n.Local}
	isType := kind == typeRef || kind == simpleRef
	_, builtin := builtins[n.Local]
	xs := Name{Namespace, n.Local}
	switch {
	case n.Builtin() && (builtin || !isType):
		return n, false
	case n.Space == own.Space && s.declares(kind, n.Local):
		return n, false
	case n.Space != "" && n.Space != unsettled && !n.Builtin() && n.Space != own.Space:
		return n, false
	case isType && builtin && !s.declares(kind, n.Local):
		return xs, true
	case s.declares(kind, n.Local):
		return own, true
	case n.Builtin() || n.Space == unsettled && isType && nearestBuiltin(n.Local) != "":
		guess := nearestBuiltin(n.Local)
		return Name{Namespace, guess}, guess != ""
	case n.Space == "" && imported[""]:
		return n, false
	}
	return own, true
}

// nearestBuiltin is the built-in type that a name was meant to be.
func nearestBuiltin(local string) string {
	if local == "CDATA" || strings.EqualFold(local, "text") {
		return "string" // what DTDs call a string
	}
	return nearest(local, slices.Sorted(maps.Keys(builtins)))
}

// Merge adds the declarations of another document of the same namespace, as xs:include does (XML Schema Part 1, section 4.2.1).
func (s *Schema) Merge(other *Schema) {
	for _, imp := range other.Imports {
		if !has(s.Imports, func(i *Import) bool { return i.Namespace == imp.Namespace }) {
			s.Imports = append(s.Imports, imp)
		}
	}
	s.Elements = append(s.Elements, other.Elements...)
	s.Attributes = append(s.Attributes, other.Attributes...)
	s.SimpleTypes = append(s.SimpleTypes, other.SimpleTypes...)
	s.ComplexTypes = append(s.ComplexTypes, other.ComplexTypes...)
	s.Groups = append(s.Groups, other.Groups...)
	s.AttributeGroups = append(s.AttributeGroups, other.AttributeGroups...)
	maps.Copy(s.Lost, other.Lost)
	s.Doc = strings.TrimSpace(s.Doc + " " + other.Doc)
}
