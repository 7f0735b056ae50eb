package forms_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jacoelho/xsd"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/forms"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/schemas"
)

// schema compiles forms.xsd.
func schema(t *testing.T) *xsd.Engine {
	t.Helper()
	data, err := fs.ReadFile(schemas.FS, "forms/forms.xsd")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := xsd.Compile(xsd.Reader("forms.xsd", bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// TestProject reads the project's own definitions and checks them against forms.xsd.
func TestProject(t *testing.T) {
	sub, err := fs.Sub(schemas.FS, "forms")
	if err != nil {
		t.Fatal(err)
	}
	packages, err := forms.Load(sub, "forms")
	if err != nil {
		t.Fatal(err)
	}
	index, err := schemas.Index()
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]string{}
	for _, e := range index {
		taken[e.Package] = e.Namespace
	}
	engine := schema(t)
	for _, p := range packages {
		data, err := fs.ReadFile(schemas.FS, p.File)
		if err != nil {
			t.Fatal(err)
		}
		if err := engine.Validate(bytes.NewReader(data)); err != nil {
			t.Errorf("%s: %v", p.File, err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			if len([]rune(line)) > 140 {
				t.Errorf("%s:%d: longer than 140 characters", p.File, i+1)
			}
		}
		if other := taken[p.Name]; other != "" {
			t.Errorf("%s: package %s is that of namespace %s: programs import both", p.File, p.Name, other)
		}
	}
	if len(packages) < 30 {
		t.Errorf("only %d definitions", len(packages))
	}
}

// definition is a file with this field in its form.
func definition(field string) string {
	return head + `<form in="form submit" title="Order">
<doc>an order.</doc>
` + field + `
</form>
</forms>`
}

const head = `<forms xmlns="urn:stanzakit:forms" type="urn:example#order">
<source href="https://example.org">Example, version 1.</source>
`

func TestField(t *testing.T) {
	pos := ir.Pos{File: "order.xml", Line: 5, Column: 1}
	size := &ir.Enum{GoName: "Size", Hint: "Size", Doc: "an option of order_size", Pos: pos, Values: []*ir.EnumValue{
		{GoName: "SizeXl", Value: "xl", Doc: "Large"}, {GoName: "SizeTiny", Hint: "SizeTiny", Value: "xs"},
	}}
	tests := []struct {
		name, field string
		want        ir.FormField
	}{
		{
			name: "text", field: `<field var="order_dish" type="text-single" label="Dish" required="true" in="submit"><desc>what
				to cook.</desc><value>soup</value></field>`,
			want: ir.FormField{
				Var: "order_dish", GoName: "Dish", Type: "text-single", Label: "Dish", Desc: "what to cook.", Required: true, In: []string{"submit"},
				Default: []string{"soup"},
			},
		},
		{
			name: "Clark name", field: `<field var="{urn:example}at" type="text-single" label="Time"><validate datatype="xs:dateTime" max="2030-01-01T00:00:00Z"/></field>`,
			want: ir.FormField{
				Var: "{urn:example}at", GoName: "At", Type: "text-single", Label: "Time", Datatype: "xs:dateTime", Max: "2030-01-01T00:00:00Z", Value: ir.FormTime,
			},
		},
		{
			name: "list", field: `<field var="order_size" type="list-multi" label="Size" open="true"><option value="xl" label="Large"/>
				<option value="xs" go="Tiny"/><validate least="1" most="2"/></field>`,
			want: ir.FormField{
				Var: "order_size", GoName: "Size", Type: "list-multi", Label: "Size", Options: []*ir.FormOption{{Value: "xl", Label: "Large"}, {Value: "xs"}},
				Open: true, Least: 1, Most: 2, Value: ir.FormEnum, Enum: size, Many: true,
			},
		},
		{
			name: "list of numbers", field: `<field var="n" type="list-single" label="Number"><option value="1"/><validate datatype="xs:byte"/></field>`,
			want: ir.FormField{
				Var: "n", GoName: "N", Type: "list-single", Label: "Number", Options: []*ir.FormOption{{Value: "1"}}, Datatype: "xs:byte", Value: ir.FormInt8,
			},
		},
		{
			name: "hidden", field: `<field var="order#ids" type="hidden" label="Ids" go="IDs" many="true"/>`,
			want: ir.FormField{Var: "order#ids", GoName: "IDs", Type: "hidden", Label: "Ids", Many: true},
		},
		{
			name: "addresses", field: `<field var="who" type="jid-multi" label="Guests"/>`,
			want: ir.FormField{Var: "who", GoName: "Who", Type: "jid-multi", Label: "Guests", Value: ir.FormJID, Many: true},
		},
	}
	engine := schema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := definition(tt.field)
			if err := engine.Validate(strings.NewReader(text)); err != nil {
				t.Errorf("forms.xsd: %v", err)
			}
			packages, err := forms.Load(fstest.MapFS{"order.xml": {Data: []byte(text)}}, "")
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Pos = pos
			if diff := cmp.Diff(&tt.want, packages[0].Forms[0].Fields[0]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	const ok = `<field var="a" type="text-single" label="A"/>`
	tests := []struct {
		name, text, want string
		schema           bool // forms.xsd refuses it, too
	}{
		{name: "not XML", text: "<forms", want: "order.xml:1:7: not well-formed: XML syntax error on line 1: unexpected EOF", schema: true},
		{name: "other root", text: `<form xmlns="urn:stanzakit:forms"/>`, schema: true,
			want: `order.xml:1:1: <form/> is no definition of forms: want <forms xmlns="urn:stanzakit:forms"/>`},
		{name: "namespace", text: definition(`<field xmlns="" var="a" type="text-single" label="A"/>`), schema: true,
			want: "order.xml:5:1: <field/> is not in namespace urn:stanzakit:forms"},
		{name: "no source", text: `<forms xmlns="urn:stanzakit:forms" type="urn:a"/>`, want: "order.xml:1:1: want a source and a form", schema: true},
		{name: "no field", text: definition(""), want: "order.xml:3:1: want a doc and a field", schema: true},
		{name: "no FORM_TYPE", text: strings.Replace(definition(ok), ` type="urn:example#order"`, "", 1), schema: true,
			want: "order.xml:1:1: <forms/> needs an attribute type"},
		{name: "no kind", text: strings.Replace(definition(ok), ` in="form submit"`, "", 1), schema: true,
			want: "order.xml:3:1: in does not say which kinds of form there are: form, submit, result"},
		{name: "kind", text: definition(`<field var="a" type="text-single" label="A" in="cancel"/>`), schema: true,
			want: `order.xml:5:1: in: "cancel" is not one of form, submit`},
		{name: "kind that the form is not", text: definition(`<field var="a" type="text-single" label="A" in="result"/>`),
			want: `order.xml:5:1: in: "result" is not one of form, submit`},
		{name: "attribute", text: definition(`<field var="a" type="text-single" label="A" color="red"/>`), schema: true,
			want: "order.xml:5:1: <field/> has no attribute color"},
		{name: "child", text: definition(`<field var="a" type="text-single" label="A"><color/></field>`), schema: true,
			want: "order.xml:5:45: <field/> has no child <color/>"},
		{name: "text", text: definition(ok + "red"), want: "order.xml:3:1: text in <form/>: red", schema: true},
		{name: "type", text: definition(`<field var="a" type="text" label="A"/>`), schema: true,
			want: `order.xml:5:1: "text" is no type of XEP-0004: want one of boolean, fixed, hidden, jid-multi, jid-single, list-multi, list-single, ` +
				`text-multi, text-private, text-single`},
		{name: "flag", text: definition(`<field var="a" type="text-single" label="A" required="yes"/>`), schema: true,
			want: `order.xml:5:1: required is "yes", neither true nor false`},
		{name: "no var", text: definition(`<field type="text-single" label="A" go="A"/>`), want: "order.xml:5:1: <field/> needs an attribute var"},
		{name: "no label", text: definition(`<field var="a" type="text-single"/>`), want: "order.xml:5:1: <field/> needs an attribute label"},
		{name: "twice", schema: true, text: definition(ok + "\n" + strings.Replace(ok, "/>", ` go="B"/>`, 1)), want: "order.xml:6:1: a stands twice in the form"},
		{name: "Go name", text: definition(ok + "\n" + `<field var="b#a" type="text-single" label="A"/>`),
			want: "order.xml:6:1: b#a has the Go name A, which another field or a method has: say go="},
		{name: "Go name of a method", text: definition(`<field var="submit" type="boolean" label="A"/>`),
			want: "order.xml:5:1: submit has the Go name Submit, which another field or a method has: say go="},
		{name: "options of a text", text: definition(`<field var="a" type="text-multi" label="A"><option value="x"/></field>`),
			want: "order.xml:5:1: only lists have options, and text-single those values that mean something of their own"},
		{name: "option twice", text: definition(`<field var="a" type="list-single" label="A"><option value="x"/><option value="x"/></field>`),
			want: "order.xml:5:1: option x: value or label stands twice (XEP-0004, section 3.3)"},
		{name: "default that is no option", text: definition(`<field var="a" type="list-single" label="A"><value>y</value><option value="x"/></field>`),
			want: `order.xml:5:1: value "y" is not allowed in the field`},
		{name: "default that is no value", text: definition(`<field var="a" type="boolean" label="A"><value>yes</value></field>`),
			want: `order.xml:5:1: value "yes" is not allowed in the field`},
		{name: "defaults", text: definition(`<field var="a" type="text-single" label="A"><value>x</value><value>y</value></field>`),
			want: `order.xml:5:1: more than one value`},
		{name: "open text", text: definition(`<field var="a" type="text-single" label="A" open="true"/>`), want: "order.xml:5:1: only lists can be open"},
		{name: "many texts", text: definition(`<field var="a" type="text-single" label="A" many="true"/>`),
			want: "order.xml:5:1: only of a hidden field it is not clear whether it has many values"},
		{name: "data type", text: definition(`<field var="a" type="text-single" label="A"><validate datatype="int"/></field>`), schema: true,
			want: "order.xml:5:45: data type int is not known"},
		{name: "data type of a boolean", text: definition(`<field var="a" type="boolean" label="A"><validate datatype="xs:int"/></field>`),
			want: "order.xml:5:1: a field of type boolean has no other data type"},
		{name: "numbers in lines", text: definition(`<field var="a" type="text-multi" label="A"><validate datatype="xs:int"/></field>`),
			want: "order.xml:5:1: text-multi has lines of text"},
		{name: "bound", text: definition(`<field var="a" type="text-single" label="A"><validate datatype="xs:byte" max="128"/></field>`),
			want: `order.xml:5:1: bound "128" is no xs:byte`},
		{name: "bound of a text", text: definition(`<field var="a" type="text-single" label="A"><validate max="z"/></field>`),
			want: "order.xml:5:1: values of this type have no order (XEP-0122, section 4.7)"},
		{name: "regex", text: definition(`<field var="a" type="text-single" label="A"><validate regex="("/></field>`),
			want: "order.xml:5:45: regex: error parsing regexp: missing closing ): `^(()$`"},
		{name: "regex and range", text: definition(`<field var="a" type="text-single" label="A"><validate datatype="xs:int" regex="1" max="2"/></field>`),
			want: "order.xml:5:45: there may be a regex or a range, not both (XEP-0122, section 3.2)"},
		{name: "count", text: definition(`<field var="a" type="list-multi" label="A"><validate least="0"/></field>`), schema: true,
			want: `order.xml:5:44: least is "0", no number from 1`},
		{name: "counts", text: definition(`<field var="a" type="list-multi" label="A"><validate least="2" most="1"/></field>`),
			want: "order.xml:5:44: least is more than most"},
		{name: "count of a text", text: definition(`<field var="a" type="text-single" label="A"><validate least="1"/></field>`),
			want: "order.xml:5:1: only list-multi counts its values (XEP-0122, section 3.3)"},
		{name: "fixed", text: definition(ok + "\n" + `<field type="fixed" required="true"><value>x</value></field>`),
			want: "order.xml:6:1: a fixed field has a value, and nothing to fill in"},
		{name: "enum of nobody", text: definition(`<field var="a" type="list-single" label="A" enum="B"/>`),
			want: "order.xml:5:1: no field before has options and enum B"},
		{name: "enum of numbers", text: definition(`<field var="a" type="boolean" label="A" enum="B"/>`), want: "order.xml:5:1: a value of this type has no enum"},
		{name: "enum of two", text: definition(`<field var="a" type="list-single" label="A"><option value="x"/></field>` + "\n" +
			`<field var="b" type="list-single" label="B" enum="A"><option value="y"/></field>`),
			want: "order.xml:6:1: enum A has options already: give this one another name, or no options"},
		{name: "two fields, one constant", text: head + `<form name="A" in="form" title="A"><doc>a.</doc><field var="x#a" type="boolean" label="A"/></form>
<form name="B" in="form" title="A"><doc>a.</doc><field var="y#a" type="boolean" label="A"/></form></forms>`,
			want: "order.xml:4:49: y#a has the Go name A, which x#a has in another form: say go="},
		{name: "two forms of one name", schema: true, text: head + `<form name="A" in="form" title="A"><doc>a.</doc>` + ok + `</form>
<form name="A" in="form" title="A"><doc>a.</doc>` + ok + `</form></forms>`,
			want: "order.xml:4:1: A is the Go name of a form and of a form: say go=\norder.xml:4:1: ADefinition is the Go name of a definition and of a definition: say go="},
	}
	engine := schema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := forms.Load(fstest.MapFS{"order.xml": {Data: []byte(tt.text)}}, "")
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if refused := engine.Validate(strings.NewReader(tt.text)) != nil; refused != tt.schema {
				t.Errorf("forms.xsd refuses it: %v, want %v", refused, tt.schema)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	text := []byte(definition(`<field var="a" type="text-single" label="A"/>`))
	_, err := forms.Load(fstest.MapFS{"a.xml": {Data: text}, "b.xml": {Data: text}, "c-d.xml": {Data: text}}, "dir")
	want := `dir/b.xml:1:1: FORM_TYPE urn:example#order is that of a.xml already
dir/c-d.xml: "c-d" is no name for a package
dir/c-d.xml:1:1: FORM_TYPE urn:example#order is that of b.xml already`
	if err == nil || err.Error() != want {
		t.Errorf("%v, want\n%s", err, want)
	}
}
