package xmpp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/xmpp/internal/dial"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
)

// WebSocket says when XMPP over WebSocket (RFC 7395) is used.
type WebSocket int

// The uses of WebSocket. Its URL is that of Config.Addr, or the one that the domain's host-meta names (XEP-0156), asked for over HTTPS alone.
const (
	WebSocketFallback = WebSocket(dial.WebSocketFallback) // where no TCP connection to a server of the domain comes about
	WebSocketNever    = WebSocket(dial.WebSocketNever)    // unless Config.Addr is a URL
	WebSocketOnly     = WebSocket(dial.WebSocketOnly)     // TCP is not tried
)

// connect tries the domain's servers until one has bound a resource. A refused login is final; anything else goes on to the next server.
func (cfg *Config) connect(ctx context.Context, s *Session) (*negotiate.State, error) {
	timeout := cfg.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	d := &dial.Dialer{
		Addr: cfg.Addr, DirectTLS: cfg.DirectTLS, Plaintext: cfg.AllowPlaintext, WebSocket: dial.WebSocket(cfg.WebSocket),
		TLS: cfg.TLS, Resolver: cfg.Resolver, Dial: cfg.DialContext,
	}
	var bound *negotiate.State
	err := d.Try(ctx, cfg.JID.Domain(), func(ctx context.Context, conn net.Conn, info dial.Info) dial.Verdict {
		st, err := cfg.negotiate(ctx, s, conn, info.Secure())
		if err == nil {
			bound = st
			return dial.Verdict{}
		}
		return dial.Verdict{Err: err, Final: negotiate.Final(err), Other: otherHost(err), Secure: st.Secure}
	})
	if err != nil {
		return nil, fmt.Errorf("xmpp: %w", err)
	}
	return bound, nil
}

// otherHost returns where the server sends us (RFC 6120, section 4.9.3.19), usually "".
func otherHost(err error) string {
	if e, ok := errors.AsType[*stream.Error](err); ok && !e.Local && e.Condition == streamerrors.ConditionSeeOtherHost {
		return e.OtherHost
	}
	return ""
}
