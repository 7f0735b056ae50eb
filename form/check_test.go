package form_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/xdata"
)

var party = form.Definition{Type: "urn:example:party", Fields: []form.Field{
	{Type: xdata.FieldFixed, Value: []string{"Welcome"}},
	{Var: "name", Type: xdata.FieldTextSingle, Required: true, Regex: "[a-z]+"},
	{Var: "guests", Type: xdata.FieldTextSingle, Datatype: "xs:unsignedByte", Min: "1", Max: "9"},
	{Var: "fee", Type: xdata.FieldTextSingle, Datatype: "xs:decimal", Max: "1.5"},
	{Var: "until", Type: xdata.FieldTextSingle, Datatype: "xs:dateTime", Max: "2030-01-01T00:00:00Z"},
	{Var: "items", Type: xdata.FieldTextSingle, Datatype: "pubsub:integer-or-max", Max: "10"},
	{Var: "food", Type: xdata.FieldListMulti, Options: []xdata.Option{{Value: "cake"}, {Value: "soup"}, {Value: "ham"}}, Least: 1, Most: 2},
	{Var: "drink", Type: xdata.FieldListSingle, Options: []xdata.Option{{Value: "tea"}}, Open: true},
	{Var: "host", Type: xdata.FieldJIDSingle},
	{Var: "sure", Type: xdata.FieldBoolean},
	{Var: "number", Type: xdata.FieldHidden, Datatype: "xs:short"},
}}

func TestCheck(t *testing.T) {
	const name = "<field var='name'><value>ann</value></field>"
	one := func(name string, values ...string) string {
		out := "<field var='" + name + "'>"
		for _, v := range values {
			out += "<value>" + v + "</value>"
		}
		return out + "</field>"
	}
	tests := []struct {
		name, inner, want string
	}{
		{name: "all is well", inner: name + one("guests", "9") + one("fee", "1.50") + one("until", "2029-12-31T23:59:59Z") + one("items", "max") +
			one("food", "cake", "ham") + one("drink", "rum") + one("host", "a@example.org") + one("sure", "0") + one("number", "-1", "7") + one("else", "?")},
		{name: "nothing there", want: "name: required, but absent"},
		{name: "nothing in it", inner: one("name", ""), want: "name: required, but absent"},
		{name: "pattern", inner: one("name", "ann2"), want: `name: "ann2": does not match the pattern`},
		{name: "too many", inner: name + one("guests", "10"), want: `guests: "10": out of range`},
		{name: "too few", inner: name + one("guests", "0"), want: `guests: "0": out of range`},
		{name: "too great for the type", inner: name + one("guests", "256"), want: `guests: "256": not an integer that fits`},
		{name: "decimal", inner: name + one("fee", "1.51"), want: `fee: "1.51": out of range`},
		{name: "no decimal", inner: name + one("fee", "much"), want: `fee: "much": not a number`},
		{name: "late", inner: name + one("until", "2030-01-01T00:00:01Z"), want: `until: "2030-01-01T00:00:01Z": out of range`},
		{name: "no time", inner: name + one("until", "soon"), want: `until: "soon": not a date and time with a time zone`},
		{name: "limit", inner: name + one("items", "11"), want: `items: "11": out of range`},
		{name: "no limit", inner: name + one("items", "all"), want: `items: "all": neither max nor an integer that fits`},
		{name: "twice", inner: name + one("sure", "0") + one("sure", "1"), want: `sure: more than one field of that name`},
		{name: "option", inner: name + one("food", "rice"), want: `food: "rice": not one of the options`},
		{name: "count", inner: name + one("food", "cake", "soup", "ham"), want: `food: too few values or too many`},
		{name: "several", inner: name + one("drink", "tea", "rum"), want: `drink: more than one value`},
		{name: "address", inner: name + one("host", "@"), want: `host: "@": jid: "@": localpart is empty`},
		{name: "boolean", inner: name + one("sure", "yes"), want: `sure: "yes": not a boolean`},
		{name: "short", inner: name + one("number", "1", "40000"), want: `number: "40000": not an integer that fits`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want != "" {
				want = "form: urn:example:party: " + want
			}
			err := form.Check(decode(t, fields("submit", party.Type, tt.inner)), &party)
			if diff := cmp.Diff(want, message(err)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if err := form.Check(decode(t, fields("submit", "urn:example:else", "")), &party); message(err) != `form: FORM_TYPE is "urn:example:else", want "urn:example:party"` {
		t.Error(err)
	}
	if form.Check(nil, &party) == nil {
		t.Error("no form is no fault")
	}
}
