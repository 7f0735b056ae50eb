package xmpptest

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/chatmarkers0"
	"github.com/stanzakit/stanzakit/gen/chatstates"
	"github.com/stanzakit/stanzakit/gen/conference"
	"github.com/stanzakit/stanzakit/gen/forward0"
	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/receipts"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/wire"
)

// copySent copies what one client of a user has sent to the user's others (XEP-0280, section 8). What a user sends to the own account is copied as received.
func (t *turn) copySent(from *conn, m *stanza.Message) {
	if m.To.Bare() == from.account.jid || !copied(m) {
		return
	}
	for _, c := range from.account.bound() {
		if c.carbons && c != from {
			t.send(c, carbon(c, m, &carbons2.Sent{Forwarded: forward0.Forwarded{Message: m}}))
		}
	}
}

// copyReceived copies what some clients of a user have received to the others (XEP-0280, section 7).
func (t *turn) copyReceived(a *account, m *stanza.Message, to []*conn) {
	if !copied(m) || privateReceived(m) {
		return
	}
	for _, c := range a.bound() {
		if c.carbons && !slices.Contains(to, c) && c.jid != m.From {
			t.send(c, carbon(c, m, &carbons2.Received{Forwarded: forward0.Forwarded{Message: m}}))
		}
	}
}

// carbon wraps a message: from the user's own account, and of the message's type.
func carbon(c *conn, m *stanza.Message, wrapped wire.Element) *stanza.Message {
	return &stanza.Message{From: c.account.jid, To: c.jid, Type: m.Type, Any: []wire.Element{wrapped}}
}

// copied reports whether a message is one to be copied (XEP-0280, section 6.1).
func copied(m *stanza.Message) bool {
	if _, private := wire.Find[carbons2.Private](m.Any); private || m.Type == stanza.MessageGroupchat {
		return false
	}
	if _, invited := wire.Find[conference.X](m.Any); invited || m.Type == stanza.MessageChat {
		return true
	}
	if x, ok := wire.Find[mucuser.X](m.Any); ok && len(x.Invite) > 0 {
		return true
	}
	return m.Type.Effective() == stanza.MessageNormal && len(m.Body) > 0 || slices.ContainsFunc(m.Any, talk)
}

// talk reports whether an element is one that people's clients exchange beside text.
func talk(el wire.Element) bool {
	switch el.ElementName().Space {
	case receipts.NS, chatstates.NS, chatmarkers0.NS:
		return true
	}
	return false
}

// privateReceived reports whether a message is a private one of an occupant of a room, which the room itself sends to all of the user's clients that are there.
func privateReceived(m *stanza.Message) bool {
	x, ok := wire.Find[mucuser.X](m.Any)
	return ok && len(x.Invite) == 0
}

// switchCarbons begins or ends copies to a session (XEP-0280, sections 4 and 5). Doing so twice is no error.
func (t *turn) switchCarbons(a *account, iq *stanza.IQ, on bool) {
	if c := a.sessions[iq.From.Resource()]; c != nil {
		c.carbons = on
	}
	t.result(iq, nil)
}
