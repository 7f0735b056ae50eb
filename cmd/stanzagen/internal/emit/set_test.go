package emit_test

import (
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
)

const (
	// emitted is the module that the generated packages are compiled in.
	emitted = "example.org/emitted/"

	exampleNS = "urn:example"
	errorsNS  = "urn:example:errors"
	forwardNS = "urn:xmpp:forward:0"
)

// exampleSet has every kind of field, cardinality and scalar at least once.
func exampleSet() *ir.Set {
	forward := &ir.Package{Namespace: forwardNS, Name: "forward0", Path: emitted + "other/forward0", Extern: true}
	forwarded := element(forward, "forwarded")
	forward.Structs = []*ir.Struct{forwarded}

	faults := &ir.Package{Namespace: errorsNS, Name: "faults", File: "faults.xsd", Title: "Faults of the example"}
	values := []*ir.EnumValue{{Value: "bad-request", Doc: "the request cannot be read"}, {Value: "conflict"}, {Value: "gone"}}
	condition := &ir.Enum{Package: faults, Hint: "Condition", Doc: "what went wrong", Values: values}
	faults.Enums = []*ir.Enum{condition}
	reason := element(faults, "reason")
	reason.Text = &ir.Field{Kind: ir.KindText}
	reason.Attrs = []*ir.Field{lang()}
	faults.Structs = []*ir.Struct{reason}

	example := &ir.Package{
		Namespace: exampleNS, Name: "example", File: "xep-9999-example.xsd", Title: "XEP-9999: Example",
		Source: "XEP-9999: Example, version 0.1 (2025-01-01), section 7.",
	}
	fallback := &ir.EnumValue{Value: "normal", Doc: "neither of the others."}
	kind := &ir.Enum{Package: example, Hint: "queryType", Values: []*ir.EnumValue{{Value: "get"}, fallback, {Value: ""}}, Fallback: fallback}
	show := &ir.Enum{Package: example, Hint: "show", Values: []*ir.EnumValue{{Value: "away"}, {Value: "dnd"}}}
	example.Enums = []*ir.Enum{kind, show}

	range_ := &ir.Struct{Package: example, Hint: "range", IsType: true, Doc: "a span of numbers"}
	range_.Attrs = []*ir.Field{attribute("low", ir.ScalarInt32, ir.Required), attribute("high", ir.ScalarInt64, ir.Optional)}
	item := element(example, "item")
	item.Global = false
	item.Hint = "query-item"
	item.Children = []*ir.Field{child("range", range_, ir.Many), child("first", range_, ir.Required), child("best", range_, ir.Optional)}
	item.AnyAttr = &ir.Wildcard{Other: true}
	note := element(example, "note")
	note.Mixed, note.Any = true, &ir.Wildcard{}
	data := element(example, "data")
	data.IQ = ir.IQSet
	data.Text = &ir.Field{Kind: ir.KindText, Scalar: ir.ScalarBytes}
	mood := element(example, "mood")
	mood.Text = &ir.Field{Kind: ir.KindText, Scalar: ir.ScalarEnum, Enum: show}
	empty := element(example, "ping")
	open := element(example, "open")
	open.Any = &ir.Wildcard{}
	open.Attrs = []*ir.Field{attribute("a", ir.ScalarString, ir.Optional), attribute("b", ir.ScalarJID, ir.Optional)}
	open.Attrs[0].Name.Space, open.Attrs[1].Name.Space = forwardNS, "urn:nowhere"

	query := element(example, "query")
	query.Doc = "a request of the example protocol, or its answer, with a documentation that is long enough to be broken into two lines"
	query.IQ = ir.IQGet
	query.Attrs = queryAttrs(kind)
	query.Children = queryChildren(item, note, forwarded, condition, show)
	query.Any, query.AnyAt = &ir.Wildcard{Other: true, Doc: "what extensions add."}, len(query.Children)

	message := element(example, "message")
	message.Stanza, message.IQ, message.Also = true, ir.IQNone, []string{"jabber:server"}
	message.Attrs = []*ir.Field{
		attribute("from", ir.ScalarJID, ir.Optional), attribute("id", ir.ScalarString, ir.Optional), attribute("to", ir.ScalarJID, ir.Optional),
		enumAttribute("type", kind, ir.Required),
	}
	ordered := &ir.Field{Kind: ir.KindOrdered, Card: ir.Many, Doc: "the steps, in order."}
	for _, s := range []*ir.Struct{note, data} {
		ordered.Branches = append(ordered.Branches, &ir.Branch{Name: s.Element, Struct: s})
	}
	message.Children = []*ir.Field{ordered, child("reason", reason, ir.Optional)}
	message.Children[1].Name.Space = errorsNS

	example.Structs = []*ir.Struct{range_, query, item, note, data, mood, empty, open, message}
	set := &ir.Set{Packages: []*ir.Package{example, faults, forward}}
	names.Assign(set)
	return set
}

func queryAttrs(kind *ir.Enum) []*ir.Field {
	ver := attribute("ver", ir.ScalarString, ir.Optional)
	ver.Pointer, ver.Doc = true, "the version of what the client has"
	typ := enumAttribute("type", kind, ir.Optional)
	typ.Default = "normal"
	foreign := attribute("hint", ir.ScalarUint8, ir.Optional)
	foreign.Name.Space = forwardNS
	fixed := attribute("v", ir.ScalarString, ir.Required)
	fixed.Fixed = "1.0"
	out := []*ir.Field{attribute("from", ir.ScalarJID, ir.Optional), typ, ver, fixed, lang(), foreign}
	for name, sc := range map[string]ir.Scalar{"max": ir.ScalarUint32} {
		out = append(out, attribute(name, sc, ir.Optional), attribute("count", sc, ir.Required))
	}
	out = append(out,
		attribute("ok", ir.ScalarBool, ir.Optional), attribute("float", ir.ScalarFloat64, ir.Optional), attribute("stamp", ir.ScalarTime, ir.Required),
		attribute("seen", ir.ScalarTime, ir.Optional), attribute("blob", ir.ScalarBytes, ir.Optional), attribute("list", ir.ScalarStrings, ir.Optional),
	)
	return out
}

func queryChildren(item, note, forwarded *ir.Struct, condition *ir.Enum, show *ir.Enum) []*ir.Field {
	notes := child("note", note, ir.Optional)
	notes.Choice = 1
	flag := &ir.Field{Hint: "flip-page", Name: ir.Name{Space: exampleNS, Local: "flip-page"}, Kind: ir.KindFlag, Doc: "a wish to turn the page"}
	choice := scalar("choice-id", ir.ScalarInt16, ir.Optional)
	choice.Choice = 1
	shown := scalar("show", ir.ScalarEnum, ir.Optional)
	shown.Enum = show
	shows := scalar("shows", ir.ScalarEnum, ir.Many)
	shows.Enum = show
	tag := scalar("tag", ir.ScalarString, ir.Optional)
	tag.Pointer = true
	fwd := child("forwarded", forwarded, ir.Required)
	fwd.Name.Space = forwardNS
	cond := &ir.Field{Hint: "Condition", Kind: ir.KindEnum, Enum: condition, TextGoName: "ConditionText"}
	for _, v := range condition.Values {
		cond.Branches = append(cond.Branches, &ir.Branch{Name: ir.Name{Space: errorsNS, Local: v.Value}, Value: v})
	}
	return []*ir.Field{
		child("item", item, ir.Many), notes, choice, flag, shown, shows, tag, fwd, cond,
		scalar("group", ir.ScalarString, ir.Many), scalar("jid", ir.ScalarJID, ir.Optional), scalar("jids", ir.ScalarJID, ir.Many),
		scalar("data", ir.ScalarBytes, ir.Optional), scalar("chunk", ir.ScalarBytes, ir.Many), scalar("prio", ir.ScalarInt8, ir.Optional),
		scalar("size", ir.ScalarUint64, ir.Required), scalar("name", ir.ScalarString, ir.Required), scalar("done", ir.ScalarBool, ir.Optional),
		scalar("at", ir.ScalarTime, ir.Optional), scalar("ratio", ir.ScalarFloat64, ir.Many), scalar("port", ir.ScalarUint16, ir.Optional),
		scalar("words", ir.ScalarStrings, ir.Optional),
	}
}

func element(p *ir.Package, local string) *ir.Struct {
	return &ir.Struct{Package: p, Hint: local, Element: ir.Name{Space: p.Namespace, Local: local}, Global: true}
}

func attribute(local string, sc ir.Scalar, card ir.Card) *ir.Field {
	return &ir.Field{Hint: local, Name: ir.Name{Local: local}, Scalar: sc, Card: card}
}

func enumAttribute(local string, e *ir.Enum, card ir.Card) *ir.Field {
	f := attribute(local, ir.ScalarEnum, card)
	f.Enum = e
	return f
}

func lang() *ir.Field {
	return &ir.Field{Hint: "lang", Name: ir.Name{Space: "http://www.w3.org/XML/1998/namespace", Local: "lang"}}
}

func scalar(local string, sc ir.Scalar, card ir.Card) *ir.Field {
	return &ir.Field{Hint: local, Name: ir.Name{Space: exampleNS, Local: local}, Kind: ir.KindScalar, Scalar: sc, Card: card}
}

func child(local string, s *ir.Struct, card ir.Card) *ir.Field {
	return &ir.Field{Hint: local, Name: ir.Name{Space: exampleNS, Local: local}, Kind: ir.KindStruct, Struct: s, Card: card}
}
