package disco_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// exodus is the software of XEP-0115, section 5.2, and what its presence tells of it.
var (
	exodusTells = caps.C{Hash: "sha-1", Node: "http://code.google.com/p/exodus", Ver: "QgayPKawpkPSDYmwT/WM94uAlu0="}
	exodus      = discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "client", Type: "pc", Name: "Exodus 0.9.1"}},
		Feature: []discoinfo.Feature{
			{Var: "http://jabber.org/protocol/caps"}, {Var: "http://jabber.org/protocol/disco#info"},
			{Var: "http://jabber.org/protocol/disco#items"}, {Var: "http://jabber.org/protocol/muc"},
		},
	}
)

// with returns a copy of exodus's info with features more.
func with(features ...string) *discoinfo.Query {
	q := exodus
	q.Feature = q.Feature[:len(q.Feature):len(q.Feature)]
	for _, f := range features {
		q.Feature = append(q.Feature, discoinfo.Feature{Var: f})
	}
	return &q
}

func newServer(t *testing.T) *xmpptest.Server {
	t.Helper()
	return xmpptest.NewServer(t, xmpptest.Options{
		Domain: "example.org", Users: map[string]string{"alice": "a", "bob": "b", "mallory": "m"},
	})
}

func dial(t *testing.T, srv *xmpptest.Server, user string, plugins ...xmpp.Plugin) *xmpp.Client {
	t.Helper()
	cfg := srv.Config(user)
	cfg.Plugins = plugins
	c, err := xmpp.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := c.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return c
}

// contact is a client whose answers to disco#info are scripted.
type contact struct {
	*xmpp.Client
	asked atomic.Int32
	ready chan struct{} // closed when it may answer
}

// newContact returns a contact who has told to what it can do, and answers info.
func newContact(t *testing.T, srv *xmpptest.Server, user string, to *xmpp.Client, tells *caps.C, info *discoinfo.Query) *contact {
	t.Helper()
	c := &contact{Client: dial(t, srv, user), ready: make(chan struct{})}
	xmpp.HandleIQ(c.Mux(), stanza.IQGet, func(_ context.Context, _ *stanza.IQ, q *discoinfo.Query) (*discoinfo.Query, error) {
		c.asked.Add(1)
		<-c.ready
		reply := *info
		reply.Node = q.Node
		return &reply, nil
	})
	p := &stanza.Presence{To: to.JID()}
	if tells != nil {
		p.Any = []wire.Element{tells}
	}
	seen := bus.Subscribe(to.Bus(), func(p *stanza.Presence) bool { return p.From == c.JID() })
	defer seen.Close()
	if err := c.Send(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, err := seen.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCapsBelieves has mallory answer first, and then bob, who tells of the same capabilities and answers truly.
func TestCapsBelieves(t *testing.T) {
	tells := func(change func(*caps.C)) *caps.C {
		c := exodusTells
		change(&c)
		return &c
	}
	tests := []struct {
		name   string
		tells  *caps.C
		says   *discoinfo.Query
		asked  int32 // how often in two calls
		shared bool  // whether what mallory says counts for bob
	}{
		{"the truth", &exodusTells, &exodus, 1, true},
		{"another hash than was told", &exodusTells, with("urn:example:poison"), 1, false},
		{"ill-formed info", &exodusTells, with("http://jabber.org/protocol/muc"), 1, false},
		{"a hash function nobody knows", tells(func(c *caps.C) { c.Hash = "x-none" }), &exodus, 1, false},
		{"the legacy format", tells(func(c *caps.C) { c.Hash, c.Ver = "", "0.9.1" }), &exodus, 2, false},
		{"nothing told", nil, &exodus, 2, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv := newServer(t)
			d := new(disco.Plugin)
			alice := dial(t, srv, "alice", d)
			mallory := newContact(t, srv, "mallory", alice, test.tells, test.says)
			bob := newContact(t, srv, "bob", alice, test.tells, &exodus)
			close(mallory.ready)
			close(bob.ready)
			for range 2 {
				check(t, d, mallory.JID(), test.says)
			}
			if got := mallory.asked.Load(); got != test.asked {
				t.Errorf("mallory was asked %d times, want %d", got, test.asked)
			}
			check(t, d, bob.JID(), &exodus)
			if got := bob.asked.Load() == 0; got != test.shared {
				t.Errorf("mallory's answer counts for bob: %t, want %t", got, test.shared)
			}
		})
	}
}

// check asks d for what an entity can do.
func check(t *testing.T, d *disco.Plugin, of jid.JID, want *discoinfo.Query) {
	t.Helper()
	got, err := d.Caps(t.Context(), of)
	if err != nil {
		t.Errorf("caps of %s: %v", of, err)
		return
	}
	if diff := cmp.Diff(want.Feature, got.Feature); diff != "" {
		t.Errorf("features of %s (-want +got):\n%s", of, diff)
	}
}

// TestCapsMerges has many callers ask for two entities of one version while the first request is under way.
func TestCapsMerges(t *testing.T) {
	srv := newServer(t)
	d := new(disco.Plugin)
	alice := dial(t, srv, "alice", d)
	mallory := newContact(t, srv, "mallory", alice, &exodusTells, &exodus)
	bob := newContact(t, srv, "bob", alice, &exodusTells, &exodus)
	close(bob.ready)

	givesUp, giveUp := context.WithCancel(t.Context())
	gone := make(chan struct{})
	go func() { // ends when giveUp is called; waited for below
		defer close(gone)
		if _, err := d.Caps(givesUp, mallory.JID()); err == nil {
			t.Error("the first caller had an answer, want none")
		}
	}()
	for mallory.asked.Load() == 0 {
		time.Sleep(time.Millisecond) // the request crosses a real network
	}
	var callers sync.WaitGroup
	for i := range 20 {
		of := []jid.JID{mallory.JID(), bob.JID()}[i%2]
		callers.Go(func() { check(t, d, of, &exodus) }) // ends with the answer; waited for below
	}
	giveUp() // who gives up does not take the others' answer away
	<-gone
	close(mallory.ready)
	callers.Wait()
	if asked := mallory.asked.Load() + bob.asked.Load(); asked > 2 {
		t.Errorf("asked %d times, want 2 at most: the one given up, and one more", asked)
	}
}

// TestCapsMergesNoLies has bob asked about while mallory, who tells of the same, is thinking out a lie.
func TestCapsMergesNoLies(t *testing.T) {
	srv := newServer(t)
	d := new(disco.Plugin)
	alice := dial(t, srv, "alice", d)
	lie := with("urn:example:poison")
	mallory := newContact(t, srv, "mallory", alice, &exodusTells, lie)
	bob := newContact(t, srv, "bob", alice, &exodusTells, &exodus)
	close(bob.ready)
	var callers sync.WaitGroup
	callers.Go(func() { check(t, d, mallory.JID(), lie) }) // ends with the answer; waited for below
	for mallory.asked.Load() == 0 {
		time.Sleep(time.Millisecond) // the request crosses a real network
	}
	callers.Go(func() { check(t, d, bob.JID(), &exodus) }) // ends with the answer; waited for below
	time.AfterFunc(20*time.Millisecond, func() { close(mallory.ready) })
	callers.Wait()
	if got := bob.asked.Load(); got != 1 {
		t.Errorf("bob was asked %d times, want 1", got)
	}
}
