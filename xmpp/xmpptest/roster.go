package xmpptest

import (
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// contact is what an account holds of somebody: a roster item (RFC 6121, section 2.1.2), or no more than a request that waits for its answer.
type contact struct {
	jid      jid.JID // bare
	listed   bool    // it is in the roster
	name     string
	groups   []string
	to, from bool             // who is subscribed: the user to the contact, the contact to the user
	ask      bool             // the user's request is pending
	approved bool             // a request of the contact is approved in advance (section 3.4)
	request  *stanza.Presence // the contact's request that is pending (section 3.1.3); nil if there is none
}

// Bounds of what an account holds.
const (
	maxContacts = 10_000
	maxName     = 1023 // bytes of the name of a contact or a group
	maxGroups   = 100
)

// item returns the contact as it stands in the roster.
func (c *contact) item() roster.Item {
	it := roster.Item{JID: c.jid, Name: c.name, Group: c.groups, Subscription: roster.ItemSubscriptionNone}
	switch {
	case c.to && c.from:
		it.Subscription = roster.ItemSubscriptionBoth
	case c.to:
		it.Subscription = roster.ItemSubscriptionTo
	case c.from:
		it.Subscription = roster.ItemSubscriptionFrom
	}
	if c.ask {
		it.Ask = roster.ItemAskSubscribe
	}
	if c.approved {
		it.Approved = new(true)
	}
	return it
}

// roster answers what an account's own sessions ask of its roster.
func (t *turn) roster(a *account, iq *stanza.IQ, q *roster.Query) {
	if iq.Type == stanza.IQGet {
		t.rosterGet(a, iq, q)
		return
	}
	if len(q.Item) != 1 { // RFC 6121, section 2.3.3
		t.bounce(iq, stanza.ErrorModify, stanzaerrors.ConditionBadRequest)
		return
	}
	item := q.Item[0]
	item.JID = item.JID.Bare()
	if item.Subscription == roster.ItemSubscriptionRemove {
		t.rosterRemove(a, iq, item.JID)
		return
	}
	if typ, condition := a.refuses(item); condition != "" {
		t.bounce(iq, typ, condition)
		return
	}
	c := a.contact(item.JID)
	c.listed, c.name, c.groups = true, item.Name, item.Group // the rest is not the client's to set (section 2.1.2)
	t.push(a, c.item())
	t.result(iq, nil)
}

// refuses says what is wrong with an item that is to be set (RFC 6121, section 2.3.3).
func (a *account) refuses(item roster.Item) (stanza.ErrorType, stanzaerrors.Condition) {
	seen := make(map[string]bool)
	for _, g := range item.Group {
		if g == "" || len(g) > maxName {
			return stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable
		}
		if seen[g] {
			return stanza.ErrorModify, stanzaerrors.ConditionBadRequest
		}
		seen[g] = true
	}
	switch {
	case item.JID.IsZero():
		return stanza.ErrorModify, stanzaerrors.ConditionBadRequest
	case item.JID == a.jid:
		return stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed
	case len(item.Name) > maxName || len(item.Group) > maxGroups:
		return stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable
	case a.contacts[item.JID] == nil && len(a.contacts) >= maxContacts:
		return stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint
	}
	return "", ""
}

// contact returns what the account holds of somebody, a new one if that is nothing.
func (a *account) contact(bare jid.JID) *contact {
	c := a.contacts[bare]
	if c == nil {
		c = &contact{jid: bare}
		a.contacts[bare] = c
	}
	return c
}

// rosterGet sends the roster, or nothing if the client has it already (RFC 6121, sections 2.1.4 and 2.6.2). From now on the session is told of changes.
func (t *turn) rosterGet(a *account, iq *stanza.IQ, q *roster.Query) {
	if c := a.sessions[iq.From.Resource()]; c != nil {
		c.interested, c.versioned = true, q.Ver != nil
	}
	version := t.rosterVersion(a)
	if q.Ver != nil && *q.Ver == version {
		t.result(iq, nil)
		return
	}
	reply := &roster.Query{}
	if q.Ver != nil {
		reply.Ver = &version
	}
	for _, c := range a.sorted() {
		if c.listed {
			reply.Item = append(reply.Item, c.item())
		}
	}
	t.result(iq, reply)
}

func (t *turn) rosterVersion(a *account) string { return fmt.Sprintf("%s-%d", t.versions, a.version) }

// sorted returns the contacts by address, so that the server does the same thing every time.
func (a *account) sorted() []*contact {
	out := make([]*contact, 0, len(a.contacts))
	for _, c := range a.contacts {
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y *contact) int { return jid.Compare(x.jid, y.jid) })
	return out
}

// rosterRemove removes a contact and ends the subscriptions (RFC 6121, section 2.5).
func (t *turn) rosterRemove(a *account, iq *stanza.IQ, bare jid.JID) {
	c := a.contacts[bare]
	if c == nil || !c.listed {
		t.bounce(iq, stanza.ErrorCancel, stanzaerrors.ConditionItemNotFound)
		return
	}
	t.push(a, roster.Item{JID: bare, Subscription: roster.ItemSubscriptionRemove})
	t.result(iq, nil)
	delete(a.contacts, bare)
	if c.to || c.ask {
		t.presence(&stanza.Presence{From: a.jid, To: bare, Type: stanza.PresenceUnsubscribe})
	}
	if c.from || c.request != nil {
		t.presence(&stanza.Presence{From: a.jid, To: bare, Type: stanza.PresenceUnsubscribed})
	}
	if c.from {
		t.tellOffline(a, bare)
	}
}

// push tells the sessions that have asked for the roster of a change (RFC 6121, section 2.1.6).
func (t *turn) push(a *account, item roster.Item) {
	a.version++
	for _, c := range a.bound() {
		if !c.interested {
			continue
		}
		q := &roster.Query{Item: []roster.Item{item}}
		if c.versioned {
			q.Ver = new(t.rosterVersion(a))
		}
		t.send(c, &stanza.IQ{To: c.jid, ID: rand.Text(), Type: stanza.IQSet, Any: []wire.Element{q}})
	}
}
