package xmpptest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. An outbox also keeps the accounts of stream management (XEP-0198, section 4), because it alone knows the order of what is sent. A stanza that is added once counting has
// begun is counted: take moves it to those that wait for the client's acknowledgement. When the stream is lost, the outbox is parked, and goes on collecting;
// handover empties it, for the stream that resumes this one or for the bin.

const (
	enough  = 1000    // elements in an outbox that make those wait who add to it
	tooMany = 100_000 // that end the connection: its peer reads nothing, and many do not wait
)

// parcel is an element on its way to a peer.
type parcel struct {
	el      wire.Element
	at      time.Time // when it was put in
	counted bool      // it is a stanza that the client is to acknowledge
}

// outbox holds what a connection has yet to send. Adding never waits, so that it may be done under a lock.
type outbox struct {
	ackEvery int // stanzas after which the client is asked for its count; 0 means never

	mu      sync.Mutex // guards what follows
	els     []parcel
	closed  bool
	parked  bool          // nobody takes anything out for a while
	change  chan struct{} // closed and replaced whenever something above changes
	counts  bool          // from now on stanzas are counted
	acked   uint32        // stanzas that the client has acknowledged, modulo 2^32
	unacked []parcel      // stanzas that were sent since, the oldest first
	asked   int           // stanzas sent since the client was asked for its count
}

var (
	errTooHigh = errors.New("the peer has acknowledged more than it was sent")
	errFull    = errors.New("the peer does not read what it is sent")
)

func (o *outbox) init() { o.change = make(chan struct{}) }

func (o *outbox) changed() {
	close(o.change)
	o.change = make(chan struct{})
}

// add puts an element in and reports whether there was room. One that comes after close is dropped: the connection is gone.
func (o *outbox) add(el wire.Element) bool {
	_, isStanza := el.(wire.Stanza)
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.put(parcel{el: el, at: time.Now(), counted: o.counts && isStanza})
}

// put adds a parcel. mu is held.
func (o *outbox) put(p parcel) bool {
	if o.closed {
		return true
	}
	if len(o.els)+len(o.unacked) >= tooMany {
		return false
	}
	if o.els = append(o.els, p); len(o.els) == 1 {
		o.changed()
	}
	return true
}

// count puts in the answer to <enable/>, and counts the stanzas behind it (XEP-0198, section 4).
func (o *outbox) count(enabled *sm3.Enabled) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(parcel{el: enabled})
	o.counts = true
}

// resume puts in the answer to <resume/> and, behind it, what the client has not acknowledged on the stream before (XEP-0198, section 5).
func (o *outbox) resume(resumed *sm3.Resumed, acked uint32, lost []parcel) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(parcel{el: resumed})
	o.els = append(o.els, lost...)
	o.counts, o.acked = true, acked
}

// take takes everything out. It waits for something to be there; false says that nothing will be any more.
func (o *outbox) take(ctx context.Context) ([]wire.Element, bool) {
	for ctx.Err() == nil {
		o.mu.Lock()
		els, closed, change := o.open(), o.closed, o.change
		if len(els) > 0 {
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

// open returns what is in the outbox, to be sent, with the questions for the client's count where they are due. mu is held.
func (o *outbox) open() []wire.Element {
	var els []wire.Element
	for _, p := range o.els {
		els = append(els, p.el)
		if !p.counted {
			continue
		}
		o.unacked = append(o.unacked, p)
		if o.asked++; o.asked == o.ackEvery {
			els, o.asked = append(els, &sm3.R{}), 0
		}
	}
	o.els = nil
	return els
}

// room waits until the outbox holds less than enough. Where nobody takes anything out, waiting would be in vain.
func (o *outbox) room(ctx context.Context) {
	for ctx.Err() == nil {
		o.mu.Lock()
		full, change := len(o.els) >= enough && !o.closed && !o.parked, o.change
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

// ack drops what the client has acknowledged. A count that goes back is no news; one that is too high is an error, and returned with what was sent.
func (o *outbox) ack(h uint32) (sent uint32, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	sent = o.acked + uint32(len(o.unacked)) //nolint:gosec // modulo 2^32 is what is meant
	n := int32(h - o.acked)                 //nolint:gosec // the distance, whichever way it goes. guard: S47
	switch {
	case !o.counts || int(n) > len(o.unacked): // guard: S47
		return sent, errTooHigh
	case n > 0:
		o.unacked = o.unacked[n:]
		o.acked = h
	}
	return sent, nil
}

// park lets the outbox collect what nobody takes out.
func (o *outbox) park() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.parked = true
		o.changed()
	}
}

// handover closes the outbox and returns the stanzas that the client has not acknowledged, whether they were sent or not.
func (o *outbox) handover() (acked uint32, lost []parcel) {
	o.mu.Lock()
	lost = o.unacked
	for _, p := range o.els {
		if p.counted {
			lost = append(lost, p)
		}
	}
	o.els, o.unacked, acked = nil, nil, o.acked
	o.mu.Unlock()
	o.close()
	return acked, lost
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
