package disco

import (
	"context"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
)

// subject is what is being asked: a version, of whoever has it, or for what no hash can confirm, one entity.
type subject struct {
	version version
	of      jid.JID
}

// question is a request under way that several callers of Caps wait for.
type question struct {
	subject subject
	of      jid.JID // who is asked
	caps    *caps.C // what it told of; nil for nothing
	done    chan struct{}
	info    *discoinfo.Query // the answer; set, as is what follows, before done is closed
	err     error
	again   bool // no answer: who asked has given up
}

// Caps returns what an entity is and can do, as [Info] does, but asks only if it must: the capabilities that an entity tells of in its presence (XEP-0115) are asked for once,
// for all who tell of the same, and calls at the same time share one request. An answer counts for others only if the hash confirms it (section 5.4), and then holds nothing
// but what the hash covers. Else it counts for the entity that gave it, as long as it tells of the same. An entity that told of nothing, or in the legacy format of before version
// 1.4, is asked each time. The info is shared: do not change it.
func (p *Plugin) Caps(ctx context.Context, of jid.JID) (*discoinfo.Query, error) {
	for {
		info, q, first := p.heard.ask(of)
		if info != nil {
			return info, nil
		}
		if first {
			p.put(ctx, q)
			return q.info, q.err
		}
		if err := q.wait(ctx); err != nil {
			return nil, err
		}
		if q.of == of && !q.again {
			return q.info, q.err
		}
		// Somebody else was asked: if the answer was good, it is known now; if not, it is for this entity to say (XEP-0115, section 5.4, step 3.9).
	}
}

// ask returns what is known of an entity, or else the question to wait for; if first, the caller must put it.
func (h *heard) ask(of jid.JID) (info *discoinfo.Query, q *question, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c, _ := h.told.get(of)
	if info := h.recall(of, c); info != nil {
		return info, nil, false
	}
	about := subject{of: of}
	if c != nil && newHash(c.Hash) != nil {
		about = subject{version: version{c.Hash, c.Ver}}
	}
	if q := h.asking[about]; q != nil {
		return nil, q, false
	}
	q = &question{subject: about, of: of, caps: c, done: make(chan struct{})}
	h.asking[about] = q
	return nil, q, true
}

// put asks the question and lets those who wait for it know.
func (p *Plugin) put(ctx context.Context, q *question) {
	h := &p.heard
	q.again = true // unless there is an answer, or an error that is not ctx's
	defer func() {
		h.mu.Lock()
		delete(h.asking, q.subject)
		h.mu.Unlock()
		close(q.done)
	}()
	var node string
	if q.caps != nil {
		node = q.caps.Node + "#" + q.caps.Ver // XEP-0115, section 6.2
	}
	q.info, q.err = Info(ctx, p.session, q.of, node)
	if q.err == nil {
		q.info = h.keep(q.of, q.caps, q.info)
	}
	q.again = q.err != nil && ctx.Err() != nil
}

// wait waits until the question is answered.
func (q *question) wait(ctx context.Context) error {
	if err := stream.MayWait(ctx); err != nil {
		return err
	}
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
