package dial

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// Info says what a connection leads to.
type Info struct {
	Target
	// Remote is the address that answered: a proxy's, if there is one.
	Remote net.Addr
}

// open connects to one target of the domain, with the handshake if it takes direct TLS. It has until ctx ends, and no longer than a Timeout. The error
// is a failures.
func (d *Dialer) open(ctx context.Context, domain string, t Target) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d.timeout(), fmt.Errorf("no answer within %v: %w", d.timeout(), context.DeadlineExceeded))
	defer cancel()
	if t.URL != "" {
		return d.openWebSocket(ctx, t)
	}
	conn, err := d.tcp(ctx, t)
	if err != nil || !t.DirectTLS {
		return conn, err
	}
	remote := conn.RemoteAddr().String()
	secured, err := handshake(ctx, conn, d.TLS, domain, alpn)
	if err != nil {
		return nil, failures{{Target: t, Addr: remote, Stage: StageTLS, Err: err}}
	}
	return secured, nil
}

// tcp opens a TCP connection to the target's host.
func (d *Dialer) tcp(ctx context.Context, t Target) (net.Conn, error) {
	if d.Dial != nil {
		return d.one(ctx, d.Dial, t, t.Addr())
	}
	if addr, err := netip.ParseAddr(t.Host); err == nil {
		return d.one(ctx, d.connector(), t, netip.AddrPortFrom(addr, t.Port).String())
	}
	return d.race(ctx, t)
}

// one opens a connection to one address.
func (d *Dialer) one(ctx context.Context, by dialFunc, t Target, addr string) (net.Conn, error) {
	conn, err := by(ctx, "tcp", addr)
	if err != nil {
		return nil, failures{{Target: t, Addr: addr, Stage: StageTCP, Err: cause(ctx, err)}}
	}
	return conn, nil
}

// share returns ctx with the part of its remaining time that one of n takers gets, at least the time given.
func share(ctx context.Context, n int, least time.Duration) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok || n <= 1 {
		return context.WithCancel(ctx)
	}
	part := max(time.Until(end)/time.Duration(n), least)
	return context.WithTimeoutCause(ctx, part, fmt.Errorf("its share of the time, %v, is up: %w", part.Round(time.Millisecond), context.DeadlineExceeded))
}

// cause adds why ctx ended, if it did, to the error that came of it: "i/o timeout" alone does not tell whose time was up.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return fmt.Errorf("%w (%w)", err, c)
	}
	return err
}
