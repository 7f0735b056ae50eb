package names_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
)

const (
	ownNS   = "urn:own"
	otherNS = "urn:other:0"
)

func global(local string) *ir.Struct {
	return &ir.Struct{Hint: local, Element: ir.Name{Space: ownNS, Local: local}, Global: true}
}

func local(hint string) *ir.Struct { return &ir.Struct{Hint: hint} }

func named(hint string) *ir.Struct { return &ir.Struct{Hint: hint, IsType: true} }

func enum(hint string, values ...string) *ir.Enum {
	e := &ir.Enum{Hint: hint}
	for _, v := range values {
		e.Values = append(e.Values, &ir.EnumValue{Value: v})
	}
	return e
}

func TestAssignTypes(t *testing.T) {
	annotated := enum("kind", "a", "b")
	annotated.Values[1].Hint = "Second"
	tests := []struct {
		name    string
		structs []*ir.Struct
		enums   []*ir.Enum
		want    []string // structs, then enums, each followed by its constants
	}{
		{"plain", []*ir.Struct{global("query"), local("query-item")}, nil, []string{"Query", "QueryItem"}},
		{"element before type", []*ir.Struct{named("item"), global("item")}, nil, []string{"Item", "ItemType"}},
		{"type that has its suffix", []*ir.Struct{named("itemType"), global("item")}, nil, []string{"Item", "ItemType"}},
		{"type before local", []*ir.Struct{local("a-b"), named("aB")}, nil, []string{"AB", "ABElement"}},
		{"three alike", []*ir.Struct{global("a-b"), global("a_b"), global("aB")}, nil, []string{"AB", "AB2", "ABElement"}},
		{"sorted by kind, then name", []*ir.Struct{local("a-a"), named("b"), global("d"), global("c")}, nil, []string{"C", "D", "B", "AA"}},
		{"name of the package's own", []*ir.Struct{global("elements"), global("ns")}, nil, []string{"ElementsElement", "Ns"}},
		{"enum", nil, []*ir.Enum{enum("message-type", "normal", "chat")}, []string{"MessageType", "MessageNormal", "MessageChat"}},
		{"enum without the suffix", nil, []*ir.Enum{enum("Condition", "bad-format")}, []string{"Condition", "ConditionBadFormat"}},
		{"enum called type", nil, []*ir.Enum{enum("type", "a")}, []string{"Type", "TypeA"}},
		{"enum gives way to an element", []*ir.Struct{global("show")}, []*ir.Enum{enum("show", "away")}, []string{"Show", "ShowType", "ShowAway"}},
		{
			"enum gives way twice",
			[]*ir.Struct{global("show"), global("show-type")},
			[]*ir.Enum{enum("show", "away")},
			[]string{"Show", "ShowType", "ShowValue", "ShowValueAway"},
		},
		{
			"constant gives way to a type",
			[]*ir.Struct{local("message-error")},
			[]*ir.Enum{enum("message-type", "normal", "error")},
			[]string{"MessageError", "MessageType", "MessageTypeNormal", "MessageTypeError"},
		},
		{
			"constants of two enums",
			nil,
			[]*ir.Enum{enum("show", "away"), enum("show-type", "away")},
			[]string{"Show", "ShowAway", "ShowType", "ShowTypeAway"},
		},
		{"values alike", nil, []*ir.Enum{enum("v", "a b", "a-b", "A B")}, []string{"V", "VAB", "VAB2", "VAB3"}},
		{"odd values", nil, []*ir.Enum{enum("v", "", "+", "307")}, []string{"V", "VEmpty", "VPlus", "V307"}},
		{"annotated constant", nil, []*ir.Enum{annotated}, []string{"Kind", "KindA", "Second"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, reversed := range []bool{false, true} {
				p := &ir.Package{Namespace: ownNS, Name: "own", Structs: slices.Clone(tt.structs), Enums: slices.Clone(tt.enums)}
				if reversed {
					slices.Reverse(p.Structs)
					slices.Reverse(p.Enums)
				}
				names.Assign(&ir.Set{Packages: []*ir.Package{p}})
				var got []string
				for _, s := range p.Structs {
					got = append(got, s.GoName)
				}
				for _, e := range p.Enums {
					got = append(got, e.GoName)
					for _, v := range e.Values {
						got = append(got, v.GoName)
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("reversed %v (-want +got)\n%s", reversed, diff)
				}
			}
		})
	}
}

func TestAssignFields(t *testing.T) {
	attr := func(name string) *ir.Field { return &ir.Field{Hint: name, Name: ir.Name{Local: name}} }
	child := func(name string) *ir.Field {
		return &ir.Field{Hint: name, Name: ir.Name{Space: ownNS, Local: name}, Kind: ir.KindScalar}
	}
	foreign := func(name string) *ir.Field {
		return &ir.Field{Hint: name, Name: ir.Name{Space: otherNS, Local: name}, Kind: ir.KindScalar}
	}
	condition := &ir.Field{Hint: "Condition", Kind: ir.KindEnum, TextGoName: "ConditionText"}
	tests := []struct {
		name string
		in   ir.Struct
		want []string // attributes, text, children, each followed by its field for text
	}{
		{"plain", ir.Struct{Attrs: []*ir.Field{attr("id")}, Children: []*ir.Field{child("item")}}, []string{"ID", "Item"}},
		{"child before attribute", ir.Struct{Attrs: []*ir.Field{attr("item")}, Children: []*ir.Field{child("item")}}, []string{"ItemAttr", "Item"}},
		{"methods", ir.Struct{Attrs: []*ir.Field{attr("element-name"), attr("IQGet")}}, []string{"ElementNameAttr", "IQGetAttr"}},
		{"own fields", ir.Struct{Children: []*ir.Field{child("extra"), child("XMLName")}}, []string{"ExtraChild", "XMLNameChild"}},
		{"any without wildcard", ir.Struct{Children: []*ir.Field{child("any")}}, []string{"Any"}},
		{"any with wildcard", ir.Struct{Any: &ir.Wildcard{}, Children: []*ir.Field{child("any")}}, []string{"AnyChild"}},
		{"any attribute", ir.Struct{AnyAttr: &ir.Wildcard{}, Attrs: []*ir.Field{attr("any-attr")}}, []string{"AnyAttrAttr"}},
		{"mixed", ir.Struct{Mixed: true, Attrs: []*ir.Field{attr("content")}}, []string{"ContentAttr"}},
		{"text", ir.Struct{Text: &ir.Field{Kind: ir.KindText}, Attrs: []*ir.Field{attr("text")}}, []string{"TextAttr", "Text"}},
		{
			"typed text",
			ir.Struct{Text: &ir.Field{Kind: ir.KindText, Scalar: ir.ScalarBytes}, Attrs: []*ir.Field{attr("value"), attr("text")}},
			[]string{"ValueAttr", "Text", "Value"},
		},
		{"named text", ir.Struct{Text: &ir.Field{Kind: ir.KindText, Hint: "Data"}}, []string{"Data"}},
		{"child called text", ir.Struct{Children: []*ir.Field{child("text")}}, []string{"Text"}},
		{"foreign child", ir.Struct{Children: []*ir.Field{child("delay"), foreign("delay")}}, []string{"Delay", "Other0Delay"}},
		{"two of one name", ir.Struct{Children: []*ir.Field{child("a-b"), child("a_b"), child("aB")}}, []string{"AB", "ABChild", "AB2"}},
		{"ordered choice", ir.Struct{Children: []*ir.Field{{Kind: ir.KindOrdered}}}, []string{"Choice"}},
		{
			"text of a condition",
			ir.Struct{Children: []*ir.Field{condition, child("condition-text")}, Attrs: []*ir.Field{attr("condition")}},
			[]string{"ConditionAttr", "Condition", "ConditionText2", "ConditionText"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			own := &ir.Package{Namespace: ownNS, Name: "own", Structs: []*ir.Struct{&tt.in}}
			tt.in.Package, tt.in.Hint = own, "x"
			names.Assign(&ir.Set{Packages: []*ir.Package{own, {Namespace: otherNS, Name: "other0"}}})
			var got []string
			for _, f := range tt.in.Attrs {
				got = append(got, f.GoName)
			}
			if tt.in.Text != nil {
				got = append(got, tt.in.Text.GoName)
			}
			for _, f := range tt.in.Children {
				got = append(got, f.GoName)
				if f.TextGoName != "" {
					got = append(got, f.TextGoName)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
