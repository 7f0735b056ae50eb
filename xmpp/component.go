package xmpp

import (
	"context"
	"crypto/sha1" //nolint:gosec // XEP-0114 prescribes it; the secret is what protects
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	gencomponent "github.com/stanzakit/stanzakit/gen/component"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
)

// ComponentConfig configures a [Component]. Domain, Secret and Addr are needed; every other field's zero value works.
type ComponentConfig struct {
	// Domain is the component's address, as the server knows it.
	Domain jid.JID
	// Secret is shared with the server.
	Secret string
	// Addr is the host:port where the server listens for components. The protocol has no encryption: use it on a trusted network only.
	Addr string
	// DialContext opens the connection, for a tunnel; nil is that of a net.Dialer.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	// Timeout bounds connecting and the handshake together; 0 means 30 s.
	Timeout time.Duration

	// Plugins, Mux, Bus, Logger, BeforeAuth, Limits, Requests and Trace are as in [Config].
	Plugins            []Plugin
	Mux                *stream.Mux
	Bus                *bus.Bus
	Logger             *slog.Logger
	BeforeAuth, Limits wire.Limits
	Requests           int
	Trace              func(dir stream.Direction, b []byte)
}

// Component is a session of a server's component (XEP-0114). It receives what is sent to any address of its domain and may send as any of them.
type Component struct {
	*Session
}

var errHandshake = errors.New("xmpp: the server did not accept the handshake")

// DialComponent connects and shakes hands (XEP-0114, section 3), and returns a component whose reader runs. ctx bounds DialComponent only.
func DialComponent(ctx context.Context, cfg ComponentConfig) (*Component, error) {
	if cfg.Domain.Local() != "" || cfg.Domain.Resource() != "" || cfg.Domain.IsZero() {
		return nil, fmt.Errorf("xmpp: component address %q is no domain", cfg.Domain)
	}
	s, err := newSession(base{cfg.Mux, cfg.Bus, cfg.Logger, cfg.Plugins, cfg.Domain, cfg.Requests}, true)
	if err != nil {
		return nil, err
	}
	st, err := cfg.connect(ctx, s)
	if err != nil {
		s.release()
		return nil, fmt.Errorf("xmpp: component %s: %w", cfg.Domain, err)
	}
	s.serve(st, cfg.Domain, nil)
	return &Component{s}, nil
}

func (cfg *ComponentConfig) connect(ctx context.Context, s *Session) (*stream.Stream, error) {
	timeout := cfg.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	open := cfg.DialContext
	if open == nil {
		open = new(net.Dialer).DialContext
	}
	conn, err := open(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, err
	}
	before := cfg.BeforeAuth
	if before == (wire.Limits{}) {
		before = wire.BeforeAuth()
	}
	st := stream.New(conn, s.mux, stream.Options{Limits: before, Trace: cfg.Trace})
	if err := cfg.handshake(ctx, st); err != nil {
		st.Abort()
		return nil, err
	}
	st.SetLimits(cfg.Limits)
	return st, nil
}

// handshake proves to the server that we know the secret.
func (cfg *ComponentConfig) handshake(ctx context.Context, st *stream.Stream) error {
	peer, err := st.Open(ctx, stream.Header{Content: stream.NSComponent, To: cfg.Domain})
	if err != nil {
		return err
	}
	sum := sha1.Sum([]byte(peer.ID + cfg.Secret)) //nolint:gosec // see the import
	if err := st.Send(ctx, &gencomponent.Handshake{Text: hex.EncodeToString(sum[:])}); err != nil {
		return err
	}
	el, err := st.Next(ctx)
	if err != nil {
		return err
	}
	if _, ok := el.(*gencomponent.Handshake); !ok {
		return fmt.Errorf("%w: %v", errHandshake, el.ElementName())
	}
	return nil
}
