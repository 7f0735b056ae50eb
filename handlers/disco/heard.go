package disco

import (
	"context"
	"sync"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// Bounds of what is remembered of others, so that strangers cannot fill the memory.
const (
	maxHeard    = 20_000   // entities whose presence told of capabilities
	maxVerified = 1000     // infos that a hash vouches for
	maxApart    = 1000     // infos that are believed of one entity alone
	maxInfo     = 32 << 10 // bytes of an info that is worth keeping
	maxC        = 512      // bytes of the attributes of <c/>
)

// version is a verification string together with the function that made it. The node does not count: what the hash covers is the same whoever says it.
type version struct{ hash, ver string }

// heard is what we know of the capabilities of others.
type heard struct {
	mu       sync.Mutex // guards what follows
	told     *lru[jid.JID, *caps.C]
	verified *lru[version, *discoinfo.Query]
	apart    *lru[jid.JID, own]
	asking   map[subject]*question
}

// own is info that is believed only of the entity that gave it, while it tells of the same capabilities.
type own struct {
	c    caps.C
	info *discoinfo.Query
}

func (h *heard) init() {
	h.told = newLRU[jid.JID, *caps.C](maxHeard)
	h.verified = newLRU[version, *discoinfo.Query](maxVerified)
	h.apart = newLRU[jid.JID, own](maxApart)
	h.asking = make(map[subject]*question)
}

// hear notes the capabilities that a presence tells of. One without them changes nothing, since servers leave out what they have passed on before (XEP-0115, section 8.4).
func (p *Plugin) hear(_ context.Context, el wire.Element) (wire.Element, error) {
	pr, ok := el.(*stanza.Presence)
	if !ok {
		return el, nil
	}
	switch pr.Type {
	case "":
		if c, ok := wire.Find[caps.C](pr.Any); ok {
			p.heard.tell(pr.From, c)
		}
	case stanza.PresenceUnavailable, stanza.PresenceError:
		p.heard.forget(pr.From)
	}
	return el, nil
}

func (h *heard) tell(from jid.JID, c *caps.C) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.Hash == "" || c.Ver == "" || len(c.Hash)+len(c.Ver)+len(c.Node) > maxC { // the legacy format among them (XEP-0115, section 10); guard: S19
		h.told.remove(from)
		return
	}
	h.told.put(from, &caps.C{Hash: c.Hash, Ver: c.Ver, Node: c.Node})
}

func (h *heard) forget(from jid.JID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told.remove(from)
	h.apart.remove(from)
}

// keep takes an answer for what it is worth, and returns that: for all who tell of the same capabilities if the hash confirms it, or else for who gave it.
func (h *heard) keep(of jid.JID, c *caps.C, info *discoinfo.Query) *discoinfo.Query {
	if c == nil {
		return info // nothing tells us when it changes
	}
	known, err := verify(c, info)
	if err == nil {
		info = known
	}
	if b, bad := wire.Marshal(info); bad != nil || len(b) > maxInfo {
		return info
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.verified.put(version{c.Hash, c.Ver}, info)
	} else {
		h.apart.put(of, own{*c, info})
	}
	return info
}

// recall returns what is known of an entity that tells of c. It is called under the lock.
func (h *heard) recall(of jid.JID, c *caps.C) *discoinfo.Query {
	if c == nil {
		return nil
	}
	if info, ok := h.verified.get(version{c.Hash, c.Ver}); ok {
		return info
	}
	if o, ok := h.apart.get(of); ok && o.c.Hash == c.Hash && o.c.Ver == c.Ver && o.c.Node == c.Node {
		return o.info
	}
	return nil
}
