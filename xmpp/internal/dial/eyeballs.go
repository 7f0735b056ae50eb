package dial

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// NOTE. Who has both IPv6 and IPv4 may have only one that works. So both kinds of address are asked for at once, and the connections to them are begun one by one, each a
// little after the one before it or when that has failed; the first to stand is taken (RFC 8305). One goroutine decides; lookups and attempts report to it.

const (
	resolutionDelay = 50 * time.Millisecond  // RFC 8305, section 3: how long IPv4 waits for the answer on IPv6
	attemptDelay    = 250 * time.Millisecond // section 5: between the beginnings of two attempts
	maxAddrs        = 8                      // of each family, whatever DNS says
)

// race is the connecting to one name.
type race struct {
	d       *Dialer
	target  Target
	cancel  context.CancelFunc
	workers sync.WaitGroup
	found   chan addresses
	done    chan outcome

	v6, v4  []netip.Addr // not tried yet
	last4   bool         // the last attempt was over IPv4
	asking  int          // lookups under way
	running int          // attempts under way
	begun   bool         // there has been an attempt
	free    bool         // the next attempt may begin
	timer   *time.Timer  // sets free
	failed  failures
}

type addresses struct {
	v6    bool
	addrs []netip.Addr
	err   error
}

type outcome struct {
	addr string
	conn net.Conn
	err  error
}

// race connects to the addresses of the target's name.
func (d *Dialer) race(ctx context.Context, t Target) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	r := &race{
		d: d, target: t, cancel: cancel, asking: 2, found: make(chan addresses, 2), done: make(chan outcome, 2*maxAddrs), timer: time.NewTimer(time.Hour),
	}
	defer r.end()
	for _, network := range []string{"ip6", "ip4"} {
		r.workers.Go(func() { // ends with the lookup, at the latest when ctx ends; waited for in end
			addrs, err := d.addrResolver().LookupNetIP(ctx, network, t.Host)
			if err == nil && len(addrs) == 0 {
				err = &net.DNSError{Err: "no such host", Name: t.Host, IsNotFound: true}
			}
			r.found <- addresses{network == "ip6", addrs[:min(len(addrs), maxAddrs)], err}
		})
	}
	for r.asking+r.running > 0 || len(r.v6)+len(r.v4) > 0 && ctx.Err() == nil {
		r.begin(ctx)
		select {
		case a := <-r.found:
			r.answer(ctx, a)
		case o := <-r.done:
			if o.err == nil && ctx.Err() == nil {
				return o.conn, nil
			}
			if o.err == nil { // it came too late
				_ = o.conn.Close()
				o.err = context.Cause(ctx)
			}
			r.running--
			r.free = true // RFC 8305, section 5: a failure starts the next at once
			r.failed = append(r.failed, Attempt{Target: t, Addr: o.addr, Stage: StageTCP, Err: cause(ctx, o.err)})
		case <-r.timer.C:
			r.free = true
		}
	}
	if len(r.failed) == 0 { // there was no time to try
		r.failed = failures{{Target: t, Stage: StageTCP, Err: context.Cause(ctx)}}
	}
	return nil, r.failed
}

// answer takes what a lookup found.
func (r *race) answer(ctx context.Context, a addresses) {
	r.asking--
	if a.v6 {
		r.v6 = a.addrs
	} else {
		r.v4 = a.addrs
	}
	if a.err != nil {
		r.unresolved(cause(ctx, a.err))
	}
	switch {
	case r.begun:
	case r.asking == 0 || a.v6 && len(r.v6) > 0:
		r.free = true
	case len(r.v4) > 0:
		r.timer.Reset(resolutionDelay)
	}
}

// unresolved notes that a lookup failed. That there are no addresses of one family is worth saying only if there is nothing else to say.
func (r *race) unresolved(err error) {
	if notFound(err) && (r.asking > 0 || r.begun || len(r.v6)+len(r.v4)+len(r.failed) > 0) {
		return
	}
	r.failed = append(r.failed, Attempt{Target: r.target, Stage: StageDNS, Err: err})
}

// begin starts the next attempt if it is time for one: the families take turns, IPv6 first (RFC 8305, section 4).
func (r *race) begin(ctx context.Context) {
	if !r.free || len(r.v6)+len(r.v4) == 0 || ctx.Err() != nil {
		return
	}
	from := &r.v6
	if len(r.v6) == 0 || r.begun && !r.last4 && len(r.v4) > 0 {
		from = &r.v4
	}
	addr := netip.AddrPortFrom((*from)[0].Unmap(), r.target.Port).String()
	r.last4, *from = from == &r.v4, (*from)[1:]
	r.begun, r.free = true, false
	r.running++
	r.timer.Reset(attemptDelay)
	r.workers.Go(func() { // ends when the connection stands or has failed, at the latest when ctx ends; waited for in end
		conn, err := r.d.connector()(ctx, "tcp", addr)
		r.done <- outcome{addr, conn, err}
	})
}

// end stops what is under way, and closes connections that came too late.
func (r *race) end() {
	r.cancel()
	r.timer.Stop()
	r.workers.Wait()
	close(r.done)
	for o := range r.done {
		if o.err == nil {
			_ = o.conn.Close()
		}
	}
}
