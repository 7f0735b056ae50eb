package realserver

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
)

func (s *server) component(t *testing.T) xmpp.ComponentConfig {
	t.Helper()
	return xmpp.ComponentConfig{
		Domain: jid.MustParse(s.get(t, "XMPP_COMPONENT_DOMAIN")),
		Secret: s.get(t, "XMPP_COMPONENT_SECRET"),
		Addr:   s.addr(t, "XMPP_COMPONENT_PORT"),
	}
}

// component is an echo component: messages come back, and a request is answered by its handler, for every address of the domain.
func component(t *testing.T, s *server) {
	mux := stream.NewMux(stream.Config{})
	software := version.Query{Name: "echo", Version: "1", OS: "none"}
	xmpp.HandleIQ(mux, stanza.IQGet, func(_ context.Context, iq *stanza.IQ, _ *version.Query) (*version.Query, error) {
		if iq.To.Local() != "anyone" {
			return nil, &xmpp.StanzaError{Condition: stanzaerrors.ConditionItemNotFound}
		}
		return &software, nil
	})
	cfg := s.component(t)
	cfg.Mux = mux
	comp, err := xmpp.DialComponent(deadline(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeSession(t, comp.Session) })
	bus.On(comp.Bus(), func(ctx context.Context, m *stanza.Message) {
		if err := comp.Send(ctx, xmpp.ReplyText(m, "echo: "+xmpp.Text(m, ""))); err != nil {
			t.Errorf("echo: %v", err)
		}
	}, func(m *stanza.Message) bool { return len(m.Body) > 0 && m.Type != stanza.MessageError })

	alice := s.available(t, s.config(t, "ALICE"))
	answers := texts(alice)
	anyone := jid.MustParse("anyone@" + comp.Account().Domain())
	if err := alice.Send(deadline(t), &stanza.Message{To: anyone, Type: stanza.MessageChat, Body: []stanza.Body{{Text: "hello"}}}); err != nil {
		t.Fatal(err)
	}
	if m := next(t, answers); m.From != anyone || m.To != alice.JID() || xmpp.Text(m, "") != "echo: hello" {
		t.Errorf("answer %+v", m)
	}
	got, err := xmpp.Get[version.Query](deadline(t), alice.Session, anyone, &version.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&software, got); diff != "" {
		t.Errorf("version (-want +got):\n%s", diff)
	}
	_, err = xmpp.Get[version.Query](deadline(t), alice.Session, comp.Account(), &version.Query{})
	if !errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionItemNotFound}) {
		t.Errorf("the handler's error arrives as %v", err)
	}
}

// wrongSecret is refused with a stream error (XEP-0114, section 3).
func wrongSecret(t *testing.T, s *server) {
	cfg := s.component(t)
	cfg.Secret += "x"
	comp, err := xmpp.DialComponent(deadline(t), cfg)
	if err == nil {
		closeSession(t, comp.Session)
		t.Fatal("connected")
	}
	if refused, ok := errors.AsType[*stream.Error](err); !ok || refused.Condition != streamerrors.ConditionNotAuthorized {
		t.Errorf("%v, want not-authorized", err)
	}
}
