package realserver

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// announce sends initial presence and waits for it to come back.
func announce(t *testing.T, c *xmpp.Client) {
	t.Helper()
	own := bus.Subscribe(c.Bus(), func(ev xmpp.Online) bool { return ev.From == c.JID() })
	defer own.Close()
	if err := c.Send(deadline(t), &stanza.Presence{}); err != nil {
		t.Fatal(err)
	}
	next(t, own)
}

// texts subscribes to the messages that people wrote: servers send some of their own.
func texts(c *xmpp.Client) *bus.Subscription[*stanza.Message] {
	return bus.Subscribe(c.Bus(), func(m *stanza.Message) bool { return len(m.Body) > 0 })
}

// message goes from alice to bob, by his bare and his full address, and his answers to alice.
func message(t *testing.T, s *server) {
	alice, bob := s.available(t, s.config(t, "ALICE")), s.available(t, s.config(t, "BOB"))
	toAlice, toBob := texts(alice), texts(bob)
	for _, to := range []jid.JID{bob.JID().Bare(), bob.JID()} {
		const hello, hi = `<hello> & "bob" — 😀 ]]>`, "hi, alice\nand goodbye"
		sent := &stanza.Message{To: to, Type: stanza.MessageChat, ID: xmpp.NewID(), Body: []stanza.Body{{Text: hello}}, Thread: &stanza.Thread{Text: "t1"}}
		if err := alice.Send(deadline(t), sent); err != nil {
			t.Fatal(err)
		}
		got := next(t, toBob)
		want := &stanza.Message{From: alice.JID(), To: to, Type: sent.Type, ID: sent.ID, Body: sent.Body, Thread: sent.Thread}
		if diff := cmp.Diff(want, onlyCore(got)); diff != "" {
			t.Errorf("to %s (-want +got):\n%s", to, diff)
		}
		if err := bob.Send(deadline(t), xmpp.ReplyText(got, hi)); err != nil {
			t.Fatal(err)
		}
		answer := next(t, toAlice)
		if answer.From.Bare() != bob.Account() || xmpp.Text(answer, "") != hi || answer.Thread == nil || answer.Thread.Text != "t1" {
			t.Errorf("answer %+v", answer)
		}
	}
}

// onlyCore returns the message without what servers add to it: stanza ids, a language.
func onlyCore(m *stanza.Message) *stanza.Message {
	core := *m
	core.Any, core.Extra, core.Lang = nil, nil, ""
	return &core
}

// unhandled requests are answered by the client that they are sent to, through the server.
func unhandled(t *testing.T, s *server) {
	alice, bob := s.available(t, s.config(t, "ALICE")), s.available(t, s.config(t, "BOB"))
	unknown := &wire.Raw{Name: xml.Name{Space: "urn:example:nobody-knows", Local: "query"}}
	for _, typ := range []stanza.IQType{stanza.IQGet, stanza.IQSet} {
		_, err := alice.Request(deadline(t), &stanza.IQ{To: bob.JID(), Type: typ, Any: []wire.Element{unknown}})
		refused, ok := errors.AsType[*xmpp.StanzaError](err)
		if !ok || refused.Condition != stanzaerrors.ConditionServiceUnavailable || refused.From != bob.JID() {
			t.Errorf("%s: %v, want service-unavailable from %s", typ, err, bob.JID())
		}
	}
	if err := bob.Err(); err != nil || !strings.HasPrefix(bob.JID().String(), "bob@") {
		t.Errorf("bob's session: %v", err)
	}
}
