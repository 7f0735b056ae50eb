package xmpptest

import (
	"errors"

	"github.com/stanzakit/stanzakit/gen/register"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

var errUnregistered = errors.New("the account has been closed")

// registration tells users that they have an account, changes its password or closes it (XEP-0077, sections 3.2 and 3.3). What is asked for before the login is not its concern.
func (t *turn) registration(a *account, iq *stanza.IQ, q *register.Query) {
	switch {
	case iq.Type == stanza.IQGet:
		t.result(iq, &register.Query{Registered: true, Username: new(a.jid.Local()), Password: new("")})
	case q.Remove && (q.Username != nil || q.Password != nil): // section 3.2.1
		t.refuseWith(iq, kit.BadRequest())
	case q.Remove:
		t.result(iq, nil)
		t.unregister(a)
	case q.Username == nil || q.Password == nil || *q.Password == "": // section 3.3.1
		t.refuseWith(iq, kit.BadRequest())
	default:
		t.changePassword(a, iq, *q.Username, *q.Password)
	}
}

func (t *turn) changePassword(a *account, iq *stanza.IQ, user, password string) {
	j, err := jid.New(user, t.opt.domain.Domain(), "")
	if err != nil || j != a.jid {
		t.refuseWith(iq, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed))
		return
	}
	creds, err := sasl.NewAccount(password, iterations)
	if err != nil {
		t.refuseWith(iq, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable))
		return
	}
	a.creds, a.password = creds, password
	t.result(iq, nil)
}

// unregister closes an account: its contacts are told, and its streams end.
func (t *turn) unregister(a *account) {
	for _, ct := range a.sorted() {
		if ct.to || ct.ask {
			t.presence(&stanza.Presence{From: a.jid, To: ct.jid, Type: stanza.PresenceUnsubscribe})
		}
		if ct.from || ct.request != nil {
			t.presence(&stanza.Presence{From: a.jid, To: ct.jid, Type: stanza.PresenceUnsubscribed})
		}
	}
	delete(t.accounts, a.jid.Local())
	for _, c := range a.bound() {
		c.end(streamError(streamerrors.ConditionNotAuthorized, errUnregistered))
	}
}
