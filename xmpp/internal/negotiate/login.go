package negotiate

import (
	"context"
	"errors"
	"fmt"

	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/saslcb0"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

var errNoLogin = errors.New("negotiate: the server offers no login")

// offersLogin finds the mechanisms of RFC 6120, section 6.
func offersLogin(st *State) wire.Element {
	if st.Done {
		return nil
	}
	return find[gensasl.Mechanisms](st)
}

func missesLogin(st *State) error {
	if !st.Done {
		return errNoLogin
	}
	return nil
}

// login logs in. The stream begins anew on the same connection.
func login(ctx context.Context, st *State, offer wire.Element) (Outcome, error) {
	if st.Forget {
		return Finished, errNoToken
	}
	m, err := st.choose(offer.(*gensasl.Mechanisms))
	if err != nil {
		return Finished, err
	}
	initial, err := m.Start()
	if err != nil {
		return Finished, err
	}
	if err := st.Stream.Send(ctx, &gensasl.Auth{Mechanism: m.Name(), Text: sasl.Encode(initial)}); err != nil {
		return Finished, err
	}
	el, err := exchange(ctx, st, m)
	if err != nil {
		return Finished, err
	}
	if _, ok := el.(*gensasl.Success); !ok {
		return Finished, fmt.Errorf("%w: %v", errUnasked, el.ElementName())
	}
	st.authenticated(m)
	return Restart, st.Stream.Restart(ctx, nil)
}

// choose takes one of the mechanisms of SASL1.
func (st *State) choose(offer *gensasl.Mechanisms) (sasl.Mechanism, error) {
	return sasl.Choose(sasl.Offer{Mechanisms: offer.Mechanism, Bindings: st.bindings()}, st.channel(), st.Creds, st.Policy)
}

// authenticated notes that the server has proved itself, and we too.
func (st *State) authenticated(m sasl.Mechanism) {
	st.Done = true
	st.Result.Mechanism, st.Result.Binding = m.Name(), bindingOf(m)
	st.Stream.SetLimits(st.Limits)
}

// bindingOf is the type of channel binding of a mechanism, empty without.
func bindingOf(m sasl.Mechanism) string {
	if b, ok := m.(interface{ Binding() string }); ok {
		return b.Binding()
	}
	return ""
}

// bindings returns the channel-binding types that the server announces, nil if it does not (XEP-0440).
func (st *State) bindings() []string {
	cb, ok := wire.Find[saslcb0.SASLChannelBinding](st.Features.Any)
	if !ok {
		return nil
	}
	types := []string{}
	for _, b := range cb.ChannelBinding {
		types = append(types, b.Type)
	}
	return types
}
