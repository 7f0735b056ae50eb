package xmpptest_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// within bounds what a test waits for, far above what it takes.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// start starts a server with alice, bob and an echo component.
func start(t *testing.T, change func(*xmpptest.Options)) *xmpptest.Server {
	t.Helper()
	o := xmpptest.Options{
		Domain:     "example.org",
		Users:      map[string]string{"alice": "wonderland", "bob": "builder"},
		Components: map[string]string{"echo.example.org": "s3cret"},
	}
	if change != nil {
		change(&o)
	}
	return xmpptest.NewServer(t, o)
}

// login logs a client in until the test ends.
func login(t *testing.T, cfg xmpp.Config) *xmpp.Client {
	t.Helper()
	c, err := xmpp.Dial(within(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	return c
}

// connect connects a component until the test ends.
func connect(t *testing.T, cfg xmpp.ComponentConfig) *xmpp.Component {
	t.Helper()
	c, err := xmpp.DialComponent(within(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	return c
}

// next returns the next event of a subscription.
func next[T any](t *testing.T, sub *bus.Subscription[T]) T {
	t.Helper()
	ev, err := sub.Next(within(t))
	if err != nil {
		t.Fatalf("waiting for a %T: %v", ev, err)
	}
	return ev
}

// online makes a client available and waits until the server has made it so: the server sends the client its own presence (RFC 6121, section 4.2.2).
func online(t *testing.T, c *xmpp.Client, p *stanza.Presence) {
	t.Helper()
	self := bus.Subscribe(c.Bus(), func(p *stanza.Presence) bool { return p.From == c.JID() })
	defer self.Close()
	send(t, c.Session, p)
	next(t, self)
}

func send(t *testing.T, s *xmpp.Session, el wire.Element) {
	t.Helper()
	if err := s.Send(within(t), el); err != nil {
		t.Fatal(err)
	}
}

func sameJID(a, b jid.JID) bool { return a == b }
