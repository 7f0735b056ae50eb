package xmpptest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
)

func TestMessageBetweenClients(t *testing.T) {
	for _, direct := range []bool{false, true} {
		name := map[bool]string{false: "STARTTLS", true: "direct TLS"}[direct]
		t.Run(name, func(t *testing.T) {
			srv := start(t, nil)
			config := func(user string) xmpp.Config {
				cfg := srv.Config(user)
				if direct {
					cfg.Addr, cfg.DirectTLS = srv.DirectTLSAddr(), true
				}
				return cfg
			}
			alice, bob := login(t, config("alice")), login(t, config("bob"))
			online(t, bob, &stanza.Presence{})
			inbox := bus.Subscribe[*stanza.Message](bob.Bus())
			send(t, alice.Session, &stanza.Message{ID: "m1", To: bob.Account(), Type: stanza.MessageChat, Body: []stanza.Body{{Text: "<hi> & all"}}})
			got := next(t, inbox)
			if diff := cmp.Diff([]any{alice.JID(), "m1", "<hi> & all"}, []any{got.From, got.ID, xmpp.Text(got, "")}, cmp.Comparer(sameJID)); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}
