package xmpptest

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/stanzakit/stanzakit/gen/delay"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. Stream management (XEP-0198): counting is the outbox's, the rest is here. A connection that is lost while its stream may be resumed stays bound, and its goroutine waits in
// hibernate until another connection has taken its session over, or until it has been long enough. Then it leaves, and what the client has not acknowledged is
// delivered as if it had come for a resource that is not there.

// binding is what a bound connection holds, and what a stream goes on with that resumes another one. It is guarded by the server's mu.
type binding struct {
	jid        jid.JID  // full JID of a client, domain of a component
	account    *account // nil for a component
	presence   *stanza.Presence
	directed   map[jid.JID]bool // those who were sent directed presence (RFC 6121, section 4.6)
	interested bool             // has asked for the roster (RFC 6121, section 2.2)
	versioned  bool             // and knows versions (RFC 6121, section 2.6)
	carbons    bool             // wants copies of messages (XEP-0280)
	blocks     bool             // has asked for the blocklist (XEP-0191)
	caps       string           // what the client says it can do: node and hash (XEP-0115)
	capsID     string           // of the question what that is; empty once it is answered
	wants      map[string]bool  // the nodes of accounts that the client wants to be told of
	sm         *management      // nil until stream management is enabled
}

// management is the state of stream management, apart from what the outbox counts.
type management struct {
	id      string        // to resume the stream by; empty if that is not to be
	max     time.Duration // that the stream may be resumed after it was lost
	handled uint32        // stanzas of the client, modulo 2^32
	taken   chan struct{} // closed when another connection has taken the session over
}

const maxExpired = 100 // streams of an account that can no longer be resumed, whose counts are remembered

var errReplaced = errors.New("the stream has been resumed on another connection")

// managed handles what is no stanza and asked of a bound client's stream: the elements of stream management and of client state (XEP-0352, which ask for no answer). It reports
// whether the element was one of those.
func (t *turn) managed(c *conn, el wire.Element) (bad *stream.Error, ok bool) {
	if c.account == nil {
		return nil, false
	}
	switch el := el.(type) {
	case *sm3.Enable:
		t.enable(c, el)
	case *sm3.Resume: // XEP-0198, section 5: instead of a bind, not behind it
		t.send(c, &sm3.Failed{Condition: stanzaerrors.ConditionUnexpectedRequest})
	case *sm3.R:
		if c.sm != nil {
			t.send(c, &sm3.A{H: c.sm.handled})
		}
	case *sm3.A:
		return c.acknowledged(el.H), true
	default:
		return nil, isClientState(el)
	}
	return nil, true
}

// enable begins stream management (XEP-0198, section 3), once.
func (t *turn) enable(c *conn, req *sm3.Enable) {
	if c.sm != nil {
		t.send(c, &sm3.Failed{Condition: stanzaerrors.ConditionUnexpectedRequest})
		return
	}
	c.sm = &management{taken: make(chan struct{})}
	reply := &sm3.Enabled{}
	if req.Resume != nil && *req.Resume && t.opt.Resumption > 0 {
		c.sm.max = t.opt.Resumption
		if req.Max != nil {
			c.sm.max = min(c.sm.max, time.Duration(*req.Max)*time.Second)
		}
		c.sm.id = rand.Text()
		reply.ID, reply.Resume, reply.Max = c.sm.id, new(true), new(uint32(c.sm.max/time.Second)) //nolint:gosec // of the size of Options.Resumption
	}
	c.out.count(reply)
	t.sent = append(t.sent, c)
}

// acknowledged takes a client's count of what it has handled.
func (c *conn) acknowledged(h uint32) *stream.Error {
	sent, err := c.out.ack(h)
	if err == nil {
		return nil
	}
	e := streamError(streamerrors.ConditionUndefinedCondition, err) // XEP-0198, section 6
	e.Any = []wire.Element{&sm3.HandledCountTooHigh{H: &h, SendCount: &sent}}
	return e
}

// resume gives a connection that has logged in as the user, and is not bound yet, the session of a stream of that user's. The answer, and what the client has missed, is in
// the outbox then. If it cannot be, resume returns the refusal, and the client may still bind a resource. A count that is too high ends the stream.
func (s *Server) resume(c *conn, user string, req *sm3.Resume) (refusal *sm3.Failed, bad *stream.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[user]
	if s.opt.Resumption <= 0 {
		return &sm3.Failed{Condition: stanzaerrors.ConditionFeatureNotImplemented}, nil
	}
	old := a.resumable(req.PrevID)
	if old == nil {
		return &sm3.Failed{H: a.expired[req.PrevID], Condition: stanzaerrors.ConditionItemNotFound}, nil
	}
	if bad := old.acknowledged(req.H); bad != nil { // guard: S47
		return nil, bad
	}
	acked, lost := old.out.handover()
	c.binding = old.binding
	c.sm = &management{id: old.sm.id, max: old.sm.max, handled: old.sm.handled, taken: make(chan struct{})}
	c.out.resume(&sm3.Resumed{PrevID: req.PrevID, H: c.sm.handled}, acked, lost)
	a.sessions[c.jid.Resource()] = c
	close(old.sm.taken)
	old.end(streamError(streamerrors.ConditionConflict, errReplaced)) // of no effect where it is gone already
	return nil, nil
}

// resumable returns the connection whose stream has the id.
func (a *account) resumable(id string) *conn {
	for _, c := range a.sessions {
		if c.sm != nil && c.sm.id == id && id != "" {
			return c
		}
	}
	return nil
}

// hibernate keeps a client's session after its connection was lost, if it may be resumed, and reports whether another connection has taken it over.
func (c *conn) hibernate(over <-chan struct{}) (resumed bool) {
	c.srv.mu.Lock()
	sm := c.sm
	c.srv.mu.Unlock()
	if sm == nil || sm.id == "" {
		return false
	}
	c.out.park()
	patience := time.NewTimer(sm.max)
	defer patience.Stop()
	select {
	case <-sm.taken:
	case <-patience.C:
	case <-over:
	}
	return c.wasTaken()
}

// wasTaken reports whether another connection has taken the session over.
func (c *conn) wasTaken() bool {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	return c.sm != nil && isClosed(c.sm.taken)
}

func isClosed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// expire remembers how many stanzas a stream has handled that can no longer be resumed (XEP-0198, section 5).
func (a *account) expire(sm *management) {
	if sm.id == "" {
		return
	}
	if len(a.expired) >= maxExpired {
		clear(a.expired)
	}
	a.expired[sm.id] = new(sm.handled)
}

// undelivered deals with what a client has not acknowledged when its session ends: as if its resource had not been there (XEP-0198, section 5).
func (t *turn) undelivered(c *conn, lost []parcel) {
	for _, p := range lost {
		switch el := p.el.(type) {
		case *stanza.Message:
			if !t.redeliver(c.account, late(el, p.at, t.opt.domain)) {
				t.unavailableService(el)
			}
		case *stanza.IQ:
			t.unavailableService(el)
		}
	}
}

// late returns a copy of a message that says since when it has waited, and with whom (XEP-0203).
func late(m *stanza.Message, at time.Time, by jid.JID) *stanza.Message {
	if d, ok := wire.Find[delay.Delay](m.Any); ok && d.From == by {
		return m
	}
	out := *m
	out.Any = append(append([]wire.Element{}, m.Any...), &delay.Delay{From: by, Stamp: at.UTC()})
	return &out
}
