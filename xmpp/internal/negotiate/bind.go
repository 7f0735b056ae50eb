package negotiate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/session"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

var errBound = errors.New("negotiate: the server bound a JID that is not of the account")

// offersBind finds resource binding (RFC 6120, section 7).
func offersBind(st *State) wire.Element {
	if !st.Done || !st.Bound.IsZero() {
		return nil
	}
	return find[bind.Bind](st)
}

func bindResource(ctx context.Context, st *State, _ wire.Element) (Outcome, error) {
	reply, err := st.Ask(ctx, "resource binding", stanza.IQSet, &bind.Bind{Resource: st.Resource})
	if err != nil {
		return Finished, err
	}
	got, ok := wire.Find[bind.Bind](reply.Any)
	if !ok {
		return Finished, errors.New("negotiate: resource binding without a JID")
	}
	if !st.owns(got.JID) || !got.JID.IsFull() { // guard: S50
		return Finished, fmt.Errorf("%w: %s", errBound, got.JID)
	}
	st.take(got.JID)
	return Continue, nil
}

// offersSession finds a session that must be established: a server of RFC 3921 demands it.
func offersSession(st *State) wire.Element {
	s, ok := wire.Find[session.Session](st.Features.Any)
	if !ok || s.Optional || !st.Done || st.Bound.IsZero() {
		return nil
	}
	return s
}

func establish(ctx context.Context, st *State, _ wire.Element) (Outcome, error) {
	_, err := st.Ask(ctx, "session", stanza.IQSet, &session.Session{})
	return Continue, err
}

// RequestError is the server's refusal of a request that belongs to the negotiation.
type RequestError struct {
	What   string
	Stanza *stanza.Error
}

// Error names the condition.
func (e *RequestError) Error() string {
	return fmt.Sprintf("negotiate: %s refused: %s", e.What, e.Stanza.Condition)
}

// Ask sends an IQ request to the server and reads its reply, which nothing else may precede yet. A refusal is a *RequestError.
func (st *State) Ask(ctx context.Context, what string, kind stanza.IQType, payload wire.Element) (*stanza.IQ, error) {
	req := &stanza.IQ{ID: rand.Text(), Type: kind, Any: []wire.Element{payload}}
	if err := st.Stream.Send(ctx, req); err != nil {
		return nil, err
	}
	el, err := st.Stream.Next(ctx)
	if err != nil {
		return nil, fmt.Errorf("negotiate: %s: %w", what, err)
	}
	reply, ok := el.(*stanza.IQ)
	if !ok || reply.ID != req.ID || !fromServer(reply.From, st) {
		return nil, fmt.Errorf("negotiate: %s: unexpected %v", what, el.ElementName())
	}
	switch {
	case reply.Type == stanza.IQResult:
		return reply, nil
	case reply.Type == stanza.IQError && reply.Error != nil:
		return nil, &RequestError{What: what, Stanza: reply.Error}
	}
	return nil, fmt.Errorf("negotiate: %s: reply of type %q", what, reply.Type)
}

// fromServer reports whether a reply to a request without "to" may have this sender (RFC 6120, section 8.1.2.1).
func fromServer(from jid.JID, st *State) bool {
	return from.IsZero() || st.owns(from) || from == st.Account.DomainJID()
}
