package xmpp

import (
	"context"
	"encoding/xml"
	"errors"

	"github.com/stanzakit/stanzakit/gen/featuresregister"
	"github.com/stanzakit/stanzakit/gen/register"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/wire"
)

// Registration makes the account before the login (XEP-0077, section 3.1), for Config.Features:
//
//	cfg.Features = []xmpp.Feature{xmpp.Registration(nil)}
//
// The server is asked what it wants to know; fill, if it is not nil, gets that with user name and password filled in from Config, and fills in the rest, or sets Form, or
// returns an error. An account that exists already is no error here: the login shows whose it is. A refusal is a [*RequestError].
func Registration(fill func(ctx context.Context, form *register.Query) error) Feature {
	return Feature{
		Name: "registration", Order: 50, Required: true,
		Element: xml.Name{Space: featuresregister.NS, Local: "register"},
		Negotiate: func(ctx context.Context, n *Negotiation, _ wire.Element) error {
			return n.register(ctx, fill)
		},
	}
}

var errNoForm = errors.New("the server does not say what it wants to know")

func (n *Negotiation) register(ctx context.Context, fill func(context.Context, *register.Query) error) error {
	if err := wire.Register[register.Query](n.mux.Registry()); err != nil {
		return err
	}
	reply, err := n.st.Ask(ctx, "registration", stanza.IQGet, &register.Query{})
	if err != nil {
		return err
	}
	form, ok := wire.Find[register.Query](reply.Any)
	switch {
	case !ok:
		return errNoForm
	case form.Registered:
		return nil
	}
	answer := &register.Query{Key: form.Key, Form: form.Form, Username: new(n.cfg.JID.Local()), Password: new(n.cfg.Password)}
	answer.Instructions, answer.Link = form.Instructions, form.Link
	if fill == nil {
		answer.Form = nil // the fields of old are enough where they are offered beside a form
	} else if err := fill(ctx, answer); err != nil {
		return err
	}
	answer.Instructions, answer.Link = "", nil
	_, err = n.st.Ask(ctx, "registration", stanza.IQSet, answer)
	if refused, ok := errors.AsType[*RequestError](err); ok && refused.Stanza.Condition == stanzaerrors.ConditionConflict {
		return nil
	}
	return err
}
