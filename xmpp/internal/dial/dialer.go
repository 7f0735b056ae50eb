package dial

import (
	"context"
	"crypto/tls"
	"math/rand/v2"
	"net"
	"net/netip"
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
// Errors should be *net.DNSError, as those say whether the name does not exist or the question went unanswered. A Resolver that is an AddrResolver
// too is asked for addresses as well; else net.DefaultResolver is.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
}

// AddrResolver looks up addresses; network is "ip4" or "ip6". *net.Resolver is one.
type AddrResolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// WebSocket says when a server is looked for over WebSocket (RFC 7395).
type WebSocket int

// The uses of WebSocket.
const (
	WebSocketFallback WebSocket = iota // when no TCP connection comes about
	WebSocketNever                     // unless Addr is a URL
	WebSocketOnly                      // TCP is not tried, SRV records not asked for
)

// Dialer finds and connects to servers. Its zero value works; it must not change while in use.
type Dialer struct {
	// Addr is where to connect instead of asking DNS: host:port, without port 5222, or 5223 with DirectTLS; or the URL of a WebSocket. The certificate
	// must still be the domain's; a URL's, its host's.
	Addr string
	// DirectTLS says that Addr expects TLS from the first byte. Without Addr it has no meaning: the SRV service tells.
	DirectTLS bool
	// Plaintext permits that Addr is a ws:// URL.
	Plaintext bool
	// WebSocket says when to use it without a URL: that of the domain's host-meta (XEP-0156).
	WebSocket WebSocket
	// TLS is the base of every TLS configuration, as in TLSConfig; nil is an empty one.
	TLS *tls.Config
	// Resolver answers SRV questions; nil is net.DefaultResolver.
	Resolver Resolver
	// Dial opens TCP connections, through SOCKS5, CONNECT or what it likes; nil connects directly, to IPv6 and IPv4 side by side (RFC 8305). It is
	// given names as they are: only SRV records are then asked for here, and not even those with Addr.
	Dial dialFunc
	// Timeout is what one target gets; 0 is DefaultTimeout.
	Timeout time.Duration
	// Rand returns a number in [0,n) to choose among targets of one priority; nil is rand.IntN.
	Rand func(n int) int

	direct dialFunc // connects to addresses; nil is that of a net.Dialer
}

func (d *Dialer) resolver() Resolver {
	if d.Resolver != nil {
		return d.Resolver
	}
	return net.DefaultResolver
}

func (d *Dialer) addrResolver() AddrResolver {
	if r, ok := d.Resolver.(AddrResolver); ok {
		return r
	}
	return net.DefaultResolver
}

func (d *Dialer) connector() dialFunc {
	if d.direct != nil {
		return d.direct
	}
	return new(net.Dialer).DialContext
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
