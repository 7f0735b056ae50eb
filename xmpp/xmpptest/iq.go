package xmpptest

import (
	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/blocking"
	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/private"
	"github.com/stanzakit/stanzakit/gen/register"
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
	if answer := t.impostors[iq.To]; answer != nil && iq.Type == stanza.IQGet && len(iq.Any) == 1 {
		t.result(iq, answer(iq))
		return
	}
	switch {
	case t.away(iq, iq.To):
	case iq.To.IsBare():
		t.answer(iq, iq.To)
	default:
		a := t.accountOf(iq.To)
		if a == nil || a.blocked(iq.From) || a.sessions[iq.To.Resource()] == nil {
			t.unavailableService(iq)
			return
		}
		t.send(a.sessions[iq.To.Resource()], iq)
	}
}

// answer answers a request to the server, or to an account, for which the server speaks. entity says which.
func (t *turn) answer(iq *stanza.IQ, entity jid.JID) {
	switch iq.Type {
	case stanza.IQResult, stanza.IQError: // to what the server has pushed or asked
		if a := t.accountOf(entity); a != nil {
			t.learn(a, iq)
		}
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
	if q, ok := iq.Any[0].(*register.Query); ok && t.accountOf(iq.From) != nil {
		t.registration(t.accountOf(iq.From), iq, q)
		return
	}
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
		t.node(iq, q.Node, t.serviceItems())
	default:
		t.unavailableService(iq)
	}
}

// accountIQ answers what is asked of an account. Strangers are told what they would be told if there were no such account.
func (t *turn) accountIQ(a *account, iq *stanza.IQ) {
	own := iq.From.Bare() == a.jid
	switch {
	case a.blocked(iq.From):
		t.unavailableService(iq)
	case own && t.ownIQ(a, iq):
	case (own || a.contacts[iq.From.Bare()] != nil && a.contacts[iq.From.Bare()].from) && iq.Type == stanza.IQGet && t.friendIQ(a, iq):
	case t.nodeIQ(a.pep, iq):
	case iq.Any[0].ElementName() == vCardName():
		t.vCard(a, iq, own)
	default:
		t.unavailableService(iq)
	}
}

// ownIQ answers what users may ask of their own accounts alone, and reports whether it was that.
func (t *turn) ownIQ(a *account, iq *stanza.IQ) bool {
	switch q := iq.Any[0].(type) {
	case *roster.Query:
		t.roster(a, iq, q)
		return true
	case *private.Query:
		t.privateStorage(a, iq, q)
		return true
	case *register.Query:
		t.registration(a, iq, q)
		return true
	case *blocking.Blocklist:
		if iq.Type == stanza.IQGet {
			t.blockList(a, iq)
			return true
		}
	}
	return t.archiveIQ(a, iq) || iq.Type == stanza.IQSet && t.ownOrder(a, iq)
}

// ownOrder carries out what users may order of their own accounts, and reports whether it was that.
func (t *turn) ownOrder(a *account, iq *stanza.IQ) bool {
	switch q := iq.Any[0].(type) {
	case *bind.Bind: // RFC 6120, section 7.7: one resource for a stream
		t.bounce(iq, stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed)
	case *session.Session:
		t.result(iq, nil) // RFC 3921, section 3
	case *carbons2.Enable:
		t.switchCarbons(a, iq, true)
	case *carbons2.Disable:
		t.switchCarbons(a, iq, false)
	case *blocking.Block:
		t.block(a, iq, q)
	case *blocking.Unblock:
		t.unblock(a, iq, q)
	default:
		return false
	}
	return true
}

// friendIQ answers what those may ask who see an account's presence, and reports whether it was that.
func (t *turn) friendIQ(a *account, iq *stanza.IQ) bool {
	switch q := iq.Any[0].(type) {
	case *ping.Ping:
		t.result(iq, nil)
	case *discoinfo.Query: // XEP-0030, section 8
		if q.Node != "" {
			return false
		}
		t.result(iq, a.info())
	case *discoitems.Query:
		if q.Node != "" {
			return false
		}
		t.result(iq, t.accountItems(a, iq.From))
	default:
		return false
	}
	return true
}
