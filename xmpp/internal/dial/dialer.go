package dial

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

// Ports of RFC 6120, 14.7 and, for direct TLS, the customary one.
const (
	portStartTLS  = 5222
	portDirectTLS = 5223
)

// DefaultTimeout is the time one target gets for TCP and, with direct TLS, the handshake.
const DefaultTimeout = 15 * time.Second

// Resolver looks up SRV records, of both services at once; *net.Resolver is one. The names it gets end in a dot, so that no search list applies.
// Errors should be *net.DNSError, as those say whether the name does not exist or the question went unanswered.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
}

// Dialer finds and connects to servers. Its zero value works; it must not change while in use.
type Dialer struct {
	// Addr is a host:port to use instead of asking DNS; without port it is 5222, or 5223 with DirectTLS. The certificate must
	// still be the domain's.
	Addr string
	// DirectTLS says that Addr expects TLS from the first byte. Without Addr it has no meaning: the SRV service tells.
	DirectTLS bool
	// TLS is the base of every TLS configuration, as in TLSConfig; nil is an empty one.
	TLS *tls.Config
	// Resolver answers SRV questions; nil is net.DefaultResolver.
	Resolver Resolver
	// Dial opens TCP connections; nil is that of a net.Dialer, which races IPv6 and IPv4 (RFC 8305).
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Timeout is what one target gets; 0 is DefaultTimeout.
	Timeout time.Duration
	// Rand returns a number in [0,n) to choose among targets of one priority; nil is rand.IntN.
	Rand func(n int) int
}

func (d *Dialer) resolver() Resolver {
	if d.Resolver != nil {
		return d.Resolver
	}
	return net.DefaultResolver
}

func (d *Dialer) dial(ctx context.Context, addr string) (net.Conn, error) {
	if d.Dial != nil {
		return d.Dial(ctx, "tcp", addr)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}

func (d *Dialer) timeout() time.Duration {
	if d.Timeout > 0 {
		return d.Timeout
	}
	return DefaultTimeout
}

func (d *Dialer) rand() func(int) int {
	if d.Rand != nil {
		return d.Rand
	}
	return rand.IntN
}

// Info says what Connect or Open connected to.
type Info struct {
	Target
	// Remote is the address that answered.
	Remote net.Addr
}

// Connect tries the targets of the domain in order and returns the first connection; with Info.DirectTLS it is a *tls.Conn
// whose peer is verified. If none answers the error is an *Error.
func (d *Dialer) Connect(ctx context.Context, domain string) (net.Conn, Info, error) {
	plan, err := d.Plan(ctx, domain)
	if err != nil {
		return nil, Info{}, err
	}
	failed := &Error{Domain: domain, Lookup: plan.Lookup}
	for _, t := range plan.Targets {
		conn, info, err := d.Open(ctx, domain, t)
		if err == nil {
			return conn, info, nil
		}
		failed.Attempts = append(failed.Attempts, Attempt{Target: t, Err: err})
		if ctx.Err() != nil {
			break // the rest would fail the same way
		}
	}
	return nil, Info{}, failed
}

// Open connects to one target of the domain, with the handshake if it takes direct TLS.
func (d *Dialer) Open(ctx context.Context, domain string, t Target) (net.Conn, Info, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d.timeout(), fmt.Errorf("no answer within %v: %w", d.timeout(), context.DeadlineExceeded))
	defer cancel()
	conn, err := d.dial(ctx, t.Addr())
	if err != nil {
		return nil, Info{}, cause(ctx, err)
	}
	info := Info{Target: t, Remote: conn.RemoteAddr()}
	if !t.DirectTLS {
		return conn, info, nil
	}
	secured, err := handshake(ctx, conn, d.TLS, domain, alpn)
	if err != nil {
		return nil, Info{}, err
	}
	return secured, info, nil
}

// cause adds why ctx ended, if it did, to the error that came of it: "i/o timeout" alone does not tell whose time was up.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return fmt.Errorf("%w (%w)", err, c)
	}
	return err
}
