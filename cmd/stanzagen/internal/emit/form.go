package emit

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// Import paths of what generated data forms stand on.
const (
	formPath  = "github.com/stanzakit/stanzakit/form"
	xdataPath = "github.com/stanzakit/stanzakit/gen/xdata"
)

// Forms returns the generated files of data forms by their slash-separated path below the directory of their packages.
func Forms(packages []*ir.FormPackage) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, p := range packages {
		if err := render(files, path.Join(p.Name, typesFile), formTypes(p)); err != nil {
			return nil, err
		}
		if err := render(files, path.Join(p.Name, codecFile), formCodec(p)); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func newFormFile(p *ir.FormPackage) *jen.File {
	f := jen.NewFile(p.Name)
	f.HeaderComment(generatedBy + " from " + p.File + ". DO NOT EDIT.")
	f.ImportName(formPath, "form")
	f.ImportName(xdataPath, "xdata")
	f.ImportName(jidPath, "jid")
	return f
}

func formName(name string) *jen.Statement { return jen.Qual(formPath, name) }

// formTypes is the face of a package of data forms: the names of fields, the structs, the types of lists.
func formTypes(p *ir.FormPackage) *jen.File {
	f := newFormFile(p)
	f.PackageComment(commentText(0,
		fmt.Sprintf("Package %s holds the data forms of FORM_TYPE %s (%s).", p.Name, p.FormType, p.Title), p.Sources))
	f.Const().Id("_").Op("=").Add(formName("Version1")).Comment("undefined? update package form or regenerate")
	f.Line()
	f.Comment("FormType is the FORM_TYPE of this package's forms.")
	f.Const().Id("FormType").Op("=").Lit(p.FormType)
	f.Line()
	f.Comment("The names of the fields.")
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, field := range distinct(p) {
			g.Id("Var" + field.GoName).Op("=").Lit(field.Var)
		}
	})
	for _, form := range p.Forms {
		f.Line()
		f.Add(formStruct(p, form))
	}
	w := &writer{pkg: &ir.Package{}}
	for _, e := range p.Enums {
		f.Line()
		f.Add(w.enumDecl(e))
	}
	return f
}

// distinct returns the fields of all forms that hold something, each name once, sorted by it.
func distinct(p *ir.FormPackage) []*ir.FormField {
	seen := map[string]bool{}
	var out []*ir.FormField
	for _, form := range p.Forms {
		for _, f := range form.Fields {
			if f.GoName != "" && !seen[f.GoName] {
				seen[f.GoName] = true
				out = append(out, f)
			}
		}
	}
	slices.SortFunc(out, func(a, b *ir.FormField) int { return strings.Compare(a.GoName, b.GoName) })
	return out
}

// formStruct is the type of a form.
//
//	// Form is the configuration of a room.
//	type Form struct {
//		// RoomName: name of the room (muc#roomconfig_roomname, text-single).
//		RoomName string
//		...
//		Empty []string
//		Extra *form.Extra
//	}
func formStruct(p *ir.FormPackage, form *ir.Form) *jen.Statement {
	kinds := "It occurs as " + enumerate(form.Kinds) + "."
	return jen.Add(comment(0, sentence(form.GoName, "is", form.Doc)+" "+kinds)).Line().Type().Id(form.GoName).StructFunc(func(g *jen.Group) {
		for _, f := range form.Fields {
			if f.GoName == "" {
				continue
			}
			g.Add(comment(4, formFieldDoc(f)))
			g.Id(f.GoName).Add(formFieldType(f))
		}
		g.Add(comment(4, "Empty names the fields that stand without a value: in a submission, those to unset (XEP-0004, section 3.6)."))
		g.Id("Empty").Index().String()
		g.Comment("Extra keeps what no field above can hold; nil if there was nothing such.")
		g.Id("Extra").Op("*").Add(formName("Extra"))
	})
}

// formFieldDoc is the comment of a field: what it is for people, how it stands on the wire, how its absence shows.
func formFieldDoc(f *ir.FormField) string {
	verb := "is"
	if f.Many {
		verb = "holds"
	}
	wire := []string{f.Var, f.Type}
	if f.Datatype != "" {
		wire = append(wire, f.Datatype)
	}
	if f.Min != "" {
		wire = append(wire, "at least "+f.Min)
	}
	if f.Max != "" {
		wire = append(wire, "at most "+f.Max)
	}
	if f.In != nil {
		wire = append(wire, "in "+enumerate(f.In)+" only")
	}
	var notes []string
	if f.Required {
		notes = append(notes, "required")
	}
	if formShape(f) == pointer {
		notes = append(notes, "nil if absent")
	}
	where := " (" + strings.Join(wire, ", ") + ")"
	text := f.GoName + ": " + uncapitalized(f.Label) + where + "."
	if f.Desc != "" {
		text = sentence(f.GoName, verb, strings.TrimRight(period(f.Desc), ".")+where)
	}
	return strings.TrimSpace(text + " " + sentences(notes))
}

// uncapitalized writes a heading as the beginning of a phrase.
func uncapitalized(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if next, _ := utf8.DecodeRuneInString(text[size:]); unicode.IsUpper(next) {
		return text // an initialism
	}
	return string(unicode.ToLower(r)) + text[size:]
}

// formShape says how a field of one value shows absence.
func formShape(f *ir.FormField) shape {
	switch {
	case f.Many:
		return nilable
	case f.Value == ir.FormText || f.Value == ir.FormEnum || f.Value == ir.FormJID || f.Value == ir.FormTime:
		return zeroed
	case f.Required:
		return plain
	}
	return pointer
}

// formFieldType is the Go type of a field.
func formFieldType(f *ir.FormField) *jen.Statement {
	st := jen.Empty()
	switch {
	case f.Many:
		st = jen.Index()
	case formShape(f) == pointer:
		st = jen.Op("*")
	}
	switch f.Value {
	case ir.FormEnum:
		return st.Id(f.Enum.GoName)
	case ir.FormLimit:
		return st.Add(formName("Limit"))
	case ir.FormTime:
		return st.Qual(timePath, "Time")
	case ir.FormJID:
		return st.Qual(jidPath, "JID")
	}
	return st.Id(formValues[f.Value].goType)
}

// formInfo is how package form spells a type of value.
type formInfo struct {
	goType string // for the types without a package
	codec  string // what stands behind Parse and Format in the functions of package form
}

var formValues = map[ir.FormValue]formInfo{
	ir.FormText:   {"string", "Text"},
	ir.FormEnum:   {"", "Text"},
	ir.FormBool:   {"bool", "Bool"},
	ir.FormInt8:   {"int8", "Int"},
	ir.FormInt16:  {"int16", "Int"},
	ir.FormInt32:  {"int32", "Int"},
	ir.FormInt64:  {"int64", "Int"},
	ir.FormUint8:  {"uint8", "Uint"},
	ir.FormUint16: {"uint16", "Uint"},
	ir.FormUint32: {"uint32", "Uint"},
	ir.FormUint64: {"uint64", "Uint"},
	ir.FormFloat:  {"float64", "Float"},
	ir.FormLimit:  {"", "Limit"},
	ir.FormTime:   {"", "Time"},
	ir.FormJID:    {"", "JID"},
}
