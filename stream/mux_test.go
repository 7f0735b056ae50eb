package stream_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

func TestPatterns(t *testing.T) {
	child, other := name("urn:x", "child"), name("urn:x", "other")
	grand := name("urn:y", "grand")
	patterns := []struct {
		name string
		stream.Pattern
	}{
		{"any", stream.Pattern{}},
		{"name", stream.Pattern{Name: messageName}},
		{"type", stream.Pattern{Type: "chat"}},
		{"child", stream.Pattern{Child: child}},
		{"grandchild", stream.Pattern{Grandchild: grand}},
		{"name+type", stream.Pattern{Name: messageName, Type: "chat"}},
		{"name+child", stream.Pattern{Name: messageName, Child: child}},
		{"name+grandchild", stream.Pattern{Name: messageName, Grandchild: grand}},
		{"type+child", stream.Pattern{Type: "chat", Child: child}},
		{"type+grandchild", stream.Pattern{Type: "chat", Grandchild: grand}},
		{"child+grandchild", stream.Pattern{Child: child, Grandchild: grand}},
		{"name+type+child", stream.Pattern{Name: messageName, Type: "chat", Child: child}},
		{"name+type+grandchild", stream.Pattern{Name: messageName, Type: "chat", Grandchild: grand}},
		{"name+child+grandchild", stream.Pattern{Name: messageName, Child: child, Grandchild: grand}},
		{"type+child+grandchild", stream.Pattern{Type: "chat", Child: child, Grandchild: grand}},
		{"all", stream.Pattern{Name: messageName, Type: "chat", Child: child, Grandchild: grand}},
		{"other child+grandchild", stream.Pattern{Child: other, Grandchild: grand}},
		{"iq", stream.Pattern{Name: iqName}},
		{"nothing", stream.Pattern{Name: name("urn:z", "z"), Type: "z", Child: name("urn:z", "z"), Grandchild: name("urn:z", "z")}},
	}
	tests := []struct{ name, xml, want string }{
		{"plain", `<message xmlns='jabber:client'/>`, "any, name"},
		{"type", `<message xmlns='jabber:client' type='chat'/>`, "any, name, type, name+type"},
		{"unknown type", `<message xmlns='jabber:client' type='smalltalk'/>`, "any, name"},
		{"child", `<message xmlns='jabber:client'><child xmlns='urn:x'/></message>`, "any, name, child, name+child"},
		{"name without its namespace", `<message xmlns='jabber:client'><child xmlns='urn:other'/></message>`, "any, name"},
		{"several children", `<message xmlns='jabber:client'><child xmlns='urn:x'/><body/><child xmlns='urn:x'/><child xmlns='urn:x'/></message>`, "any, name, child, name+child"},
		{"grandchild of unknown", `<message xmlns='jabber:client'><u xmlns='urn:u'><grand xmlns='urn:y'/></u></message>`, "any, name, grandchild, name+grandchild"},
		{"child beside parent", `<message xmlns='jabber:client'><child xmlns='urn:x'/><u xmlns='urn:u'><grand xmlns='urn:y'/></u></message>`, "any, name, child, grandchild, name+child, name+grandchild"},
		{
			"everything", `<message xmlns='jabber:client' type='chat'><child xmlns='urn:x'><grand xmlns='urn:y'/></child></message>`,
			"any, name, type, child, grandchild, name+type, name+child, name+grandchild, type+child, type+grandchild, child+grandchild, " +
				"name+type+child, name+type+grandchild, name+child+grandchild, type+child+grandchild, all",
		},
		{"too deep", `<message xmlns='jabber:client'><u xmlns='urn:u'><u><grand xmlns='urn:y'/></u></u></message>`, "any, name"},
		{"root is no child", `<child xmlns='urn:x'/>`, "any"},
		{"other root", `<iq xmlns='jabber:client' type='chat'><other xmlns='urn:x'><grand xmlns='urn:y'/></other></iq>`, "any, type, grandchild, type+grandchild, other child+grandchild, iq"},
		{"unknown root", `<u xmlns='urn:u'><child xmlns='urn:x'/></u>`, "any, child"},
	}
	m, _ := newMux(t)
	var got []string
	for _, p := range patterns {
		m.Handle(p.Pattern, func(context.Context, wire.Element) error {
			got = append(got, p.name)
			return nil
		})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			el, outline := decode(t, m, tt.xml)
			for _, o := range []*wire.Outline{outline, nil} { // as read, and as made
				got = nil
				m.Dispatch(t.Context(), el, o)
				if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
					t.Errorf("made=%v (-want +got):\n%s", o == nil, diff)
				}
			}
		})
	}
}

func TestOrder(t *testing.T) {
	m, _ := newMux(t)
	var got []int
	note := func(i int) stream.Func {
		return func(context.Context, wire.Element) error {
			got = append(got, i)
			return nil
		}
	}
	patterns := []stream.Pattern{{Child: name("urn:x", "c")}, {}, {Name: messageName, Type: "chat"}, {Name: messageName}}
	var handlers []*stream.Handler
	for i := range 20 {
		handlers = append(handlers, m.Handle(patterns[i%len(patterns)], note(i)))
	}
	handlers[7].Remove()
	handlers = append(handlers, m.Handle(patterns[0], note(20)))
	dispatch(t, m, `<message xmlns='jabber:client' type='chat'><c xmlns='urn:x'/></message>`)
	want := []int{0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	for _, h := range handlers {
		h.Remove()
	}
	got = nil
	if dispatch(t, m, `<message xmlns='jabber:client'/>`); got != nil {
		t.Errorf("removed handlers ran: %v", got)
	}
}

func TestRemove(t *testing.T) {
	m, _ := newMux(t)
	var got []string
	var self, next *stream.Handler
	self = m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error {
		got = append(got, "self")
		self.Remove()
		self.Remove()
		next.Remove()
		m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error {
			got = append(got, "late")
			return nil
		})
		return nil
	})
	next = m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error {
		got = append(got, "next")
		return nil
	})
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if diff := cmp.Diff([]string{"self"}, got); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if diff := cmp.Diff([]string{"self", "late"}, got); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
}

func TestClaim(t *testing.T) {
	m, _ := newMux(t)
	p := stream.Pattern{Name: iqName, Type: "get", Child: (*ping.Ping)(nil).ElementName()}
	text := `<iq xmlns='jabber:client' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>`
	nop := func(context.Context, wire.Element) error { return nil }
	m.Handle(p, nop)
	if dispatch(t, m, text) {
		t.Error("claimed by a handler that answers for nothing")
	}
	first := m.Claim(p, nop)
	if !dispatch(t, m, text) {
		t.Error("not claimed")
	}
	if dispatch(t, m, `<iq xmlns='jabber:client' type='set' id='1'><ping xmlns='urn:xmpp:ping'/></iq>`) {
		t.Error("another type claimed")
	}
	if msg := panicOf(func() { m.Claim(p, nop) }); strings.Count(msg, "mux_test.go:") != 2 || !strings.HasPrefix(msg, "stream: two handlers answer for ") {
		t.Errorf("conflict: %q does not name both call sites", msg)
	}
	first.Remove()
	if dispatch(t, m, text) {
		t.Error("claimed by a removed handler")
	}
	m.Claim(p, func(context.Context, wire.Element) error { return errors.New("no") })
	if !dispatch(t, m, text) {
		t.Error("not claimed again")
	}
}

// panicOf returns what f panics with, or the empty string.
func panicOf(f func()) (msg string) {
	defer func() {
		if v := recover(); v != nil {
			msg = fmt.Sprint(v)
		}
	}()
	f()
	return ""
}

func TestFaultyHandlers(t *testing.T) {
	m, log := newMux(t)
	ran := 0
	m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error { panic("ouch") })
	m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error { return errors.New("broken") })
	stream.On(m, func(context.Context, *stanza.Message) error { return nil }, func(*stanza.Message) bool { panic("predicate") })
	m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error {
		ran++
		return nil
	})
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if ran != 1 {
		t.Errorf("the last handler ran %d times", ran)
	}
	for _, want := range []string{"ouch", "broken", "predicate"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log does not tell of %q:\n%s", want, log)
		}
	}
	if n := strings.Count(log.String(), "handler=") - strings.Count(log.String(), "mux_test.go:"); n > 0 {
		t.Errorf("log does not name the handlers' call sites:\n%s", log)
	}
}

func TestUnencodable(t *testing.T) {
	m, log := newMux(t)
	ran := false
	stream.On(m, func(context.Context, *stanza.Message) error {
		ran = true
		return nil
	})
	if m.Dispatch(t.Context(), &stanza.Message{ID: "\x00"}, nil) || ran {
		t.Error("an element that is no XML was dispatched")
	}
	if !strings.Contains(log.String(), "cannot be dispatched") {
		t.Errorf("log: %s", log)
	}
}

func TestMuxClose(t *testing.T) {
	m, _ := newMux(t)
	ran := 0
	count := func(context.Context, *stanza.Message) error {
		ran++
		return nil
	}
	before := stream.On(m, count)
	m.Close()
	after := stream.On(m, count)
	late := stream.Go(m, count)
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if ran != 0 {
		t.Errorf("handlers of a closed mux ran %d times", ran)
	}
	before.Remove()
	after.Remove()
	late.Remove()
	m.Close()
}

// pair stands for two elements.
type pair struct{ wire.Raw }

func (*pair) ElementName() xml.Name    { return name("urn:x", "one") }
func (*pair) ElementNames() []xml.Name { return []xml.Name{name("urn:x", "one"), name("urn:x", "two")} }

func TestSeveralNames(t *testing.T) {
	m, _ := newMux(t)
	var got []string
	h := stream.On(m, func(_ context.Context, p *pair) error {
		got = append(got, p.Name.Local)
		return nil
	})
	for _, local := range []string{"one", "two", "three"} {
		dispatch(t, m, "<"+local+" xmlns='urn:x'/>")
	}
	if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	h.Remove()
	if dispatch(t, m, "<two xmlns='urn:x'/>"); len(got) != 2 {
		t.Errorf("a removed handler ran: %v", got)
	}
}

func TestMustRegister(t *testing.T) {
	m, _ := newMux(t)
	stream.MustRegister[stanza.Message](m)
	type impostor = struct{ pair }
	if err := m.Registry().Add(wire.Type{Name: name("urn:x", "one"), New: func() wire.Element { return new(impostor) }}); err != nil {
		t.Fatal(err)
	}
	if msg := panicOf(func() { stream.Go(m, func(context.Context, *pair) error { return nil }) }); !strings.Contains(msg, "already has another type") {
		t.Errorf("conflict: %q", msg)
	}
}

func TestHostileChildren(t *testing.T) { // each handler once, however often its child occurs
	m, _ := newMux(t)
	var got []int
	for i := range 50 {
		m.Handle(stream.Pattern{Child: name("urn:x", fmt.Sprint("c", i%5))}, func(context.Context, wire.Element) error {
			got = append(got, i)
			return nil
		})
	}
	var text strings.Builder
	text.WriteString(`<message xmlns='jabber:client'>`)
	for i := range 10_000 {
		fmt.Fprintf(&text, `<c%d xmlns='urn:x'/>`, i%7)
	}
	text.WriteString(`</message>`)
	dispatch(t, m, text.String())
	if len(got) != 50 || !slices.IsSorted(got) {
		t.Errorf("ran: %v", got)
	}
}

func TestTakeOnce(t *testing.T) {
	m := stream.NewMux(stream.Config{})
	if err := m.Take(); err != nil {
		t.Fatal(err)
	}
	if err := m.Take(); !errors.Is(err, stream.ErrTaken) {
		t.Errorf("second session: %v", err)
	}
	closed := stream.NewMux(stream.Config{})
	closed.Close()
	if err := closed.Take(); !errors.Is(err, stream.ErrTaken) {
		t.Errorf("a closed mux: %v", err)
	}
}

// TestRemoveMost removes handlers of one pattern one by one: those that are left run, in order.
func TestRemoveMost(t *testing.T) {
	m, _ := newMux(t)
	var ran []int
	var all []*stream.Handler
	for i := range 20 {
		all = append(all, m.Handle(stream.Pattern{Name: messageName}, func(context.Context, wire.Element) error {
			ran = append(ran, i)
			return nil
		}))
	}
	for _, i := range []int{3, 19, 0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 1, 2, 4, 6} {
		all[i].Remove()
	}
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if diff := cmp.Diff([]int{5, 18}, ran); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m.Claim(stream.Pattern{Name: messageName}, func(context.Context, wire.Element) error { return nil }).Remove()
	m.Claim(stream.Pattern{Name: messageName}, func(context.Context, wire.Element) error { return nil }) // the first one does not count any more
}
