package xmpp

import (
	"slices"
	"sync"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
)

// Bounds of what is remembered of others' presence, so that strangers cannot fill the memory.
const (
	maxEntities  = 20_000 // bare JIDs
	maxResources = 100    // of one of them
)

// PresenceTracker remembers which resources are available (RFC 6121, section 4). Directed presence of strangers counts as well as that of contacts, up to a bound.
type PresenceTracker struct {
	s    *Session
	mu   sync.Mutex // guards what follows
	from map[jid.JID]map[jid.JID]*stanza.Presence
}

// Resources returns the last presence of each available resource of an entity, the highest priority first.
func (t *PresenceTracker) Resources(bare jid.JID) []*stanza.Presence {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*stanza.Presence
	for _, p := range t.from[bare.Bare()] {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *stanza.Presence) int {
		if d := priority(b) - priority(a); d != 0 {
			return d
		}
		return jid.Compare(a.From, b.From)
	})
	return out
}

// Of returns the last presence of a resource, nil if it is not available.
func (t *PresenceTracker) Of(full jid.JID) *stanza.Presence {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.from[full.Bare()][full]
}

func priority(p *stanza.Presence) int {
	if p.Priority == nil {
		return 0
	}
	return int(*p.Priority)
}

// receive notes a presence and publishes what it means.
func (t *PresenceTracker) receive(p *stanza.Presence) {
	switch p.Type {
	case "":
		if t.available(p) {
			bus.Publish(t.s.bus, Online{From: p.From, Presence: p})
		}
	case stanza.PresenceUnavailable, stanza.PresenceError:
		for _, gone := range t.unavailable(p.From) {
			bus.Publish(t.s.bus, Offline{From: gone, Presence: p})
		}
	case stanza.PresenceSubscribe, stanza.PresenceSubscribed, stanza.PresenceUnsubscribe, stanza.PresenceUnsubscribed:
		bus.Publish(t.s.bus, Subscription{From: p.From.Bare(), Presence: p})
	}
}

// available notes an available resource and reports whether it is new.
func (t *PresenceTracker) available(p *stanza.Presence) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	of := t.from[p.From.Bare()]
	if of == nil {
		if len(t.from) >= maxEntities {
			return false
		}
		if t.from == nil {
			t.from = make(map[jid.JID]map[jid.JID]*stanza.Presence)
		}
		of = make(map[jid.JID]*stanza.Presence)
		t.from[p.From.Bare()] = of
	}
	if of[p.From] == nil && len(of) >= maxResources {
		return false
	}
	was := of[p.From]
	of[p.From] = p
	return was == nil
}

// unavailable forgets a resource, or, for a bare JID, all of them, and returns those that were available.
func (t *PresenceTracker) unavailable(from jid.JID) []jid.JID {
	t.mu.Lock()
	defer t.mu.Unlock()
	var gone []jid.JID
	of := t.from[from.Bare()]
	for full := range of {
		if full == from || from.IsBare() {
			gone = append(gone, full)
			delete(of, full)
		}
	}
	if len(of) == 0 {
		delete(t.from, from.Bare())
	}
	slices.SortFunc(gone, jid.Compare)
	return gone
}
