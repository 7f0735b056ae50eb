package xmpptest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// conn is one connection: of a client or of a component.
type conn struct {
	srv   *Server
	label string // "c2s 3"
	name  atomic.Pointer[string]
	st    *stream.Stream
	out   outbox
	end   context.CancelCauseFunc // ends the connection from outside, with a *stream.Error

	faults struct {
		mu    sync.Mutex // guards what follows
		list  []fault
		delay time.Duration // of every stanza
	}
	binding // once the connection is bound
}

// patience is how long a peer may take to read what it is sent before it is given up.
const patience = 10 * time.Second

// streamError makes the error that ends a peer's stream.
func streamError(condition streamerrors.Condition, cause error) *stream.Error {
	return &stream.Error{Condition: condition, Local: true, Cause: cause}
}

func (s *Server) serveSTARTTLS(ctx context.Context, nc net.Conn) {
	s.serve(ctx, nc, "c2s", (*conn).client)
}

func (s *Server) serveComponent(ctx context.Context, nc net.Conn) {
	s.serve(ctx, nc, "component", (*conn).component)
}

func (s *Server) serveDirectTLS(ctx context.Context, nc net.Conn) {
	secured := tls.Server(nc, s.direct)
	shaking, cancel := context.WithTimeout(ctx, s.opt.Timeout)
	defer cancel()
	if err := secured.HandshakeContext(shaking); err != nil {
		_ = nc.Close() // the peer has been told by an alert
		return
	}
	s.serve(ctx, secured, "c2s", (*conn).client)
}

// serve runs a connection: login until the peer is bound, then its stanzas, then what the end of the stream means.
func (s *Server) serve(ctx context.Context, nc net.Conn, kind string, login func(*conn, context.Context) error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	c := &conn{srv: s, end: end, binding: binding{directed: make(map[jid.JID]bool)}, out: outbox{ackEvery: s.opt.AckEvery}}
	s.mu.Lock()
	s.conns++
	c.label = fmt.Sprintf("%s %d", kind, s.conns)
	s.mu.Unlock()
	c.rename(c.label)
	c.out.init()
	c.st = stream.New(nc, s.mux, stream.Options{Limits: s.opt.BeforeAuth, Trace: c.trace()})
	defer c.st.Abort() // waits for the stream's writer
	if f := s.opt.Connected; f != nil {
		f(&Link{c})
	}

	err := c.negotiate(ctx, login)
	if e, ok := errors.AsType[*stream.Error](err); ok && e.Local {
		end(e) // which run makes known to the peer
		err = nil
	}
	if err == nil {
		err = c.run(ctx)
	}
	if e, ok := errors.AsType[*stream.Error](err); errors.Is(err, stream.ErrClosed) || ok && !e.Local {
		closing, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.st.Close(closing) // the peer's end has been seen, so this waits for the writer alone
	}
}

// negotiate logs the peer in, within the time there is.
func (c *conn) negotiate(ctx context.Context, login func(*conn, context.Context) error) error {
	timeout := streamError(streamerrors.ConditionConnectionTimeout, errors.New("login takes too long"))
	ctx, cancel := context.WithTimeoutCause(ctx, c.srv.opt.Timeout, timeout)
	defer cancel()
	return login(c, ctx)
}

// run handles stanzas until the stream ends, beside the goroutine that sends. The end of ctx ends the stream with ctx's cause.
func (c *conn) run(ctx context.Context) error {
	failed, sent := make(chan struct{}), make(chan struct{})
	stopFail := context.AfterFunc(ctx, func() { // ends within the second that a peer gets to read what was sent, and that which Fail gives it; waited for below
		defer close(failed)
		if e, ok := errors.AsType[*stream.Error](context.Cause(ctx)); ok {
			c.out.close()
			select {
			case <-sent:
			case <-time.After(time.Second):
			}
			c.st.Fail(ctx, e)
		}
	})
	sending, stopSend := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSend()
	go func() { // ends when the outbox is closed and empty, or stopSend is called; waited for below
		defer close(sent)
		c.send(sending)
	}()
	err := c.read(ctx)
	if lost(err) && ctx.Err() == nil {
		stopSend()
		<-sent
		c.st.Abort()
		c.hibernate(ctx.Done())
	}
	c.srv.leave(c)
	c.out.close()
	if !errors.Is(err, stream.ErrClosed) {
		stopSend()
	}
	select {
	case <-sent:
	case <-time.After(time.Second): // the peer has closed its side and reads no more
		stopSend()
		<-sent
	}
	if !stopFail() {
		<-failed
	}
	return err
}

// lost reports whether a stream has ended without either side having ended it.
func lost(err error) bool {
	_, ended := errors.AsType[*stream.Error](err)
	return !ended && !errors.Is(err, stream.ErrClosed)
}

// read handles stanzas, each to its end before the next (RFC 6120, section 10.1). Once ctx has ended it only reads, so that the peer is not cut off while it is told why.
func (c *conn) read(ctx context.Context) error {
	for {
		el, err := c.st.Next(context.WithoutCancel(ctx))
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			continue
		}
		if bad := c.srv.handle(ctx, c, el); bad != nil {
			c.end(bad)
		}
	}
}

// send sends what is put into the outbox.
func (c *conn) send(ctx context.Context) {
	for {
		els, ok := c.out.take(ctx)
		if !ok {
			return
		}
		for _, el := range els {
			if err := c.sendOne(ctx, el); err != nil {
				if ctx.Err() == nil {
					c.st.Abort() // a peer that does not read is lost, and may come back
				}
				return
			}
		}
	}
}

// sendOne sends an element, or what its faults make of it.
func (c *conn) sendOne(ctx context.Context, el wire.Element) error {
	els, wait := c.suffer(el)
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, el := range els {
		if err := c.st.Send(ctx, el); err != nil {
			return err
		}
	}
	return nil
}

// rename sets the name that Trace is told.
func (c *conn) rename(name string) { c.name.Store(&name) }

func (c *conn) trace() func(stream.Direction, []byte) {
	f := c.srv.opt.Trace
	if f == nil {
		return nil
	}
	return func(dir stream.Direction, b []byte) { f(*c.name.Load(), dir, b) }
}
