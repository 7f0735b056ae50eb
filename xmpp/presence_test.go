package xmpp

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
)

func presence(from string, t stanza.PresenceType, priority int8) *stanza.Presence {
	return &stanza.Presence{From: jid.MustParse(from), Type: t, Priority: &priority}
}

func TestPresenceIsTrackedByResource(t *testing.T) {
	s, err := newSession(base{}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.release()
	online, offline := bus.Subscribe[Online](s.bus), bus.Subscribe[Offline](s.bus)
	subscriptions := bus.Subscribe[Subscription](s.bus)
	for _, p := range []*stanza.Presence{
		presence("juliet@capulet.example/balcony", "", 1),
		presence("juliet@capulet.example/balcony", "", 2), // not online again
		presence("juliet@capulet.example/chamber", "", 5),
		presence("juliet@capulet.example/phone", stanza.PresenceUnavailable, 0), // was not available
		presence("romeo@montague.example", stanza.PresenceSubscribe, 0),
		presence("nurse@capulet.example/hall", "", 0),
		presence("juliet@capulet.example/balcony", stanza.PresenceUnavailable, 0),
		presence("nurse@capulet.example", stanza.PresenceUnavailable, 0), // all her resources
	} {
		s.presence.receive(p)
	}
	var resources []string
	for _, p := range s.Presence().Resources(jid.MustParse("juliet@capulet.example")) {
		resources = append(resources, p.From.Resource())
	}
	if diff := cmp.Diff([]string{"chamber"}, resources); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if p := s.Presence().Of(jid.MustParse("nurse@capulet.example/hall")); p != nil {
		t.Errorf("the nurse is still there: %v", p)
	}
	for _, want := range []string{"juliet@capulet.example/balcony", "juliet@capulet.example/chamber", "nurse@capulet.example/hall"} {
		if ev, err := online.Next(t.Context()); err != nil || ev.From.String() != want {
			t.Errorf("online %v, %v, want %s", ev.From, err, want)
		}
	}
	for _, want := range []string{"juliet@capulet.example/balcony", "nurse@capulet.example/hall"} {
		if ev, err := offline.Next(t.Context()); err != nil || ev.From.String() != want {
			t.Errorf("offline %v, %v, want %s", ev.From, err, want)
		}
	}
	if ev, err := subscriptions.Next(t.Context()); err != nil || ev.From.String() != "romeo@montague.example" {
		t.Errorf("subscription %v, %v", ev.From, err)
	}
}

func TestPresenceOfStrangersIsBounded(t *testing.T) {
	s, err := newSession(base{}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.release()
	for i := range maxEntities + 10 {
		s.presence.receive(presence(fmt.Sprintf("u%d@example.org/x", i), "", 0))
	}
	for i := range maxResources + 10 {
		s.presence.receive(presence(fmt.Sprintf("u0@example.org/r%d", i), "", 0))
	}
	if n := len(s.presence.from); n != maxEntities {
		t.Errorf("%d entities are remembered, the bound is %d", n, maxEntities)
	}
	if n := len(s.Presence().Resources(jid.MustParse("u0@example.org"))); n != maxResources {
		t.Errorf("%d resources are remembered, the bound is %d", n, maxResources)
	}
}
