package realserver

import (
	"crypto/rand"
	"crypto/tls"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// offered are the mechanisms for passwords that a server offers over a version of TLS and that can be used from Go.
func offered(s *server, version uint16) []string {
	if s.name == "prosody" {
		if version == tls.VersionTLS12 {
			return []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"}
		}
		return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"}
	}
	plain := []string{"SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"}
	if version == tls.VersionTLS12 { // what it binds to on TLS 1.3 is no type of channel binding
		return append([]string{"SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}, plain...)
	}
	return plain
}

// mechanisms logs in with each mechanism, and with the strongest where nothing is said.
func mechanisms(t *testing.T, s *server) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		all := offered(s, version)
		for _, want := range append([]string{""}, all...) {
			t.Run(tls.VersionName(version)+" "+want, func(t *testing.T) {
				cfg := s.config(t, "ALICE")
				cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
				cfg.AllowPlain = true
				if want == "" {
					want = all[0]
				} else {
					cfg.Login.Mechanisms = []string{want}
				}
				if got := s.dial(t, cfg).Login(); got.Mechanism != want {
					t.Errorf("logged in with %s bound to %q, want %s", got.Mechanism, got.Binding, want)
				}
			})
		}
	}
}

// external logs in with a certificate (XEP-0178), over direct TLS, which is where ejabberd asks for one.
func external(t *testing.T, s *server) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		dir := s.get(t, "XMPP_CERT_DIR")
		cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "client-alice.crt"), filepath.Join(dir, "client-alice.key"))
		if err != nil {
			t.Fatal(err)
		}
		cfg := s.config(t, "ALICE")
		cfg.JID, cfg.Password = jid.MustParse("alice@"+s.get(t, "XMPP_CERT_DOMAIN")), ""
		cfg.Addr, cfg.DirectTLS = s.addr(t, "XMPP_C2S_TLS_PORT"), true
		cfg.TLS.Certificates = []tls.Certificate{cert}
		cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
		if got := s.dial(t, cfg).Login(); got.Mechanism != "EXTERNAL" {
			t.Errorf("%s: logged in with %s", tls.VersionName(version), got.Mechanism)
		}
	}
}

// anonymous logs in as nobody.
func anonymous(t *testing.T, s *server) {
	cfg := s.config(t, "ALICE")
	cfg.JID, cfg.Password, cfg.Login.Anonymous = jid.MustParse(s.get(t, "XMPP_ANON_DOMAIN")), "", true
	c := s.dial(t, cfg)
	if got := c.JID(); got.Local() == "" || got.Domain() != cfg.JID.Domain() || c.Account() != got.Bare() || c.Login().Mechanism != "ANONYMOUS" {
		t.Errorf("bound %s of %s with %s", got, c.Account(), c.Login().Mechanism)
	}
}

// registration makes an account and logs in to it; and again, when it exists.
func registration(t *testing.T, s *server) {
	cfg := s.config(t, "ALICE")
	cfg.JID, cfg.Password = jid.MustParse("new-"+strings.ToLower(rand.Text())+"@"+s.domain(t).Domain()), rand.Text()
	for range 2 {
		cfg.Features = []xmpp.Feature{xmpp.Registration(nil)}
		if got := s.dial(t, cfg).Account(); got != cfg.JID {
			t.Errorf("logged in to %s, want %s", got, cfg.JID)
		}
	}
	cfg.Features, cfg.Password = []xmpp.Feature{xmpp.Registration(nil)}, "x"
	if _, err := xmpp.Dial(deadline(t), cfg); !xmpp.IsFinal(err) {
		t.Errorf("login to an account of another: %v", err)
	}
}

// modern skips servers without SASL2.
func modern(t *testing.T, s *server) {
	t.Helper()
	if s.env["XMPP_SASL2"] != "1" {
		t.Skipf("%s has no SASL2", s.name)
	}
}

// sasl2 binds a resource and enables what it can in the same round trip.
func sasl2(t *testing.T, s *server) {
	modern(t, s)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		var rec tape
		cfg := s.config(t, "ALICE")
		cfg.Login.Tag, cfg.Login.Inline, cfg.Trace = "stanzakit", []wire.Element{&carbons2.Enable{}}, rec.trace
		cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
		c, err := xmpp.Dial(deadline(t), cfg)
		if err != nil {
			t.Fatal(err)
		}
		got, bound := c.Login(), c.JID()
		closeSession(t, c.Session)
		t.Logf("%s: %s %q as %s", tls.VersionName(version), got.Mechanism, got.Binding, bound)
		if version == tls.VersionTLS12 { // -PLUS without types: SASL1, bound
			if got.SASL2 || got.Binding != "tls-unique" {
				t.Errorf("logged in with %+v", got)
			}
			continue
		}
		if !got.SASL2 || !got.Inlined(carbons2.NS) || !strings.HasPrefix(bound.Resource(), "stanzakit") || strings.Contains(rec.out.String(), "<iq") {
			t.Errorf("logged in with %+v as %s: %s", got, bound, rec.out.String())
		}
	}
}

// bound logs in to a host that announces its types of channel binding.
func bound(t *testing.T, s *server) {
	modern(t, s)
	for version, want := range map[uint16]string{tls.VersionTLS12: "tls-unique", tls.VersionTLS13: "tls-exporter"} {
		for _, resource := range []string{"", "/desk"} {
			cfg := s.config(t, "ALICE")
			cfg.JID, cfg.Login.RequireBinding = jid.MustParse("alice@"+s.get(t, "XMPP_CB_DOMAIN")+resource), true
			cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
			c, err := xmpp.Dial(deadline(t), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Login(); got.Binding != want || !got.SASL2 {
				t.Errorf("%s: logged in with %+v", tls.VersionName(version), got)
			}
			closeSession(t, c.Session)
		}
	}
}

// token logs in with a password once, then with tokens, until they are forgotten.
func token(t *testing.T, s *server) {
	modern(t, s)
	for _, domain := range []string{s.domain(t).Domain(), s.get(t, "XMPP_CB_DOMAIN")} {
		var rec tape
		cfg := s.config(t, "ALICE")
		cfg.JID, cfg.Login.Tokens, cfg.Trace = jid.MustParse("alice@"+domain), &xmpp.MemoryTokens{}, rec.trace
		for i := range 3 {
			c, err := xmpp.Dial(deadline(t), cfg)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Login()
			closeSession(t, c.Session)
			if got.Token != (i > 0) {
				t.Errorf("%s: login %d: %+v", domain, i+1, got)
			}
			t.Logf("%s: %s", domain, got.Mechanism)
			cfg.Password = ""
		}
		if err := xmpp.ForgetToken(deadline(t), cfg); err != nil {
			t.Error(err)
		}
		if c, err := xmpp.Dial(deadline(t), cfg); err == nil {
			closeSession(t, c.Session)
			t.Error("logged in with nothing")
		}
	}
}
