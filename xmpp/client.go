package xmpp

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
)

// Config configures a [Client]. JID and Password, or another way to log in, are needed; every other field's zero value works.
type Config struct {
	// JID is the account. A resource is asked for; leave it out to let the server choose, which saves round trips (XEP-0386). With Anonymous it is the domain.
	JID jid.JID
	// Password is the account's.
	Password string
	// Login has the other ways to log in, and what goes with a login.
	Login Login
	// Features are stream features that the program negotiates itself, beside those of this package; see [Feature] and [Registration].
	Features []Feature

	// Addr is the host:port to connect to, or the wss:// URL of a WebSocket (RFC 7395). Empty means DNS: the SRV records of the domain for direct TLS and STARTTLS
	// (XEP-0368), or else, if there are none, the domain itself at port 5222. The certificate must be the domain's in any case; that of a URL, its host's.
	Addr string
	// DirectTLS says that Addr expects TLS from the first byte.
	DirectTLS bool
	// WebSocket says whether XMPP over WebSocket is used without a URL in Addr; the zero value means where no TCP connection comes about.
	WebSocket WebSocket
	// TLS is the base of the TLS configuration; nil is an empty one. Server name and protocols are set from JID. InsecureSkipVerify is refused without a
	// verifier of its own. VerifyConnection, for pinning, is called after the usual check; for the connections of HTTPS as well, where WebSockets are looked for.
	TLS *tls.Config
	// AllowPlaintext lets the login go on without TLS where the server offers none, and Addr be a ws:// URL. Leave it false: passwords travel readable otherwise.
	AllowPlaintext bool
	// AllowPlain allows the mechanism PLAIN, which shows the password to the server, if nothing better is offered. Only over TLS.
	AllowPlain bool
	// Resolver answers SRV questions; nil is net.DefaultResolver. One with the method LookupNetIP of *net.Resolver is asked for addresses too.
	Resolver interface {
		LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
	}
	// DialContext opens TCP connections, through SOCKS5 or HTTP CONNECT: that of a golang.org/x/net/proxy dialer fits. It is given host names as they are, so that
	// addresses are not looked up here; SRV records are, unless there is an Addr. nil connects directly, to IPv6 and IPv4 side by side (RFC 8305).
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	// Timeout bounds connecting and negotiating together; 0 means 30 s.
	Timeout time.Duration

	// Lang is the default language of what we send (xml:lang of the stream); empty means none.
	Lang string
	// Plugins are set up in order before the stream opens.
	Plugins []Plugin
	// Mux and Bus, if made beforehand, let handlers be added before the stream opens. They serve one session and end with it; nil means new ones.
	Mux *stream.Mux
	Bus *bus.Bus
	// Logger is told what nobody else is; nil is silent. Neither passwords nor bodies are logged.
	Logger *slog.Logger
	// BeforeAuth and Limits bound what the server may send before and after the login; zero fields mean wire.BeforeAuth, with 128 elements, and
	// wire.AfterAuth.
	BeforeAuth, Limits wire.Limits
	// Requests bounds how many IQ requests are answered at a time; 0 means 64.
	Requests int
	// Trace, if set, is called with the bytes of every element read and written, passwords' proofs among them. It must not wait.
	Trace func(dir stream.Direction, b []byte)

	forget bool // log in to have the token invalidated, and for nothing else
}

// Client is a session of an account on its server.
type Client struct {
	*Session
}

const defaultTimeout = 30 * time.Second

// maxOffered bounds the elements of what a server offers before the login. wire.BeforeAuth is made for what clients send; a server that has SASL2 beside SASL1, each
// with all its mechanisms, and FAST and channel bindings, offers more than that.
const maxOffered = 128

// Dial connects, protects the stream with TLS, logs in and binds a resource (RFC 6120), and returns a client whose reader runs. Initial presence is left to the
// caller. ctx bounds Dial only; the session lives until Close or until its connection is lost.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	if cfg.JID.Local() == "" && !cfg.Login.Anonymous {
		return nil, fmt.Errorf("xmpp: %q is no account: it has no localpart", cfg.JID)
	}
	s, err := newSession(base{cfg.Mux, cfg.Bus, cfg.Logger, cfg.Plugins, cfg.JID.Bare(), cfg.Requests}, false)
	if err != nil {
		return nil, err
	}
	st, err := cfg.connect(ctx, s)
	if err != nil {
		s.release()
		return nil, err
	}
	s.account = st.Account // of one who logs in as nobody, known only now
	s.login.Store(result(st))
	if err := st.Result.TokenErr; err != nil {
		s.log.Warn("xmpp: token store", "error", err)
	}
	s.serve(st.Stream, st.Bound, st.Features)
	return &Client{s}, nil
}

// negotiate takes a connection to a bound resource. The state tells how far it came if there is an error.
func (cfg *Config) negotiate(ctx context.Context, s *Session, conn net.Conn, secure bool) (*negotiate.State, error) {
	before := cfg.BeforeAuth
	if before == (wire.Limits{}) {
		before = wire.BeforeAuth()
		before.Elements = maxOffered
	}
	st := stream.New(conn, s.mux, stream.Options{Limits: before, Trace: cfg.Trace})
	state := &negotiate.State{
		Stream:     st,
		Header:     stream.Header{Content: stream.NSClient, From: cfg.JID.Bare(), To: cfg.JID.DomainJID(), Version: "1.0", Lang: cfg.Lang},
		TLS:        cfg.TLS,
		Domain:     cfg.JID.Domain(),
		RequireTLS: !cfg.AllowPlaintext,
		Resource:   cfg.JID.Resource(),
		Account:    cfg.JID.Bare(),
		Limits:     cfg.Limits,
		Secure:     secure,
	}
	cfg.login(state, s.login.Load())
	if err := negotiate.Run(ctx, state, cfg.table(s.mux)); err != nil {
		st.Abort()
		return state, err
	}
	return state, nil
}
