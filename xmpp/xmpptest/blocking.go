package xmpptest

import (
	"crypto/rand"
	"slices"

	"github.com/stanzakit/stanzakit/gen/blocking"
	"github.com/stanzakit/stanzakit/gen/blockingerrors"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

const maxBlocked = 1000 // addresses on a blocklist

// blocked reports whether an account has blocked an address, in one of the forms of XEP-0191, section 5. The user's own resources cannot be blocked.
func (a *account) blocked(j jid.JID) bool {
	if len(a.blocklist) == 0 || j.IsZero() || j.Bare() == a.jid {
		return false
	}
	there, _ := j.DomainJID().WithResource(j.Resource())
	return a.blocklist[j] || a.blocklist[j.Bare()] || a.blocklist[there] || a.blocklist[j.DomainJID()]
}

// blocklist answers a question after the blocklist (XEP-0191, section 3.2). From now on the session is told of changes.
func (t *turn) blockList(a *account, iq *stanza.IQ) {
	if c := a.sessions[iq.From.Resource()]; c != nil {
		c.blocks = true
	}
	q := &blocking.Blocklist{}
	for j := range a.blocklist {
		q.Item = append(q.Item, blocking.Item{JID: j})
	}
	slices.SortFunc(q.Item, func(x, y blocking.Item) int { return jid.Compare(x.JID, y.JID) })
	t.result(iq, q)
}

// block blocks addresses (XEP-0191, section 3.3). Contacts among them see the user go.
func (t *turn) block(a *account, iq *stanza.IQ, q *blocking.Block) {
	switch {
	case len(q.Item) == 0 || slices.ContainsFunc(q.Item, func(it blocking.Item) bool { return it.JID.IsZero() }):
		t.bounce(iq, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	case len(a.blocklist)+len(q.Item) > maxBlocked:
		t.bounce(iq, stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint)
		return
	}
	before := a.hidden()
	list := &blocking.Block{}
	for _, it := range q.Item {
		a.blocklist[it.JID] = true
		list.Item = append(list.Item, blocking.Item{JID: it.JID})
	}
	t.blockChanged(a, iq, list)
	for _, ct := range a.sorted() {
		if ct.from && !before[ct.jid] && a.blocked(ct.jid) {
			t.tellOffline(a, ct.jid)
		}
	}
}

// unblock ends the block of addresses, or of all if none is named (XEP-0191, sections 3.4 and 3.5). Contacts among them see the user again.
func (t *turn) unblock(a *account, iq *stanza.IQ, q *blocking.Unblock) {
	before := a.hidden()
	list := &blocking.Unblock{}
	for _, it := range q.Item {
		delete(a.blocklist, it.JID)
		list.Item = append(list.Item, blocking.Item{JID: it.JID})
	}
	if len(q.Item) == 0 {
		clear(a.blocklist)
	}
	t.blockChanged(a, iq, list)
	for _, ct := range a.sorted() {
		if ct.from && before[ct.jid] && !a.blocked(ct.jid) {
			t.tellOnline(a, ct.jid)
		}
	}
}

// hidden returns the contacts that are blocked.
func (a *account) hidden() map[jid.JID]bool {
	out := make(map[jid.JID]bool)
	for j := range a.contacts {
		out[j] = a.blocked(j)
	}
	return out
}

// blockChanged answers the order and tells the sessions that have asked for the list.
func (t *turn) blockChanged(a *account, iq *stanza.IQ, change wire.Element) {
	t.result(iq, nil)
	for _, c := range a.bound() {
		if c.blocks {
			t.send(c, &stanza.IQ{From: a.jid, To: c.jid, ID: rand.Text(), Type: stanza.IQSet, Any: []wire.Element{change}})
		}
	}
}

// refuseBlocked answers what users send to an address that they have blocked (XEP-0191, section 3.3).
func (t *turn) refuseBlocked(c *conn, el wire.Element) {
	e := &stanza.Error{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionNotAcceptable, Any: []wire.Element{&blockingerrors.Blocked{}}}
	if reply := errorFor(el, e); reply != nil {
		t.send(c, reply)
	}
}
