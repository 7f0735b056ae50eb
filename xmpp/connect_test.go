package xmpp_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// sendsAway is a server that sends every client to another address before it has logged in (RFC 6120, section 4.9.3.19).
func sendsAway(t *testing.T, l net.Listener, to string) {
	t.Helper()
	done := make(chan struct{})
	go func() { // ends when the listener is closed; waited for in Cleanup
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			r := bufio.NewReader(conn)
			for range 2 { // the XML declaration and the header
				_, _ = r.ReadString('>')
			}
			_, _ = fmt.Fprintf(conn, "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='example.com' id='1' version='1.0'>"+
				"<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>%s</see-other-host></stream:error></stream:stream>", to)
			_, _ = r.ReadString('\x00') // until the client has gone
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
}

// TestS34_SeeOtherHost: a server that has shown over TLS to be the domain's may send its clients on; anybody else may not.
func TestS34_SeeOtherHost(t *testing.T) {
	srv := xmpptest.NewServer(t, xmpptest.Options{Domain: "example.com", Users: map[string]string{"a": "x"}})
	certs := httptest.NewTLSServer(nil) // whose certificate is for example.com
	t.Cleanup(certs.Close)
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	protected := tls.NewListener(listen(), &tls.Config{Certificates: certs.TLS.Certificates})
	open := listen()
	sendsAway(t, protected, srv.DirectTLSAddr())
	sendsAway(t, open, srv.Addr())

	cfg := srv.Config("a")
	cfg.TLS.RootCAs.AddCert(certs.Certificate())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	cfg.Addr, cfg.DirectTLS = protected.Addr().String(), true
	c, err := xmpp.Dial(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close(ctx)

	cfg.Addr, cfg.DirectTLS = open.Addr().String(), false
	_, err = xmpp.Dial(ctx, cfg)
	if err == nil || !strings.Contains(err.Error(), "sent elsewhere by a server that has not shown who it is") {
		t.Errorf("before TLS: error %v, want a refusal to go", err)
	}
	if e, ok := errors.AsType[*stream.Error](err); !ok || e.Condition != streamerrors.ConditionSeeOtherHost || e.OtherHost != srv.Addr() {
		t.Errorf("before TLS: error %v, want the stream error too", err)
	}
}
