package xmpptest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// record keeps what a server reads and writes.
type record struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (r *record) trace(peer string, dir stream.Direction, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	arrow := map[stream.Direction]string{stream.In: ">", stream.Out: "<"}[dir]
	r.text.WriteString(peer + arrow + string(b) + "\n")
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func TestLogin(t *testing.T) {
	tests := []struct {
		name       string
		mechanisms []string // that the server offers
		change     func(*xmpp.Config)
		refused    gensasl.Condition
		choice     bool // refused by the client
	}{
		{name: "all mechanisms"},
		{name: "SCRAM-SHA-1", mechanisms: []string{sasl.ScramSHA1}},
		{name: "SCRAM-SHA-256", mechanisms: []string{sasl.ScramSHA256}},
		{name: "wrong password", change: func(c *xmpp.Config) { c.Password = "x" }, refused: gensasl.ConditionNotAuthorized},
		{name: "unknown user", change: func(c *xmpp.Config) { c.JID = jid.MustParse("eve@example.org") }, refused: gensasl.ConditionNotAuthorized},
		{name: "S29 PLAIN alone", mechanisms: []string{sasl.Plain}, choice: true},
		{name: "PLAIN allowed", mechanisms: []string{sasl.Plain}, change: func(c *xmpp.Config) { c.AllowPlain = true }},
		{
			name: "wrong password in PLAIN", mechanisms: []string{sasl.Plain}, refused: gensasl.ConditionNotAuthorized,
			change: func(c *xmpp.Config) { c.AllowPlain, c.Password = true, "x" },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var heard record
			srv := start(t, func(o *xmpptest.Options) { o.Mechanisms, o.Trace = tt.mechanisms, heard.trace })
			cfg := srv.Config("alice")
			if tt.change != nil {
				tt.change(&cfg)
			}
			c, err := xmpp.Dial(within(t), cfg)
			if err == nil {
				defer c.Close(within(t))
			}
			auth, _ := errors.AsType[*xmpp.AuthError](err)
			var refused gensasl.Condition
			if auth != nil {
				refused = auth.Condition
			}
			_, choice := errors.AsType[*sasl.ChoiceError](err)
			if refused != tt.refused || choice != tt.choice || (err == nil) != (refused == "" && !choice) {
				t.Errorf("login: %v; want refused %q, by the client %v", err, tt.refused, tt.choice)
			}
			if tt.choice && strings.Contains(heard.String(), "1><auth") {
				t.Errorf("the client has tried: %s", heard.String())
			}
		})
	}
}

func TestTooManyAttempts(t *testing.T) {
	srv := start(t, nil)
	conn := rawTLS(t, srv)
	attempt := "<auth xmlns='" + gensasl.NS + "' mechanism='PLAIN'>AGFsaWNlAHg=</auth>" // password x
	got := provoke(t, conn, header+strings.Repeat(attempt, 4))
	if want := "policy-violation"; got != want {
		t.Errorf("stream error %q after the third attempt, want %q", got, want)
	}
}

// header is a client's opening tag.
const header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + stream.NSStreams + "' to='example.org' version='1.0'>"

func rawTLS(t *testing.T, srv *xmpptest.Server) net.Conn {
	t.Helper()
	d := &tls.Dialer{Config: srv.TLSConfig()}
	d.Config.ServerName = srv.Domain().Domain()
	conn, err := d.DialContext(within(t), "tcp", srv.DirectTLSAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestResourceBinding(t *testing.T) {
	srv := start(t, nil)
	dial := func(resource string) *xmpp.Client {
		cfg := srv.Config("alice")
		cfg.JID, _ = cfg.JID.WithResource(resource)
		return login(t, cfg)
	}
	made, first, second := dial(""), dial("desk"), dial("desk")
	if made.JID().Resource() == "" {
		t.Errorf("bound %s, want a resource that the server has made", made.JID())
	}
	if got, want := first.JID().Resource(), "desk"; got != want {
		t.Errorf("bound resource %q, want %q", got, want)
	}
	if got := second.JID(); got == first.JID() || got.Bare() != first.Account() {
		t.Errorf("bound %s beside %s, want another resource (RFC 6120, section 7.7.2.2)", got, first.JID())
	}
	if err := first.Err(); err != nil {
		t.Errorf("the first session has ended: %v", err)
	}
}

// TestS26InjectionBehindStartTLS logs in within the packet that asks for TLS: the server must forget it.
func TestS26InjectionBehindStartTLS(t *testing.T) {
	srv := start(t, nil)
	conn, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	write(t, conn, header)
	readUntil(t, conn, "</stream:features>")
	write(t, conn, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"+header+
		"<auth xmlns='"+gensasl.NS+"' mechanism='PLAIN'>AGFsaWNlAHdvbmRlcmxhbmQ=</auth>") // the right password
	readUntil(t, conn, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	cfg := srv.TLSConfig()
	cfg.ServerName = "example.org"
	secured := tls.Client(conn, cfg)
	write(t, secured, header)
	got := readUntil(t, secured, "</stream:features>")
	if !strings.Contains(got, "<mechanisms") || strings.Contains(got, "<success") {
		t.Errorf("after TLS: %s; want the offer to log in and nothing else", got)
	}
}

func write(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// readUntil reads up to a text, and nothing behind it.
func readUntil(t *testing.T, conn net.Conn, end string) string {
	t.Helper()
	var got []byte
	one := make([]byte, 1)
	for !bytes.HasSuffix(got, []byte(end)) {
		if _, err := io.ReadFull(conn, one); err != nil {
			t.Fatalf("waiting for %s: %v after %q", end, err, got)
		}
		got = append(got, one[0])
	}
	return string(got)
}

func TestS28Certificate(t *testing.T) {
	srv := start(t, nil)
	other := start(t, func(o *xmpptest.Options) {
		o.Domain, o.Components = "example.net", nil
	})
	tests := []struct {
		name   string
		change func(*xmpp.Config)
	}{
		{"unknown authority", func(c *xmpp.Config) { c.TLS = other.TLSConfig() }},
		{"the system's authorities", func(c *xmpp.Config) { c.TLS = nil }},
		{"another domain's server", func(c *xmpp.Config) {
			c.Addr, c.TLS, c.DirectTLS = other.DirectTLSAddr(), other.TLSConfig(), true
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := srv.Config("alice")
			tt.change(&cfg)
			_, err := xmpp.Dial(within(t), cfg)
			if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
				t.Errorf("login: %v, want a certificate that is refused", err)
			}
		})
	}
}

func TestWriteCA(t *testing.T) {
	srv := start(t, nil)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := srv.WriteCA(file); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(data) {
		t.Fatalf("no certificate in %s", data)
	}
	cfg := srv.Config("alice")
	cfg.TLS = &tls.Config{RootCAs: roots}
	login(t, cfg)
}

func TestLimits(t *testing.T) {
	srv := start(t, func(o *xmpptest.Options) { o.Limits.Bytes = 1000 })
	conn := rawLogin(t, srv, "alice", "wonderland")
	if got, want := provoke(t, conn, "<message><body>"+strings.Repeat("a", 1000)), "policy-violation"; got != want {
		t.Errorf("stream error %q, want %q", got, want)
	}
}

func TestLoginTimeout(t *testing.T) {
	srv := start(t, func(o *xmpptest.Options) { o.Timeout = 10 * time.Millisecond })
	conn, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if got, want := provoke(t, conn, header), "connection-timeout"; got != want {
		t.Errorf("stream error %q, want %q", got, want)
	}
}

func TestClose(t *testing.T) {
	srv := start(t, nil)
	alice, echo := login(t, srv.Config("alice")), connect(t, srv.ComponentConfig("echo.example.org"))
	stranger, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stranger.Close() })
	srv.Close()
	for _, s := range []*xmpp.Session{alice.Session, echo.Session} {
		select {
		case <-s.Done():
		case <-time.After(10 * time.Second):
			t.Fatalf("the session of %s goes on", s.Account())
		}
		ended, ok := errors.AsType[*stream.Error](s.Err())
		if !ok || ended.Condition != streamerrors.ConditionSystemShutdown || ended.Local {
			t.Errorf("the session of %s has ended with %v, want the server's system-shutdown", s.Account(), s.Err())
		}
	}
	if _, err := xmpp.Dial(within(t), srv.Config("alice")); err == nil {
		t.Error("login to a closed server")
	}
	srv.Close()
}

func TestTrace(t *testing.T) {
	var heard record
	srv := start(t, func(o *xmpptest.Options) { o.Trace = heard.trace })
	cfg := srv.Config("alice")
	cfg.JID = jid.MustParse("alice@example.org/desk")
	alice := login(t, cfg)
	if err := alice.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	srv.Close()
	for _, want := range []string{"c2s 1><stream:stream", "c2s 1><iq", "c2s 1 alice@example.org/desk<<iq", "c2s 1 alice@example.org/desk<</stream:stream>"} {
		if !strings.Contains(heard.String(), want) {
			t.Errorf("nothing begins with %q in\n%s", want, heard.String())
		}
	}
}

func TestStartRefuses(t *testing.T) {
	tests := []struct {
		name string
		opt  xmpptest.Options
		want string
	}{
		{"domain", xmpptest.Options{Domain: "a@b"}, `xmpptest: jid: `},
		{"user", xmpptest.Options{Users: map[string]string{"a@b": "x"}}, `xmpptest: jid: `},
		{"no name", xmpptest.Options{Users: map[string]string{"": "x"}}, `xmpptest: an account needs a name`},
		{"no password", xmpptest.Options{Users: map[string]string{"a": ""}}, `xmpptest: account a@localhost: sasl: no password`},
		{"component of the server's name", xmpptest.Options{Components: map[string]string{"localhost": "x"}}, `xmpptest: component localhost needs`},
		{"component without secret", xmpptest.Options{Components: map[string]string{"a.localhost": ""}}, `xmpptest: component a.localhost needs`},
		{"mechanism", xmpptest.Options{Mechanisms: []string{"X"}}, `xmpptest: mechanism "X" is not among`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv, err := xmpptest.Start(tt.opt)
			if err == nil {
				srv.Close()
				t.Fatal("started")
			}
			got := err.Error()
			if diff := cmp.Diff(tt.want, got[:min(len(got), len(tt.want))]); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSASLFaults makes the mistakes that a client can make while it logs in (RFC 6120, section 6.5).
func TestSASLFaults(t *testing.T) {
	const sasl = " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
	auth := func(mechanism, text string) string {
		return "<auth" + sasl + " mechanism='" + mechanism + "'>" + text + "</auth>"
	}
	failure := func(condition string) string { return "<failure" + sasl + "><" + condition + "/></failure>" }
	const first = "biwsbj1hbGljZSxyPWFiY2RlZmdo" // n,,n=alice,r=abcdefgh
	tests := []struct{ name, xml, want string }{
		{"aborted", auth("SCRAM-SHA-1", first) + "<abort" + sasl + "/>", failure("aborted")},
		{"no base64", auth("PLAIN", "a b"), failure("incorrect-encoding")},
		{"no base64 in a response", auth("SCRAM-SHA-1", first) + "<response" + sasl + ">%</response>", failure("incorrect-encoding")},
		{"unknown mechanism", auth("X-OWN", ""), failure("invalid-mechanism")},
		{"malformed", auth("PLAIN", "YQ=="), failure("malformed-request")},
		{"wrong proof", auth("SCRAM-SHA-1", first) + "<response" + sasl + ">Yz1iaXdzLHI9YWJjZGVmZ2gscD1hYmM=</response>", failure("not-authorized")},
		{"as somebody else", auth("PLAIN", "Ym9iQGV4YW1wbGUub3JnAGFsaWNlAHdvbmRlcmxhbmQ="), failure("invalid-authzid")},
		{"without initial response", auth("PLAIN", "") + "<response" + sasl + ">AGFsaWNlAHdvbmRlcmxhbmQ=</response>", "<success" + sasl + "/>"},
		{"a stanza", "<presence/>", "<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"},
		{"a stanza for a response", auth("SCRAM-SHA-1", first) + "<presence/>", "<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"},
		{
			"a stanza before binding", auth("PLAIN", "AGFsaWNlAHdvbmRlcmxhbmQ=") + header + "<presence/>",
			"<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>",
		},
		{
			"a bad resource", auth("PLAIN", "AGFsaWNlAHdvbmRlcmxhbmQ=") + header +
				"<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + strings.Repeat("a", 1024) + "</resource></bind></iq>",
			"<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
		},
	}
	srv := start(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := rawTLS(t, srv)
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			write(t, conn, header+tt.xml)
			readUntil(t, conn, tt.want)
		})
	}
}
