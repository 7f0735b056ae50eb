package xmpptest

import (
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
)

// NOTE. A subscription has two halves: what the user's account holds of the contact, changed by what the user sends (outbound), and what the contact's account holds of the
// user, changed by what arrives for it (inbound). RFC 6121, appendix A, has a table of nine states for each; here a state is the fields to, from, ask and
// request of a contact, and each function is the column of one type.

// outbound changes the sender's half of a subscription, and tells the addressee what concerns it (RFC 6121, A.2). It goes between bare JIDs.
func (t *turn) outbound(a *account, p *stanza.Presence) {
	p.To = p.To.Bare()
	switch {
	case p.To.IsZero() || p.To == a.jid:
		t.bounce(p, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	case a.contacts[p.To] == nil && len(a.contacts) >= maxContacts:
		t.bounce(p, stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint)
		return
	}
	p.From = a.jid
	switch p.Type {
	case stanza.PresenceSubscribe:
		t.outSubscribe(a, p)
	case stanza.PresenceUnsubscribe:
		t.outUnsubscribe(a, p)
	case stanza.PresenceSubscribed:
		t.outSubscribed(a, p)
	case stanza.PresenceUnsubscribed:
		t.outUnsubscribed(a, p)
	}
}

// outSubscribe: A.2.1.
func (t *turn) outSubscribe(a *account, p *stanza.Presence) {
	if c := a.contact(p.To); !c.to && !c.ask {
		c.ask = true
		t.changed(a, c)
	}
	t.inbound(p)
}

// outUnsubscribe: A.2.2.
func (t *turn) outUnsubscribe(a *account, p *stanza.Presence) {
	if c := a.contacts[p.To]; c != nil && (c.to || c.ask) {
		c.to, c.ask = false, false
		t.changed(a, c)
	}
	t.inbound(p)
}

// outSubscribed: A.2.3. Where there is no request it approves one in advance (section 3.4).
func (t *turn) outSubscribed(a *account, p *stanza.Presence) {
	c := a.contact(p.To)
	switch {
	case c.request != nil:
		t.approve(a, c, p)
	case !c.from && !c.approved:
		c.approved = true
		t.changed(a, c)
	}
}

// outUnsubscribed: A.2.4.
func (t *turn) outUnsubscribed(a *account, p *stanza.Presence) {
	c := a.contacts[p.To]
	if c == nil {
		return
	}
	from, asked, shown := c.from, c.request != nil, c.from || c.approved
	c.from, c.request, c.approved = false, nil, false
	if shown {
		t.changed(a, c)
	}
	a.forget(c)
	if from || asked {
		t.inbound(p)
	}
	if from {
		t.tellOffline(a, p.To) // section 3.2.2
	}
}

// approve subscribes a contact: the roster, the contact, and what the contact may see from now on (RFC 6121, section 3.1.5).
func (t *turn) approve(a *account, c *contact, p *stanza.Presence) {
	c.from, c.request = true, nil
	t.changed(a, c)
	t.inbound(p)
	t.tellOnline(a, p.To)
	if b := t.accountOf(p.To); b != nil {
		for _, c := range b.bound() {
			a.pep.Last(t, c.jid, func(node string) bool { return c.presence != nil && c.wants[node] })
		}
	}
}

// inbound changes the addressee's half of a subscription and tells the addressee (RFC 6121, A.3). A component keeps its halves itself.
func (t *turn) inbound(p *stanza.Presence) {
	p.From, p.To = p.From.Bare(), p.To.Bare()
	if t.away(p, p.To) {
		return
	}
	a := t.accountOf(p.To)
	if a == nil || a.blocked(p.From) {
		return // section 8.5.1; XEP-0191, section 3.3
	}
	c := a.contacts[p.From]
	switch {
	case p.Type == stanza.PresenceSubscribe:
		t.inSubscribe(a, p)
	case c == nil: // nothing of it is known, so nothing ends or begins
	case p.Type == stanza.PresenceUnsubscribe:
		t.inUnsubscribe(a, c, p)
	case c.ask && p.Type == stanza.PresenceSubscribed: // A.3.3
		c.to, c.ask = true, false
		t.toInterested(a, p)
		t.changed(a, c)
	case (c.to || c.ask) && p.Type == stanza.PresenceUnsubscribed: // A.3.4
		c.to, c.ask = false, false
		t.toInterested(a, p)
		t.changed(a, c)
	}
}

// inSubscribe: A.3.1. The server approves nothing that the user has not.
func (t *turn) inSubscribe(a *account, p *stanza.Presence) {
	if a.contacts[p.From] == nil && len(a.contacts) >= maxContacts {
		return
	}
	yes := &stanza.Presence{From: a.jid, To: p.From, Type: stanza.PresenceSubscribed}
	c := a.contact(p.From)
	switch {
	case c.from:
		t.inbound(yes)
	case c.approved:
		t.approve(a, c, yes)
	case c.request == nil:
		c.request = p
		t.toAvailable(a, p)
	}
}

// inUnsubscribe: A.3.2.
func (t *turn) inUnsubscribe(a *account, c *contact, p *stanza.Presence) {
	if !c.from && c.request == nil {
		return
	}
	from := c.from
	c.from, c.request = false, nil
	t.toInterested(a, p)
	if from {
		t.changed(a, c)
		t.tellOffline(a, p.From)
	}
	a.forget(c)
}

// changed pushes what has become of a contact, which is in the roster from now on.
func (t *turn) changed(a *account, c *contact) {
	c.listed = true
	t.push(a, c.item())
}

// forget drops a contact that was no more than a request.
func (a *account) forget(c *contact) {
	if !c.listed && c.request == nil {
		delete(a.contacts, c.jid)
	}
}

// toInterested sends a presence to the sessions that have asked for the roster (RFC 6121, sections 3.1.6 and 3.2.3).
func (t *turn) toInterested(a *account, p *stanza.Presence) {
	for _, c := range a.bound() {
		if c.interested {
			t.send(c, p)
		}
	}
}
