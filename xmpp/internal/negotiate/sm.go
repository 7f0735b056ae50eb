package negotiate

import (
	"context"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/wire"
)

var errNotResumed = errors.New("negotiate: the server has resumed a session that was not asked for")

// offersResume finds stream management while a session may go on (XEP-0198, section 5): after the login, and instead of a resource.
func offersResume(st *State) wire.Element {
	if !st.Done || !st.Bound.IsZero() || st.SM.Resume == nil || st.SM.Failed != nil {
		return nil
	}
	return find[sm3.SM](st)
}

// resume asks for the session to go on. If it does not, a new one is made.
func resume(ctx context.Context, st *State, _ wire.Element) (Outcome, error) {
	el, err := askSM(ctx, st, st.SM.Resume)
	if err != nil {
		return Finished, err
	}
	switch el := el.(type) {
	case *sm3.Resumed:
		return Finished, st.resumed(el)
	case *sm3.Failed:
		st.SM.Failed = el
		return Continue, nil
	}
	return Finished, fmt.Errorf("negotiate: stream management: unexpected %v", el.ElementName())
}

// resumed goes on with the session.
func (st *State) resumed(el *sm3.Resumed) error {
	if el.PrevID != st.SM.Resume.PrevID {
		return errNotResumed
	}
	st.SM.Resumed = el
	st.take(st.SM.JID)
	return nil
}

// offersEnable finds stream management for a new session.
func offersEnable(st *State) wire.Element {
	if st.Bound.IsZero() || st.SM.Enable == nil || st.SM.Enabled != nil || st.SM.Refused != nil {
		return nil
	}
	return find[sm3.SM](st)
}

// enable asks for it. A session works without.
func enable(ctx context.Context, st *State, _ wire.Element) (Outcome, error) {
	el, err := askSM(ctx, st, st.SM.Enable)
	if err != nil {
		return Finished, err
	}
	switch el := el.(type) {
	case *sm3.Enabled:
		st.SM.Enabled = el
		return Continue, nil
	case *sm3.Failed:
		st.SM.Refused = el
		return Continue, nil
	}
	return Finished, fmt.Errorf("negotiate: stream management: unexpected %v", el.ElementName())
}

func askSM(ctx context.Context, st *State, req wire.Element) (wire.Element, error) {
	if err := st.Stream.Send(ctx, req); err != nil {
		return nil, err
	}
	el, err := st.Stream.Next(ctx)
	if err != nil {
		return nil, fmt.Errorf("negotiate: stream management: %w", err)
	}
	return el, nil
}
