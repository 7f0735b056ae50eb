package load

import (
	"go/token"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// Annotations is the namespace of what schemas tell the generator in xs:appinfo; schemas/README.md lists it.
const Annotations = "urn:stanzakit:appinfo"

// annotation is what the appinfo of one declaration says.
type annotation struct {
	goName   string
	stanza   bool
	iq       ir.IQUse
	enum     string // name of the field, and with it that the choice is collapsed
	enumText string
	ordered  bool
	fallback bool
	empty    bool
	also     []string
	fields   []fieldNote
}

// fieldNote is an sk:field: a child that a wildcard may hold.
type fieldNote struct {
	pos  xsdmodel.Pos
	name xsdmodel.Name
	many bool
}

// spot is where an annotation stands; it rules which ones make sense.
type spot struct {
	what  string
	marks string
}

var (
	onSchema    = spot{"a schema", ""}
	onGlobal    = spot{"a global element", "go stanza iq also empty"}
	onLocal     = spot{"a local element", "go empty"}
	onAttribute = spot{"an attribute", "go empty"}
	onType      = spot{"a type", "go"}
	onValue     = spot{"an enumerated value", "go fallback"}
	onChoice    = spot{"a choice", "enum ordered"}
	onAny       = spot{"xs:any", "field"}
	onOther     = spot{"this part of a schema", ""}
)

// annotate reads the annotations of a declaration. Appinfo of other namespaces is somebody else's.
func (f *faults) annotate(n xsdmodel.Note, at spot) annotation {
	var out annotation
	for _, info := range n.AppInfo {
		if info.Name.Space != Annotations {
			continue
		}
		name := info.Name.Local
		switch want, known := vocabulary[name]; {
		case !known:
			f.errorf(info.Pos, "sk:%s is not an annotation of %s", name, Annotations)
		case !slices.Contains(strings.Fields(at.marks), name):
			f.errorf(info.Pos, "sk:%s says nothing on %s", name, at.what)
		default:
			f.checkMark(info, want)
			f.take(&out, info)
		}
	}
	return out
}

// vocabulary holds the attributes of each annotation; those with ! must be there.
var vocabulary = map[string]string{
	"go":       "name!",
	"stanza":   "",
	"iq":       "use!",
	"enum":     "name! text",
	"ordered":  "name",
	"fallback": "",
	"empty":    "",
	"also":     "namespace!",
	"field":    "ref! max",
}

func (f *faults) checkMark(info *xsdmodel.AppInfo, want string) {
	var known []string
	for _, w := range strings.Fields(want) {
		name, must := strings.CutSuffix(w, "!")
		known = append(known, name)
		if must && info.Attrs[name] == "" {
			f.errorf(info.Pos, "sk:%s needs %s", info.Name.Local, name)
		}
	}
	for name := range info.Attrs {
		if !slices.Contains(known, name) {
			f.errorf(info.Pos, "sk:%s has no attribute %s", info.Name.Local, name)
		}
	}
	for _, a := range []string{"name", "text"} {
		if v := info.Attrs[a]; v != "" && (!token.IsIdentifier(v) || !token.IsExported(v)) {
			f.errorf(info.Pos, "sk:%s: %q is not an exported Go name", info.Name.Local, v)
		}
	}
}

func (f *faults) take(out *annotation, info *xsdmodel.AppInfo) {
	switch info.Name.Local {
	case "go":
		out.goName = info.Attrs["name"]
	case "stanza":
		out.stanza = true
	case "iq":
		out.iq = f.iqUse(info)
	case "enum":
		out.enum, out.enumText = info.Attrs["name"], info.Attrs["text"]
	case "ordered":
		out.ordered, out.goName = true, info.Attrs["name"]
	case "fallback":
		out.fallback = true
	case "empty":
		out.empty = true
	case "also":
		out.also = append(out.also, info.Attrs["namespace"])
	case "field":
		out.fields = append(out.fields, f.fieldNote(info))
	}
}

func (f *faults) iqUse(info *xsdmodel.AppInfo) ir.IQUse {
	switch use := info.Attrs["use"]; use {
	case "get":
		return ir.IQGet
	case "set":
		return ir.IQSet
	case "none":
		return ir.IQNone
	case "both", "":
	default:
		f.errorf(info.Pos, "sk:iq: use is get, set, both or none, not %q", use)
	}
	return ir.IQBoth
}

func (f *faults) fieldNote(info *xsdmodel.AppInfo) fieldNote {
	name, ok := info.QName(info.Attrs["ref"])
	if !ok {
		f.errorf(info.Pos, "sk:field: the prefix of %q is not declared", info.Attrs["ref"])
		name = xsdmodel.Name{}
	}
	out := fieldNote{pos: info.Pos, name: name}
	switch m := info.Attrs["max"]; m {
	case "", "1":
	case "unbounded":
		out.many = true
	default:
		f.errorf(info.Pos, "sk:field: max is 1 or unbounded, not %q", m)
	}
	return out
}
