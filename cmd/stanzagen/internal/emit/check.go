package emit

import (
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// xmlSpace is the namespace of xml:lang and its kin.
const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// maxSeen is how many children and attributes wire.Seen can tell apart.
const maxSeen = 64

// check refuses what has no Go form, each fault with its place in the schema.
func check(set *ir.Set) error {
	var errs []error
	owner := map[ir.Name]*ir.Struct{}
	packages := map[string]*ir.Package{}
	for _, p := range set.Packages {
		if other := packages[p.Name]; other != nil && !p.Extern && !other.Extern {
			errs = append(errs, fmt.Errorf("emit: %s and %s would both be package %s", other.Namespace, p.Namespace, p.Name))
		}
		packages[p.Name] = p
		for _, s := range p.Structs {
			errs = append(errs, claim(owner, s)...)
			if !p.Extern {
				errs = append(errs, checkStruct(s)...)
			}
		}
	}
	return errors.Join(errs...)
}

// claim notes which struct stands for which element; two for one name would be an error when the registry is built.
func claim(owner map[ir.Name]*ir.Struct, s *ir.Struct) []error {
	if !s.Global {
		return nil
	}
	var errs []error
	for _, name := range allNames(s) {
		if other := owner[name]; other != nil {
			errs = append(errs, fault(s.Pos, "{%s}%s already has type %s of package %s", name.Space, name.Local, other.GoName, other.Package.Name))
		}
		owner[name] = s
	}
	return errs
}

// allNames returns every name that the struct stands for.
func allNames(s *ir.Struct) []ir.Name {
	out := []ir.Name{s.Element}
	for _, space := range s.Also {
		out = append(out, ir.Name{Space: space, Local: s.Element.Local})
	}
	return out
}

func checkStruct(s *ir.Struct) []error {
	var errs []error
	if s.Stanza {
		for _, name := range []string{"id", "from", "to", "type"} {
			if f := attr(s, name); f == nil || !stanzaScalar(name, f.Scalar) {
				errs = append(errs, fault(s.Pos, "stanza %s needs an attribute %s: jid for from and to, a string for id and type", s.GoName, name))
			}
		}
	}
	for _, f := range s.Children {
		switch f.Kind {
		case ir.KindEnum:
			for _, b := range f.Branches {
				if b.Name.Space != f.Branches[0].Name.Space {
					errs = append(errs, fault(f.Pos, "choice %s has elements of several namespaces: it cannot be an enum", f.GoName))
					break
				}
			}
		case ir.KindOrdered:
			for _, b := range f.Branches {
				if b.Struct == nil || b.Struct.IsType || b.Struct.Element != b.Name {
					errs = append(errs, fault(f.Pos, "choice %s: <%s/> has no element type of its own: it cannot be ordered", f.GoName, b.Name.Local))
				}
			}
		}
	}
	return errs
}

func fault(pos ir.Pos, format string, args ...any) error {
	return &ir.Fault{Pos: pos, Msg: fmt.Sprintf(format, args...)}
}

// relax makes optional what goes beyond the required children and attributes that a decoder can tell apart.
func relax(s *ir.Struct) {
	for required := seenBits(s); len(required) > maxSeen; required = seenBits(s) {
		required[len(required)-1].Card = ir.Optional
	}
}

// attr returns the attribute without a namespace that has the name, or nil.
func attr(s *ir.Struct, name string) *ir.Field {
	for _, f := range s.Attrs {
		if f.Name == (ir.Name{Local: name}) {
			return f
		}
	}
	return nil
}

// stanzaScalar reports whether a stanza's attribute has the type that wire.StanzaHead wants.
func stanzaScalar(name string, sc ir.Scalar) bool {
	if name == "from" || name == "to" {
		return sc == ir.ScalarJID
	}
	return sc == ir.ScalarString || sc == ir.ScalarEnum && name == "type"
}
