package xmpptest_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestComponentEcho(t *testing.T) {
	srv := start(t, nil)
	echo, alice := connect(t, srv.ComponentConfig("echo.example.org")), login(t, srv.Config("alice"))
	stream.On(echo.Mux(), func(ctx context.Context, m *stanza.Message) error {
		return echo.Send(ctx, xmpp.ReplyText(m, "echo: "+xmpp.Text(m, "")))
	})
	inbox := bus.Subscribe[*stanza.Message](alice.Bus())
	bot := jid.MustParse("bot@echo.example.org/r")
	send(t, alice.Session, &stanza.Message{To: bot, Body: []stanza.Body{{Text: "hi"}}})
	got := next(t, inbox)
	if diff := cmp.Diff([]string{bot.String(), alice.JID().String(), "echo: hi"}, []string{got.From.String(), got.To.String(), xmpp.Text(got, "")}); diff != "" {
		t.Errorf("echo (-want +got):\n%s", diff)
	}
}

func TestComponentAnswers(t *testing.T) {
	srv := start(t, nil)
	echo, alice := connect(t, srv.ComponentConfig("echo.example.org")), login(t, srv.Config("alice"))
	xmpp.HandleIQ(echo.Mux(), stanza.IQGet, func(context.Context, *stanza.IQ, *ping.Ping) (*ping.Ping, error) { return nil, nil })
	if _, err := xmpp.Get[xmpp.None](within(t), alice.Session, echo.JID(), &ping.Ping{}); err != nil {
		t.Errorf("ping of the component: %v", err)
	}
	if _, err := xmpp.Get[xmpp.None](within(t), echo.Session, srv.Domain(), &ping.Ping{}); err != nil {
		t.Errorf("ping of the server by the component: %v", err)
	}
}

func TestS40ComponentSendsAsItself(t *testing.T) {
	srv := start(t, nil)
	echo := connect(t, srv.ComponentConfig("echo.example.org"))
	m := &stanza.Message{From: jid.MustParse("alice@example.org"), To: jid.MustParse("bob@example.org")}
	if err := echo.Send(within(t), m); err == nil {
		t.Error("the component has sent as somebody else")
	}
	tests := []struct{ name, xml, condition string }{
		{"another domain", "<message from='alice@example.org' to='bob@example.org'/>", "invalid-from"},
		{"a domain below", "<message from='a.echo.example.org' to='bob@example.org'/>", "invalid-from"},
		{"no JID", "<message from='@' to='bob@example.org'/>", "invalid-from"},
		{"no sender", "<message to='bob@example.org'/>", "improper-addressing"},
		{"no addressee", "<message from='echo.example.org'/>", "improper-addressing"},
		{"no stanza", "<handshake/>", "unsupported-stanza-type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := rawComponent(t, start(t, nil), "echo.example.org", "s3cret")
			if got := provoke(t, conn, tt.xml); got != tt.condition {
				t.Errorf("stream error %q, want %q", got, tt.condition)
			}
		})
	}
}

// rawComponent shakes hands and gives up the connection, to write on it what a component never would.
func rawComponent(t *testing.T, srv *xmpptest.Server, name, secret string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", srv.ComponentAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	write(t, conn, "<stream:stream xmlns='jabber:component:accept' xmlns:stream='"+stream.NSStreams+"' to='"+name+"'>")
	_, rest, _ := strings.Cut(readUntil(t, conn, ">"), " id='") // the XML declaration
	_, rest, _ = strings.Cut(rest+readUntil(t, conn, ">"), " id='")
	id, _, _ := strings.Cut(rest, "'")
	sum := sha1.Sum([]byte(id + secret))
	write(t, conn, "<handshake>"+hex.EncodeToString(sum[:])+"</handshake>")
	readUntil(t, conn, "<handshake/>")
	return conn
}

func TestS42Handshake(t *testing.T) {
	var heard record
	srv := start(t, func(o *xmpptest.Options) { o.Trace = heard.trace })
	dial := func(change func(*xmpp.ComponentConfig)) error {
		cfg := srv.ComponentConfig("echo.example.org")
		change(&cfg)
		c, err := xmpp.DialComponent(within(t), cfg)
		if err == nil {
			t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
		}
		return err
	}
	tests := []struct {
		name   string
		change func(*xmpp.ComponentConfig)
		want   streamerrors.Condition
	}{
		{"wrong secret", func(c *xmpp.ComponentConfig) { c.Secret = "guess" }, streamerrors.ConditionNotAuthorized},
		{"no secret", func(c *xmpp.ComponentConfig) { c.Secret = "" }, streamerrors.ConditionNotAuthorized},
		{"unknown component", func(c *xmpp.ComponentConfig) { c.Domain = jid.MustParse("other.example.org") }, streamerrors.ConditionHostUnknown},
		{"the server's own domain", func(c *xmpp.ComponentConfig) { c.Domain = srv.Domain() }, streamerrors.ConditionHostUnknown},
		{"the right secret", func(*xmpp.ComponentConfig) {}, ""},
		{"a second connection", func(*xmpp.ComponentConfig) {}, streamerrors.ConditionConflict},
		{"a second connection with a wrong secret", func(c *xmpp.ComponentConfig) { c.Secret = "guess" }, streamerrors.ConditionNotAuthorized},
	}
	for _, tt := range tests { // in this order
		err := dial(tt.change)
		var got streamerrors.Condition
		if e, ok := errors.AsType[*stream.Error](err); ok {
			got = e.Condition
		}
		if got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s: %v, want stream error %q", tt.name, err, tt.want)
		}
	}
	if strings.Contains(heard.String(), "s3cret") {
		t.Errorf("the secret is on the wire:\n%s", heard.String())
	}
}

func TestComponentAbsent(t *testing.T) {
	srv := start(t, nil)
	alice := login(t, srv.Config("alice"))
	_, err := xmpp.Get[xmpp.None](within(t), alice.Session, jid.MustParse("echo.example.org"), &ping.Ping{})
	want := &xmpp.StanzaError{Condition: stanzaerrors.ConditionRemoteServerTimeout}
	if !errors.Is(err, want) {
		t.Errorf("ping: %v, want %v", err, want)
	}
	inbox := bus.Subscribe[*stanza.Message](alice.Bus())
	send(t, alice.Session, &stanza.Message{ID: "m1", To: jid.MustParse("echo.example.org")})
	got := next(t, inbox)
	if got.ID != "m1" || got.Error == nil || got.Error.Condition != want.Condition || got.Error.Type != stanza.ErrorWait {
		t.Errorf("message came back as %+v", got)
	}
}

// TestComponentSubscription lets a user subscribe to an entity of a component, which keeps its half itself.
func TestComponentSubscription(t *testing.T) {
	srv := start(t, nil)
	echo, alice := connect(t, srv.ComponentConfig("echo.example.org")), login(t, srv.Config("alice"))
	online(t, alice, &stanza.Presence{})
	bot := jid.MustParse("bot@echo.example.org")
	asked := bus.Subscribe[xmpp.Subscription](echo.Bus())
	if _, err := alice.Roster().Fetch(within(t)); err != nil {
		t.Fatal(err)
	}
	pushes, seen := bus.Subscribe[xmpp.RosterPush](alice.Bus()), bus.Subscribe[xmpp.Online](alice.Bus())
	if err := alice.Subscribe(within(t), bot); err != nil {
		t.Fatal(err)
	}
	got := next(t, asked)
	if got.From != alice.Account() || got.Presence.To != bot || got.Presence.Type != stanza.PresenceSubscribe {
		t.Errorf("the component was asked %+v", got.Presence)
	}
	send(t, echo.Session, &stanza.Presence{From: bot, To: alice.Account(), Type: stanza.PresenceSubscribed})
	send(t, echo.Session, &stanza.Presence{From: jid.MustParse("bot@echo.example.org/r"), To: alice.Account()})
	var states []string
	for range 2 {
		it := next(t, pushes).Item
		states = append(states, string(it.Subscription)+" "+string(it.Ask))
	}
	if diff := cmp.Diff([]string{"none subscribe", "to "}, states); diff != "" {
		t.Errorf("pushes (-want +got):\n%s", diff)
	}
	if got, want := next(t, seen).From.String(), "bot@echo.example.org/r"; got != want {
		t.Errorf("online: %s, want %s", got, want)
	}
}
