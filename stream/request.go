package stream

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"sync"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// request identifies what a reply must fit.
type request struct {
	name wire.NameID
	id   string
}

// requests are the requests that wait for their reply.
type requests struct {
	mu    sync.Mutex // guards calls
	calls map[request]*Call
}

// Call is a request that waits for its reply.
type Call struct {
	all  *requests
	req  request
	from func(jid.JID) bool
	done chan struct{} // closed when got or err is set
	got  wire.Element
	err  error
}

// ErrID is returned for a request whose id another one under way has.
var ErrID = errors.New("stream: a request with this id is under way")

// Await begins to wait for the reply to a request: a stanza called name, of type result or error, with this id, from a sender that from accepts, which runs on the reader's
// goroutine. Replies that fit in id alone are no replies: they go to the handlers, and the request goes on waiting. A request
// that does not say who may answer is a programmer's mistake and panics.
func (m *Mux) Await(name xml.Name, id string, from func(jid.JID) bool) (*Call, error) {
	if from == nil {
		panic("stream: Await without a sender")
	}
	c := &Call{all: &m.pending, req: request{m.nameID(name), id}, from: from, done: make(chan struct{})}
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if c.all.calls[c.req] != nil {
		return nil, fmt.Errorf("%w: %q", ErrID, id)
	}
	c.all.calls[c.req] = c
	return c, nil
}

// Wait returns the reply. The end of ctx ends the waiting, and so does a call from a stream handler, which is [ErrWouldWait].
func (c *Call) Wait(ctx context.Context) (wire.Element, error) {
	defer c.Cancel()
	if err := MayWait(ctx); err != nil {
		return nil, err
	}
	select {
	case <-c.done:
		return c.got, c.err
	case <-ctx.Done():
	}
	select {
	case <-c.done: // it came in time, whatever select saw first
		return c.got, c.err
	default:
		return nil, context.Cause(ctx)
	}
}

// Cancel ends the waiting. A reply that comes later is nobody's.
func (c *Call) Cancel() { c.all.take(c) }

// Abandon ends every request under way with this error: the stream that would have brought the replies is gone.
func (m *Mux) Abandon(err error) {
	p := &m.pending
	p.mu.Lock()
	calls := p.calls
	p.calls = make(map[request]*Call)
	p.mu.Unlock()
	for _, c := range calls {
		c.err = err
		close(c.done)
	}
}

// resolve gives a reply to the request that waits for it.
func (p *requests) resolve(el wire.Element, name wire.NameID, head wire.StanzaHead) bool {
	if head.Type != "result" && head.Type != "error" {
		return false
	}
	p.mu.Lock()
	c := p.calls[request{name, head.ID}]
	p.mu.Unlock()
	if c == nil || !c.from(head.From) || !p.take(c) { // guard: S07
		return false
	}
	c.got = el
	close(c.done)
	return true
}

// take takes a request out, and reports whether it was still there: whoever took it ends it.
func (p *requests) take(c *Call) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls[c.req] != c {
		return false
	}
	delete(p.calls, c.req)
	return true
}
