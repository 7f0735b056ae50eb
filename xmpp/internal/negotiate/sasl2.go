package negotiate

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/gen/bind0"
	"github.com/stanzakit/stanzakit/gen/fast0"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// offersSASL2 finds the mechanisms of XEP-0388, which are for protected streams alone.
func offersSASL2(st *State) wire.Element {
	if st.Done || !st.Secure { // guard: S27
		return nil
	}
	return find[sasl2.Authentication](st)
}

// authenticate logs in with SASL2: with a token if there is one that the server still takes, or else with what SASL1 would take too.
func authenticate(ctx context.Context, st *State, offer wire.Element) (Outcome, error) {
	a := attempt{st: st, offer: offer.(*sasl2.Authentication), conn: st.channel()}
	st.Result.SASL2 = true
	if ok, err := a.withToken(ctx); ok || err != nil {
		return a.outcome(), err
	}
	m, err := sasl.Choose(sasl.Offer{Mechanisms: a.offer.Mechanism, Bindings: st.bindings(), SASL2: true}, a.conn, st.Creds, st.Policy)
	if err != nil && st.better() {
		st.Result.SASL2 = false
		return Continue, nil
	}
	if err != nil {
		return Finished, errors.Join(err, a.refused)
	}
	err = a.run(ctx, m, a.requestToken())
	return a.outcome(), err
}

// better reports whether SASL1, which may come after this, would log in bound to the channel. A server that offers -PLUS without the list of XEP-0440 must not be logged in
// to with SASL2 (XEP-0440, section 3, rule 4), but for SASL1 that is undefined, and nobody can stand in the middle of a login that is bound.
func (st *State) better() bool {
	old, ok := wire.Find[gensasl.Mechanisms](st.Features.Any)
	if !ok {
		return false
	}
	m, err := st.choose(old)
	return err == nil && bindingOf(m) != "" // guard: S32
}

// attempt is a login with SASL2.
type attempt struct {
	st        *State
	offer     *sasl2.Authentication
	conn      sasl.Conn
	refused   error  // what came of the token
	used      *Token // what was logged in with, nil for a password
	requested string // the mechanism that a token was asked for
}

// outcome is what a login that went well leaves.
func (a *attempt) outcome() Outcome {
	if a.st.SM.Resumed != nil || a.st.Forget {
		return Finished // no features follow (XEP-0198, section 9.2), or nobody needs them
	}
	return Reread
}

// inline returns the offer of type T to be made in the same round trip, nil if there is none.
func inline[T any, P wire.Ptr[T]](offer *sasl2.Authentication) P {
	if offer.Inline == nil {
		return nil
	}
	p, _ := wire.Find[T, P](offer.Inline.Any)
	return p
}

// run logs in with a mechanism. more goes with the request.
func (a *attempt) run(ctx context.Context, m sasl.Mechanism, more ...wire.Element) error {
	initial, err := m.Start()
	if err != nil {
		return err
	}
	st := a.st
	data := base64.StdEncoding.EncodeToString(initial)
	req := &sasl2.Authenticate{Mechanism: m.Name(), InitialResponse: &data, UserAgent: st.Agent.element()}
	for _, el := range more {
		if el != nil {
			req.Any = append(req.Any, el)
		}
	}
	if st.SM.Resume != nil && inline[sm3.SM](a.offer) != nil {
		req.Any = append(req.Any, st.SM.Resume)
	}
	bind := a.bind()
	if bind != nil {
		req.Any = append(req.Any, bind)
	}
	if err := st.Stream.Send(ctx, req); err != nil {
		return err
	}
	el, err := exchange(ctx, st, m)
	if err != nil {
		return err
	}
	success, ok := el.(*sasl2.Success)
	if !ok {
		return fmt.Errorf("%w: %v", errUnasked, el.ElementName())
	}
	if err := a.results(success, bind); err != nil {
		return err
	}
	st.authenticated(m)
	a.keepToken(ctx, success)
	return nil
}

// bind asks for a resource with all that the server can enable together with it (XEP-0386). A resource by name cannot be had in this way: the server makes it, so then
// nothing is asked here, and binding follows as ever.
func (a *attempt) bind() *bind0.Bind {
	st := a.st
	offer := inline[bind0.Bind](a.offer)
	if offer == nil || st.Resource != "" || st.Forget {
		return nil
	}
	req := &bind0.Bind{Tag: st.Tag}
	can := func(ns string) bool {
		return offer.Inline != nil && slices.ContainsFunc(offer.Inline.Feature, func(f bind0.Feature) bool { return f.Var == ns })
	}
	for _, el := range st.Inline {
		if can(el.ElementName().Space) {
			req.Any = append(req.Any, el)
		}
	}
	if st.SM.Enable != nil && can(sm3.NS) {
		req.Any = append(req.Any, st.SM.Enable)
	}
	return req
}

// results takes in who we are and what was done in the same round trip.
func (a *attempt) results(success *sasl2.Success, asked *bind0.Bind) error {
	st, id := a.st, success.AuthorizationIdentifier
	if !st.owns(id) { // guard: S50
		return fmt.Errorf("%w: %s", errBound, id)
	}
	if resumed, ok := wire.Find[sm3.Resumed](success.Any); ok && st.SM.Resume != nil {
		return st.resumed(resumed)
	}
	if failed, ok := wire.Find[sm3.Failed](success.Any); ok {
		st.SM.Failed = failed
	}
	bound, ok := wire.Find[bind0.Bound](success.Any)
	if !ok || asked == nil {
		return nil
	}
	if !id.IsFull() {
		return fmt.Errorf("%w: %s", errBound, id)
	}
	st.take(id)
	st.Result.Archive = bound.Metadata
	if enabled, ok := wire.Find[sm3.Enabled](bound.Any); ok {
		st.SM.Enabled = enabled
	}
	if failed, ok := wire.Find[sm3.Failed](bound.Any); ok {
		st.SM.Refused = failed
	}
	st.inlined(asked.Any)
	return nil
}

// element returns what the server is told of us, nil if that is nothing.
func (u UserAgent) element() *sasl2.UserAgent {
	if u == (UserAgent{}) {
		return nil
	}
	return &sasl2.UserAgent{ID: u.ID, Software: u.Software, Device: u.Device}
}

// requestToken asks for a token to log in with the next time (XEP-0484, section 3.2), nil if there is nobody to keep it.
func (a *attempt) requestToken() wire.Element {
	fast := inline[fast0.Fast](a.offer)
	if a.st.Tokens == nil || a.st.Creds.Anonymous || a.st.Forget || fast == nil {
		return nil
	}
	mechanism := sasl.ChooseToken(fast.Mechanism, a.conn)
	if mechanism == "" {
		return nil
	}
	if a.st.Agent.ID == "" {
		a.st.Agent.ID = newUUID()
	}
	a.requested = mechanism
	return &fast0.RequestToken{Mechanism: mechanism}
}
