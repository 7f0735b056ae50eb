package xmpptest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/gen/delay"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestTranscripts(t *testing.T) {
	xmpptest.RunTranscripts(t, "testdata/*.txt", map[string]xmpptest.Setup{
		"roster":      tellRoster,
		"delay":       answerDelay,
		"ask bob":     ask(jid.MustParse("bob@example.org/x")),
		"ask account": ask(jid.JID{}),
	})
}

// tellRoster lets a session answer a message with what is in its roster.
func tellRoster(testing.TB) []xmpp.Plugin {
	return []xmpp.Plugin{&xmpptest.Hooks{Before: func(h *xmpp.Host) error {
		stream.On(h.Mux(), func(ctx context.Context, m *stanza.Message) error {
			var items []string
			for _, it := range h.Session().Roster().Items() {
				items = append(items, fmt.Sprintf("%s=%s", it.JID, it.Subscription))
			}
			reply := xmpp.ReplyText(m, strings.Join(items, " "))
			return h.Session().Send(ctx, reply)
		})
		return nil
	}}}
}

// answerDelay lets a session answer requests whose payload has a value that may be bad.
func answerDelay(testing.TB) []xmpp.Plugin {
	return []xmpp.Plugin{&xmpptest.Hooks{Before: func(h *xmpp.Host) error {
		xmpp.HandleIQ(h.Mux(), stanza.IQGet, func(_ context.Context, _ *stanza.IQ, d *delay.Delay) (*delay.Delay, error) {
			return d, nil
		})
		return nil
	}}}
}

// ask lets a session ping somebody and tell who has answered.
func ask(to jid.JID) xmpptest.Setup {
	return func(t testing.TB) []xmpp.Plugin {
		return []xmpp.Plugin{&xmpptest.Hooks{Bound: func(ctx context.Context, s *xmpp.Session) {
			reply, err := s.Request(ctx, &stanza.IQ{To: to, Type: stanza.IQGet, Any: []wire.Element{&ping.Ping{}}})
			if err != nil {
				return // the transcript shows that nothing more is sent
			}
			who := "nobody"
			if !reply.From.IsZero() {
				who = reply.From.String()
			}
			m := &stanza.Message{To: jid.MustParse("bob@example.org/x"), Body: []stanza.Body{{Text: "answered by " + who}}}
			if err := s.Send(ctx, m); err != nil {
				t.Errorf("send: %v", err)
			}
		}}}
	}
}
