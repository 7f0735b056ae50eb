package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// web is an HTTPS server that every name leads to, and its certificate's authority.
func web(t *testing.T, handler http.Handler, names ...string) *Dialer {
	t.Helper()
	ca := newAuthority(t)
	srv := httptest.NewUnstartedServer(handler)
	srv.TLS = ca.server(t, names...)
	srv.Config.ErrorLog = silent()
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return &Dialer{
		TLS: &tls.Config{RootCAs: ca.roots}, Resolver: zone{},
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if !strings.HasSuffix(addr, ":443") {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
		},
	}
}

// files serves host-meta.
type files map[string]string

func (f files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := f[r.Host+r.URL.Path]
	if to, moved := strings.CutPrefix(body, "-> "); moved {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write([]byte(body))
}

const (
	jsonAt = "example.org/.well-known/host-meta.json"
	xmlAt  = "example.org/.well-known/host-meta"
	xrd    = `<?xml version='1.0' encoding='utf-8'?>
<!-- written by hand --><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>
  <Link rel="urn:xmpp:alt-connections:xbosh" href="https://web.example.org/bosh"/>
  <Link rel="urn:xmpp:alt-connections:websocket" href="wss://xml.example.org/ws"/></XRD>`
	jrd = `{"links":[{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://web.example.org/bosh"},
 {"rel":"urn:xmpp:alt-connections:websocket","href":"wss://json.example.org:5281/ws"}], "subject": "x"}`
)

// TestS35_HostMeta: where a WebSocket is comes from the domain itself, over HTTPS, and is itself secure.
func TestS35_HostMeta(t *testing.T) {
	link := func(href string) string {
		return `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"` + href + `"}]}`
	}
	tests := []struct {
		name  string
		files files
		want  []string
		errs  string
	}{
		{"JSON", files{jsonAt: jrd, xmlAt: xrd}, []string{"wss://json.example.org:5281/ws"}, ""},
		{"XML", files{xmlAt: xrd}, []string{"wss://xml.example.org/ws"}, ""},
		{"bad JSON", files{jsonAt: "{", xmlAt: xrd}, []string{"wss://xml.example.org/ws"}, ""},
		{"JSON without one", files{jsonAt: `{"links":[]}`, xmlAt: xrd}, []string{"wss://xml.example.org/ws"}, ""},
		{"elsewhere, by HTTPS", files{xmlAt: "-> https://www.example.org/hm", "www.example.org/hm": xrd}, []string{"wss://xml.example.org/ws"}, ""},
		{"none", files{}, nil, "404 Not Found"},
		{"ws", files{jsonAt: link("ws://example.org/ws")}, nil, "WebSocket without TLS"},
		{"http", files{jsonAt: link("http://example.org/ws")}, nil, "WebSocket without TLS"},
		{"another scheme", files{jsonAt: link("javascript:alert(1)")}, nil, "no URL of a WebSocket"},
		{"credentials in it", files{jsonAt: link("wss://user:pass@example.org/ws")}, nil, "no URL of a WebSocket"},
		{"no host", files{jsonAt: link("wss:///ws")}, nil, "domain"},
		{"bad port", files{jsonAt: link("wss://example.org:99999/ws")}, nil, "no URL of a WebSocket"},
		{"long", files{jsonAt: link("wss://example.org/" + strings.Repeat("a", maxURL))}, nil, "no URL of a WebSocket"},
		{"another namespace", files{xmlAt: strings.ReplaceAll(xrd, "xrd-1.0", "xrd-2.0")}, nil, "XRD"},
		{"large", files{xmlAt: xrd + strings.Repeat(" ", maxHostMeta)}, nil, "more than 65536 bytes"},
		{"elsewhere, by HTTP", files{xmlAt: "-> http://example.org/hm", "example.org/hm": xrd}, nil, "HTTP without TLS"},
		{"round in circles", files{xmlAt: "-> https://example.org/.well-known/host-meta"}, nil, "too many redirects"},
		{"a host that is not in the certificate", files{xmlAt: "-> https://evil.example/hm", "evil.example/hm": xrd}, nil, "not evil.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := web(t, tt.files, "example.org", "www.example.org")
			d.WebSocket = WebSocketOnly
			plan, err := d.Plan(t.Context(), "example.org")
			if tt.errs != "" {
				if err == nil || !strings.Contains(err.Error(), tt.errs) {
					t.Fatalf("error %v, want one with %q", err, tt.errs)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, names(plan.Targets)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestS35_HostMetaCertificate: somebody else's server does not say where the domain's WebSocket is.
func TestS35_HostMetaCertificate(t *testing.T) {
	d := web(t, files{jsonAt: jrd, xmlAt: xrd}, "example.net")
	d.WebSocket = WebSocketOnly
	plan, err := d.Plan(t.Context(), "example.org")
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		t.Errorf("%v, error %v, want one about the certificate", plan, err)
	}
}

// TestS35_Cleartext: nothing makes the HTTP client speak without TLS, but a ws:// URL that the user has given and permitted.
func TestS35_Cleartext(t *testing.T) {
	tests := []struct {
		name string
		d    Dialer
		want error
	}{
		{"not wanted", Dialer{}, errCleartext},
		{"permitted, not given", Dialer{Plaintext: true, Addr: "example.org:5280"}, errCleartext},
		{"given, not permitted", Dialer{Addr: "ws://example.org:5280/"}, errCleartext},
		{"both", Dialer{Addr: "ws://example.org:5280/", Plaintext: true}, syscall.ECONNREFUSED},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.d.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
			if _, err := tt.d.cleartext(t.Context(), "example.org:5280"); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestPlanWebSocket(t *testing.T) {
	tests := []struct {
		name, addr string
		plaintext  bool
		want       string // "" is an error
	}{
		{"wss", "wss://example.org/ws", false, "wss://example.org/ws"},
		{"IPv6", "wss://[::1]:5281/ws", false, "wss://[::1]:5281/ws"},
		{"ws permitted", "ws://127.0.0.1:5280/ws", true, "ws://127.0.0.1:5280/ws"},
		{"ws not permitted", "ws://127.0.0.1:5280/ws", false, ""},
		{"https", "https://example.org/ws", false, ""},
		{"http permitted is still no WebSocket", "http://example.org/ws", true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := (&Dialer{Addr: tt.addr, Plaintext: tt.plaintext}).Plan(t.Context(), "example.org")
			if (err != nil) != (tt.want == "") {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(names(plan.Targets), " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
