package xmpptest

import (
	"time"

	"github.com/stanzakit/stanzakit/gen/hints"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/wire"
)

const maxOffline = 1000 // messages that wait for one user

// stores reports whether a message is kept for a user who is not there (XEP-0160, section 3): one to be read, as far as there is room.
func (a *account) stores(m *stanza.Message) bool {
	switch m.Type {
	case stanza.MessageGroupchat, stanza.MessageHeadline, stanza.MessageError:
		return false
	}
	if _, no := wire.Find[hints.NoStore](m.Any); no { // XEP-0334, section 4.2
		return false
	}
	_, asked := wire.Find[hints.Store](m.Any)
	return len(a.offline) < maxOffline && (asked || len(m.Body) > 0)
}

// store keeps a message until the user comes.
func (t *turn) store(a *account, m *stanza.Message) {
	a.offline = append(a.offline, late(m, time.Now(), t.opt.domain))
}

// unstore gives a session that has become available what has waited for the user (XEP-0160, section 2).
func (t *turn) unstore(c *conn) {
	if priority(c.presence) < 0 {
		return
	}
	for _, m := range c.account.offline {
		t.send(c, m)
	}
	c.account.offline = nil
}
