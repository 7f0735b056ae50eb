package names

import (
	"cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// assignFields names the fields of a struct: first those every struct has, then text, children and attributes.
func assignFields(s *ir.Struct, spaces map[string]*ir.Package) {
	taken := reserved(s)
	if t := s.Text; t != nil {
		t.GoName = taken.claim(textName(t))
	}
	for _, f := range s.Children {
		name := cmp.Or(Camel(f.Hint), "Choice")
		f.GoName = taken.claim(name, foreignName(s, f, name, spaces), name+"Child")
	}
	// After the children, so that a sibling for text never takes the name of an element.
	for _, f := range s.Children {
		if f.TextGoName != "" {
			f.TextGoName = taken.claim(Camel(f.TextGoName), f.GoName+"Text")
		}
	}
	for _, f := range s.Attrs {
		name := Camel(f.Hint)
		f.GoName = taken.claim(name, name+"Attr")
	}
}

// reserved returns the names that no field of the struct may have: its methods, and the fields that emit adds.
func reserved(s *ir.Struct) scope {
	sc := scope{
		"XMLName": true, "Extra": true,
		"ElementName": true, "ElementNames": true, "DecodeXML": true, "EncodeXML": true, "EncodeXMLAs": true,
		"MarshalXML": true, "UnmarshalXML": true, "IQGet": true, "IQSet": true, "StanzaHead": true,
	}
	if s.Any != nil {
		sc["Any"] = true
	}
	if s.AnyAttr != nil {
		sc["AnyAttr"] = true
	}
	if s.Mixed {
		sc["Content"] = true
	}
	return sc
}

// textName is Text for plain text and Value for everything else that an element's text may mean.
func textName(f *ir.Field) string {
	if f.Hint != "" {
		return Camel(f.Hint)
	}
	if f.Scalar == ir.ScalarString {
		return "Text"
	}
	return "Value"
}

// foreignName is the name of a child of another namespace where its plain name is in use: the namespace's package stands before it.
func foreignName(s *ir.Struct, f *ir.Field, name string, spaces map[string]*ir.Package) string {
	p := spaces[f.Name.Space]
	if p == nil || p == s.Package {
		return ""
	}
	return Camel(p.Name) + name
}
