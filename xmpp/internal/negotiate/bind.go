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

// bindFeature binds a resource (RFC 6120, section 7).
func bindFeature() Feature {
	return Feature{
		Name: "bind", Order: 30,
		Find: func(st *State) wire.Element {
			if !st.Done || !st.Bound.IsZero() {
				return nil
			}
			return find[bind.Bind](st)
		},
		Negotiate: bindResource,
	}
}

func bindResource(ctx context.Context, st *State, _ wire.Element) (restart bool, err error) {
	reply, err := ask(ctx, st, "resource binding", &bind.Bind{Resource: st.Resource})
	if err != nil {
		return false, err
	}
	got, ok := wire.Find[bind.Bind](reply.Any)
	if !ok {
		return false, errors.New("negotiate: resource binding without a JID")
	}
	if got.JID.Bare() != st.Account || !got.JID.IsFull() { // guard: S50
		return false, fmt.Errorf("%w: %s", errBound, got.JID)
	}
	st.Bound = got.JID
	return false, nil
}

// legacySession establishes a session where a server of RFC 3921 demands it.
func legacySession() Feature {
	return Feature{
		Name: "session", Order: 40,
		Find: func(st *State) wire.Element {
			s, ok := wire.Find[session.Session](st.Features.Any)
			if !ok || s.Optional || !st.Done || st.Bound.IsZero() {
				return nil
			}
			return s
		},
		Negotiate: func(ctx context.Context, st *State, _ wire.Element) (bool, error) {
			_, err := ask(ctx, st, "session", &session.Session{})
			return false, err
		},
	}
}

// ask sends an IQ request of type set to the server and reads its reply, which nothing else may precede yet.
func ask(ctx context.Context, st *State, what string, payload wire.SetPayload) (*stanza.IQ, error) {
	req := &stanza.IQ{ID: rand.Text(), Type: stanza.IQSet, Any: []wire.Element{payload}}
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
		return nil, fmt.Errorf("negotiate: %s refused: %s", what, reply.Error.Condition)
	}
	return nil, fmt.Errorf("negotiate: %s: reply of type %q", what, reply.Type)
}

// fromServer reports whether a reply to a request without "to" may have this sender (RFC 6120, section 8.1.2.1).
func fromServer(from jid.JID, st *State) bool {
	return from.IsZero() || from.Bare() == st.Account || from == st.Account.DomainJID()
}
