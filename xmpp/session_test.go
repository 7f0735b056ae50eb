package xmpp_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// pair starts a server with two clients, both available.
func pair(t *testing.T) (ctx context.Context, srv *xmpptest.Server, a, b *xmpp.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	srv = xmpptest.NewServer(t, xmpptest.Options{Domain: "example.org", Users: map[string]string{"a": "x", "b": "y"}})
	dial := func(user string) *xmpp.Client {
		c, err := xmpp.Dial(ctx, srv.Config(user))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close(context.Background()) })
		return c
	}
	return ctx, srv, dial("a"), dial("b")
}

func TestHandlersRunBeforeEvents(t *testing.T) {
	ctx, _, a, b := pair(t)
	steps := make(chan string, 2)
	stream.On(b.Mux(), func(context.Context, *stanza.Message) error {
		time.Sleep(10 * time.Millisecond) // an event that did not wait would overtake it
		steps <- "handler"
		return nil
	})
	bus.On(b.Bus(), func(context.Context, *stanza.Message) { steps <- "event" })
	if err := a.Send(ctx, &stanza.Message{To: b.JID(), Body: []stanza.Body{{Text: "x"}}}); err != nil {
		t.Fatal(err)
	}
	if first, second := <-steps, <-steps; first != "handler" || second != "event" {
		t.Errorf("%s, then %s", first, second)
	}
}

func TestHandlersMustNotWait(t *testing.T) {
	ctx, _, a, b := pair(t)
	got := make(chan error, 2)
	stream.On(b.Mux(), func(ctx context.Context, m *stanza.Message) error {
		_, err := xmpp.Get[version.Query](ctx, b.Session, m.From, &version.Query{})
		got <- err
		got <- b.Close(ctx)
		return nil
	})
	if err := a.Send(ctx, &stanza.Message{To: b.JID(), Body: []stanza.Body{{Text: "x"}}}); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"Get", "Close"} {
		if err := <-got; !errors.Is(err, stream.ErrWouldWait) {
			t.Errorf("%s: %v, want %v", what, err, stream.ErrWouldWait)
		}
	}
}

func TestEveryRequestIsAnsweredOnce(t *testing.T) {
	ctx, _, a, b := pair(t)
	answers := map[string]func() (*version.Query, error){
		"a payload": func() (*version.Query, error) { return &version.Query{Name: "n", Version: "v"}, nil },
		"a stanza error": func() (*version.Query, error) {
			return nil, &xmpp.StanzaError{Type: stanza.ErrorAuth, Condition: stanzaerrors.ConditionForbidden}
		},
		"another error": func() (*version.Query, error) { return nil, errors.New("the secret is 42") },
		"a panic":       func() (*version.Query, error) { panic("the secret is 42") },
	}
	want := map[string]stanzaerrors.Condition{
		"a stanza error": stanzaerrors.ConditionForbidden, "another error": stanzaerrors.ConditionInternalServerError, "a panic": stanzaerrors.ConditionInternalServerError,
	}
	var how string
	xmpp.HandleIQ(b.Mux(), stanza.IQGet, func(context.Context, *stanza.IQ, *version.Query) (*version.Query, error) { return answers[how]() })
	for how = range answers {
		reply, err := xmpp.Get[version.Query](ctx, a.Session, b.JID(), &version.Query{})
		if want[how] == "" {
			if err != nil || reply.Name != "n" {
				t.Errorf("%s: %v, %v", how, reply, err)
			}
			continue
		}
		e, ok := errors.AsType[*xmpp.StanzaError](err)
		if !ok || e.Condition != want[how] || e.From != b.JID() || e.Text != "" {
			t.Errorf("%s: %v, want %s and no word of why", how, err, want[how])
		}
	}
	_, err := xmpp.Get[ping.Ping](ctx, a.Session, b.JID(), &ping.Ping{})
	if !errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionServiceUnavailable}) {
		t.Errorf("nobody's request: %v", err)
	}
}

func TestSessionEnds(t *testing.T) {
	ctx, srv, a, b := pair(t)
	ended := bus.Subscribe[xmpp.Ended](a.Bus())
	block := make(chan struct{})
	xmpp.HandleIQ(b.Mux(), stanza.IQGet, func(ctx context.Context, _ *stanza.IQ, _ *version.Query) (*version.Query, error) {
		close(block)
		<-ctx.Done() // ends with the link
		return nil, ctx.Err()
	})
	pending := make(chan error, 1)
	go func() { // ends when the session does; waited for below
		_, err := xmpp.Get[version.Query](ctx, a.Session, b.JID(), &version.Query{})
		pending <- err
	}()
	<-block
	srv.Close()
	<-a.Done()
	if err, ok := errors.AsType[*stream.Error](a.Err()); !ok || err.Condition != streamerrors.ConditionSystemShutdown || err.Local {
		t.Errorf("the session ended with %v, want the server's system-shutdown", a.Err())
	}
	if err := <-pending; !errors.Is(err, xmpp.ErrNotConnected) {
		t.Errorf("the request under way: %v, want %v", err, xmpp.ErrNotConnected)
	}
	if ev, err := ended.Next(ctx); err != nil || ev.Err != a.Err() {
		t.Errorf("event %v, %v", ev, err)
	}
	if err := a.Send(ctx, &stanza.Presence{}); !errors.Is(err, xmpp.ErrNotConnected) {
		t.Errorf("Send after the end: %v", err)
	}
	<-b.Done()
}

func TestCloseTwice(t *testing.T) {
	ctx, _, a, _ := pair(t)
	if err := errors.Join(a.Close(ctx), a.Close(ctx)); err != nil {
		t.Error(err)
	}
	if !errors.Is(a.Err(), xmpp.ErrClosed) {
		t.Errorf("the session ended with %v, want %v", a.Err(), xmpp.ErrClosed)
	}
}
