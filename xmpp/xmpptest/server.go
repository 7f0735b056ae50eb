package xmpptest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stanzakit/stanzakit/gen/blocking"
	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/component"
	"github.com/stanzakit/stanzakit/gen/csi0"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/httpupload0"
	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/mucadmin"
	"github.com/stanzakit/stanzakit/gen/mucowner"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/private"
	"github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsubowner"
	"github.com/stanzakit/stanzakit/gen/register"
	"github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// NOTE. One goroutine reads each connection (conn.go). It logs the peer in (login.go, component.go) and then handles its stanzas one by one; each is a turn
// (turn.go), which holds the server's lock while it changes state and puts what is to be sent into the outboxes of those it is for. A second goroutine of
// each connection empties its outbox (outbox.go), so nobody holds the lock while somebody is slow.

// Server is an XMPP server for one domain, in memory and on the loopback. Its methods may be called by any goroutine.
type Server struct {
	opt              settings
	ca               *authority
	starttls, direct *tls.Config
	leaf             *x509.Certificate // the server's own
	login            *sasl.Server
	mux              *stream.Mux // for its registry: the types that the server reads
	listeners        [3]net.Listener
	ctx              context.Context // ends when the server does
	stop             context.CancelCauseFunc
	http             *http.Server   // WebSockets and files
	httpAddr         string         // where it listens
	host             string         // of its URLs: the domain, for which the certificate is, and the port
	requests         sync.WaitGroup // its connections and WebSockets
	files            files          // with a lock of their own
	running          sync.WaitGroup // everything that was started

	bad atomic.Pointer[tls.Certificate] // shown instead of the good one

	mu         sync.Mutex           // guards what follows, and what accounts and bound connections say it guards
	accounts   map[string]*account  // by localpart
	components map[string]*conn     // connected ones, by domain
	services   map[string]service   // by domain; which there are does not change
	impostors  map[jid.JID]impostor // who answers for addresses that are nobody's (Link.SpoofCaps)
	conns      int                  // so far
	tokens     map[holder]*tokens   // of FAST
	versions   string               // begins the versions of rosters, so that those of another server mean nothing here
}

// The listeners.
const (
	onSTARTTLS = iota
	onDirectTLS
	onComponent
)

// NewServer starts a server that is closed when the test ends.
func NewServer(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server, on free ports of the loopback: one for clients that use STARTTLS (RFC 6120), one for direct TLS (XEP-0368), one for components (XEP-0114),
// and one for HTTP, with WebSockets (RFC 7395) and files (XEP-0363).
func Start(o Options) (*Server, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// newServer returns a server that does not listen yet.
func newServer(o Options) (*Server, error) {
	opt, err := o.settings()
	if err != nil {
		return nil, err
	}
	s := &Server{opt: opt, accounts: make(map[string]*account), components: make(map[string]*conn), impostors: make(map[jid.JID]impostor), versions: rand.Text()[:8]}
	s.ctx, s.stop = context.WithCancelCause(context.Background())
	if s.ca, err = newAuthority(); err != nil {
		return nil, fmt.Errorf("xmpptest: %w", err)
	}
	if s.starttls, s.direct, err = newTLS(s.ca, opt.domain.Domain(), s.badCertificate); err != nil {
		return nil, fmt.Errorf("xmpptest: %w", err)
	}
	if err := s.acceptCertificates(); err != nil {
		return nil, fmt.Errorf("xmpptest: %w", err)
	}
	if s.mux, err = newMux(); err != nil {
		return nil, fmt.Errorf("xmpptest: %w", err)
	}
	s.files.slots = make(map[string]*file)
	s.makeServices()
	s.login = sasl.NewServer(opt.domain.Domain(), s.credentials)
	for local, password := range o.Users {
		if err := s.AddUser(local, password); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// newMux returns a mux whose streams know the types that the server reads; everything else passes through it as it came.
func newMux() (*stream.Mux, error) {
	reg := wire.NewRegistry()
	return stream.NewMux(stream.Config{Registry: reg}), errors.Join(
		negotiate.Register(reg), reg.Add(register.Elements...), reg.Add(component.Elements...), reg.Add(roster.Elements...),
		reg.Add(discoinfo.Elements...), reg.Add(discoitems.Elements...), reg.Add(ping.Elements...), reg.Add(version.Elements...),
		reg.Add(sm3.Elements...), reg.Add(csi0.Elements...), reg.Add(carbons2.Elements...), reg.Add(blocking.Elements...), reg.Add(private.Elements...),
		reg.Add(mam2.Elements...), reg.Add(pubsub.Elements...), reg.Add(pubsubowner.Elements...),
		reg.Add(mucadmin.Elements...), reg.Add(mucowner.Elements...), reg.Add(register.Elements...), reg.Add(httpupload0.Elements...),
	)
}

// listen opens the ports.
func (s *Server) listen() error {
	for i := range s.listeners {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("xmpptest: %w", err)
		}
		s.listeners[i] = l
	}
	for i, serve := range []func(context.Context, net.Conn){s.serveSTARTTLS, s.serveDirectTLS, s.serveComponent} {
		s.running.Go(func() { s.accept(s.listeners[i], serve) }) // ends when Close closes the listener; waited for there
	}
	return s.serveHTTP()
}

func (s *Server) closeListeners() {
	for _, l := range s.listeners {
		if l != nil {
			_ = l.Close()
		}
	}
}

// accept serves the connections of one listener.
func (s *Server) accept(l net.Listener, serve func(context.Context, net.Conn)) {
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		s.running.Go(func() { serve(s.ctx, &wiretap{Conn: nc}) }) // ends with the connection, or with the server; waited for in Close
	}
}

// Close ends every stream with system-shutdown (RFC 6120, section 4.9.3.22) and waits until nothing of the server runs any more. Closing twice is no error.
func (s *Server) Close() {
	s.stop(streamError(streamerrors.ConditionSystemShutdown, nil))
	s.closeListeners()
	if s.http != nil {
		_ = s.http.Close()
	}
	s.running.Wait()
	s.requests.Wait()
	s.mux.Close()
}

// AddUser adds an account, or changes the password of one.
func (s *Server) AddUser(local, password string) error {
	j, err := jid.New(local, s.opt.domain.Domain(), "")
	if err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	if j.Local() == "" {
		return errors.New("xmpptest: an account needs a name")
	}
	creds, err := sasl.NewAccount(password, iterations)
	if err != nil {
		return fmt.Errorf("xmpptest: account %s: %w", j, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[j.Local()]
	if a == nil {
		a = newAccount(j)
		s.accounts[j.Local()] = a
	}
	a.creds, a.password = creds, password
	return nil
}

const iterations = 4096 // of SCRAM: the least there may be, since nothing here is worth protecting against guesses

// credentials finds a user for SASL.
func (s *Server) credentials(user string) (sasl.Account, bool) {
	j, err := jid.New(user, s.opt.domain.Domain(), "")
	if err != nil {
		return sasl.Account{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[j.Local()]; a != nil {
		return a.creds, true
	}
	return sasl.Account{}, false
}

// Domain returns what the server serves.
func (s *Server) Domain() jid.JID { return s.opt.domain }

// Addr returns the host:port for clients that use STARTTLS.
func (s *Server) Addr() string { return s.listeners[onSTARTTLS].Addr().String() }

// DirectTLSAddr returns the host:port for clients that begin with TLS (XEP-0368).
func (s *Server) DirectTLSAddr() string { return s.listeners[onDirectTLS].Addr().String() }

// ComponentAddr returns the host:port for components (XEP-0114).
func (s *Server) ComponentAddr() string { return s.listeners[onComponent].Addr().String() }

// Config returns what a client needs to log in as the user over STARTTLS. For direct TLS set Addr to DirectTLSAddr and DirectTLS to true. It panics if there is
// no such account.
func (s *Server) Config(local string) xmpp.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[local]
	if a == nil {
		panic(fmt.Sprintf("xmpptest: no account %q among %q", local, slices.Sorted(maps.Keys(s.accounts))))
	}
	return xmpp.Config{JID: a.jid, Password: a.password, Addr: s.Addr(), TLS: s.TLSConfig()}
}

// ComponentConfig returns what a component needs to connect. It panics if Options do not name it.
func (s *Server) ComponentConfig(name string) xmpp.ComponentConfig {
	d, err := domain(name)
	secret, ok := s.opt.components[d.Domain()]
	if err != nil || !ok {
		panic(fmt.Sprintf("xmpptest: no component %q among %q", name, slices.Sorted(maps.Keys(s.opt.components))))
	}
	return xmpp.ComponentConfig{Domain: d, Secret: secret, Addr: s.ComponentAddr()}
}
