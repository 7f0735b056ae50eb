package xmpptest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/gen/bind"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/starttls"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// script is a server that does not do what a server should.
type script func(ctx context.Context, l *login) error

// dialScript logs alice in to a script and returns all that the client has sent, and what came of it.
func dialScript(t *testing.T, cfg xmpp.Config, run script) (sent string, client error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var heard strings.Builder
	done := make(chan struct{})
	cfg.JID, cfg.Password, cfg.Addr = jid.MustParse("alice@example.org/desk"), "wonderland", "example.org:5222"
	cfg.DialContext = func(context.Context, string, string) (net.Conn, error) {
		near, far := connection(t)
		l := scripted(t, far, &heard)
		go func() { // ends when the client closes the connection; waited for below
			err := run(ctx, l)
			for err == nil {
				_, err = l.st.Next(ctx)
			}
			l.st.Abort()
			close(done)
		}()
		return near, nil
	}
	c, client := xmpp.Dial(ctx, cfg)
	if client == nil {
		closing, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_ = c.Close(closing) // a script need not answer
	}
	<-done
	return heard.String(), client
}

// scripted returns the server's side of a connection, on which every user has alice's password. heard gets what the client sends.
func scripted(t *testing.T, conn net.Conn, heard *strings.Builder) *login {
	t.Helper()
	creds, err := sasl.NewAccount("wonderland", iterations)
	if err != nil {
		t.Fatal(err)
	}
	mux, err := newMux()
	if err != nil {
		t.Fatal(err)
	}
	st := stream.New(conn, mux, stream.Options{Trace: func(dir stream.Direction, b []byte) {
		if dir == stream.In {
			heard.Write(b)
		}
	}})
	return &login{
		st: st, domain: jid.MustParse("example.org"), mechanisms: []string{sasl.ScramSHA1, sasl.Plain},
		sasl: sasl.NewServer("example.org", func(string) (sasl.Account, bool) { return creds, true }),
	}
}

// connection returns the two ends of a connection. A pipe would not do: the ends of a handshake that fails may write at the same time.
func connection(t *testing.T) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return near, far
}

// bindAs answers the request for a resource.
func bindAs(ctx context.Context, l *login, full string) error {
	iq, _, err := l.bindRequest(ctx)
	if err != nil {
		return err
	}
	reply := &stanza.IQ{ID: iq.ID, Type: stanza.IQResult, Any: []wire.Element{&bind.Bind{JID: jid.MustParse(full)}}}
	return l.st.Send(ctx, reply)
}

func TestS26InjectionBehindProceed(t *testing.T) {
	ca, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	serverTLS, _, err := newTLS(ca, "example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	inject := "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + stream.NSStreams + "' version='1.0'>" +
		"<stream:features><mechanisms xmlns='" + gensasl.NS + "'><mechanism>PLAIN</mechanism></mechanisms></stream:features>"
	sent, got := dialScript(t, xmpp.Config{TLS: &tls.Config{RootCAs: roots}, AllowPlain: true}, func(ctx context.Context, l *login) error {
		if err := l.open(ctx, &starttls.StartTLS{Required: true}); err != nil {
			return err
		}
		if _, err := l.st.Next(ctx); err != nil {
			return err
		}
		if err := l.st.Flush(ctx); err != nil {
			return err
		}
		if _, err := l.st.Conn().Write([]byte("<proceed xmlns='" + starttls.NS + "'/>" + inject)); err != nil {
			return err
		}
		conn := tls.Server(l.st.Conn(), serverTLS)
		if err := conn.HandshakeContext(ctx); err != nil {
			return err
		}
		l.secure = true
		if err := l.st.Restart(ctx, conn); err != nil {
			return err
		}
		if _, err := l.run(ctx); err != nil {
			return err
		}
		return bindAs(ctx, l, "alice@example.org/desk")
	})
	if got != nil {
		t.Errorf("login: %v; want what was injected to be dropped", got)
	}
	if strings.Contains(sent, "PLAIN") {
		t.Errorf("the client has believed what was injected: %s", sent)
	}
}

func TestS28CertificateOfAnotherDomain(t *testing.T) {
	ca, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	otherTLS, _, err := newTLS(ca, "example.net", nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	sent, got := dialScript(t, xmpp.Config{TLS: &tls.Config{RootCAs: roots}}, func(ctx context.Context, l *login) error {
		l.tls = otherTLS
		_, err := l.run(ctx)
		return err
	})
	if _, ok := errors.AsType[*tls.CertificateVerificationError](got); !ok {
		t.Errorf("login: %v, want a certificate that is refused", got)
	}
	if strings.Contains(sent, "<auth") {
		t.Errorf("logged in to somebody else: %s", sent)
	}
}

func TestS27NoStartTLSOffered(t *testing.T) {
	sent, got := dialScript(t, xmpp.Config{AllowPlain: true}, func(ctx context.Context, l *login) error {
		return l.open(ctx, &gensasl.Mechanisms{Mechanism: []string{sasl.Plain, sasl.ScramSHA1}})
	})
	if !errors.Is(got, xmpp.ErrNoTLS) {
		t.Errorf("login: %v, want %v", got, xmpp.ErrNoTLS)
	}
	if strings.Contains(sent, "from=") {
		t.Errorf("the client has said who it is before anybody was kept from reading it: %s", sent)
	}
	if strings.Contains(sent, "<auth") {
		t.Errorf("logged in without TLS: %s", sent)
	}
}

func TestS30SuccessWithoutSignature(t *testing.T) {
	signature := sasl.Encode([]byte("v=" + strings.Repeat("A", 27) + "="))
	tests := []struct {
		name      string
		challenge bool // let the client prove itself first
		success   string
	}{
		{"before the challenge", false, ""},
		{"without signature", true, ""},
		{"with an empty one", true, "="},
		{"with a wrong one", true, signature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bound := false
			_, got := dialScript(t, xmpp.Config{AllowPlaintext: true}, func(ctx context.Context, l *login) error {
				if err := l.open(ctx, l.mechanismsFeature()); err != nil {
					return err
				}
				if err := claimSuccess(ctx, l, tt.challenge, tt.success); err != nil {
					return err
				}
				err := errors.Join(l.st.Restart(ctx, nil), l.open(ctx, &bind.Bind{}))
				bound = err == nil
				return err
			})
			if got == nil || bound {
				t.Errorf("login: %v, stream restarted: %v; want the server's success not to be believed", got, bound)
			}
		})
	}
}

// claimSuccess says that the client is logged in without knowing its password.
func claimSuccess(ctx context.Context, l *login, challenge bool, success string) error {
	el, err := l.st.Next(ctx)
	if err != nil {
		return err
	}
	auth, ok := el.(*gensasl.Auth)
	if !ok {
		return errBeforeLogin
	}
	if challenge {
		x, err := l.sasl.Begin(auth.Mechanism, sasl.Conn{})
		if err != nil {
			return err
		}
		first, err := sasl.Decode(auth.Text)
		if err != nil {
			return err
		}
		data, _, err := x.Step(first)
		if err != nil {
			return err
		}
		if err := l.st.Send(ctx, &gensasl.Challenge{Text: sasl.Encode(data)}); err != nil {
			return err
		}
		if _, err := l.response(ctx); err != nil {
			return err
		}
	}
	return l.st.Send(ctx, &gensasl.Success{Text: success})
}

func TestS50WrongJIDBound(t *testing.T) {
	tests := []struct {
		bound string
		ok    bool
	}{
		{"alice@example.org/desk", true},
		{"alice@example.org/another", true}, // the server may choose (RFC 6120, section 7.7.2.2)
		{"bob@example.org/desk", false},
		{"alice@example.net/desk", false},
		{"alice@example.org", false},
		{"example.org/desk", false},
	}
	for _, tt := range tests {
		t.Run(tt.bound, func(t *testing.T) {
			_, got := dialScript(t, xmpp.Config{AllowPlaintext: true}, func(ctx context.Context, l *login) error {
				if _, err := l.run(ctx); err != nil {
					return err
				}
				return bindAs(ctx, l, tt.bound)
			})
			if (got == nil) != tt.ok {
				t.Errorf("login: %v, want success: %v", got, tt.ok)
			}
		})
	}
}

// TestFeaturesWithoutLogin is a server that offers stanzas to whom it does not know.
func TestFeaturesWithoutLogin(t *testing.T) {
	sent, got := dialScript(t, xmpp.Config{AllowPlaintext: true}, func(ctx context.Context, l *login) error {
		if err := l.open(ctx, &bind.Bind{}); err != nil {
			return err
		}
		return l.st.Send(ctx, &streams.Features{})
	})
	if got == nil || strings.Contains(sent, "<iq") {
		t.Errorf("login: %v, sent %s; want no login without SASL", got, sent)
	}
}
