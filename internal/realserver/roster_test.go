package realserver

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	genroster "github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
)

// item compares contacts by what a user gave them; group order is the server's.
func item(want, got genroster.Item) string {
	return cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare),
		cmpopts.IgnoreFields(genroster.Item{}, "Any", "Extra", "Approved"))
}

// roster adds a contact, changes and removes it; each change is pushed to the client that made it and to another of the same user.
func roster(t *testing.T, s *server) {
	one, two := s.available(t, s.config(t, "ALICE")), s.available(t, s.config(t, "ALICE"))
	for _, c := range []*xmpp.Client{one, two} {
		if _, err := c.Roster().Fetch(deadline(t)); err != nil { // asks for pushes too (RFC 6121, section 2.1.6)
			t.Fatal(err)
		}
	}
	pushes := []*bus.Subscription[xmpp.RosterPush]{bus.Subscribe[xmpp.RosterPush](one.Bus()), bus.Subscribe[xmpp.RosterPush](two.Bus())}
	carol := jid.MustParse(s.get(t, "XMPP_CAROL_JID"))
	none := genroster.ItemSubscriptionNone
	steps := []struct {
		name string
		do   func() error
		want genroster.Item
	}{
		{"add", func() error { return one.Roster().Set(deadline(t), carol, "Carol", "Friends", "A & B") },
			genroster.Item{JID: carol, Name: "Carol", Group: []string{"Friends", "A & B"}, Subscription: none}},
		{"change", func() error { return two.Roster().Set(deadline(t), carol, "Carol C.") },
			genroster.Item{JID: carol, Name: "Carol C.", Subscription: none}},
		{"remove", func() error { return one.Roster().Remove(deadline(t), carol) },
			genroster.Item{JID: carol, Subscription: genroster.ItemSubscriptionRemove}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		for i, c := range []*xmpp.Client{one, two} {
			got := next(t, pushes[i]).Item
			if step.want.Subscription == genroster.ItemSubscriptionRemove {
				got.Name, got.Group = "", nil // servers may say what there was
			}
			if diff := item(step.want, got); diff != "" {
				t.Errorf("%s, push to client %d (-want +got):\n%s", step.name, i, diff)
			}
			kept, there := c.Roster().Item(carol)
			if there != (step.name != "remove") || there && item(step.want, kept) != "" {
				t.Errorf("%s: client %d keeps %+v", step.name, i, kept)
			}
		}
	}
	if items, err := two.Roster().Fetch(deadline(t)); err != nil || len(items) != 0 {
		t.Errorf("at the end the roster is %+v, %v", items, err)
	}
}

// subscription lets alice see bob's presence, from the question to his going away.
func subscription(t *testing.T, s *server) {
	alice, bob := s.available(t, s.config(t, "ALICE")), s.available(t, s.config(t, "BOB"))
	for _, c := range []*xmpp.Client{alice, bob} {
		if _, err := c.Roster().Fetch(deadline(t)); err != nil {
			t.Fatal(err)
		}
	}
	asked, granted := bus.Subscribe[xmpp.Subscription](bob.Bus()), bus.Subscribe[xmpp.Subscription](alice.Bus())
	online := bus.Subscribe(alice.Bus(), func(ev xmpp.Online) bool { return ev.From == bob.JID() })
	offline := bus.Subscribe(alice.Bus(), func(ev xmpp.Offline) bool { return ev.From == bob.JID() })

	if err := alice.Subscribe(deadline(t), bob.Account()); err != nil {
		t.Fatal(err)
	}
	if ev := next(t, asked); ev.From != alice.Account() || ev.Presence.Type != stanza.PresenceSubscribe {
		t.Fatalf("bob was asked %+v", ev.Presence)
	}
	if err := bob.Approve(deadline(t), alice.Account()); err != nil {
		t.Fatal(err)
	}
	if ev := next(t, granted); ev.From != bob.Account() || ev.Presence.Type != stanza.PresenceSubscribed {
		t.Fatalf("alice was told %+v", ev.Presence)
	}
	next(t, online)
	if p := alice.Presence().Of(bob.JID()); p == nil {
		t.Errorf("alice does not see %s", bob.JID())
	}
	items, err := alice.Roster().Fetch(deadline(t))
	if err != nil || len(items) != 1 || items[0].JID != bob.Account() || items[0].Subscription != genroster.ItemSubscriptionTo {
		t.Errorf("alice's roster is %+v, %v", items, err)
	}
	if err := bob.Send(deadline(t), &stanza.Presence{Type: stanza.PresenceUnavailable}); err != nil {
		t.Fatal(err)
	}
	next(t, offline)
	if p := alice.Presence().Of(bob.JID()); p != nil {
		t.Errorf("alice still sees %+v", p)
	}
	if err := alice.Roster().Remove(deadline(t), bob.Account()); err != nil {
		t.Error(err)
	}
}
