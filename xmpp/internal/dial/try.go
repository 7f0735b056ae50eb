package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"
)

// Verdict is what came of using a connection.
type Verdict struct {
	// Err is nil if this is the connection to keep. Otherwise whoever used it has closed it, and another is looked for.
	Err error
	// Final says that no other server of the domain would do better.
	Final bool
	// Other is where the server wants the client to go instead (RFC 6120, 4.9.3.19; RFC 7395, 3.6.1); usually "".
	Other string
	// Secure says that the server had proved over TLS to be the domain's. Other is of no account without it.
	Secure bool
}

const (
	maxHops      = 5                // RFC 6120, 4.9.3.19: at least 2 but no more than 5
	leastConnect = 2 * time.Second  // a target gets, however many there are
	leastUse     = 10 * time.Second // a connection gets
)

var (
	errUnproved = errors.New("dial: sent elsewhere by a server that has not shown who it is")
	errHops     = errors.New("dial: sent elsewhere too often")
)

// search is what Try goes through.
type search struct {
	*Dialer
	domain string
	use    func(context.Context, net.Conn, Info) Verdict
	queue  []Target
	hops   int
	failed *Error
}

// Try connects to the servers of the domain one after the other until use keeps a connection. With Info.Secure the connection is protected, its peer
// proved to be the domain's. If none is kept the error is an *Error, but for a domain that is none. Where targets share what time ctx leaves, the ctx of
// use is part of it.
func (d *Dialer) Try(ctx context.Context, domain string, use func(context.Context, net.Conn, Info) Verdict) error {
	plan, err := d.Plan(ctx, domain)
	if err != nil {
		return err
	}
	s := &search{Dialer: d, domain: domain, use: use, queue: plan.Targets, failed: &Error{Domain: domain, Lookup: plan.Lookup}}
	if done := s.run(ctx); done {
		return nil
	}
	if s.mayFallBack() && ctx.Err() == nil {
		if done := s.fallBack(ctx); done {
			return nil
		}
	}
	if len(s.failed.Attempts) == 0 && s.failed.Lookup == nil { // there was no time for any
		s.failed.Lookup = context.Cause(ctx)
	}
	return s.failed
}

// fallBack tries the WebSockets of the domain.
func (s *search) fallBack(ctx context.Context) (done bool) {
	name, err := ascii(s.domain)
	if err == nil {
		s.queue, err = s.hostMeta(ctx, name)
	}
	if err != nil {
		s.failed.add(Target{}, err)
		return false
	}
	return s.run(ctx)
}

// mayFallBack reports whether WebSocket is to be tried: TCP is not to be had, and the user has not said where to go (XEP-0156, section 2.2).
func (s *search) mayFallBack() bool {
	return s.Addr == "" && s.WebSocket == WebSocketFallback && s.hops == 0 && !s.failed.reached()
}

// run tries what is in the queue.
func (s *search) run(ctx context.Context) (done bool) {
	for len(s.queue) > 0 && ctx.Err() == nil {
		t := s.queue[0]
		s.queue = s.queue[1:]
		v := s.one(ctx, t)
		if v.Err == nil {
			return true
		}
		s.failed.add(t, v.Err)
		if v.Final {
			s.queue = nil
			break
		}
		if v.Other == "" {
			continue
		}
		ts, err := s.redirected(ctx, t, v)
		if err != nil {
			s.failed.add(t, err)
			continue
		}
		s.queue = slices.Concat(ts, s.queue)
	}
	return false
}

// one tries one target.
func (s *search) one(ctx context.Context, t Target) Verdict {
	takers := len(s.queue) + 1
	connect := takers
	if s.mayFallBack() && t.URL == "" {
		connect++
	}
	opening, cancel := share(ctx, connect, leastConnect)
	conn, err := s.open(opening, s.domain, t)
	cancel()
	if err != nil {
		return Verdict{Err: err}
	}
	ctx, cancel = share(ctx, takers, leastUse)
	defer cancel()
	return s.use(ctx, conn, Info{Target: t, Remote: conn.RemoteAddr()})
}

// redirected returns the targets that a server sends us to. Only a server that has proved to be the domain's may do that, or anybody on the way could; and
// whoever is there must prove it as well, with a certificate for the same domain (RFC 6120, 4.9.3.19).
func (s *search) redirected(ctx context.Context, from Target, v Verdict) ([]Target, error) {
	if !v.Secure { // guard: S34
		return nil, fmt.Errorf("%w: %.200q", errUnproved, v.Other)
	}
	if s.hops++; s.hops > maxHops { // guard: S34
		return nil, errHops
	}
	if from.URL != "" { // never to one less secure (RFC 7395, 3.6.1)
		return only(webSocket(v.Other, false))
	}
	name, err := ascii(v.Other)
	if err == nil && inDNS(name) {
		plan, err := s.records(ctx, name)
		return plan.Targets, err
	}
	t, err := hostPort(v.Other, from.DirectTLS)
	if err == nil {
		t.Host, err = ascii(t.Host)
	}
	return only(t, err)
}
