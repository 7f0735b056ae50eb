package xmpptest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// link returns a client's connection.
func link(t *testing.T, srv *xmpptest.Server, c *xmpp.Client) *xmpptest.Link {
	t.Helper()
	l, err := srv.Link(c.JID())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLinkFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault func(*xmpptest.Link)
		want  string
	}{
		{"none", func(*xmpptest.Link) {}, "1 2 3 4"},
		{"drop", func(l *xmpptest.Link) { l.Drop(2) }, "3 4"},
		{"duplicate", func(l *xmpptest.Link) { l.Duplicate(1) }, "1 1 2 3 4"},
		{"reorder", func(l *xmpptest.Link) { l.Reorder(3) }, "3 2 1 4"},
		{"one behind the other", func(l *xmpptest.Link) { l.Drop(1); l.Duplicate(1) }, "2 2 3 4"},
		{"delay", func(l *xmpptest.Link) { l.Delay(time.Millisecond) }, "1 2 3 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := start(t, nil)
			alice, bob := login(t, srv.Config("alice")), login(t, srv.Config("bob"))
			inbox := bus.Subscribe[*stanza.Message](bob.Bus())
			tt.fault(link(t, srv, bob))
			for i := range 4 {
				send(t, alice.Session, &stanza.Message{ID: fmt.Sprint(i + 1), To: bob.JID()})
			}
			var got []string
			for range strings.Fields(tt.want) {
				got = append(got, next(t, inbox).ID)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCutAfter cuts connections at bytes of the login and behind it.
func TestCutAfter(t *testing.T) {
	for _, n := range []int{0, 1, 200, 1500, 3000} {
		for _, dir := range []stream.Direction{stream.In, stream.Out} {
			t.Run(fmt.Sprint(dir, " ", n), func(t *testing.T) {
				srv := start(t, func(o *xmpptest.Options) { o.Connected = func(l *xmpptest.Link) { l.CutAfter(dir, n) } })
				c, err := xmpp.Dial(within(t), srv.Config("alice"))
				if err == nil {
					defer c.Close(within(t))
					for err == nil { // the cut comes with what is sent
						err = c.Send(within(t), &stanza.Message{To: c.JID(), Body: []stanza.Body{{Text: strings.Repeat("a", 500)}}})
					}
				}
				if err == nil {
					t.Error("the connection was not cut")
				}
			})
		}
	}
}

func TestS28BadCertificates(t *testing.T) {
	for kind, want := range map[xmpptest.Certificate]bool{
		xmpptest.GoodCertificate: true, xmpptest.OtherDomain: false, xmpptest.Expired: false, xmpptest.NotYetValid: false,
		xmpptest.CommonNameOnly: false, xmpptest.UnknownAuthority: false, xmpptest.ForClients: false,
	} {
		srv := start(t, nil)
		if err := srv.ShowCertificate(kind); err != nil {
			t.Fatal(err)
		}
		for _, direct := range []bool{false, true} {
			cfg := srv.Config("alice")
			if direct {
				cfg.Addr, cfg.DirectTLS = srv.DirectTLSAddr(), true
			}
			c, err := xmpp.Dial(within(t), cfg)
			if err == nil {
				t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
			}
			_, refused := errors.AsType[*tls.CertificateVerificationError](err)
			if (err == nil) != want || refused == want {
				t.Errorf("certificate %d, direct %v: %v, want success: %v", kind, direct, err, want)
			}
		}
	}
}

func TestNoLink(t *testing.T) {
	srv := start(t, nil)
	if _, err := srv.Link(srv.Config("alice").JID); !errors.Is(err, xmpptest.ErrNoLink) {
		t.Errorf("link to nobody: %v, want %v", err, xmpptest.ErrNoLink)
	}
}
