package realserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stanzakit/stanzakit/xmpp"
)

// login logs in with SCRAM by both ways to TLS and with both of its versions.
func login(t *testing.T, s *server) {
	tests := []struct {
		name    string
		port    string
		direct  bool
		version uint16
	}{
		{"STARTTLS, TLS 1.2", "XMPP_C2S_PORT", false, tls.VersionTLS12},
		{"STARTTLS, TLS 1.3", "XMPP_C2S_PORT", false, tls.VersionTLS13},
		{"direct TLS, TLS 1.2", "XMPP_C2S_TLS_PORT", true, tls.VersionTLS12},
		{"direct TLS, TLS 1.3", "XMPP_C2S_TLS_PORT", true, tls.VersionTLS13},
	}
	mechanism := regexp.MustCompile(`<auth(?:enticate)? [^>]*mechanism=['"](SCRAM-[A-Z0-9-]+)['"]`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rec tape
			var version uint16
			cfg := s.config(t, "ALICE")
			cfg.Addr, cfg.DirectTLS, cfg.Trace = s.addr(t, tt.port), tt.direct, rec.trace
			cfg.TLS.MinVersion, cfg.TLS.MaxVersion = tt.version, tt.version
			cfg.TLS.VerifyConnection = func(state tls.ConnectionState) error {
				version = state.Version
				return nil
			}
			c, err := xmpp.Dial(deadline(t), cfg)
			if err != nil {
				t.Fatal(err)
			}
			bound := c.JID()
			closeSession(t, c.Session) // then nothing writes to the tape any more
			if version != tt.version {
				t.Errorf("TLS version %x, want %x", version, tt.version)
			}
			if m := mechanism.FindSubmatch(rec.out.Bytes()); m == nil {
				t.Error("no login with SCRAM was sent")
			} else {
				t.Logf("%s", m[1])
			}
			if upgraded := strings.Contains(rec.out.String(), "urn:ietf:params:xml:ns:xmpp-tls"); upgraded == tt.direct {
				t.Errorf("STARTTLS was sent: %v", upgraded)
			}
			if bound.Bare() != cfg.JID || bound.Resource() == "" {
				t.Errorf("bound to %q", bound)
			}
		})
	}
}

// wrongPassword is refused, and not tried again: a second try would count against the account.
func wrongPassword(t *testing.T, s *server) {
	var (
		mu    sync.Mutex // guards conns
		conns int
	)
	cfg := s.config(t, "ALICE")
	cfg.Password += "x"
	cfg.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		mu.Lock()
		conns++
		mu.Unlock()
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	c, err := xmpp.Dial(deadline(t), cfg)
	if err == nil {
		closeSession(t, c.Session)
		t.Fatal("logged in")
	}
	if !strings.Contains(err.Error(), "not-authorized") {
		t.Errorf("error %q does not say not-authorized", err)
	}
	if mu.Lock(); conns != 1 {
		t.Errorf("%d connections, want 1", conns)
	}
	mu.Unlock()
}

// untrusted certificates end the attempt before the password or its proof is sent.
func untrusted(t *testing.T, s *server) {
	for _, direct := range []bool{false, true} {
		var rec tape
		cfg := s.config(t, "ALICE")
		cfg.TLS.RootCAs, cfg.Trace = trust(t, s.get(t, "XMPP_OTHER_CA_FILE")), rec.trace
		if direct {
			cfg.Addr, cfg.DirectTLS = s.addr(t, "XMPP_C2S_TLS_PORT"), true
		}
		c, err := xmpp.Dial(deadline(t), cfg)
		if err == nil {
			closeSession(t, c.Session)
			t.Fatalf("logged in (direct TLS: %v)", direct)
		}
		if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok {
			t.Errorf("error %v, want x509.UnknownAuthorityError (direct TLS: %v)", err, direct)
		}
		if strings.Contains(rec.out.String(), "<auth") {
			t.Errorf("sent %s (direct TLS: %v)", rec.out.String(), direct)
		}
	}
}
