package xmpptest_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// befriend lets bob see alice's presence.
func befriend(t *testing.T, alice, bob *xmpp.Client) {
	t.Helper()
	asked := bus.Subscribe[xmpp.Subscription](alice.Bus())
	seen := bus.Subscribe(bob.Bus(), func(p *stanza.Presence) bool { return p.From == alice.JID() })
	defer asked.Close()
	defer seen.Close()
	if err := bob.Subscribe(within(t), alice.Account()); err != nil {
		t.Fatal(err)
	}
	next(t, asked)
	if err := alice.Approve(within(t), bob.Account()); err != nil {
		t.Fatal(err)
	}
	next(t, seen)
}

// states returns the next n pushes of a roster.
func states(t *testing.T, pushes *bus.Subscription[xmpp.RosterPush], n int) []string {
	t.Helper()
	var got []string
	for range n {
		it := next(t, pushes).Item
		state := it.JID.String() + " " + string(it.Subscription)
		if it.Ask != "" {
			state += " asked"
		}
		if it.Approved != nil && *it.Approved {
			state += " approved"
		}
		got = append(got, state)
	}
	return got
}

// fetched fetches the roster and returns its changes from then on.
func fetched(t *testing.T, c *xmpp.Client) *bus.Subscription[xmpp.RosterPush] {
	t.Helper()
	if _, err := c.Roster().Fetch(within(t)); err != nil {
		t.Fatal(err)
	}
	return bus.Subscribe[xmpp.RosterPush](c.Bus())
}

func TestRosterChanges(t *testing.T) {
	srv := start(t, nil)
	alice, other := bound(t, srv, "alice", "desk", nil), bound(t, srv, "alice", "phone", nil)
	pushes, elsewhere := fetched(t, alice), fetched(t, other)
	carol := jid.MustParse("carol@example.org")
	if err := alice.Roster().Set(within(t), carol, "Carol", "friends", "work"); err != nil {
		t.Fatal(err)
	}
	want := roster.Item{JID: carol, Name: "Carol", Group: []string{"friends", "work"}, Subscription: roster.ItemSubscriptionNone}
	for _, sub := range []*bus.Subscription[xmpp.RosterPush]{pushes, elsewhere} {
		if diff := cmp.Diff(want, next(t, sub).Item, cmp.Comparer(sameJID)); diff != "" {
			t.Errorf("push (-want +got):\n%s", diff)
		}
	}
	if err := other.Roster().Remove(within(t), carol); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"carol@example.org remove"}, states(t, pushes, 1)); diff != "" {
		t.Errorf("push (-want +got):\n%s", diff)
	}
	if got := alice.Roster().Items(); len(got) != 0 {
		t.Errorf("roster after the removal: %+v", got)
	}
}

func TestRosterVersions(t *testing.T) {
	srv := start(t, nil)
	alice := bound(t, srv, "alice", "desk", nil)
	get := func(ver *string) *roster.Query {
		t.Helper()
		iq := &stanza.IQ{Type: stanza.IQGet, Any: []wire.Element{&roster.Query{Ver: ver}}}
		reply, err := alice.Request(within(t), iq)
		if err != nil {
			t.Fatal(err)
		}
		q, _ := wire.Find[roster.Query](reply.Any)
		return q
	}
	if q := get(nil); q == nil || q.Ver != nil {
		t.Errorf("roster without versions: %+v", q)
	}
	first := get(new(""))
	if first == nil || first.Ver == nil {
		t.Fatalf("first roster: %+v", first)
	}
	if q := get(first.Ver); q != nil {
		t.Errorf("roster that has not changed: %+v", q)
	}
	if err := alice.Roster().Set(within(t), jid.MustParse("carol@example.org"), ""); err != nil {
		t.Fatal(err)
	}
	if q := get(first.Ver); q == nil || len(q.Item) != 1 || q.Ver == nil || *q.Ver == *first.Ver {
		t.Errorf("roster that has changed: %+v", q)
	}
}

func TestRosterRefuses(t *testing.T) {
	srv := start(t, nil)
	alice := bound(t, srv, "alice", "desk", nil)
	carol := jid.MustParse("carol@example.org")
	tests := []struct {
		name string
		q    *roster.Query
		want stanzaerrors.Condition
	}{
		{"nothing", &roster.Query{}, stanzaerrors.ConditionBadRequest},
		{"two items", &roster.Query{Item: []roster.Item{{JID: carol}, {JID: carol}}}, stanzaerrors.ConditionBadRequest},
		{"a group twice", &roster.Query{Item: []roster.Item{{JID: carol, Group: []string{"a", "a"}}}}, stanzaerrors.ConditionBadRequest},
		{"a group without name", &roster.Query{Item: []roster.Item{{JID: carol, Group: []string{""}}}}, stanzaerrors.ConditionNotAcceptable},
		{"oneself", &roster.Query{Item: []roster.Item{{JID: alice.Account()}}}, stanzaerrors.ConditionNotAllowed},
		{
			"removing who is not there", &roster.Query{Item: []roster.Item{{JID: carol, Subscription: roster.ItemSubscriptionRemove}}},
			stanzaerrors.ConditionItemNotFound,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := xmpp.Set[xmpp.None](within(t), alice.Session, jid.JID{}, tt.q)
			if !errors.Is(err, &xmpp.StanzaError{Condition: tt.want}) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

// TestSubscription goes through RFC 6121, sections 3.1 to 3.3.
func TestSubscription(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	ofAlice, ofBob := fetched(t, alice), fetched(t, bob)
	toAlice, toBob := bus.Subscribe[xmpp.Subscription](alice.Bus()), bus.Subscribe[xmpp.Subscription](bob.Bus())
	online, offline := bus.Subscribe(bob.Bus(), func(o xmpp.Online) bool { return o.From == alice.JID() }), bus.Subscribe[xmpp.Offline](bob.Bus())
	compare := func(what string, want, got []string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	heard := func(sub *bus.Subscription[xmpp.Subscription]) []string {
		s := next(t, sub)
		return []string{s.From.String() + " " + string(s.Presence.Type)}
	}

	must(t, bob.Subscribe(within(t), alice.Account()))
	compare("bob's roster", []string{"alice@example.org none asked"}, states(t, ofBob, 1))
	compare("alice hears", []string{"bob@example.org subscribe"}, heard(toAlice))

	must(t, alice.Approve(within(t), bob.Account()))
	compare("alice's roster", []string{"bob@example.org from"}, states(t, ofAlice, 1))
	compare("bob hears", []string{"alice@example.org subscribed"}, heard(toBob))
	compare("bob's roster", []string{"alice@example.org to"}, states(t, ofBob, 1))
	next(t, online)

	must(t, alice.Subscribe(within(t), bob.Account()))
	compare("bob hears", []string{"alice@example.org subscribe"}, heard(toBob))
	must(t, bob.Approve(within(t), alice.Account()))
	compare("alice hears", []string{"bob@example.org subscribed"}, heard(toAlice))
	compare("alice's roster", []string{"bob@example.org from asked", "bob@example.org both"}, states(t, ofAlice, 2))
	compare("bob's roster", []string{"alice@example.org both"}, states(t, ofBob, 1))

	must(t, alice.Refuse(within(t), bob.Account()))
	compare("bob hears", []string{"alice@example.org unsubscribed"}, heard(toBob))
	compare("alice's roster", []string{"bob@example.org to"}, states(t, ofAlice, 1))
	compare("bob's roster", []string{"alice@example.org from"}, states(t, ofBob, 1))
	if got := next(t, offline).From; got != alice.JID() {
		t.Errorf("offline: %s, want %s", got, alice.JID())
	}

	must(t, alice.Unsubscribe(within(t), bob.Account()))
	compare("bob hears", []string{"alice@example.org unsubscribe"}, heard(toBob))
	compare("alice's roster", []string{"bob@example.org none"}, states(t, ofAlice, 1))
	compare("bob's roster", []string{"alice@example.org none"}, states(t, ofBob, 1))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPreApproval(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	ofAlice, ofBob := fetched(t, alice), fetched(t, bob)
	must(t, alice.Approve(within(t), bob.Account()))
	if diff := cmp.Diff([]string{"bob@example.org none approved"}, states(t, ofAlice, 1)); diff != "" {
		t.Errorf("alice's roster (-want +got):\n%s", diff)
	}
	must(t, bob.Subscribe(within(t), alice.Account()))
	if diff := cmp.Diff([]string{"alice@example.org none asked", "alice@example.org to"}, states(t, ofBob, 2)); diff != "" {
		t.Errorf("bob's roster (-want +got):\n%s", diff)
	}
}

// TestRequestWaits asks somebody who is not there: the request comes with the next presence, each time until it is answered.
func TestRequestWaits(t *testing.T) {
	srv := start(t, nil)
	bob := bound(t, srv, "bob", "desk", new(int8(0)))
	must(t, bob.Subscribe(within(t), srv.Config("alice").JID))
	for range 2 {
		alice := login(t, srv.Config("alice"))
		asked := bus.Subscribe[xmpp.Subscription](alice.Bus())
		send(t, alice.Session, &stanza.Presence{})
		if got := next(t, asked); got.From != bob.Account() || got.Presence.Type != stanza.PresenceSubscribe {
			t.Errorf("asked by %+v", got.Presence)
		}
		must(t, alice.Close(within(t)))
	}
}

func TestRosterRemovalEndsSubscriptions(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	ofBob := fetched(t, bob)
	befriend(t, alice, bob)
	states(t, ofBob, 2)
	offline := bus.Subscribe[xmpp.Offline](bob.Bus())
	must(t, alice.Roster().Remove(within(t), bob.Account()))
	if diff := cmp.Diff([]string{"alice@example.org none"}, states(t, ofBob, 1)); diff != "" {
		t.Errorf("bob's roster (-want +got):\n%s", diff)
	}
	if got := next(t, offline).From; got != alice.JID() {
		t.Errorf("offline: %s, want %s", got, alice.JID())
	}
}

func TestPresence(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	befriend(t, alice, bob)
	t.Run("change is told", func(t *testing.T) {
		seen := bus.Subscribe[*stanza.Presence](bob.Bus())
		send(t, alice.Session, &stanza.Presence{Show: stanza.ShowAway})
		if got := next(t, seen); got.From != alice.JID() || got.Show != stanza.ShowAway || got.To != bob.Account() {
			t.Errorf("bob saw %+v", got)
		}
	})
	t.Run("the first presence brings that of contacts and own resources", func(t *testing.T) {
		phone := bound(t, srv, "bob", "phone", nil)
		seen := bus.Subscribe[xmpp.Online](phone.Bus())
		send(t, phone.Session, &stanza.Presence{})
		got := make(map[jid.JID]bool)
		for range 3 {
			got[next(t, seen).From] = true
		}
		want := map[jid.JID]bool{alice.JID(): true, bob.JID(): true, phone.JID(): true}
		if diff := cmp.Diff(want, got, cmp.Comparer(sameJID)); diff != "" {
			t.Errorf("online (-want +got):\n%s", diff)
		}
	})
	t.Run("a connection that is lost", func(t *testing.T) {
		laptop := bound(t, srv, "alice", "laptop", new(int8(0)))
		full := laptop.JID()
		gone := bus.Subscribe(bob.Bus(), func(o xmpp.Offline) bool { return o.From == full })
		must(t, laptop.Close(within(t)))
		next(t, gone)
	})
	t.Run("strangers see nothing", func(t *testing.T) {
		echo := connect(t, srv.ComponentConfig("echo.example.org"))
		probed := bus.Subscribe[*stanza.Presence](echo.Bus())
		send(t, echo.Session, &stanza.Presence{To: bob.Account(), Type: stanza.PresenceProbe})
		if got := next(t, probed); got.Type != stanza.PresenceUnsubscribed || got.From != bob.Account() {
			t.Errorf("probe of a stranger: %+v", got)
		}
	})
}

func TestDirectedPresence(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", nil), bound(t, srv, "bob", "desk", nil)
	seen, full := bus.Subscribe[*stanza.Presence](bob.Bus()), alice.JID()
	send(t, alice.Session, &stanza.Presence{To: bob.JID()})
	if got := next(t, seen); got.From != full || got.Type != "" {
		t.Errorf("bob saw %+v", got)
	}
	must(t, alice.Close(within(t)))
	if got := next(t, seen); got.From != full || got.Type != stanza.PresenceUnavailable {
		t.Errorf("bob saw %+v, want that alice is gone", got)
	}
}

// TestRequestDenied denies a request, which leaves no trace, so that it may be made again (RFC 6121, section 3.2.2).
func TestRequestDenied(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	ofBob := fetched(t, bob)
	asked := bus.Subscribe[xmpp.Subscription](alice.Bus())
	for range 2 {
		must(t, bob.Subscribe(within(t), alice.Account()))
		next(t, asked)
		must(t, alice.Refuse(within(t), bob.Account()))
		want := []string{"alice@example.org none asked", "alice@example.org none"}
		if diff := cmp.Diff(want, states(t, ofBob, 2)); diff != "" {
			t.Errorf("bob's roster (-want +got):\n%s", diff)
		}
	}
	if items, err := alice.Roster().Fetch(within(t)); err != nil || len(items) != 0 {
		t.Errorf("alice's roster: %+v, %v; want it empty", items, err)
	}
}

// TestUnavailable says good-bye and stays connected (RFC 6121, section 4.5).
func TestUnavailable(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	befriend(t, alice, bob)
	carol := connect(t, srv.ComponentConfig("echo.example.org"))
	byBob, byCarol := bus.Subscribe[*stanza.Presence](bob.Bus()), bus.Subscribe[*stanza.Presence](carol.Bus())
	send(t, alice.Session, &stanza.Presence{To: carol.JID()})
	send(t, alice.Session, &stanza.Presence{To: carol.JID(), Type: stanza.PresenceUnavailable})
	send(t, alice.Session, &stanza.Presence{To: carol.JID()})
	send(t, alice.Session, &stanza.Presence{Type: stanza.PresenceUnavailable, Status: []stanza.Status{{Text: "bye"}}})
	var got []string
	for range 4 {
		got = append(got, string(next(t, byCarol).Type))
	}
	if diff := cmp.Diff([]string{"", "unavailable", "", "unavailable"}, got); diff != "" {
		t.Errorf("directed presence (-want +got):\n%s", diff)
	}
	if p := next(t, byBob); p.Type != stanza.PresenceUnavailable || len(p.Status) != 1 {
		t.Errorf("bob saw %+v", p)
	}
	inbox := bus.Subscribe[*stanza.Message](alice.Bus())
	send(t, alice.Session, &stanza.Message{To: alice.Account(), ID: "m1"})
	if m := next(t, inbox); m.Type != stanza.MessageError {
		t.Errorf("a message to an account without presence: %+v", m)
	}
}
