package ping_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stanzakit/stanzakit/gen/component"
	genping "github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/handlers/ping"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// connect returns a component's session over a pipe, and the server's side of the pipe, which says nothing by itself.
func connect(t *testing.T, plugins ...xmpp.Plugin) (*xmpp.Component, *stream.Stream) {
	t.Helper()
	here, there := net.Pipe()
	mux := stream.NewMux(stream.Config{})
	reg := mux.Registry()
	if err := errors.Join(reg.Add(component.Elements...), reg.Add(stanza.Elements...), reg.Add(genping.Elements...)); err != nil {
		t.Fatal(err)
	}
	server := stream.New(there, mux, stream.Options{})
	t.Cleanup(server.Abort)
	accepted := make(chan error, 1)
	go func() { accepted <- shakeHands(t.Context(), server) }() // ends when the component has shaken hands, or given up; waited for below
	session, err := xmpp.DialComponent(t.Context(), xmpp.ComponentConfig{
		Domain: jid.MustParse("bot.example.org"), Secret: "secret", Plugins: plugins,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return here, nil },
	})
	if err := errors.Join(err, <-accepted); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Abort(xmpp.ErrClosed); <-session.Done() })
	return session, server
}

func shakeHands(ctx context.Context, server *stream.Stream) error {
	_, err := server.Accept(ctx, func(h stream.Header) (stream.Header, *stream.Error) {
		return stream.Header{Content: stream.NSComponent, From: h.To, ID: "s1"}, nil
	})
	if err != nil {
		return err
	}
	if _, err := server.Next(ctx); err != nil {
		return err
	}
	return server.Send(ctx, &component.Handshake{})
}

// nextPing reads what the session sends, which must be a ping.
func nextPing(t *testing.T, server *stream.Stream) *stanza.IQ {
	t.Helper()
	el, err := server.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	iq, ok := el.(*stanza.IQ)
	if !ok || iq.Type != stanza.IQGet {
		t.Fatalf("sent %v, want a ping", el.ElementName())
	}
	if _, ok := wire.Find[genping.Ping](iq.Any); !ok {
		t.Fatalf("sent %v, want a ping", iq.Any)
	}
	return iq
}

func send(t *testing.T, server *stream.Stream, el wire.Element) {
	t.Helper()
	if err := server.Send(t.Context(), el); err != nil {
		t.Fatal(err)
	}
}

func TestWatchEndsASilentSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session, server := connect(t, &ping.Plugin{Interval: time.Minute, Timeout: 10 * time.Second})
		begun := time.Now()
		iq := nextPing(t, server)
		if after := time.Since(begun); after != time.Minute {
			t.Errorf("first ping after %v, want 1m", after)
		}
		if iq.To != session.JID() {
			t.Errorf("ping to %s, want %s", iq.To, session.JID())
		}
		<-session.Done()
		silent, ok := errors.AsType[*ping.SilentError](session.Err())
		if !ok || silent.For != 70*time.Second || !errors.Is(silent, context.DeadlineExceeded) {
			t.Errorf("session ended with %v, want silence of 1m10s", session.Err())
		}
	})
}

// TestWatchBelievesAnything has servers that are there, each in its own way.
func TestWatchBelievesAnything(t *testing.T) {
	tests := []struct {
		name   string
		answer func(*stanza.IQ) wire.Element
	}{
		{"a result", func(iq *stanza.IQ) wire.Element {
			return &stanza.IQ{ID: iq.ID, From: iq.To, To: iq.From, Type: stanza.IQResult}
		}},
		{"an error", func(iq *stanza.IQ) wire.Element {
			e := &stanza.Error{Type: stanza.ErrorAuth, Condition: stanzaerrors.ConditionForbidden}
			return &stanza.IQ{ID: iq.ID, From: iq.To, To: iq.From, Type: stanza.IQError, Error: e}
		}},
		{"something else", func(iq *stanza.IQ) wire.Element {
			return &stanza.Message{From: jid.MustParse("alice@example.org/a"), To: iq.From}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				session, server := connect(t, &ping.Plugin{Interval: time.Minute})
				send(t, server, test.answer(nextPing(t, server)))
				nextPing(t, server) // the session goes on
				if err := session.Err(); err != nil {
					t.Errorf("session ended: %v", err)
				}
			})
		})
	}
}

func TestWatchIsQuietWhileTheServerTalks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, server := connect(t, &ping.Plugin{Interval: time.Minute})
		begun := time.Now()
		for range 5 {
			time.Sleep(40 * time.Second)
			send(t, server, &stanza.Message{From: jid.MustParse("alice@example.org/a"), To: jid.MustParse("bot.example.org")})
		}
		nextPing(t, server)
		if after := time.Since(begun); after != 260*time.Second {
			t.Errorf("first ping after %v, want 4m20s: a minute after the last message", after)
		}
	})
}

// TestSend tells answers that prove the entity is there from those that do not (XEP-0199, sections 4 and 7).
func TestSend(t *testing.T) {
	unavailable := &stanza.Error{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionServiceUnavailable}
	tests := []struct {
		name  string
		to    string
		reply *stanza.Error
		want  error
	}{
		{"a result", "alice@example.org/a", nil, nil},
		{"the own server does not know pings", "bot.example.org", unavailable, nil},
		{"a user may not be there", "alice@example.org/a", unavailable, &xmpp.StanzaError{Condition: stanzaerrors.ConditionServiceUnavailable}},
		{
			"the own server refuses", "bot.example.org", &stanza.Error{Type: stanza.ErrorAuth, Condition: stanzaerrors.ConditionForbidden},
			&xmpp.StanzaError{Condition: stanzaerrors.ConditionForbidden},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				session, server := connect(t)
				var took time.Duration
				var err error
				done := make(chan struct{})
				go func() { // ends when the ping is answered; waited for below
					defer close(done)
					took, err = ping.Send(t.Context(), session.Session, jid.MustParse(test.to))
				}()
				iq := nextPing(t, server)
				time.Sleep(3 * time.Second)
				reply := &stanza.IQ{ID: iq.ID, From: iq.To, To: iq.From, Type: stanza.IQResult, Error: test.reply}
				if test.reply != nil {
					reply.Type = stanza.IQError
				}
				send(t, server, reply)
				<-done
				if !errors.Is(err, test.want) {
					t.Errorf("error %v, want %v", err, test.want)
				}
				if took != 3*time.Second {
					t.Errorf("took %v, want 3s", took)
				}
			})
		})
	}
}
