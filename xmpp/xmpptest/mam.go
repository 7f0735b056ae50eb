package xmpptest

import (
	"github.com/stanzakit/stanzakit/gen/hints"
	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/mam"
)

// keepSent archives a message that a user has sent (XEP-0313, section 3) and returns what the user's other clients may be sent of it.
func (t *turn) keepSent(a *account, m *stanza.Message) *stanza.Message {
	if m.To.Bare() == a.jid || !a.keeps(m, m.To) { // to oneself: archived when it was received
		return m
	}
	return a.archive.Add(m, m.To)
}

// keepReceived archives a message that a user gets, and returns what is to be delivered.
func (t *turn) keepReceived(a *account, m *stanza.Message) *stanza.Message {
	if !a.keeps(m, m.From) {
		return a.archive.Strip(m)
	}
	return a.archive.Add(m, m.From)
}

// keeps reports whether a message belongs into a user's archive: one with text, of people and not of a room (XEP-0313, section 6.2), that nobody wants to be forgotten.
func (a *account) keeps(m *stanza.Message, with jid.JID) bool {
	_, no := wire.Find[hints.NoStore](m.Any)
	_, never := wire.Find[hints.NoPermanentStore](m.Any)
	_, asked := wire.Find[hints.Store](m.Any)
	typ := m.Type.Effective()
	if no || never || typ != stanza.MessageChat && typ != stanza.MessageNormal || len(m.Body) == 0 && !asked {
		return false
	}
	ct := a.contacts[with.Bare()]
	return a.prefs.Keep(with, ct != nil && ct.listed)
}

// archiveIQ answers what users ask of their archives, and reports whether it was that.
func (t *turn) archiveIQ(a *account, iq *stanza.IQ) bool {
	switch q := iq.Any[0].(type) {
	case *mam2.Query:
		t.queryArchive(&a.archive, iq, q)
	case *mam2.Metadata:
		if iq.Type != stanza.IQGet {
			return false
		}
		t.result(iq, a.archive.Metadata())
	case *mam2.Prefs:
		if iq.Type == stanza.IQSet {
			if refusal := a.prefs.Set(q); refusal != nil {
				t.refuseWith(iq, refusal)
				return true
			}
		}
		t.result(iq, a.prefs.Element())
	default:
		return false
	}
	return true
}

// queryArchive answers with the messages of a page and then the page's end (XEP-0313, section 4).
func (t *turn) queryArchive(archive *mam.Archive, iq *stanza.IQ, q *mam2.Query) {
	if iq.Type == stanza.IQGet {
		t.result(iq, mam.Form())
		return
	}
	page, fin, refusal := archive.Query(q)
	if refusal != nil {
		t.refuseWith(iq, refusal)
		return
	}
	for _, r := range page {
		m := &stanza.Message{From: archive.Owner, To: iq.From, Any: []wire.Element{r}}
		t.answerWith(iq, m)
	}
	t.result(iq, fin)
}

// answerWith sends a message that belongs to the answer to a request straight to who has asked.
func (t *turn) answerWith(iq *stanza.IQ, m *stanza.Message) {
	if t.away(m, iq.From) {
		return
	}
	if a := t.accountOf(iq.From); a != nil && a.sessions[iq.From.Resource()] != nil {
		t.send(a.sessions[iq.From.Resource()], m)
	}
}

// refuseWith answers a request with an error.
func (t *turn) refuseWith(iq *stanza.IQ, e *stanza.Error) {
	if reply := errorFor(iq, e); reply != nil {
		t.bring(reply)
	}
}
