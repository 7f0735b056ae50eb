package live_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	genversion "github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/handlers/version"
	"github.com/stanzakit/stanzakit/schemas/validate"
	"github.com/stanzakit/stanzakit/schemas/validate/live"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

var validator = sync.OnceValues(func() (*validate.Validator, error) { return validate.New() })

// pair returns two clients of one server; bob answers version requests.
func pair(t *testing.T) (ctx context.Context, alice, bob *xmpp.Client) {
	t.Helper()
	srv, err := xmpptest.Start(xmpptest.Options{Users: map[string]string{"alice": "secret", "bob": "hunter2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	dial := func(name string, plugins ...xmpp.Plugin) *xmpp.Client {
		cfg := srv.Config(name)
		cfg.Plugins = plugins
		c, err := xmpp.Dial(ctx, cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close(context.Background()) })
		return c
	}
	return ctx, dial("alice"), dial("bob", &version.Plugin{Name: "b", Version: "1"})
}

// attach returns the paths of what is reported, as they come.
func attach(t *testing.T, c *xmpp.Client, cfg live.Config) chan string {
	t.Helper()
	v, err := validator()
	if err != nil {
		t.Fatal(err)
	}
	reports := make(chan string, 10)
	cfg.Report = func(_ context.Context, r live.Report) {
		for _, f := range r.Findings {
			reports <- f.Path
		}
	}
	t.Cleanup(live.Attach(c.Mux(), v, cfg))
	return reports
}

func next[T any](ctx context.Context, t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-ctx.Done():
		t.Fatal("nothing came")
	}
	return v
}

// odd is a message with a child that jabber:client does not declare.
func odd(to *xmpp.Client) *wire.Raw {
	child := &wire.Raw{Name: xml.Name{Space: "jabber:client", Local: "footer"}}
	return &wire.Raw{
		Name:  xml.Name{Space: "jabber:client", Local: "message"},
		Attrs: []wire.Attr{{Name: xml.Name{Local: "to"}, Value: to.JID().String()}},
		Nodes: []wire.Node{{Elem: child}},
	}
}

func TestWarnIn(t *testing.T) {
	ctx, alice, bob := pair(t)
	reports := attach(t, bob, live.Config{In: live.Warn})
	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	if err := alice.Send(ctx, odd(bob)); err != nil {
		t.Fatal(err)
	}
	if _, err := inbox.Next(ctx); err != nil {
		t.Fatal(err)
	}
	if got := next(ctx, t, reports); got != "message/footer" {
		t.Errorf("reported %q", got)
	}
}

func TestRefuseMessage(t *testing.T) {
	ctx, alice, bob := pair(t)
	reports := attach(t, bob, live.Config{In: live.Refuse})
	bad := bus.Subscribe[xmpp.BadStanza](bob.Bus())
	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	for _, el := range []wire.Element{odd(bob), &stanza.Message{To: bob.JID(), ID: "good"}} {
		if err := alice.Send(ctx, el); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := inbox.Next(ctx); err != nil || m.ID != "good" {
		t.Errorf("came %v, %v", m, err)
	}
	if got := next(ctx, t, reports); got != "message/footer" {
		t.Errorf("reported %q", got)
	}
	event, err := bad.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fault, ok := errors.AsType[*live.Error](event.Raw.Err)
	if !ok || len(fault.Findings) != 1 || !strings.Contains(fault.Error(), "live: message is not valid: message/footer: ") {
		t.Errorf("got %v", event.Raw.Err)
	}
}

// TestRefuseRequest expects a request to be answered, although nobody gets it.
func TestRefuseRequest(t *testing.T) {
	ctx, alice, bob := pair(t)
	attach(t, bob, live.Config{In: live.Refuse})
	query := &genversion.Query{Extra: &wire.Extra{}}
	if _, err := xmpp.Get[genversion.Query](ctx, alice.Session, bob.JID(), query); err != nil {
		t.Fatalf("a good request: %v", err)
	}
	spoilt := &wire.Raw{Name: query.ElementName(), Attrs: []wire.Attr{{Name: xml.Name{Local: "x"}, Value: "1"}}}
	_, err := xmpp.Get[genversion.Query](ctx, alice.Session, bob.JID(), spoilt)
	fault, ok := errors.AsType[*xmpp.StanzaError](err)
	if !ok || fault.Condition != stanzaerrors.ConditionBadRequest || !strings.Contains(fault.Text, "iq/query/@x") {
		t.Errorf("got %v", err)
	}
}

// TestRefuseReply expects whoever asked to be told at once.
func TestRefuseReply(t *testing.T) {
	ctx, alice, bob := pair(t)
	attach(t, alice, live.Config{In: live.Refuse})
	stream.Filter(bob.Mux(), stream.Out, 0, func(_ context.Context, el wire.Element) (wire.Element, error) {
		iq, ok := el.(*stanza.IQ)
		if !ok || iq.Type != stanza.IQResult {
			return el, nil
		}
		spoilt := *iq
		spoilt.Any = []wire.Element{&wire.Raw{Name: (*genversion.Query)(nil).ElementName(), Attrs: []wire.Attr{{Name: xml.Name{Local: "x"}, Value: "1"}}}}
		return &spoilt, nil
	})
	_, err := xmpp.Get[genversion.Query](ctx, alice.Session, bob.JID(), &genversion.Query{})
	if err == nil || ctx.Err() != nil {
		t.Errorf("got %v", err)
	}
}

func TestOut(t *testing.T) {
	ctx, alice, bob := pair(t)
	warned := attach(t, alice, live.Config{Out: live.Warn})
	if err := alice.Send(ctx, odd(bob)); err != nil {
		t.Fatal(err)
	}
	if got := next(ctx, t, warned); got != "message/footer" {
		t.Errorf("reported %q", got)
	}
	refused := attach(t, bob, live.Config{Out: live.Refuse})
	if _, ok := errors.AsType[*live.Error](bob.Send(ctx, odd(alice))); !ok {
		t.Error("sent")
	}
	if got := next(ctx, t, refused); got != "message/footer" {
		t.Errorf("reported %q", got)
	}
	if err := bob.Send(ctx, &stanza.Message{To: alice.JID()}); err != nil {
		t.Error(err)
	}
}

func TestRemove(t *testing.T) {
	ctx, alice, bob := pair(t)
	v, err := validator()
	if err != nil {
		t.Fatal(err)
	}
	live.Attach(alice.Mux(), v, live.Config{In: live.Refuse, Out: live.Refuse})()
	live.Attach(alice.Mux(), v, live.Config{})
	if err := alice.Send(ctx, odd(bob)); err != nil {
		t.Error(err)
	}
}

// TestLog expects the log to say where something is wrong, and to show nothing of the element unless it is asked for more.
func TestLog(t *testing.T) {
	tests := []struct {
		name  string
		level slog.Level
		want  []string
	}{
		{name: "warn", level: slog.LevelInfo, want: []string{
			`level=WARN msg="live: element is not valid" direction=out element=message refused=true paths=[message/@type]`,
		}},
		{name: "debug", level: slog.LevelDebug, want: []string{
			`level=WARN msg="live: element is not valid" direction=out element=message refused=true paths=[message/@type]`,
			`level=DEBUG msg="live: finding" direction=out element=message refused=true path=message/@type message="value \"my secret\" is not allowed; expected one of: chat, error, groupchat, headline, normal"`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, alice, _ := pair(t)
			var out bytes.Buffer
			noTime := func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}
			attach(t, alice, live.Config{Out: live.Refuse, Logger: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: tt.level, ReplaceAttr: noTime}))})
			if err := alice.Send(ctx, &stanza.Message{Type: "my secret"}); err == nil {
				t.Error("sent")
			}
			if diff := cmp.Diff(tt.want, strings.Split(strings.TrimSpace(out.String()), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
