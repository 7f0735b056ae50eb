package xmpptest

import (
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
)

const maxDirected = 1000 // addressees of directed presence that a session's end is told

// outgoing handles a presence that a client sends: what it says about the session and its half of a subscription are noted, and it goes on its way.
func (t *turn) outgoing(c *conn, p *stanza.Presence) {
	switch p.Type {
	case "":
		if p.To.IsZero() {
			t.available(c, p)
			return
		}
		if !t.direct(c, p) {
			return
		}
	case stanza.PresenceUnavailable:
		if p.To.IsZero() {
			t.unavailable(c, p)
			return
		}
		delete(c.directed, p.To)
	case stanza.PresenceSubscribe, stanza.PresenceSubscribed, stanza.PresenceUnsubscribe, stanza.PresenceUnsubscribed:
		t.outbound(c.account, p)
		return
	}
	if p.To.IsZero() {
		t.bounce(p, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	}
	t.presence(p)
}

// presence handles a presence that is for somebody here, or goes to a component.
func (t *turn) presence(p *stanza.Presence) {
	switch p.Type {
	case "", stanza.PresenceUnavailable, stanza.PresenceError:
		t.deliver(p)
	case stanza.PresenceSubscribe, stanza.PresenceSubscribed, stanza.PresenceUnsubscribe, stanza.PresenceUnsubscribed:
		t.inbound(p)
	case stanza.PresenceProbe:
		t.probe(p)
	default: // RFC 6121, section 4.7.1
		t.bounce(p, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
	}
}

// direct notes who is sent directed presence, to be told when the session ends (RFC 6121, section 4.6.3), and reports whether it may be sent.
func (t *turn) direct(c *conn, p *stanza.Presence) bool {
	if ct := c.account.contacts[p.To.Bare()]; ct != nil && ct.from {
		return true // told anyway
	}
	if len(c.directed) >= maxDirected {
		t.bounce(p, stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint)
		return false
	}
	c.directed[p.To] = true
	return true
}

// available makes a session available, or changes how it is (RFC 6121, sections 4.2 and 4.4).
func (t *turn) available(c *conn, p *stanza.Presence) {
	first := c.presence == nil
	c.presence = p
	t.broadcast(c.account, p)
	t.capable(c, p, first)
	defer t.unstore(c)
	if !first {
		return
	}
	for _, other := range c.account.bound() {
		if other != c && other.presence != nil {
			t.send(c, to(other.presence, c.jid))
		}
	}
	for _, ct := range c.account.sorted() {
		if ct.to { // section 4.3
			t.presence(&stanza.Presence{From: c.jid, To: ct.jid, Type: stanza.PresenceProbe})
		}
		if ct.request != nil { // section 3.1.3
			t.send(c, ct.request)
		}
	}
}

// unavailable makes a session unavailable (RFC 6121, section 4.5). The session itself is told too, while it is there.
func (t *turn) unavailable(c *conn, p *stanza.Presence) {
	if c.presence != nil {
		t.broadcast(c.account, p)
	}
	c.presence = nil
	for _, j := range slices.SortedFunc(maps.Keys(c.directed), jid.Compare) {
		t.deliver(to(p, j))
	}
	clear(c.directed)
}

// broadcast sends a session's presence to all who are subscribed to the account, and to the account's own available resources.
func (t *turn) broadcast(a *account, p *stanza.Presence) {
	for _, ct := range a.sorted() {
		if ct.from && !a.blocked(ct.jid) {
			t.deliver(to(p, ct.jid))
		}
	}
	t.deliver(to(p, a.jid))
}

// to returns a copy of a presence for another addressee.
func to(p *stanza.Presence, j jid.JID) *stanza.Presence {
	out := *p
	out.To = j
	return &out
}

// deliver brings a presence that says somebody's availability, or an error, to whom it is for (RFC 6121, section 8.5). Nobody is told if there is no such one.
func (t *turn) deliver(p *stanza.Presence) {
	if t.away(p, p.To) {
		return
	}
	a := t.accountOf(p.To)
	switch {
	case a == nil || a.blocked(p.From): // XEP-0191, section 3.3
	case p.To.IsFull():
		if c := a.sessions[p.To.Resource()]; c != nil {
			t.send(c, p)
		}
	default:
		t.toAvailable(a, p)
	}
}

// toAvailable sends a presence to an account's available resources.
func (t *turn) toAvailable(a *account, p *stanza.Presence) {
	for _, c := range a.bound() {
		if c.presence != nil {
			t.send(c, p)
		}
	}
}

// probe answers a question after an account's presence (RFC 6121, section 4.3.2).
func (t *turn) probe(p *stanza.Presence) {
	if t.away(p, p.To) {
		return
	}
	a := t.accountOf(p.To)
	if a == nil || a.blocked(p.From) {
		return
	}
	asker := a.contacts[p.From.Bare()]
	if p.From.Bare() != a.jid && (asker == nil || !asker.from) {
		t.presence(&stanza.Presence{From: a.jid, To: p.From.Bare(), Type: stanza.PresenceUnsubscribed})
		return
	}
	told := false
	for _, c := range a.bound() {
		if c.presence != nil && (p.To.IsBare() || c.jid == p.To) {
			t.deliver(to(c.presence, p.From))
			told = true
		}
	}
	if !told {
		t.deliver(&stanza.Presence{From: p.To, To: p.From, Type: stanza.PresenceUnavailable})
	}
}

// tellOnline sends the presence of all of an account's available resources to somebody.
func (t *turn) tellOnline(a *account, who jid.JID) {
	for _, c := range a.bound() {
		if c.presence != nil {
			t.deliver(to(c.presence, who))
		}
	}
}

// tellOffline tells somebody who is not to see them any more that all of an account's available resources are gone.
func (t *turn) tellOffline(a *account, who jid.JID) {
	for _, c := range a.bound() {
		if c.presence != nil {
			t.deliver(&stanza.Presence{From: c.jid, To: who, Type: stanza.PresenceUnavailable})
		}
	}
}
