package stream

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. The requests under way stand in a table of chains, by the hash of their id. The reader looks there for every reply, and takes no lock for it: links are atomic, and a
// request that is taken out keeps its own, so that who stands on it finds the way on. Only growing turns chains into others; who finds nothing while that happens
// looks again with the lock.

const (
	leastBuckets = 8
	idleBuckets  = 64 // a larger table is not kept for nothing
)

// requests are the requests that wait for their reply.
type requests struct {
	table   atomic.Pointer[callTable] // nil while there never was one
	growing atomic.Uint64             // odd while chains are turned into others

	mu sync.Mutex // held by whoever changes anything
	n  int
}

// callTable holds requests in chains. The seed is our secret: ids may be of others' making, and must not all fall into one chain.
type callTable struct {
	seed  maphash.Seed
	heads []atomic.Pointer[Call]
}

// Call is a request that waits for its reply.
type Call struct {
	all  *requests
	name wire.NameID
	hash uint64 // of id
	id   string
	next atomic.Pointer[Call]
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
	c := &Call{all: &m.pending, name: m.nameID(name), id: id, from: from, done: make(chan struct{})}
	if !m.pending.add(c) {
		return nil, fmt.Errorf("%w: %q", ErrID, id)
	}
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
	old := p.table.Swap(nil)
	p.n = 0
	p.mu.Unlock()
	if old == nil {
		return
	}
	for i := range old.heads { // nobody changes the chains of a table that is not in use
		for c := old.heads[i].Load(); c != nil; c = c.next.Load() {
			c.err = err
			close(c.done)
		}
	}
}

// resolve gives a reply to the request that waits for it.
func (p *requests) resolve(el wire.Element, name wire.NameID, head *wire.StanzaHead) bool {
	c := p.find(name, head.ID)
	if c == nil || !c.from(head.From) || !p.take(c) { // guard: S07
		return false
	}
	c.got = el
	close(c.done)
	return true
}

// find returns the request of this name and id, nil if there is none.
func (p *requests) find(name wire.NameID, id string) *Call {
	before := p.growing.Load()
	t := p.table.Load()
	if t == nil {
		return nil
	}
	c := t.find(name, id, maphash.String(t.seed, id))
	if c != nil || before&1 == 0 && p.growing.Load() == before {
		return c
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if t = p.table.Load(); t == nil {
		return nil
	}
	return t.find(name, id, maphash.String(t.seed, id))
}

func (t *callTable) find(name wire.NameID, id string, hash uint64) *Call {
	for c := t.head(hash).Load(); c != nil; c = c.next.Load() {
		if c.hash == hash && c.id == id && c.name == name {
			return c
		}
	}
	return nil
}

func (t *callTable) head(hash uint64) *atomic.Pointer[Call] {
	return &t.heads[hash&uint64(len(t.heads)-1)]
}

func (t *callTable) push(c *Call) {
	head := t.head(c.hash)
	c.next.Store(head.Load())
	head.Store(c)
}

// add puts a request in, and reports whether its name and id were free.
func (p *requests) add(c *Call) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.table.Load()
	if t == nil {
		t = &callTable{maphash.MakeSeed(), make([]atomic.Pointer[Call], leastBuckets)}
		p.table.Store(t)
	}
	c.hash = maphash.String(t.seed, c.id)
	if t.find(c.name, c.id, c.hash) != nil {
		return false
	}
	if p.n >= len(t.heads) {
		t = p.grow(t)
	}
	t.push(c)
	p.n++
	return true
}

// grow makes twice as many chains of those there are.
func (p *requests) grow(old *callTable) *callTable {
	t := &callTable{old.seed, make([]atomic.Pointer[Call], 2*len(old.heads))}
	p.growing.Add(1)
	for i := range old.heads {
		for c := old.heads[i].Load(); c != nil; {
			next := c.next.Load()
			t.push(c)
			c = next
		}
	}
	p.table.Store(t)
	p.growing.Add(1)
	return t
}

// take takes a request out, and reports whether it was still there: whoever took it ends it.
func (p *requests) take(c *Call) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.table.Load()
	if t == nil {
		return false
	}
	link := t.head(c.hash)
	for at := link.Load(); at != c; at = link.Load() {
		if at == nil {
			return false
		}
		link = &at.next
	}
	link.Store(c.next.Load())
	if p.n--; p.n == 0 && len(t.heads) > idleBuckets {
		p.table.Store(nil)
	}
	return true
}
