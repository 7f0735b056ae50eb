package stream_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// crowded returns a mux with n handlers of different patterns, n requests under way, and one handler that wants request.
func crowded(t testing.TB, n int) *stream.Mux {
	m, _ := newMux(t)
	nop := func(context.Context, wire.Element) error { return nil }
	for i := range n {
		m.Claim(stream.Pattern{Name: iqName, Type: "get", Child: xml.Name{Space: fmt.Sprint("urn:x:", i), Local: "query"}}, nop)
		if _, err := m.Await(iqName, fmt.Sprint("id", i), func(jid.JID) bool { return false }); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

const (
	requestXML = `<iq xmlns='jabber:client' type='get' id='1' from='a@b/c'><query xmlns='urn:x:7'><x/></query></iq>`
	replyXML   = `<iq xmlns='jabber:client' type='result' id='id7' from='a@b/c'><query xmlns='urn:x:7'/></iq>`
)

func BenchmarkDispatch(b *testing.B) {
	for _, n := range []int{10, 100, 10_000} {
		m := crowded(b, n)
		for name, text := range map[string]string{"request": requestXML, "reply": replyXML} {
			el, outline := decode(b, m, text)
			inline := inlineContext(m)
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					m.Dispatch(inline, el, outline)
				}
			})
		}
	}
}

// inlineContext returns a context as Serve gives it to Dispatch.
func inlineContext(m *stream.Mux) (inline context.Context) {
	h := m.Handle(stream.Pattern{}, func(ctx context.Context, _ wire.Element) error {
		inline = ctx
		return nil
	})
	defer h.Remove()
	m.Dispatch(context.Background(), &wire.Raw{Name: name("urn:x", "x")}, nil)
	return inline
}

func TestDispatchAllocates(t *testing.T) { // nothing: the walk's third step costs no garbage
	m := crowded(t, 10)
	nop := func(context.Context, wire.Element) error { return nil }
	m.Handle(stream.Pattern{Name: messageName}, nop)
	m.Handle(stream.Pattern{Name: messageName, Type: "chat"}, nop)
	m.Handle(stream.Pattern{Child: name("urn:x:7", "query")}, nop)
	inline := inlineContext(m)
	for name, text := range map[string]string{
		"request": requestXML, "reply": replyXML, "unknown": `<u xmlns='urn:u'/>`,
		"several handlers": `<message xmlns='jabber:client' type='chat'><query xmlns='urn:x:7'/></message>`,
	} {
		el, outline := decode(t, m, text)
		if n := testing.AllocsPerRun(100, func() { m.Dispatch(inline, el, outline) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
