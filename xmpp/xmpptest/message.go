package xmpptest

import "github.com/stanzakit/stanzakit/gen/stanza"

// message delivers a message (RFC 6121, section 8.5).
func (t *turn) message(m *stanza.Message) {
	if t.away(m, m.To) {
		return
	}
	a := t.accountOf(m.To)
	if a == nil {
		t.unavailableService(m)
		return
	}
	if c := a.sessions[m.To.Resource()]; c != nil && m.To.IsFull() {
		t.send(c, m)
		return
	}
	if m.To.IsFull() && m.Type != stanza.MessageChat { // section 8.5.3.2.1
		t.unavailableService(m)
		return
	}
	t.messageToAccount(a, m)
}

// messageToAccount delivers a message to the resources that the account is best reached at (RFC 6121, section 8.5.2). There is no offline storage.
func (t *turn) messageToAccount(a *account, m *stanza.Message) {
	var to []*conn
	switch m.Type {
	case stanza.MessageError: // section 8.5.2.1.1
		return
	case stanza.MessageGroupchat:
	case stanza.MessageHeadline:
		if to = a.reachable(); len(to) == 0 {
			return // section 8.5.2.2.1
		}
	default: // an unknown type is normal (section 5.2.2)
		to = best(a.reachable())
	}
	if len(to) == 0 {
		t.unavailableService(m)
		return
	}
	for _, c := range to {
		t.send(c, m)
	}
}

// reachable returns the available sessions that want messages to the account: those of a priority that is not negative (RFC 6121, section 4.7.2.3).
func (a *account) reachable() []*conn {
	var out []*conn
	for _, c := range a.sessions {
		if c.presence != nil && priority(c.presence) >= 0 {
			out = append(out, c)
		}
	}
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
