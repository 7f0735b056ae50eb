package xmpptest

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
)

// sentMessage handles a message that a client or a component has sent.
func (t *turn) sentMessage(c *conn, m *stanza.Message) {
	t.message(m)
	if c.account != nil {
		t.copySent(c, t.keepSent(c.account, m))
	}
}

// message delivers a message (RFC 6121, section 8.5).
func (t *turn) message(m *stanza.Message) {
	if t.away(m, m.To) {
		return
	}
	a := t.accountOf(m.To)
	switch {
	case a == nil:
		t.unavailableService(m)
		return
	case a.blocked(m.From): // XEP-0191, section 3.3
		t.unavailableService(m)
		return
	}
	to, fate := a.receivers(m)
	if fate == bounced || fate == dropped {
		if fate == bounced {
			t.unavailableService(m)
		}
		return
	}
	m = t.keepReceived(a, m)
	if fate == stored {
		t.store(a, m)
		return
	}
	for _, c := range to {
		t.send(c, m)
	}
	t.copyReceived(a, m, to)
}

// fate is what becomes of a message to an account.
type fate int

const (
	delivered fate = iota
	stored         // until the user comes (XEP-0160)
	bounced
	dropped
)

// receivers returns the resources that a message is for (RFC 6121, sections 8.5.2 and 8.5.3).
func (a *account) receivers(m *stanza.Message) ([]*conn, fate) {
	if m.To.IsFull() {
		if c := a.sessions[m.To.Resource()]; c != nil {
			return []*conn{c}, delivered
		}
		if m.Type != stanza.MessageChat { // section 8.5.3.2.1
			return nil, bounced
		}
	}
	var to []*conn
	switch m.Type {
	case stanza.MessageError: // section 8.5.2.1.1
		return nil, dropped
	case stanza.MessageGroupchat:
		return nil, bounced
	case stanza.MessageHeadline:
		if to = a.reachable(); len(to) == 0 {
			return nil, dropped // section 8.5.2.2.1
		}
	default: // an unknown type is normal (section 5.2.2)
		to = best(a.reachable())
	}
	switch {
	case len(to) > 0:
		return to, delivered
	case a.stores(m):
		return nil, stored
	}
	return nil, bounced
}

// redeliver delivers a message that a resource has not got, without a copy or another place in the archive, and reports whether it could.
func (t *turn) redeliver(a *account, m *stanza.Message) bool {
	bare := *m
	bare.To = a.jid
	to, fate := a.receivers(&bare)
	for _, c := range to {
		t.send(c, m)
	}
	if fate == stored {
		t.store(a, m)
	}
	return fate != bounced
}

// reachable returns the available sessions that want messages to the account: those of a priority that is not negative (RFC 6121, section 4.7.2.3).
func (a *account) reachable() []*conn {
	var out []*conn
	for _, c := range a.bound() {
		if c.presence != nil && priority(c.presence) >= 0 {
			out = append(out, c)
		}
	}
	return out
}

// bound returns the sessions by resource, so that the server does the same thing every time.
func (a *account) bound() []*conn {
	out := make([]*conn, 0, len(a.sessions))
	for _, c := range a.sessions {
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y *conn) int { return jid.Compare(x.jid, y.jid) })
	return out
}

// best returns the sessions of the highest priority.
func best(cs []*conn) []*conn {
	var out []*conn
	for _, c := range cs {
		switch {
		case len(out) == 0 || priority(c.presence) > priority(out[0].presence):
			out = []*conn{c}
		case priority(c.presence) == priority(out[0].presence):
			out = append(out, c)
		}
	}
	return out
}

func priority(p *stanza.Presence) int {
	if p.Priority == nil {
		return 0
	}
	return int(*p.Priority)
}
