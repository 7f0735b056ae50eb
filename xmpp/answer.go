package xmpp

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

const (
	defaultRequests = 64  // requests answered at a time
	perSender       = 100 // requests of one sender that wait for their turn
)

// answers runs the handlers of IQ requests: one at a time for each sender, at most limit at a time in all. It never makes the reader wait: what there is no room for is answered
// with resource-constraint.
type answers struct {
	limit   int
	running sync.WaitGroup
	mu      sync.Mutex               // guards queues
	queues  map[jid.JID]*senderQueue // nil until there is one
}

// senderQueue holds what one sender's worker has yet to do.
type senderQueue struct{ jobs []func() }

func (a *answers) init(limit int) {
	if limit <= 0 {
		limit = defaultRequests
	}
	a.limit = limit
}

// submit queues a request for its handler, or refuses it.
func (a *answers) submit(ctx context.Context, s *Session, iq *stanza.IQ, run func(context.Context) (wire.Element, error)) error {
	work := context.WithoutCancel(ctx)
	work = stream.Waiting(work)
	work, cancel := context.WithCancel(work)
	stop := context.AfterFunc(ctx, cancel)
	job := func() {
		defer cancel()
		defer stop()
		s.answer(work, iq, run)
	}
	if a.queue(iq.From, job) {
		return nil
	}
	cancel()
	stop()
	return s.refuse(ctx, iq, &StanzaError{Type: stanza.ErrorWait, Condition: stanzaerrors.ConditionResourceConstraint})
}

// queue adds a job to its sender's queue, and reports whether there was room.
func (a *answers) queue(sender jid.JID, job func()) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if q := a.queues[sender]; q != nil {
		if len(q.jobs) >= perSender {
			return false
		}
		q.jobs = append(q.jobs, job)
		return true
	}
	if len(a.queues) >= a.limit {
		return false
	}
	if a.queues == nil {
		a.queues = make(map[jid.JID]*senderQueue)
	}
	q := &senderQueue{jobs: []func(){job}}
	a.queues[sender] = q
	a.running.Go(func() { a.work(sender, q) }) // ends when the sender's queue is empty; waited for when the link ends
	return true
}

// work does one sender's jobs, in order.
func (a *answers) work(sender jid.JID, q *senderQueue) {
	for {
		a.mu.Lock()
		if len(q.jobs) == 0 {
			delete(a.queues, sender)
			a.mu.Unlock()
			return
		}
		job := q.jobs[0]
		q.jobs = q.jobs[1:]
		a.mu.Unlock()
		job()
	}
}

// wait waits for the handlers that still run.
func (a *answers) wait() { a.running.Wait() }

// answer runs a handler and sends what it returns.
func (s *Session) answer(ctx context.Context, iq *stanza.IQ, run func(context.Context) (wire.Element, error)) {
	resp, err := s.guarded(ctx, run)
	if err != nil {
		err = s.refuse(ctx, iq, asStanzaError(err))
	} else {
		reply := &stanza.IQ{ID: iq.ID, To: iq.From, From: s.replyFrom(iq.To), Type: stanza.IQResult}
		if resp != nil {
			reply.Any = []wire.Element{resp}
		}
		err = s.Send(ctx, reply)
	}
	if err != nil && !errors.Is(err, ErrNotConnected) {
		s.log.Error("xmpp: reply could not be sent", "to", iq.From, "error", err)
	}
}

// guarded runs a handler; a panic is an internal-server-error.
func (s *Session) guarded(ctx context.Context, run func(context.Context) (wire.Element, error)) (resp wire.Element, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.log.Error("xmpp: IQ handler panicked", "panic", v, "stack", string(debug.Stack()))
			resp, err = nil, &StanzaError{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionInternalServerError}
		}
	}()
	return run(ctx)
}

// refuse answers a request with an error.
func (s *Session) refuse(ctx context.Context, iq *stanza.IQ, e *StanzaError) error {
	return s.Send(ctx, &stanza.IQ{ID: iq.ID, To: iq.From, From: s.replyFrom(iq.To), Type: stanza.IQError, Error: e.element()})
}

// replyFrom returns the sender of a reply: a component speaks as whom it was spoken to, a client's server fills it in.
func (s *Session) replyFrom(to jid.JID) jid.JID {
	if s.component {
		return to
	}
	return jid.JID{}
}

// unclaimed sees every element that no handler answers for. Requests are refused, whatever they ask; stanzas that could not be decoded become events.
func (s *Session) unclaimed(ctx context.Context, el wire.Element) {
	var err error
	switch el := el.(type) {
	case *stanza.IQ:
		err = s.unanswered(ctx, el)
	case *wire.Raw:
		err = s.undecoded(ctx, el)
	}
	if err != nil {
		s.log.Error("xmpp: request could not be refused", "error", err)
	}
}

// unanswered refuses a request that nobody answers. Results and errors that nobody waits for are ignored (RFC 6120, section 8.2.3).
func (s *Session) unanswered(ctx context.Context, iq *stanza.IQ) error {
	switch iq.Type {
	case stanza.IQResult, stanza.IQError: // guard: S48
		return nil
	case stanza.IQGet, stanza.IQSet:
		if len(iq.Any) != 1 {
			return s.refuse(ctx, iq, BadRequest("a request has exactly one payload"))
		}
		return s.refuse(ctx, iq, &StanzaError{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionServiceUnavailable})
	}
	return s.refuse(ctx, iq, BadRequest("an IQ has type get, set, result or error"))
}

// undecoded reports a stanza with a bad value in its own attributes, and refuses it if it is a request.
func (s *Session) undecoded(ctx context.Context, raw *wire.Raw) error {
	if raw.Err == nil {
		return nil
	}
	reportBad(s, raw)
	if raw.Name != (*stanza.IQ)(nil).ElementName() {
		return nil
	}
	iq := &stanza.IQ{}
	iq.ID, _ = raw.Attr("", "id")
	text, _ := raw.Attr("", "from")
	var err error
	if iq.From, err = jid.Parse(text); err != nil && text != "" {
		return nil // nobody to answer
	}
	if to, _ := raw.Attr("", "to"); to != "" {
		iq.To, _ = jid.Parse(to) // a bad one is the error that the reply names
	}
	if t, _ := raw.Attr("", "type"); t == "get" || t == "set" {
		return s.refuse(ctx, iq, BadRequest(raw.Err.Error()))
	}
	return nil
}
