package xmpptest_test

import (
	"context"
	"crypto/tls"
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/csi0"
	"github.com/stanzakit/stanzakit/gen/register"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamlimits0"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// TestEveryMechanism logs in with each in both profiles of SASL and over both versions of TLS.
func TestEveryMechanism(t *testing.T) {
	password := []string{
		sasl.ScramSHA512Plus, sasl.ScramSHA256Plus, sasl.ScramSHA1Plus, sasl.ScramSHA512, sasl.ScramSHA256, sasl.ScramSHA1, sasl.Plain,
	}
	for _, legacy := range []bool{true, false} {
		srv := start(t, func(o *xmpptest.Options) {
			o.Login = xmpptest.LoginOptions{Legacy: legacy, Anonymous: true, Bearer: map[string]string{"vF9dft4qmT": "alice"}}
		})
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for _, mechanism := range append([]string{sasl.External, sasl.OAuthBearer, sasl.Anonymous}, password...) {
				name := map[bool]string{true: "SASL1 ", false: "SASL2 "}[legacy] + tls.VersionName(version) + " " + mechanism
				t.Run(name, func(t *testing.T) {
					srv := srv
					if slices.Contains(password, mechanism) {
						srv = start(t, func(o *xmpptest.Options) {
							o.Mechanisms, o.Login.Legacy = []string{mechanism}, legacy
						})
					}
					cfg := srv.Config("alice")
					cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
					cfg.AllowPlain = true
					prepare(t, srv, &cfg, mechanism)
					c := login(t, cfg)
					got := c.Login()
					if got.Mechanism != mechanism || got.SASL2 == legacy || (got.Binding != "") != strings.HasSuffix(mechanism, "-PLUS") {
						t.Errorf("logged in with %+v", got)
					}
					if want := jid.MustParse("alice@example.org"); (c.Account() == want) != (mechanism != sasl.Anonymous) || c.JID().Bare() != c.Account() || !c.JID().IsFull() {
						t.Errorf("bound %s of %s", c.JID(), c.Account())
					}
				})
			}
		}
	}
}

// prepare makes a configuration log in with a mechanism.
func prepare(t *testing.T, srv *xmpptest.Server, cfg *xmpp.Config, mechanism string) {
	t.Helper()
	switch mechanism {
	case sasl.External:
		cert, err := srv.ClientCertificate("alice")
		if err != nil {
			t.Fatal(err)
		}
		cfg.Password, cfg.TLS.Certificates = "", []tls.Certificate{cert}
	case sasl.OAuthBearer:
		cfg.Password, cfg.Login.Bearer = "", "vF9dft4qmT"
	case sasl.Anonymous:
		cfg.JID, cfg.Password, cfg.Login.Anonymous = cfg.JID.DomainJID(), "", true
	}
}

func TestRefusedLogins(t *testing.T) {
	tests := []struct {
		name    string
		login   xmpptest.LoginOptions
		change  func(*testing.T, *xmpptest.Server, *xmpp.Config)
		refused gensasl.Condition
		text    string
	}{
		{
			"OAUTHBEARER, wrong token", xmpptest.LoginOptions{Bearer: map[string]string{"x": "alice"}},
			func(_ *testing.T, _ *xmpptest.Server, c *xmpp.Config) { c.Password, c.Login.Bearer = "", "y" },
			gensasl.ConditionNotAuthorized, "invalid_token",
		},
		{
			"SASL2, wrong password", xmpptest.LoginOptions{},
			func(_ *testing.T, _ *xmpptest.Server, c *xmpp.Config) { c.Password = "y" }, gensasl.ConditionNotAuthorized, "",
		},
		{
			"S50 EXTERNAL with the certificate of another", xmpptest.LoginOptions{},
			func(t *testing.T, srv *xmpptest.Server, c *xmpp.Config) {
				prepare(t, srv, c, sasl.External)
				c.JID = jid.MustParse("bob@example.org")
			}, "", "the server bound a JID that is not of the account",
		},
		{
			"bound wanted, not to be had", xmpptest.LoginOptions{NoBinding: true},
			func(_ *testing.T, _ *xmpptest.Server, c *xmpp.Config) { c.Login.RequireBinding = true }, "", "not bound to the channel",
		},
		{
			"bad tag", xmpptest.LoginOptions{},
			func(_ *testing.T, _ *xmpptest.Server, c *xmpp.Config) { c.Login.Tag = strings.Repeat("a", 1020) }, gensasl.ConditionMalformedRequest, "",
		},
		{
			"nobody where nobody may come", xmpptest.LoginOptions{},
			func(t *testing.T, srv *xmpptest.Server, c *xmpp.Config) { prepare(t, srv, c, sasl.Anonymous) }, "", "not asked for",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := start(t, func(o *xmpptest.Options) { o.Login = tt.login })
			cfg := srv.Config("alice")
			tt.change(t, srv, &cfg)
			_, err := xmpp.Dial(within(t), cfg)
			auth, ok := errors.AsType[*xmpp.AuthError](err)
			if ok != (tt.refused != "") || ok && auth.Condition != tt.refused || err == nil || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("login: %v, want %q with %q", err, tt.refused, tt.text)
			}
		})
	}
}

// TestBind2 enables what it can together with the resource.
func TestBind2(t *testing.T) {
	tests := []struct {
		name    string
		login   xmpptest.LoginOptions
		jid     string
		inlined bool
		prefix  string // of the resource
	}{
		{"Bind 2", xmpptest.LoginOptions{}, "alice@example.org", true, "bot/"},
		{"a resource by name", xmpptest.LoginOptions{}, "alice@example.org/desk", false, "desk"},
		{"SASL2 alone", xmpptest.LoginOptions{NoBind2: true}, "alice@example.org", false, ""},
		{"SASL1", xmpptest.LoginOptions{Legacy: true}, "alice@example.org", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var heard record
			srv := start(t, func(o *xmpptest.Options) { o.Login, o.Trace = tt.login, heard.trace })
			cfg := srv.Config("alice")
			cfg.JID = jid.MustParse(tt.jid)
			cfg.Login.Tag, cfg.Login.Inline = "bot", []wire.Element{&carbons2.Enable{}, &csi0.Inactive{}, &register.Query{}}
			c := login(t, cfg)
			got := c.Login()
			want := []bool{tt.inlined, tt.inlined, false}
			if diff := cmp.Diff(want, []bool{got.Inlined(carbons2.NS), got.Inlined(csi0.NS), got.Inlined(register.NS)}); diff != "" {
				t.Errorf("enabled with the resource (-want +got):\n%s", diff)
			}
			if !strings.HasPrefix(c.JID().Resource(), tt.prefix) {
				t.Errorf("bound %s", c.JID())
			}
			if bound := strings.Contains(heard.String(), "<iq"); bound == tt.inlined {
				t.Errorf("resource bound by a request of its own: %v", bound)
			}
		})
	}
}

// TestLimitsAnnounced is XEP-0478.
func TestLimitsAnnounced(t *testing.T) {
	for _, legacy := range []bool{true, false} {
		srv := start(t, func(o *xmpptest.Options) {
			o.Login = xmpptest.LoginOptions{Legacy: legacy, MaxBytes: 20000, IdleSeconds: 600}
		})
		got := login(t, srv.Config("alice")).Login()
		if diff := cmp.Diff([]uint32{20000, 600}, []uint32{got.MaxBytes, got.IdleSeconds}); diff != "" {
			t.Errorf("SASL1 %v: limits (-want +got):\n%s", legacy, diff)
		}
	}
	if got := login(t, start(t, nil).Config("alice")).Login(); got.MaxBytes != 0 || got.IdleSeconds != 0 {
		t.Errorf("limits of a server that announces none: %+v", got)
	}
}

func TestRegistration(t *testing.T) {
	errStop := errors.New("no, thanks")
	tests := []struct {
		name, user string
		login      xmpptest.LoginOptions
		fill       func(context.Context, *register.Query) error
		check      func(error) bool
	}{
		{"new account", "carol", xmpptest.LoginOptions{Register: true}, nil, func(err error) bool { return err == nil }},
		{"new account, SASL1", "carol", xmpptest.LoginOptions{Register: true, Legacy: true}, nil, func(err error) bool { return err == nil }},
		{"own account that exists", "alice", xmpptest.LoginOptions{Register: true}, nil, func(err error) bool { return err == nil }},
		{"somebody else's", "bob", xmpptest.LoginOptions{Register: true}, nil, func(err error) bool {
			_, ok := errors.AsType[*xmpp.AuthError](err)
			return ok
		}},
		{"not offered", "carol", xmpptest.LoginOptions{}, nil, func(err error) bool {
			return err != nil && strings.Contains(err.Error(), "does not offer registration")
		}},
		{
			"filled in", "carol", xmpptest.LoginOptions{Register: true}, func(_ context.Context, q *register.Query) error {
				if q.Instructions == "" || *q.Username != "carol" || *q.Password != "wonderland" {
					return errStop
				}
				return nil
			}, func(err error) bool { return err == nil },
		},
		{
			"not wanted", "carol", xmpptest.LoginOptions{Register: true}, func(context.Context, *register.Query) error { return errStop },
			func(err error) bool { return errors.Is(err, errStop) },
		},
		{
			"incomplete", "carol", xmpptest.LoginOptions{Register: true}, func(_ context.Context, q *register.Query) error {
				q.Password = nil
				return nil
			}, func(err error) bool {
				refused, ok := errors.AsType[*xmpp.RequestError](err)
				return ok && refused.Stanza.Condition == stanzaerrors.ConditionNotAcceptable
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := start(t, func(o *xmpptest.Options) { o.Login = tt.login })
			cfg := srv.Config("alice")
			cfg.JID = jid.MustParse(tt.user + "@example.org")
			cfg.Features = []xmpp.Feature{xmpp.Registration(tt.fill)}
			c, err := xmpp.Dial(within(t), cfg)
			if err == nil {
				defer c.Close(within(t))
			}
			if !tt.check(err) {
				t.Errorf("login: %v", err)
			}
		})
	}
}

// TestOwnFeature negotiates a feature of a program at the places it may have.
func TestOwnFeature(t *testing.T) {
	limits := xml.Name{Space: streamlimits0.NS, Local: "limits"}
	errStop := errors.New("stop")
	tests := []struct {
		name    string
		order   int
		element xml.Name
		require bool
		err     error
		want    [3]bool // secure, logged in, bound; as the feature sees it
		times   int
		text    string
	}{
		{"before the login", 50, limits, true, nil, [3]bool{true, false, false}, 1, ""},
		{"after the login", 9500, limits, true, nil, [3]bool{true, true, false}, 1, ""},
		{"after binding", 20000, limits, true, nil, [3]bool{true, true, true}, 1, ""},
		{"not offered", 50, xml.Name{Space: "a", Local: "b"}, false, nil, [3]bool{}, 0, ""},
		{"required", 50, xml.Name{Space: "a", Local: "b"}, true, nil, [3]bool{}, 0, "the server does not offer own"},
		{"fails", 50, limits, false, errStop, [3]bool{true, false, false}, 1, "xmpp: own: stop"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := start(t, func(o *xmpptest.Options) { o.Login = xmpptest.LoginOptions{MaxBytes: 20000, Legacy: true} })
			var got [3]bool
			times := 0
			cfg := srv.Config("alice")
			cfg.Features = []xmpp.Feature{{
				Name: "own", Order: tt.order, Element: tt.element, Required: tt.require,
				Negotiate: func(_ context.Context, n *xmpp.Negotiation, offer wire.Element) error {
					times++
					got = [3]bool{n.Secure(), n.Authenticated(), !n.JID().IsZero()}
					if _, ok := offer.(*streamlimits0.Limits); !ok {
						t.Errorf("offer %T", offer)
					}
					return tt.err
				},
			}}
			c, err := xmpp.Dial(within(t), cfg)
			if err == nil {
				defer c.Close(within(t))
			}
			if (err != nil) != (tt.text != "") || err != nil && !strings.Contains(err.Error(), tt.text) {
				t.Errorf("login: %v, want %q", err, tt.text)
			}
			if got != tt.want || times != tt.times {
				t.Errorf("saw %v, %d times; want %v, %d times", got, times, tt.want, tt.times)
			}
		})
	}
}
