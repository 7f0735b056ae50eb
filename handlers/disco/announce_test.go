package disco_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestPresenceTells(t *testing.T) {
	srv := newServer(t)
	d := &disco.Plugin{Identity: exodus.Identity, Node: exodusTells.Node}
	d.AddFeature("http://jabber.org/protocol/muc")
	alice := dial(t, srv, "alice", d)
	var last atomic.Pointer[stanza.Presence] // answers to the server's questions go out beside what the test sends
	stream.Filter(alice.Mux(), stream.Out, 1, func(_ context.Context, el wire.Element) (wire.Element, error) {
		if p, ok := el.(*stanza.Presence); ok {
			last.Store(p)
		}
		return el, nil
	})
	bob := jid.MustParse("bob@example.org/b")
	own := caps.C{Hash: "sha-1", Node: "https://example.org", Ver: "own"}
	tests := []struct {
		name string
		send stanza.Presence
		want []wire.Element
	}{
		{"broadcast", stanza.Presence{}, []wire.Element{&exodusTells}},
		{"directed", stanza.Presence{To: bob}, []wire.Element{&exodusTells}},
		{"beside others", stanza.Presence{Any: []wire.Element{&xdata.Form{}}}, []wire.Element{&xdata.Form{}, &exodusTells}},
		{"told already", stanza.Presence{Any: []wire.Element{&own}}, []wire.Element{&own}},
		{"unavailable", stanza.Presence{Type: stanza.PresenceUnavailable}, nil},
		{"subscription", stanza.Presence{To: bob.Bare(), Type: stanza.PresenceSubscribe}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := len(test.send.Any)
			if err := alice.Send(t.Context(), &test.send); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, last.Load().Any); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			if len(test.send.Any) != before {
				t.Error("the caller's presence was changed")
			}
		})
	}
}

// TestAnnounce has two clients of one account, who see each other's broadcasts.
func TestAnnounce(t *testing.T) {
	srv := newServer(t)
	mine, theirs := new(disco.Plugin), new(disco.Plugin)
	alice, observer := dial(t, srv, "alice", mine), dial(t, srv, "alice", theirs)
	seen := bus.Subscribe(observer.Bus(), func(p *stanza.Presence) bool { return p.From == alice.JID() })
	if err := errors.Join(observer.Send(t.Context(), &stanza.Presence{}), mine.Announce(t.Context())); err != nil {
		t.Fatal(err)
	}
	next := func(show stanza.ShowType) (ver string) {
		t.Helper()
		p, err := seen.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, ok := wire.Find[caps.C](p.Any)
		if !ok || p.Show != show {
			t.Fatalf("saw %q with %v, want %q with capabilities", p.Show, p.Any, show)
		}
		return c.Ver
	}
	can := func(want bool) {
		t.Helper()
		info, err := theirs.Caps(t.Context(), alice.JID())
		if err != nil {
			t.Fatal(err)
		}
		if got := disco.HasFeature(info, "urn:example:new"); got != want {
			t.Errorf("has the new feature: %t, want %t", got, want)
		}
	}

	if err := alice.Send(t.Context(), &stanza.Presence{Show: stanza.ShowDND}); err != nil {
		t.Fatal(err)
	}
	old := next(stanza.ShowDND)
	can(false)
	mine.AddFeature("urn:example:new")
	if err := errors.Join(mine.Announce(t.Context()), mine.Announce(t.Context())); err != nil { // the second has nothing to say
		t.Fatal(err)
	}
	if ver := next(stanza.ShowDND); ver == old {
		t.Errorf("announced %s again", ver)
	}
	can(true)
	if err := alice.Send(t.Context(), &stanza.Presence{Show: stanza.ShowAway}); err != nil {
		t.Fatal(err)
	}
	next(stanza.ShowAway)

	const node = "https://github.com/stanzakit/stanzakit#"
	info, err := disco.Info(t.Context(), observer.Session, alice.JID(), node+old) // who was told of it may still ask
	if err != nil {
		t.Fatal(err)
	}
	if ver, err := disco.Ver(info, "sha-1"); ver != old || err != nil {
		t.Errorf("the old version has hash %s (%v), want %s", ver, err, old)
	}
	_, err = disco.Info(t.Context(), observer.Session, alice.JID(), node+"never")
	if !errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionItemNotFound}) {
		t.Errorf("a version that never was: %v, want item-not-found", err)
	}
}

// TestFor has a component that speaks for users of its own.
func TestFor(t *testing.T) {
	srv := xmpptest.NewServer(t, xmpptest.Options{
		Domain: "example.org", Users: map[string]string{"alice": "a"}, Components: map[string]string{"icq.example.org": "c"},
	})
	user := new(disco.Entity)
	user.AddIdentity(discoinfo.Identity{Category: "client", Type: "phone"})
	user.AddFeature("urn:example:sms")
	gateway := &disco.Plugin{
		Identity: []discoinfo.Identity{{Category: "gateway", Type: "icq"}},
		For: func(of jid.JID) *disco.Entity {
			if of.Local() == "nobody" {
				return nil
			}
			return user
		},
	}
	cfg := srv.ComponentConfig("icq.example.org")
	cfg.Plugins = []xmpp.Plugin{gateway}
	icq, err := xmpp.DialComponent(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = icq.Close(context.Background()) })
	d := new(disco.Plugin)
	alice := dial(t, srv, "alice", d)

	seen := bus.Subscribe[*stanza.Presence](alice.Bus())
	phone := jid.MustParse("123@icq.example.org/phone")
	if err := icq.Send(t.Context(), &stanza.Presence{From: phone, To: alice.JID()}); err != nil {
		t.Fatal(err)
	}
	p, err := seen.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := wire.Find[caps.C](p.Any); !ok {
		t.Error("a user's presence tells of no capabilities")
	}
	info, err := d.Caps(t.Context(), phone)
	if err != nil || !disco.HasIdentity(info, "client", "phone") || !disco.HasFeature(info, "urn:example:sms") {
		t.Errorf("info of a user: %v, %v", info, err)
	}
	info, err = disco.Info(t.Context(), alice.Session, icq.JID(), "")
	if err != nil || !disco.HasIdentity(info, "gateway", "") || disco.HasFeature(info, "urn:example:sms") {
		t.Errorf("info of the gateway: %v, %v", info, err)
	}
	_, err = disco.Info(t.Context(), alice.Session, jid.MustParse("nobody@icq.example.org"), "")
	if !errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionItemNotFound}) {
		t.Errorf("info of nobody: %v, want item-not-found", err)
	}
}
