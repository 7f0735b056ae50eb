package xmpptest

import (
	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/session"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// iq delivers a request or its answer (RFC 6120, section 10.3.3; RFC 6121, section 8.5).
func (t *turn) iq(iq *stanza.IQ) {
	if iq.To.IsZero() {
		t.answer(iq, iq.From.Bare())
		return
	}
	switch {
	case t.away(iq, iq.To):
	case iq.To.IsBare():
		t.answer(iq, iq.To)
	default:
		a := t.accountOf(iq.To)
		if a == nil || a.sessions[iq.To.Resource()] == nil {
			t.unavailableService(iq)
			return
		}
		t.send(a.sessions[iq.To.Resource()], iq)
	}
}

// answer answers a request to the server, or to an account, for which the server speaks. entity says which.
func (t *turn) answer(iq *stanza.IQ, entity jid.JID) {
	switch iq.Type {
	case stanza.IQResult, stanza.IQError: // to what the server has pushed
		return
	case stanza.IQGet, stanza.IQSet:
	default:
		t.bounce(iq, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	}
	if len(iq.Any) != 1 { // RFC 6120, section 8.2.3
		t.bounce(iq, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	}
	if raw, ok := iq.Any[0].(*wire.Raw); ok && raw.Err != nil {
		t.bounce(iq, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	}
	if entity == t.opt.domain {
		t.serverIQ(iq)
		return
	}
	if a := t.accountOf(entity); a != nil {
		t.accountIQ(a, iq)
		return
	}
	t.unavailableService(iq)
}

// result answers a request well; payload may be nil.
func (t *turn) result(iq *stanza.IQ, payload wire.Element) {
	reply := &stanza.IQ{From: iq.To, To: iq.From, ID: iq.ID, Type: stanza.IQResult}
	if payload != nil {
		reply.Any = []wire.Element{payload}
	}
	t.iq(reply)
}

// serverIQ answers what is asked of the server itself.
func (t *turn) serverIQ(iq *stanza.IQ) {
	if iq.Type == stanza.IQSet {
		if _, ok := iq.Any[0].(*session.Session); ok {
			t.result(iq, nil) // RFC 3921, section 3
			return
		}
		t.unavailableService(iq)
		return
	}
	switch q := iq.Any[0].(type) {
	case *ping.Ping: // XEP-0199, section 4.2
		t.result(iq, nil)
	case *version.Query: // XEP-0092
		t.result(iq, &version.Query{Name: "stanzakit xmpptest", Version: "1"})
	case *discoinfo.Query:
		t.node(iq, q.Node, serverInfo())
	case *discoitems.Query:
		t.node(iq, q.Node, t.serverItems())
	default:
		t.unavailableService(iq)
	}
}

// accountIQ answers what is asked of an account. Strangers are told what they would be told if there were no such account.
func (t *turn) accountIQ(a *account, iq *stanza.IQ) {
	own := iq.From.Bare() == a.jid
	friend := own || a.contacts[iq.From.Bare()] != nil && a.contacts[iq.From.Bare()].from
	switch q := iq.Any[0].(type) {
	case *roster.Query:
		if own {
			t.roster(a, iq, q)
			return
		}
	case *bind.Bind: // RFC 6120, section 7.7: one resource for a stream
		if own && iq.Type == stanza.IQSet {
			t.bounce(iq, stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed)
			return
		}
	case *session.Session:
		if own && iq.Type == stanza.IQSet {
			t.result(iq, nil) // RFC 3921, section 3
			return
		}
	case *ping.Ping:
		if friend && iq.Type == stanza.IQGet {
			t.result(iq, nil)
			return
		}
	case *discoinfo.Query: // XEP-0030, section 8
		if friend && iq.Type == stanza.IQGet {
			t.node(iq, q.Node, accountInfo())
			return
		}
	case *discoitems.Query:
		if friend && iq.Type == stanza.IQGet {
			t.node(iq, q.Node, a.items())
			return
		}
	}
	t.unavailableService(iq)
}
