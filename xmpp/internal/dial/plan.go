package dial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/idna"
)

// ErrNoService says that the domain's SRV records deny an XMPP service for clients: a target of "." (RFC 6120, 3.2.1).
var ErrNoService = errors.New("dial: the domain offers no XMPP service for clients")

// Plan is what to try for a domain, in order.
type Plan struct {
	Targets []Target
	// Lookup is what went wrong with DNS on the way, nil if nothing did. A name without SRV records is nothing wrong; a server
	// that does not answer is, and Targets then holds what could be found without it.
	Lookup error
}

// Plan decides where to look for the domain's server: at Addr if set; at the WebSockets of its host-meta if nothing else is wanted; where the domain's
// SRV records say; else, if there are none or it is an IP address or localhost, at port 5222 of the domain itself (RFC 6120, 3.2.2).
func (d *Dialer) Plan(ctx context.Context, domain string) (Plan, error) {
	name, err := ascii(domain)
	if err != nil {
		return Plan{}, err
	}
	switch {
	case isURL(d.Addr):
		ts, err := only(webSocket(d.Addr, d.Plaintext))
		return Plan{Targets: ts}, err
	case d.Addr != "":
		ts, err := only(hostPort(d.Addr, d.DirectTLS))
		return Plan{Targets: ts}, err
	case d.WebSocket == WebSocketOnly:
		ts, err := d.hostMeta(ctx, name)
		if err != nil {
			failed := &Error{Domain: domain}
			failed.add(Target{}, err)
			return Plan{}, failed
		}
		return Plan{Targets: ts}, nil
	}
	return d.records(ctx, name)
}

// records is the plan that DNS has for the name.
func (d *Dialer) records(ctx context.Context, name string) (Plan, error) {
	fallback := []Target{{Host: name, Port: portStartTLS}}
	if !inDNS(name) {
		return Plan{Targets: fallback}, nil
	}
	direct, starttls, lookup := d.lookupBoth(ctx, name)
	ts := order(append(targets(direct, true), targets(starttls, false)...), d.rand())
	switch {
	case len(ts) > 0:
		return Plan{Targets: ts, Lookup: lookup}, nil
	case ctx.Err() != nil:
		return Plan{}, &Error{Domain: name, Lookup: errors.Join(lookup, context.Cause(ctx))}
	case len(direct)+len(starttls) > 0:
		// Any record, also one that denies its own service alone, forbids the fallback (XEP-0368, 3).
		// With the other service unanswered, asking again may help, so that is then the error to report.
		return Plan{}, &Error{Domain: name, Lookup: cmp.Or(lookup, ErrNoService)}
	}
	// An unanswered question permits it (RFC 6120, 3.2.1, step 9).
	return Plan{Targets: fallback, Lookup: lookup}, nil
}

// inDNS reports whether the name may have SRV records: an IP address has none, and localhost must not be asked for
// (RFC 6761, 6.3).
func inDNS(name string) bool {
	_, err := netip.ParseAddr(name)
	return err != nil && name != "localhost" && !strings.HasSuffix(name, ".localhost")
}

// lookupBoth asks for direct TLS and for STARTTLS at once, since neither answer makes up for the other.
func (d *Dialer) lookupBoth(ctx context.Context, name string) (direct, starttls []*net.SRV, err error) {
	var errDirect, errStart error
	var wg sync.WaitGroup
	wg.Go(func() { direct, errDirect = d.lookup(ctx, "xmpps-client", name) }) // ends with the lookup; waited for below
	starttls, errStart = d.lookup(ctx, "xmpp-client", name)
	wg.Wait()
	return direct, starttls, errors.Join(errDirect, errStart)
}

// lookup asks for the records of one service; that there are none is no error.
func (d *Dialer) lookup(ctx context.Context, service, name string) ([]*net.SRV, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout())
	defer cancel()
	_, records, err := d.resolver().LookupSRV(ctx, service, "tcp", name+".")
	if len(records) > 0 {
		return records, nil // net.Resolver reports ill-formed records beside the good ones
	}
	if err != nil && !notFound(err) {
		return nil, fmt.Errorf("looking up _%s._tcp.%s: %w", service, name, err)
	}
	return nil, nil
}

// only makes a list of one target, if there is one.
func only(t Target, err error) ([]Target, error) {
	if err != nil {
		return nil, err
	}
	return []Target{t}, nil
}

// hostPort reads host:port, or a host alone.
func hostPort(addr string, direct bool) (Target, error) {
	t := Target{DirectTLS: direct, Port: portStartTLS}
	if direct {
		t.Port = portDirectTLS
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil { // no port, then: a name, or an IPv6 address with or without brackets
		t.Host = strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
		if _, err := netip.ParseAddr(t.Host); err != nil && strings.ContainsAny(t.Host, "[]:") {
			return Target{}, fmt.Errorf("dial: address %.200q is not host:port", addr)
		}
		return t, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || host == "" {
		return Target{}, fmt.Errorf("dial: address %.200q is not host:port", addr)
	}
	t.Host, t.Port = host, uint16(n)
	return t, nil
}

// ascii is the domain as DNS and TLS know it: A-labels, no final dot (RFC 7622, 3.2.1), and an IP address without its
// brackets.
func ascii(domain string) (string, error) {
	if inner, ok := strings.CutPrefix(domain, "["); ok {
		domain = strings.TrimSuffix(inner, "]")
	}
	if addr, err := netip.ParseAddr(domain); err == nil {
		return addr.String(), nil
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(domain, "."))
	if err == nil && (name == "" || len(name) > 253) {
		err = errors.New("no domain name is that long or short")
	}
	if err != nil {
		return "", fmt.Errorf("dial: domain %q: %w", domain, err)
	}
	return name, nil
}
