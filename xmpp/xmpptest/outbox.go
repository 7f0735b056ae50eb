package xmpptest

import (
	"context"
	"sync"

	"github.com/stanzakit/stanzakit/wire"
)

const (
	enough  = 1000    // elements in an outbox that make those wait who add to it
	tooMany = 100_000 // that end the connection: its peer reads nothing, and many do not wait
)

// outbox holds what a connection has yet to send. Adding never waits, so that it may be done under a lock.
type outbox struct {
	mu     sync.Mutex // guards what follows
	els    []wire.Element
	closed bool
	change chan struct{} // closed and replaced whenever something above changes
}

func (o *outbox) init() { o.change = make(chan struct{}) }

func (o *outbox) changed() {
	close(o.change)
	o.change = make(chan struct{})
}

// add puts an element in and reports whether there was room. One that comes after close is dropped: the connection is gone.
func (o *outbox) add(el wire.Element) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return true
	}
	if len(o.els) >= tooMany {
		return false
	}
	if o.els = append(o.els, el); len(o.els) == 1 {
		o.changed()
	}
	return true
}

// take takes everything out. It waits for something to be there; false says that nothing will be any more.
func (o *outbox) take(ctx context.Context) ([]wire.Element, bool) {
	for ctx.Err() == nil {
		o.mu.Lock()
		els, closed, change := o.els, o.closed, o.change
		if len(els) > 0 {
			o.els = nil
			o.changed()
		}
		o.mu.Unlock()
		if len(els) > 0 || closed {
			return els, len(els) > 0
		}
		select {
		case <-change:
		case <-ctx.Done():
		}
	}
	return nil, false
}

// room waits until the outbox holds less than enough.
func (o *outbox) room(ctx context.Context) {
	for ctx.Err() == nil {
		o.mu.Lock()
		full, change := len(o.els) >= enough && !o.closed, o.change
		o.mu.Unlock()
		if !full {
			return
		}
		select {
		case <-change:
		case <-ctx.Done():
		}
	}
}

// close lets take come to an end.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed = true
		o.changed()
	}
}
