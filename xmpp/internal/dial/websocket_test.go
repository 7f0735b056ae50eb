package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// endpoint is a WebSocket at /ws of an HTTPS server for example.org. Each connection is served by talk.
func endpoint(t *testing.T, protocols []string, talk func(context.Context, *websocket.Conn)) *Dialer {
	t.Helper()
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	mux := http.NewServeMux()
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		serving.Add(1)
		defer serving.Done()
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: protocols})
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = ws.CloseNow() }()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		talk(ctx, ws)
	})
	mux.Handle("/moved", http.RedirectHandler("/ws", http.StatusFound))
	mux.Handle("/", files{jsonAt: `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://example.org/ws"}]}`})
	d := web(t, mux, "example.org")
	d.Addr = "wss://example.org/ws"
	return d
}

// script sends each message that begins with ">", and expects each that begins with "<".
func script(t *testing.T, lines ...string) func(context.Context, *websocket.Conn) {
	return func(ctx context.Context, ws *websocket.Conn) {
		for _, line := range lines {
			if msg, ok := strings.CutPrefix(line, "> "); ok {
				if err := ws.Write(ctx, websocket.MessageText, []byte(msg)); err != nil {
					t.Errorf("sending %s: %v", msg, err)
				}
				continue
			}
			kind, got, err := ws.Read(ctx)
			if diff := cmp.Diff(strings.TrimPrefix(line, "< "), string(got)); diff != "" || err != nil || kind != websocket.MessageText {
				t.Errorf("error %v, %v message (-want +got):\n%s", err, kind, diff)
				return
			}
		}
		_, _, err := ws.Read(ctx)
		if code := websocket.CloseStatus(err); code != websocket.StatusNormalClosure {
			t.Errorf("the WebSocket ended with %v, want a normal closure", err)
		}
	}
}

const (
	openFrame  = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='example.org' id='s1' version='1.0'/>"
	closeFrame = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"
	features   = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>"
)

// TestWebSocketStream runs a stream over a WebSocket: headers, a restart, stanzas, the end.
func TestWebSocketStream(t *testing.T) {
	const ourOpen = "< <open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org' version='1.0'/>"
	d := endpoint(t, []string{"xmpp"}, script(t,
		ourOpen,
		"> "+openFrame, "> "+features,
		ourOpen,
		"> "+strings.Replace(openFrame, "s1", "s2", 1), "> "+features,
		"< <message xmlns='jabber:client' to='bob@example.org'><body>one &amp; two</body></message>",
		"< <presence xmlns='jabber:client'/>",
		"> <message xmlns='jabber:client' from='bob@example.org'><body>three</body></message>",
		"< "+closeFrame,
		"> "+closeFrame,
	))
	conn, info, err := connect(t.Context(), d, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	if !info.Secure() || !IsWebSocket(conn) || !conn.(interface{ ConnectionState() tls.ConnectionState }).ConnectionState().HandshakeComplete {
		t.Errorf("%v is not shown as protected", info)
	}
	mux := stream.NewMux(stream.Config{})
	if err := mux.Registry().Add(stanza.Elements...); err != nil {
		t.Fatal(err)
	}
	st := stream.New(conn, mux, stream.Options{Limits: wire.BeforeAuth()})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, id := range []string{"s1", "s2"} {
		peer, err := st.Open(ctx, stream.Header{To: jid.MustParse("example.org"), Version: "1.0"})
		if err != nil || peer.ID != id {
			t.Fatalf("peer %+v, error %v, want id %s", peer, err, id)
		}
		if _, err := st.Next(ctx); err != nil {
			t.Fatal(err)
		}
		if id == "s1" {
			if err := st.Restart(ctx, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := &stanza.Message{To: jid.MustParse("bob@example.org"), Body: []stanza.Body{{Text: "one & two"}}}
	if err := errors.Join(st.Send(ctx, m), st.Send(ctx, &stanza.Presence{})); err != nil {
		t.Fatal(err)
	}
	el, err := st.Next(ctx)
	if got, ok := el.(*stanza.Message); !ok || len(got.Body) != 1 || got.Body[0].Text != "three" {
		t.Errorf("received %v, error %v", el, err)
	}
	ended := make(chan error, 1)
	go func() { _, err := st.Next(ctx); ended <- err }() // ends with the stream; waited for below
	if err := st.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, stream.ErrClosed) {
		t.Errorf("the stream ended with %v", err)
	}
}

// TestWebSocketReads: what of a server's messages reaches the stream.
func TestWebSocketReads(t *testing.T) {
	const header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s1' version='1.0'>"
	long := "<message xmlns='jabber:client'><body>" + strings.Repeat("long ", 40_000) + "</body></message>"
	tests := []struct {
		name     string
		messages []string
		want     string
		err      error
	}{
		{"one by one", []string{openFrame, "<presence/>", "<message> <body/>\n</message>"}, header + "<presence/><message> <body/>\n</message>", nil},
		{"closed", []string{openFrame, closeFrame, "<presence/>"}, header + "</stream:stream>", nil},
		{"a long one", []string{long}, long, nil},
		{"white space behind", []string{"<presence/>\n"}, "<presence/>\n", nil},
		{"two elements", []string{"<presence/><presence/>"}, "", errFrame},
		{"a part of one", []string{"<message>", "</message>"}, "<message>", errFrame},
		{"text", []string{"presence"}, "", errFrame},
		{"white space alone", []string{" "}, "", errFrame},
		{"white space first", []string{" <presence/>"}, "", errFrame},
		{"nothing", []string{""}, "", errFrame},
		{"an end of the stream in the old way", []string{openFrame, "</stream:stream>"}, header, errFrame},
		{"a beginning in the old way", []string{header}, "", errFrame},
		{"a large frame", []string{"<open a='" + strings.Repeat("a", maxFrame) + "'/>"}, "", errFrame},
		{"open of another namespace", []string{"<open xmlns='jabber:client'/>"}, "", errFrame},
		{"binary data", []string{"\x00"}, "", errFrame},
		{"gone without a word", []string{openFrame, "gone"}, header, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := endpoint(t, []string{"xmpp"}, func(ctx context.Context, ws *websocket.Conn) {
				for _, m := range tt.messages {
					switch m {
					case "\x00":
						_ = ws.Write(ctx, websocket.MessageBinary, []byte("<presence/>"))
					case "gone":
						return
					default:
						_ = ws.Write(ctx, websocket.MessageText, []byte(m))
					}
				}
				_ = ws.Close(websocket.StatusNormalClosure, "")
			})
			conn, _, err := connect(t.Context(), d, "example.org")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			got, err := io.ReadAll(conn)
			if tt.err == nil && !strings.Contains(tt.want, "</stream:stream>") {
				tt.err = io.ErrUnexpectedEOF // which is how the server leaves
			}
			if tt.err != nil && !errors.Is(err, tt.err) || tt.err == nil && err != nil {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWebSocketRefused: what is no WebSocket for XMPP.
func TestWebSocketRefused(t *testing.T) {
	quiet := func(ctx context.Context, ws *websocket.Conn) { _, _, _ = ws.Read(ctx) }
	tests := []struct {
		name      string
		protocols []string
		path      string
		want      string
	}{
		{"no subprotocol", nil, "/ws", "does not speak XMPP"},
		{"another path", []string{"xmpp"}, "/other", "404"},
		{"a redirect", []string{"xmpp"}, "/moved", "302"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := endpoint(t, tt.protocols, quiet)
			d.Addr = "wss://example.org" + tt.path
			_, _, err := connect(t.Context(), d, "example.org")
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "WebSocket") {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestS28_WebSocketIdentity: the certificate must be that of the URL's host.
func TestS28_WebSocketIdentity(t *testing.T) {
	d := endpoint(t, []string{"xmpp"}, func(context.Context, *websocket.Conn) { t.Error("the handshake came to an end") })
	d.Addr = "wss://example.net/ws"
	_, _, err := connect(t.Context(), d, "example.org")
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		t.Errorf("error %v, want one about the certificate", err)
	}
}

// TestFallback: when WebSocket is resorted to.
func TestFallback(t *testing.T) {
	ca := newAuthority(t)
	tests := []struct {
		name   string
		change func(*Dialer)
		want   string // what is connected to, or part of the error
	}{
		{"TCP is refused", func(*Dialer) {}, "wss://example.org/ws"},
		{"the names of the records do not exist", func(d *Dialer) { d.Resolver = zone{starttls: records(srv("gone.", 5222, 0, 0))} }, "wss://example.org/ws"},
		{"nothing else is wanted", func(d *Dialer) {
			d.WebSocket = WebSocketOnly
			d.Resolver = zone{starttls: {err: errors.New("SRV was asked for")}}
		}, "wss://example.org/ws"},
		{"never", func(d *Dialer) { d.WebSocket = WebSocketNever }, "connection refused"},
		{"the user said where to go", func(d *Dialer) { d.Addr = "example.org:5222" }, "connection refused"},
		{"the service is denied", func(d *Dialer) { d.Resolver = zone{starttls: records(srv(".", 0, 0, 0))} }, "offers no XMPP service"},
		{"a server was there, and not the right one", func(d *Dialer) {
			l := listen(t, secure(ca.server(t, "example.net")))
			d.Resolver, d.Dial = zone{direct: records(srv("xmpp.", 1, 0, 0))}, to(l)
		}, "TLS with"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := endpoint(t, []string{"xmpp"}, func(ctx context.Context, ws *websocket.Conn) { _, _, _ = ws.Read(ctx) })
			d.Addr = ""
			tt.change(d)
			conn, info, err := connect(t.Context(), d, "example.org")
			got := fmt.Sprint(info, err)
			if err == nil {
				_ = conn.Close()
				got = info.String()
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("%s, want %q", got, tt.want)
			}
		})
	}
}

// TestWebSocketSeeOther: a server sends us on, and only to where it is as safe (RFC 7395, 3.6.1).
func TestWebSocketSeeOther(t *testing.T) {
	for _, tt := range []struct{ name, uri, want string }{
		{"wss", "wss://example.org/ws", ""},
		{"ws", "ws://example.org/ws", "WebSocket without TLS"},
		{"host", "example.org:5222", "no URL of a WebSocket"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var calls atomic.Int32
			d := endpoint(t, []string{"xmpp"}, func(ctx context.Context, ws *websocket.Conn) {
				_, _, _ = ws.Read(ctx)
				msg := fmt.Sprintf("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='%s'/>", tt.uri)
				if calls.Add(1) > 1 {
					msg = openFrame
				}
				_ = ws.Write(ctx, websocket.MessageText, []byte(msg))
				_, _, _ = ws.Read(ctx)
			})
			err := d.Try(t.Context(), "example.org", func(ctx context.Context, conn net.Conn, info Info) Verdict {
				st := stream.New(conn, stream.NewMux(stream.Config{}), stream.Options{})
				defer st.Abort()
				_, err := st.Open(ctx, stream.Header{To: jid.MustParse("example.org"), Version: "1.0"})
				if err == nil && calls.Load() == 1 {
					_, err = st.Next(ctx)
				}
				if e, ok := errors.AsType[*stream.Error](err); ok && e.Condition == streamerrors.ConditionSeeOtherHost {
					return Verdict{Err: err, Other: e.OtherHost, Secure: info.Secure()}
				}
				return Verdict{Err: err}
			})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestWebSocketEnds: reading ends with the deadline, and closing waits for nobody long.
func TestWebSocketEnds(t *testing.T) {
	d := endpoint(t, []string{"xmpp"}, func(ctx context.Context, ws *websocket.Conn) {
		_, _, _ = ws.Read(ctx) // <close/>, and then silence
		<-t.Context().Done()
	})
	conn, _, err := connect(t.Context(), d, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := conn.Read(make([]byte, 1)); done <- err }() // ends with Close; waited for below
	if _, err := conn.Write([]byte("</stream:stream>")); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	meddler := make(chan struct{})
	go func() { // ends when the connection is closed; waited for below. It does what a stream does when a ctx has ended.
		defer close(meddler)
		for tick := time.Tick(10 * time.Millisecond); ; {
			select {
			case <-tick:
				_ = conn.SetReadDeadline(time.Time{})
			case <-closed:
				return
			}
		}
	}()
	begun := time.Now()
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	close(closed)
	<-meddler
	if took := time.Since(begun); took > 3*lastWords {
		t.Errorf("closing took %v", took)
	}
	if err := <-done; err == nil {
		t.Error("reading did not end")
	}
	if err := conn.SetDeadline(time.Time{}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a deadline after Close: %v", err)
	}
}
