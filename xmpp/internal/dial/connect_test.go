package dial

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// to returns a Dial that leads every address to the listener.
func to(l net.Listener) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
	}
}

// connect takes the first connection there is.
func connect(ctx context.Context, d *Dialer, domain string) (conn net.Conn, info Info, err error) {
	err = d.Try(ctx, domain, func(_ context.Context, c net.Conn, i Info) Verdict {
		conn, info = c, i
		return Verdict{}
	})
	return conn, info, err
}

// TestS28_TLSIdentity: for direct TLS and for STARTTLS.
func TestS28_TLSIdentity(t *testing.T) {
	ca := newAuthority(t)
	var self *authority
	tests := []struct {
		name   string
		cert   tls.Certificate
		domain string
		want   string // part of the error, "" is success
	}{
		{"right", ca.leaf(t, nil, "example.org"), "example.org", ""},
		{"one of several", ca.leaf(t, nil, "example.net", "example.org"), "example.org", ""},
		{"wildcard", ca.leaf(t, nil, "*.example.org"), "im.example.org", ""},
		{"A-label", ca.leaf(t, nil, "xn--bcher-kva.example"), "bücher.example", ""},
		{"IP address", ca.leaf(t, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }), "127.0.0.1", ""},
		{"wrong host", ca.leaf(t, nil, "example.net"), "example.org", "not example.org"},
		{"parent domain", ca.leaf(t, nil, "org"), "example.org", "not example.org"},
		{"wildcard over two labels", ca.leaf(t, nil, "*.org"), "im.example.org", "not im.example.org"},
		{"wildcard for its own parent", ca.leaf(t, nil, "*.example.org"), "example.org", "not example.org"},
		{"SRV target", ca.leaf(t, nil, "xmpp.hosting.example"), "example.org", "not example.org"},
		{"expired", ca.leaf(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, "example.org"), "example.org", "expired"},
		{"not yet valid", ca.leaf(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }, "example.org"), "example.org", "not yet valid"},
		{"self-signed", self.leaf(t, nil, "example.org"), "example.org", "unknown authority"},
		{"CN only", ca.leaf(t, func(c *x509.Certificate) { c.Subject.CommonName = "example.org" }), "example.org", "Common Name"},
		{"for clients only", ca.leaf(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, "example.org"), "example.org", "incompatible key usage"},
	}
	for _, tt := range tests {
		l := listen(t, secure(&tls.Config{Certificates: []tls.Certificate{tt.cert}}))
		d := &Dialer{TLS: &tls.Config{RootCAs: ca.roots}, Addr: "xmpp.hosting.example:443", Dial: to(l)}
		check := func(t *testing.T, conn net.Conn, err error) {
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("error %v, want one with %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			greeting, err := io.ReadAll(conn)
			if diff := cmp.Diff("hello", string(greeting)); diff != "" || err != nil {
				t.Errorf("error %v, read (-want +got):\n%s", err, diff)
			}
			_ = conn.Close()
		}
		t.Run(tt.name+", direct TLS", func(t *testing.T) {
			direct := *d
			direct.DirectTLS = true
			conn, _, err := connect(t.Context(), &direct, tt.domain)
			check(t, conn, err)
			if failed, ok := errors.AsType[*Error](err); ok && failed.Temporary() {
				t.Error("a bad certificate counts as temporary")
			}
		})
		t.Run(tt.name+", STARTTLS", func(t *testing.T) {
			conn, _, err := connect(t.Context(), d, tt.domain)
			if err != nil {
				t.Fatal(err)
			}
			secured, err := Upgrade(t.Context(), conn, d.TLS, tt.domain)
			check(t, secured, err)
			if err := conn.SetDeadline(time.Now()); !errors.Is(err, net.ErrClosed) {
				t.Errorf("using the connection: %v, want it closed", err)
			}
		})
	}
}

func TestHello(t *testing.T) {
	ca := newAuthority(t)
	hellos := make(chan *tls.ClientHelloInfo, 1)
	server := &tls.Config{
		Certificates:       []tls.Certificate{ca.leaf(t, nil, "xn--bcher-kva.example")},
		NextProtos:         []string{"h2", "xmpp-client"},
		GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) { hellos <- h; return nil, nil },
	}
	l := listen(t, secure(server))
	tests := []struct {
		name   string
		direct bool
		want   []string
	}{
		{"direct TLS", true, []string{"xmpp-client"}},
		{"STARTTLS", false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &Dialer{
				TLS:  &tls.Config{RootCAs: ca.roots, ServerName: "elsewhere.example", NextProtos: []string{"h2"}},
				Addr: "proxy.example:443", DirectTLS: tt.direct, Dial: to(l),
			}
			conn, info, err := connect(t.Context(), d, "bücher.example")
			if err != nil {
				t.Fatal(err)
			}
			if !tt.direct {
				if conn, err = Upgrade(t.Context(), conn, d.TLS, "bücher.example"); err != nil {
					t.Fatal(err)
				}
			}
			defer func() { _ = conn.Close() }()
			hello := <-hellos
			if diff := cmp.Diff("xn--bcher-kva.example", hello.ServerName); diff != "" {
				t.Errorf("SNI (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, hello.SupportedProtos); diff != "" {
				t.Errorf("ALPN (-want +got):\n%s", diff)
			}
			want := Info{Target: Target{Host: "proxy.example", Port: 443, DirectTLS: tt.direct}, Remote: l.Addr()}
			if diff := cmp.Diff(want.String()+want.Remote.String(), info.String()+info.Remote.String()); diff != "" {
				t.Errorf("Info (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOldTLSRefused(t *testing.T) {
	ca := newAuthority(t)
	l := listen(t, secure(&tls.Config{
		Certificates: []tls.Certificate{ca.leaf(t, nil, "example.org")}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
	}))
	d := &Dialer{TLS: &tls.Config{RootCAs: ca.roots, MinVersion: tls.VersionTLS10}, Addr: "a:443", DirectTLS: true, Dial: to(l)}
	if _, _, err := connect(t.Context(), d, "example.org"); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("error %v, want one about the version", err)
	}
}

func TestTLSConfig(t *testing.T) {
	verify := func(tls.ConnectionState) error { return nil }
	verifyPeer := func([][]byte, [][]*x509.Certificate) error { return nil }
	tests := []struct {
		name    string
		base    *tls.Config
		domain  string
		wantMin uint16
		wantErr string
	}{
		{"no base", nil, "example.org", tls.VersionTLS12, ""},
		{"older allowed", &tls.Config{MinVersion: tls.VersionTLS10}, "example.org", tls.VersionTLS12, ""},
		{"newer demanded", &tls.Config{MinVersion: tls.VersionTLS13}, "example.org", tls.VersionTLS13, ""},
		{"own check of the connection", &tls.Config{InsecureSkipVerify: true, VerifyConnection: verify}, "example.org", tls.VersionTLS12, ""},
		{"own check of the certificate", &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: verifyPeer}, "example.org", tls.VersionTLS12, ""},
		{"no check", &tls.Config{InsecureSkipVerify: true}, "example.org", 0, ErrUnverified.Error()},
		{"nothing new enough", &tls.Config{MaxVersion: tls.VersionTLS11}, "example.org", 0, "older than 1.2"},
		{"no domain", nil, "", 0, "domain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := TLSConfig(tt.base, tt.domain)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("error %v, want one with %q", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.wantMin, cfg.MinVersion); diff != "" {
				t.Errorf("MinVersion (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("example.org", cfg.ServerName); diff != "" {
				t.Errorf("ServerName (-want +got):\n%s", diff)
			}
			if tt.base != nil && tt.base.ServerName != "" {
				t.Error("the base was changed")
			}
		})
	}
}

// TestS28_UncheckedTLSNeverConnects makes sure that the refusal of TLSConfig reaches both users of it, and frees the connection.
func TestS28_UncheckedTLSNeverConnects(t *testing.T) {
	unchecked := &tls.Config{InsecureSkipVerify: true}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	for _, direct := range []bool{true, false} {
		here, there := net.Pipe()
		d := &Dialer{TLS: unchecked, Addr: "a:1", DirectTLS: direct, Dial: func(context.Context, string, string) (net.Conn, error) { return here, nil }}
		conn, _, err := connect(ctx, d, "example.org")
		if !direct && err == nil {
			_, err = Upgrade(ctx, conn, unchecked, "example.org")
		}
		if !errors.Is(err, ErrUnverified) {
			t.Errorf("direct TLS %v: error %v, want %v", direct, err, ErrUnverified)
		}
		if _, err := there.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("direct TLS %v: read %v, want the connection closed", direct, err)
		}
	}
}

// TestS26_UpgradeDropsInjectedBytes: what came behind <proceed/> in the clear stays in the buffer that is thrown away.
func TestS26_UpgradeDropsInjectedBytes(t *testing.T) {
	ca := newAuthority(t)
	cfg := &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, nil, "example.org")}}
	l := listen(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("<proceed/><injected/>"))
		secure(cfg)(conn)
	})
	d := &Dialer{TLS: &tls.Config{RootCAs: ca.roots}, Addr: "a:1", Dial: to(l)}
	conn, _, err := connect(t.Context(), d, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	clear := bufio.NewReader(conn)
	if _, err := clear.ReadString('>'); err != nil {
		t.Fatal(err)
	}
	if _, err := clear.Peek(len("<injected/>")); err != nil {
		t.Fatal(err)
	}
	secured, err := Upgrade(t.Context(), conn, d.TLS, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = secured.Close() }()
	got, err := io.ReadAll(secured)
	if diff := cmp.Diff("hello", string(got)); diff != "" || err != nil {
		t.Errorf("error %v, read (-want +got):\n%s", err, diff)
	}
}

func TestConnectTriesInOrder(t *testing.T) {
	ca := newAuthority(t)
	wrong := listen(t, secure(&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, nil, "example.net")}}))
	right := listen(t, secure(&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, nil, "example.org")}}))
	var tried []string
	d := &Dialer{
		TLS: &tls.Config{RootCAs: ca.roots},
		Resolver: zone{
			direct:   records(srv("wrong.", 1, 10, 0), srv("right.", 2, 30, 0)),
			starttls: records(srv("down.", 3, 20, 0), srv("spare.", 4, 40, 0)),
		},
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			tried = append(tried, network+" "+addr)
			switch addr {
			case "wrong:1":
				return to(wrong)(ctx, network, addr)
			case "right:2":
				return to(right)(ctx, network, addr)
			}
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		},
	}
	conn, info, err := connect(t.Context(), d, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if diff := cmp.Diff([]string{"tcp wrong:1", "tcp down:3", "tcp right:2"}, tried); diff != "" {
		t.Errorf("tried (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("right:2 (direct TLS)", info.String()); diff != "" {
		t.Errorf("connected (-want +got):\n%s", diff)
	}
}

func TestConnectError(t *testing.T) {
	gone := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "a", IsNotFound: true}}
	unanswered := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "a", IsTemporary: true}}
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	two := zone{starttls: records(srv("a.", 1, 1, 0), srv("b.", 2, 2, 0))}
	tests := []struct {
		name                string
		zone                zone
		errs                map[string]error
		notFound, temporary bool
		want                string // parts of the message, in order, separated by "…"
	}{
		{"no such domain", zone{}, map[string]error{"example.org:5222": gone}, true, false, "cannot reach example.org: …example.org:5222: …no such host"},
		{"DNS down", zone{direct: {err: servfail()}, starttls: {err: servfail()}}, map[string]error{"example.org:5222": unanswered}, false, true, "_xmpps-client…; …_xmpp-client…; example.org:5222: "},
		{"SRV unanswered, no address", zone{starttls: {err: servfail()}}, map[string]error{"example.org:5222": gone}, false, true, "_xmpp-client…no such host"},
		{"refused", two, map[string]error{"a:1": refused, "b:2": refused}, false, true, "a:1: …connection refused; b:2: …connection refused"},
		{"targets do not exist", two, map[string]error{"a:1": gone, "b:2": gone}, true, false, "a:1: …b:2: "},
		{"one target does not exist", two, map[string]error{"a:1": gone, "b:2": refused}, false, true, "a:1: …b:2: "},
		{"one service denied, the other unanswered", zone{direct: records(srv(".", 0, 0, 0)), starttls: {err: servfail()}}, nil, false, true, "_xmpp-client…misbehaving"},
		{"service denied", zone{starttls: records(srv(".", 0, 0, 0))}, nil, false, false, "cannot reach example.org: …offers no XMPP service"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &Dialer{Resolver: tt.zone, WebSocket: WebSocketNever, Dial: func(_ context.Context, _, addr string) (net.Conn, error) { return nil, tt.errs[addr] }}
			_, _, err := connect(t.Context(), d, "example.org")
			failed, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("error %v is no *Error", err)
			}
			if failed.NotFound() != tt.notFound || failed.Temporary() != tt.temporary {
				t.Errorf("NotFound %v, Temporary %v, want %v, %v", failed.NotFound(), failed.Temporary(), tt.notFound, tt.temporary)
			}
			rest := err.Error()
			for part := range strings.SplitSeq(tt.want, "…") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Fatalf("error %q lacks %q", err, part)
				}
				rest = after
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q has several lines", err)
			}
		})
	}
}

func TestConnectTimeout(t *testing.T) {
	hang := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	two := zone{direct: records(srv("a.", 1, 1, 0), srv("b.", 2, 2, 0))}
	t.Run("each target has its own", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			_, _, err := connect(t.Context(), &Dialer{Resolver: two, Dial: hang, WebSocket: WebSocketNever}, "example.org")
			if diff := cmp.Diff(2*DefaultTimeout, time.Since(begun)); diff != "" {
				t.Errorf("took (-want +got):\n%s", diff)
			}
			if failed, ok := errors.AsType[*Error](err); !ok || !failed.Temporary() || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want a temporary one", err)
			}
		})
	})
	t.Run("silence in the handshake", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			d := &Dialer{Addr: "a:1", DirectTLS: true, Timeout: time.Second, Dial: func(context.Context, string, string) (net.Conn, error) { return here, nil }}
			begun := time.Now()
			_, _, err := connect(t.Context(), d, "example.org")
			if diff := cmp.Diff(time.Second, time.Since(begun)); diff != "" {
				t.Errorf("took (-want +got):\n%s", diff)
			}
			if err == nil || !strings.Contains(err.Error(), "no answer within 1s") {
				t.Errorf("error %v, want one about the time", err)
			}
			if _, err := there.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("read %v, want the connection closed", err)
			}
		})
	})
	t.Run("the caller gives up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("user gave up"))
			defer cancel()
			_, _, err := connect(ctx, &Dialer{Resolver: two, Dial: hang, WebSocket: WebSocketNever}, "example.org")
			failed, ok := errors.AsType[*Error](err)
			if !ok || len(failed.Attempts) != 1 || !strings.Contains(err.Error(), "user gave up") {
				t.Errorf("error %v, want one attempt and the cause of ctx", err)
			}
		})
	})
	t.Run("STARTTLS handshake", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			here, _ := net.Pipe()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := Upgrade(ctx, here, nil, "example.org"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
			}
		})
	})
}

func TestTLSVersions(t *testing.T) {
	ca := newAuthority(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			cfg := ca.server(t, "example.org")
			cfg.MinVersion, cfg.MaxVersion = version, version
			conn, _, err := connect(t.Context(), ca.dialer(listen(t, secure(cfg)).Addr().String()), "example.org")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if diff := cmp.Diff(tls.VersionName(version), tls.VersionName(conn.(*tls.Conn).ConnectionState().Version)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	ca := newAuthority(t)
	shown := make(chan int, 1)
	cfg := ca.server(t, "example.org")
	cfg.ClientAuth = tls.RequestClientCert
	cfg.VerifyConnection = func(state tls.ConnectionState) error { shown <- len(state.PeerCertificates); return nil }
	d := ca.dialer(listen(t, secure(cfg)).Addr().String())
	d.TLS.Certificates = []tls.Certificate{ca.leaf(t, nil)}
	conn, _, err := connect(t.Context(), d, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if got := <-shown; got != 1 {
		t.Errorf("the server was shown %d certificates, want 1", got)
	}
}

// TestPinning: the user's hook comes after the usual check and not instead of it.
func TestPinning(t *testing.T) {
	ca := newAuthority(t)
	errPin := errors.New("not the pinned key")
	tests := []struct {
		name   string
		cert   string
		hook   error
		called bool
		want   string
	}{
		{"the pinned key", "example.org", nil, true, ""},
		{"another key", "example.org", errPin, true, errPin.Error()},
		{"a wrong name first", "example.net", nil, false, "not example.org"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := ca.dialer(listen(t, secure(ca.server(t, tt.cert))).Addr().String())
			called := false
			d.TLS.VerifyConnection = func(state tls.ConnectionState) error {
				called = len(state.VerifiedChains) > 0
				return tt.hook
			}
			conn, _, err := connect(t.Context(), d, "example.org")
			if conn != nil {
				_ = conn.Close()
			}
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if called != tt.called {
				t.Errorf("hook called with a verified chain: %v, want %v", called, tt.called)
			}
		})
	}
}
