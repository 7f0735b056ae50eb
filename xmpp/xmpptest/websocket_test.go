package xmpptest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// dialWebSocket opens a WebSocket.
func dialWebSocket(t *testing.T, srv *xmpptest.Server, protocols ...string) *websocket.Conn {
	t.Helper()
	client := srv.HTTPClient()
	t.Cleanup(client.CloseIdleConnections)
	ws, _, err := websocket.Dial(within(t), srv.WebSocketURL(), &websocket.DialOptions{HTTPClient: client, Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// TestWebSocket follows RFC 7395, section 3: each message is an element that needs no other.
func TestWebSocket(t *testing.T) {
	srv := start(t, nil)
	ws := dialWebSocket(t, srv, "xmpp")
	const (
		open     = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'"
		features = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
	)
	steps := []struct {
		send string
		want []string // what the messages begin with that come then
	}{
		{open + " to='example.org' version='1.0'/>", []string{open, features}},
		{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNlAHdvbmRlcmxhbmQ=</auth>", []string{"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"}},
		{open + " to='example.org' version='1.0'/>", []string{open, features}},
		{"<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>web</resource></bind></iq>", []string{"<iq xmlns='jabber:client'"}},
		{"<message xmlns='jabber:client' to='alice@example.org/web' id='m'><x xmlns='urn:x' a='>'/><body>&lt;hi/&gt;</body></message>", []string{"<message xmlns='jabber:client'"}},
		{"<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", []string{"<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"}},
	}
	var last string
	for _, s := range steps {
		if err := ws.Write(within(t), websocket.MessageText, []byte(s.send)); err != nil {
			t.Fatal(err)
		}
		for _, want := range s.want {
			kind, got, err := ws.Read(within(t))
			if err != nil || kind != websocket.MessageText {
				t.Fatalf("after %s: %v, %v", s.send, kind, err)
			}
			if !strings.HasPrefix(string(got), want) {
				t.Errorf("after %s: received %s, want %s", s.send, got, want)
			}
			if strings.HasPrefix(want, "<message") {
				last = string(got)
			}
		}
	}
	for _, want := range []string{"from='alice@example.org/web'", "<body>&lt;hi/&gt;</body>", "</message>"} {
		if !strings.Contains(last, want) {
			t.Errorf("message %s lacks %s", last, want)
		}
	}
}

func TestWebSocketRefuses(t *testing.T) {
	const open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org' version='1.0'/>"
	tests := []struct{ name, send string }{
		{"a stream as over TCP", "<?xml version='1.0'?><stream:stream to='example.org' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"},
		{"two elements", open + open},
		{"a part of one", "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org'"},
		{"another element of framing", "<reset xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ws := dialWebSocket(t, start(t, nil), "xmpp")
			if err := ws.Write(within(t), websocket.MessageText, []byte(tt.send)); err != nil {
				t.Fatal(err)
			}
			for {
				_, got, err := ws.Read(within(t))
				if err != nil {
					break
				}
				if strings.Contains(string(got), "features") {
					t.Fatalf("was offered %s", got)
				}
			}
		})
	}
}

func TestWebSocketWithoutSubprotocol(t *testing.T) {
	ws := dialWebSocket(t, start(t, nil))
	_, _, err := ws.Read(within(t))
	if websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("read: %v, want the subprotocol to be missed", err)
	}
}

// TestWebSocketEndsWithServer leaves a WebSocket open that nobody has logged in on.
func TestWebSocketEndsWithServer(t *testing.T) {
	srv, err := xmpptest.Start(xmpptest.Options{Domain: "example.org"})
	if err != nil {
		t.Fatal(err)
	}
	ws := dialWebSocket(t, srv, "xmpp")
	done := make(chan struct{})
	go func() { // ends with the server; waited for below
		defer close(done)
		srv.Close()
	}()
	if _, _, err := ws.Read(context.WithoutCancel(t.Context())); err != nil {
		t.Logf("read: %v", err) // a stream error, or no more than the end
	}
	_ = ws.CloseNow()
	<-done
}
