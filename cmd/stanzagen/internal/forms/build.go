package forms

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
)

// kinds are those of XEP-0004 that have fields.
var kinds = []string{"form", "submit", "result"}

func keys(m map[string]string) iter.Seq[string] { return maps.Keys(m) }

// form reads one form.
//
//	<form name="AddUser" title="Add a user" in="form submit">
//	  <doc>the account to add.</doc>
//	  <field var="accountjid" type="jid-single" label="Address of the account"/>
//	</form>
func (b *builder) form(n *node, e *enums) *ir.Form {
	b.shape(n, "name title in", "doc field")
	f := &ir.Form{GoName: names.Camel(n.attrs["name"]), Title: b.need(n, "title"), Kinds: b.list(n, "in", kinds), Pos: n.pos}
	if _, named := n.attrs["name"]; !named {
		f.GoName = "Form"
	}
	if len(f.Kinds) == 0 {
		b.fault(n.pos, "in does not say which kinds of form there are: %s", strings.Join(kinds, ", "))
	}
	vars := map[string]bool{}
	for _, c := range n.children {
		switch c.name {
		case "doc":
			b.shape(c, "", "")
			f.Doc = c.text
		case "field":
			field := b.field(c, f, e)
			if field.Var != "" && vars[field.Var] {
				b.fault(c.pos, "%s stands twice in the form", field.Var)
			}
			vars[field.Var] = true
			f.Fields = append(f.Fields, field)
		}
	}
	if len(vars) == 0 || f.Doc == "" {
		b.fault(n.pos, "want a doc and a field")
	}
	return f
}

// field reads one field.
//
//	<field var="muc#roomconfig_whois" type="list-single" label="Who sees real addresses" go="WhoIs">
//	  <desc>...</desc>
//	  <value>moderators</value>
//	  <option value="anyone" label="Anyone"/>
//	  <validate datatype="xs:string" min="" max="" regex="" least="" most=""/>
//	</field>
func (b *builder) field(n *node, form *ir.Form, e *enums) *ir.FormField {
	b.shape(n, "var type label go in required many open enum", "desc value option validate")
	f := &ir.FormField{
		Var: n.attrs["var"], Type: b.need(n, "type"), Label: n.attrs["label"], Required: b.flag(n, "required"), Open: b.flag(n, "open"),
		In: b.list(n, "in", form.Kinds), Pos: n.pos,
	}
	var options []*node
	for _, c := range n.children {
		switch c.name {
		case "desc":
			b.shape(c, "", "")
			f.Desc = c.text
		case "value":
			b.shape(c, "", "")
			f.Default = append(f.Default, c.text)
		case "option":
			b.shape(c, "value label go", "")
			f.Options = append(f.Options, &ir.FormOption{Value: b.need(c, "value"), Label: c.attrs["label"]})
			options = append(options, c)
		case "validate":
			b.validate(c, f)
		}
	}
	if !slices.Contains(fieldTypes, f.Type) {
		b.fault(n.pos, "%q is no type of XEP-0004: want one of %s", f.Type, strings.Join(fieldTypes, ", "))
		return f
	}
	if f.Type == "fixed" {
		b.fixed(n, f)
		return f
	}
	if b.need(n, "var"); f.Label == "" {
		b.need(n, "label")
	}
	f.GoName = names.Camel(n.attrs["go"])
	if f.GoName == "" {
		f.GoName = names.Camel(shortVar(f.Var, e.pkg.FormType))
	}
	f.Many = strings.HasSuffix(f.Type, "-multi") || b.flag(n, "many")
	b.value(n, f)
	e.field(n, f, options)
	b.rules(n, f)
	return f
}

// shortVar is the part of a field's name that the FORM_TYPE does not say already: what stands behind "#" or "}", without the word that the FORM_TYPE
// has there.
func shortVar(name, formType string) string {
	short := name[strings.LastIndexAny(name, "#}")+1:]
	if short == "" {
		return name
	}
	if _, word, ok := strings.Cut(formType, "#"); ok {
		short = strings.TrimPrefix(short, word+"_")
	}
	return short
}

// fixed checks a text between the fields.
func (b *builder) fixed(n *node, f *ir.FormField) {
	if f.Required || f.Open || len(f.Options) > 0 || f.Datatype != "" || n.attrs["go"] != "" || n.attrs["enum"] != "" || len(f.Default) == 0 {
		b.fault(n.pos, "a fixed field has a value, and nothing to fill in")
	}
}

// andOthers is the end of what is said of the type of lists that several fields share.
const andOthers = " and other fields"

// enums are the named types of lists, which fields of a package may share.
type enums struct {
	*builder
	pkg    *ir.FormPackage
	byName map[string]*ir.Enum
	labels map[*ir.Enum][]*ir.FormOption
}

// field gives a list its type: one made of its options, or one that a field before has made.
func (e *enums) field(n *node, f *ir.FormField, options []*node) {
	name, shared := n.attrs["enum"]
	if !shared {
		name = f.GoName
	}
	switch known := e.byName[names.Camel(name)]; {
	case f.Value != ir.FormText && f.Value != ir.FormEnum:
		if shared {
			e.fault(n.pos, "a value of this type has no enum")
		}
	case len(options) == 0 && !shared:
	case len(options) == 0 && known == nil:
		e.fault(n.pos, "no field before has options and enum %s", name)
	case len(options) == 0:
		f.Value, f.Enum = ir.FormEnum, known
		if !strings.HasSuffix(known.Doc, andOthers) && known.Doc != "an option of "+f.Var {
			known.Doc += andOthers
		}
		if strings.HasPrefix(f.Type, "list-") {
			f.Options = e.labels[known]
		}
	case known != nil:
		e.fault(n.pos, "enum %s has options already: give this one another name, or no options", name)
	default:
		f.Value, f.Enum = ir.FormEnum, e.enum(n, f, names.Camel(name), options)
	}
}

// enum makes a type of the options of a field.
func (e *enums) enum(n *node, f *ir.FormField, name string, options []*node) *ir.Enum {
	enum := &ir.Enum{Hint: name, Doc: "an option of " + f.Var, Pos: n.pos}
	for i, o := range options {
		v := &ir.EnumValue{Value: f.Options[i].Value, Doc: f.Options[i].Label}
		if word := o.attrs["go"]; word != "" {
			v.Hint = name + names.Camel(word)
		}
		enum.Values = append(enum.Values, v)
	}
	if e.labels == nil {
		e.labels = map[*ir.Enum][]*ir.FormOption{}
	}
	e.byName[name], e.labels[enum] = enum, f.Options
	e.pkg.Enums = append(e.pkg.Enums, enum)
	return enum
}

// assign names the enums and their constants, and refuses names that two things have.
func (b *builder) assign(p *ir.FormPackage) {
	pkg := &ir.Package{Namespace: p.FormType, Name: p.Name, Enums: p.Enums}
	taken := map[string]string{"FormType": "the constant of that name"}
	claim := func(pos ir.Pos, name, what string) {
		if other := taken[name]; other != "" {
			b.fault(pos, "%s is the Go name of %s and of %s: say go=", name, other, what)
		}
		taken[name] = what
	}
	for _, f := range p.Forms {
		pkg.Structs = append(pkg.Structs, &ir.Struct{Package: pkg, Hint: f.GoName, Global: true})
		claim(f.Pos, f.GoName, "a form")
		claim(f.Pos, f.GoName+"Definition", "a definition")
	}
	names.Assign(&ir.Set{Packages: []*ir.Package{pkg}})
	p.Enums = pkg.Enums
	for _, e := range p.Enums {
		claim(e.Pos, e.GoName, "the type of a list")
		for _, v := range e.Values {
			claim(e.Pos, v.GoName, "option "+v.Value)
		}
	}
	vars := map[string]string{} // by Go name
	for _, f := range p.Forms {
		b.assignFields(f, vars)
	}
	for name, v := range vars {
		claim(p.Forms[0].Pos, "Var"+name, "field "+v)
	}
}

// assignFields checks the names of a form's fields; those of one name must be the same field in all forms, because there is a constant for each.
func (b *builder) assignFields(f *ir.Form, vars map[string]string) {
	taken := map[string]bool{"Read": true, "Submit": true, "Offer": true, "Result": true, "Empty": true, "Extra": true}
	for _, field := range f.Fields {
		switch name := field.GoName; {
		case field.Type == "fixed" || !slices.Contains(fieldTypes, field.Type):
		case name == "":
			b.fault(field.Pos, "%s gives no Go name: say go=", field.Var)
		case taken[name]:
			b.fault(field.Pos, "%s has the Go name %s, which another field or a method has: say go=", field.Var, name)
		case vars[name] != "" && vars[name] != field.Var:
			b.fault(field.Pos, "%s has the Go name %s, which %s has in another form: say go=", field.Var, name, vars[name])
		default:
			taken[name], vars[name] = true, field.Var
		}
	}
}
