package xmpp

import (
	"github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// Bound is published when a session may be used: a client has a resource, a component has shaken hands.
type Bound struct{ JID jid.JID }

// Ended is published when a session is over. It is the last event.
type Ended struct{ Err error }

// BadStanza is published for a stanza that could not be decoded because of a bad value in its own attributes. A request is answered with
// bad-request besides.
type BadStanza struct{ Raw *wire.Raw }

// RosterPush is published when the server has changed the roster (RFC 6121, section 2.1.6), after it has been applied.
type RosterPush struct{ Item roster.Item }

// Online is published when a contact's resource becomes available that was not.
type Online struct {
	From     jid.JID
	Presence *stanza.Presence
}

// Offline is published when a contact's resource that was available is not any more.
type Offline struct {
	From     jid.JID
	Presence *stanza.Presence
}

// Subscription is published for a presence that asks for, grants, ends or refuses a subscription (RFC 6121, section 3). Nothing is answered unless a
// subscriber does.
type Subscription struct {
	From     jid.JID // the bare JID of who sent it
	Presence *stanza.Presence
}
