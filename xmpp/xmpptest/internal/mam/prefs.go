package mam

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// Prefs say which messages an archive keeps (XEP-0441). The zero value keeps all.
type Prefs struct {
	policy        mam2.Policy // empty means always
	always, never []jid.JID
}

const maxListed = 1000 // contacts on one list

// Element shows the preferences.
func (p *Prefs) Element() *mam2.Prefs {
	policy := p.policy
	if policy == "" {
		policy = mam2.PolicyAlways
	}
	return &mam2.Prefs{Default: policy, Always: &mam2.JIDs{JID: p.always}, Never: &mam2.JIDs{JID: p.never}}
}

// Set changes the preferences as a whole.
func (p *Prefs) Set(el *mam2.Prefs) *stanza.Error {
	if !el.Default.Valid() {
		return kit.BadRequest()
	}
	next := Prefs{policy: el.Default}
	if el.Always != nil {
		next.always = el.Always.JID
	}
	if el.Never != nil {
		next.never = el.Never.JID
	}
	if len(next.always) > maxListed || len(next.never) > maxListed {
		return kit.BadRequest()
	}
	*p = next
	return nil
}

// Keep reports whether a message exchanged with somebody is kept; contact says that the somebody is in the roster.
func (p *Prefs) Keep(with jid.JID, contact bool) bool {
	listed := func(list []jid.JID) bool { return slices.Contains(list, with) || slices.Contains(list, with.Bare()) }
	switch {
	case listed(p.never):
		return false
	case listed(p.always):
		return true
	case p.policy == mam2.PolicyNever:
		return false
	}
	return p.policy != mam2.PolicyRoster || contact
}
