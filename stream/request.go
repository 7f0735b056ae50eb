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
	name xml.Name
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
	done chan struct{} // closed when reply or err is set
	got  wire.Element
	err  error
}

// ErrID is returned for a request whose id another one under way has.
var ErrID = errors.New("stream: a request with this id is under way")

// Await begins to wait for the reply to a request: a stanza called name, of type result or error, with this id, from a sender that from accepts. Replies that fit
// in id alone are no replies: they go to the handlers, and the request goes on waiting.
func (m *Mux) Await(name xml.Name, id string, from func(jid.JID) bool) (*Call, error) {
	c := &Call{all: &m.pending, req: request{name, id}, from: from, done: make(chan struct{})}
	p := &m.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls == nil {
		p.calls = make(map[request]*Call)
	}
	if p.calls[c.req] != nil {
		return nil, fmt.Errorf("%w: %q", ErrID, id)
	}
	p.calls[c.req] = c
	return c, nil
}

// Wait returns the reply. The end of ctx ends the waiting.
func (c *Call) Wait(ctx context.Context) (wire.Element, error) {
	defer c.Cancel()
	if err := MayWait(ctx); err != nil {
		return nil, err
	}
	select {
	case <-c.done:
		return c.got, c.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Cancel ends the waiting. A reply that comes later is nobody's.
func (c *Call) Cancel() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if c.all.calls[c.req] == c {
		delete(c.all.calls, c.req)
	}
}

// Abandon ends every request under way with this error: the stream that would have brought the replies is gone.
func (m *Mux) Abandon(err error) {
	p := &m.pending
	p.mu.Lock()
	calls := p.calls
	p.calls = nil
	p.mu.Unlock()
	for _, c := range calls {
		c.err = err
		close(c.done)
	}
}

// resolve gives a reply to the request that waits for it.
func (p *requests) resolve(el wire.Element, head wire.StanzaHead) bool {
	if head.Type != "result" && head.Type != "error" {
		return false
	}
	req := request{el.ElementName(), head.ID}
	p.mu.Lock()
	c := p.calls[req]
	if c == nil || !c.from(head.From) { // guard: S07
		p.mu.Unlock()
		return false
	}
	delete(p.calls, req)
	p.mu.Unlock()
	c.got = el
	close(c.done)
	return true
}
