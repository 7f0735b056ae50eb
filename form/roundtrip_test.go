package form_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// TestRoundTrip writes every generated form with random values, in each of its kinds, and reads it again from its bytes.
func TestRoundTrip(t *testing.T) {
	for _, g := range all() {
		t.Run(g.name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x := g.fresh()
				draw(t, g, x)
				for _, method := range []string{"Submit", "Result", "Offer"} {
					write := reflect.ValueOf(x).MethodByName(method)
					if !write.IsValid() {
						continue
					}
					data, err := wire.Marshal(write.Call(nil)[0].Interface().(*xdata.Form))
					if err != nil {
						t.Fatal(err)
					}
					got := g.fresh()
					if err := got.Read(unmarshal(t, data)); err != nil {
						t.Fatalf("%v\n%s", err, data)
					}
					if diff := cmp.Diff(withDefaults(g, x, method), got, cmpopts.EquateEmpty()); diff != "" {
						t.Fatalf("%s (-want +got)\n%s\n%s", method, diff, data)
					}
				}
			})
		})
	}
}

func unmarshal(t *rapid.T, data []byte) *xdata.Form {
	f := new(xdata.Form)
	if err := wire.UnmarshalInto(data, nil, f); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return f
}

// withDefaults is what reading gives of a form: one to fill in has the definition's values where there are none, and its title.
func withDefaults(g generated, x readable, method string) readable {
	if method != "Offer" {
		return x
	}
	out := g.fresh()
	to := reflect.ValueOf(out).Elem()
	to.Set(reflect.ValueOf(x).Elem())
	filled := g.fresh()
	defaults := &xdata.Form{Type: xdata.FormForm}
	for _, f := range g.def.Fields {
		defaults.Field = append(defaults.Field, xdata.Field{Var: f.Var, Value: f.Value})
	}
	if err := filled.Read(defaults); err != nil {
		panic(err) // a default that is no value of its field
	}
	for i := range to.NumField() {
		if to.Field(i).IsZero() {
			to.Field(i).Set(reflect.ValueOf(filled).Elem().Field(i))
		}
	}
	extra := &form.Extra{Form: xdata.Form{Type: xdata.FormForm, Title: g.def.Title}}
	for _, f := range g.def.Fields {
		if f.Type == xdata.FieldFixed {
			extra.Fields = append(extra.Fields, xdata.Field{Var: f.Var, Type: f.Type, Label: f.Label, Value: f.Value})
		}
	}
	to.FieldByName("Extra").Set(reflect.ValueOf(extra))
	return out
}

// draw fills in a form. Its fields stand in the order of the definition.
func draw(t *rapid.T, g generated, x readable) {
	v := reflect.ValueOf(x).Elem()
	i := 0
	for _, spec := range g.def.Fields {
		if spec.Type == xdata.FieldFixed {
			continue
		}
		name := v.Type().Field(i).Name
		if spec.Required || rapid.Bool().Draw(t, name+" is there") {
			v.Field(i).Set(value(t, &spec, v.Field(i).Type(), name))
		}
		i++
	}
	if last := v.Type().Field(i).Name; last != "Empty" {
		t.Fatalf("%d fields of the definition, and then %s", i, last)
	}
}

// value draws a value of a field.
func value(t *rapid.T, spec *form.Field, typ reflect.Type, name string) reflect.Value {
	switch typ.Kind() {
	case reflect.Pointer:
		p := reflect.New(typ.Elem())
		p.Elem().Set(value(t, spec, typ.Elem(), name))
		return p
	case reflect.Slice:
		out := reflect.MakeSlice(typ, 0, 3)
		for i := range rapid.IntRange(1, 3).Draw(t, name+" count") {
			one := value(t, spec, typ.Elem(), fmt.Sprint(name, i))
			if typ.Elem() == reflect.TypeFor[jid.JID]() && i > 0 {
				one = reflect.ValueOf(jid.MustParse(fmt.Sprintf("n%d@example.org", i))) // each JID is read once
			}
			out = reflect.Append(out, one)
		}
		return out
	case reflect.Bool:
		return reflect.ValueOf(rapid.Bool().Draw(t, name))
	case reflect.Float64:
		return reflect.ValueOf(rapid.Float64Range(0, 360).Draw(t, name))
	case reflect.String:
		return reflect.ValueOf(text(spec).Draw(t, name)).Convert(typ)
	}
	switch typ {
	case reflect.TypeFor[time.Time]():
		return reflect.ValueOf(time.Unix(rapid.Int64Range(0, 1<<34).Draw(t, name), 0).UTC())
	case reflect.TypeFor[jid.JID]():
		return reflect.ValueOf(jid.MustParse(rapid.SampledFrom([]string{"a@example.org", "example.org", "a@example.org/b c"}).Draw(t, name)))
	case reflect.TypeFor[form.Limit]():
		return reflect.ValueOf(rapid.SampledFrom([]form.Limit{0, 1, 1 << 40, form.Max}).Draw(t, name))
	}
	bits := typ.Bits()
	if typ.Kind() >= reflect.Uint {
		return reflect.ValueOf(rapid.Uint64Range(0, 1<<(bits-1)).Draw(t, name)).Convert(typ)
	}
	least := int64(-1) << (bits - 1)
	if spec.Min != "" {
		least = 0
	}
	return reflect.ValueOf(rapid.Int64Range(least, 1<<(bits-1)-1).Draw(t, name)).Convert(typ)
}

// text draws an option, or any text that a value can be: it has no line breaks, and is not empty.
func text(spec *form.Field) *rapid.Generator[string] {
	free := rapid.StringMatching(`[ -~äß€😀]{0,20}[!-~]`)
	if len(spec.Options) == 0 {
		return free
	}
	return rapid.OneOf(free, rapid.Map(rapid.SampledFrom(spec.Options), func(o xdata.Option) string { return o.Value }))
}

// TestRandomForms reads forms of random fields into every generated form: whatever stands there is read or kept, and written again.
func TestRandomForms(t *testing.T) {
	for _, g := range all() {
		t.Run(g.name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := &xdata.Form{Type: xdata.FormSubmit}
				vars := []string{"", "unknown", form.TypeField + "2"}
				for _, f := range g.def.Fields {
					vars = append(vars, f.Var)
				}
				for range rapid.IntRange(0, 6).Draw(t, "fields") {
					in.Field = append(in.Field, xdata.Field{
						Var:   rapid.SampledFrom(vars).Draw(t, "var"),
						Type:  rapid.SampledFrom([]xdata.FieldType{"", "text-multi", "boolean", "odd"}).Draw(t, "type"),
						Value: rapid.SliceOfN(rapid.SampledFrom([]string{"", "1", "true", "a@b", "x y", "max", "-7", "2020-01-01T00:00:00Z"}), 0, 2).Draw(t, "values"),
					})
				}
				x := g.fresh()
				_ = x.Read(in) // what it says is tested elsewhere; here nothing may be lost
				w := reflect.ValueOf(x).MethodByName("Submit")
				if !w.IsValid() {
					w = reflect.ValueOf(x).MethodByName("Result")
					in.Type = xdata.FormResult
					_ = x.Read(in)
				}
				got := w.Call(nil)[0].Interface().(*xdata.Form)
				if diff := cmp.Diff(summary(g.def, in), summary(g.def, got)); diff != "" {
					t.Fatalf("(-want +got)\n%s", diff)
				}
			})
		})
	}
}

// summary lists the values of a form, each field as its type means it, whatever the order of the fields.
func summary(def *form.Definition, x *xdata.Form) map[string][]string {
	out := map[string][]string{}
	for _, f := range x.Field {
		if f.Var == form.TypeField {
			continue
		}
		out[f.Var] = append(out[f.Var], meaning(def, f))
	}
	return out
}

// meaning is a field in a form that does not depend on how its values are spelt.
func meaning(def *form.Definition, f xdata.Field) string {
	var spec form.Field
	for _, s := range def.Fields {
		if s.Var == f.Var && s.Type != xdata.FieldFixed {
			spec = s
		}
	}
	var out []string
	seen := map[string]bool{}
	for _, v := range f.Value {
		v = canonical(spec, v)
		if isJID := spec.Type == xdata.FieldJIDMulti; !isJID || !seen[v] {
			out = append(out, v)
		}
		seen[v] = true
	}
	if len(out) == 1 && out[0] == "" {
		out = nil
	}
	return strings.Join(out, "|")
}

// canonical is a value as it is written.
func canonical(spec form.Field, v string) string {
	trimmed := strings.TrimSpace(v)
	switch {
	case spec.Type == xdata.FieldBoolean && trimmed == "1":
		return "true"
	case spec.Type == xdata.FieldBoolean && trimmed == "0":
		return "false"
	case spec.Type == xdata.FieldBoolean, spec.Type == xdata.FieldJIDSingle, spec.Type == xdata.FieldJIDMulti:
		return trimmed
	case spec.Datatype == "xs:dateTime":
		if at, err := form.ParseTime(v); err == nil {
			return form.FormatTime(at)
		}
	case strings.HasPrefix(spec.Datatype, "xs:unsigned"), spec.Datatype == "xs:integer", spec.Datatype == "xs:decimal":
		return trimmed
	}
	return v
}
