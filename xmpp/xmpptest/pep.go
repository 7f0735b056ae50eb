package xmpptest

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	genpubsub "github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsubowner"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/pubsub"
)

// NOTE. Who is told of an account's nodes follows from what clients can do (XEP-0163, section 4): a presence with capabilities (XEP-0115) makes the server ask the client what stands behind
// them, and "node+notify" among the answer is the wish. What a client says is used for that client alone, so that nobody can speak for others by a forged hash.

// pubsubService is the service at pubsub.<domain> (XEP-0060).
type pubsubService struct {
	*pubsub.Service
	addr jid.JID
}

func (s *pubsubService) handle(t *turn, el wire.Element) {
	iq, ok := el.(*stanza.IQ)
	switch {
	case !ok:
		t.unavailableService(el)
	case iq.Type == stanza.IQResult || iq.Type == stanza.IQError:
	case len(iq.Any) != 1 || iq.To != s.addr:
		t.unavailableService(iq)
	default:
		s.answer(t, iq)
	}
}

func (s *pubsubService) answer(t *turn, iq *stanza.IQ) {
	known := t.discovery(iq, func() *discoinfo.Query {
		q := &discoinfo.Query{Feature: []discoinfo.Feature{{Var: discoinfo.NS}, {Var: discoitems.NS}}}
		s.Describe(q)
		return q
	}, func() *discoitems.Query {
		q, _ := s.Items(t, iq.From, "") // refuses no list of nodes
		return q
	})
	if !known && !t.nodeIQ(s.Service, iq) {
		t.unavailableService(iq)
	}
}

// nodeIQ answers what is asked of the nodes of a service or an account, and reports whether it was that.
func (t *turn) nodeIQ(s *pubsub.Service, iq *stanza.IQ) bool {
	switch q := iq.Any[0].(type) {
	case *genpubsub.Pubsub, *pubsubowner.Pubsub:
		payload, refusal := s.Handle(t, iq)
		t.reply(iq, payload, refusal)
		return true
	case *discoinfo.Query:
		if q.Node != "" && iq.Type == stanza.IQGet {
			info, refusal := s.Info(q.Node)
			t.reply(iq, info, refusal)
			return true
		}
	case *discoitems.Query:
		if q.Node != "" && iq.Type == stanza.IQGet {
			items, refusal := s.Items(t, iq.From, q.Node)
			t.reply(iq, items, refusal)
			return true
		}
	}
	return false
}

// Sees implements pubsub.Host.
func (t *turn) Sees(owner, who jid.JID) bool {
	a := t.accountOf(owner)
	return a != nil && (who.Bare() == a.jid || a.contacts[who.Bare()] != nil && a.contacts[who.Bare()].from)
}

// Audience implements pubsub.Host.
func (t *turn) Audience(owner jid.JID, node string) []jid.JID {
	a := t.accountOf(owner)
	if a == nil {
		return nil
	}
	var out []jid.JID
	for _, who := range append([]*account{a}, t.watchers(a)...) {
		for _, c := range who.bound() {
			if c.presence != nil && c.wants[node] {
				out = append(out, c.jid)
			}
		}
	}
	return out
}

// watchers returns the other accounts that are subscribed to an account's presence.
func (t *turn) watchers(a *account) []*account {
	var out []*account
	for _, ct := range a.sorted() {
		if b := t.accountOf(ct.jid); ct.from && b != nil && b != a && !a.blocked(b.jid) {
			out = append(out, b)
		}
	}
	return out
}

// capable asks a client what it can do, if its presence says that this has changed (XEP-0115, section 6.2).
func (t *turn) capable(c *conn, p *stanza.Presence, first bool) {
	said, ok := wire.Find[caps.C](p.Any)
	switch {
	case !ok:
		c.caps, c.wants = "", nil
	case c.caps == said.Node+"#"+said.Ver:
		if first {
			t.showLast(c, func(string) bool { return true })
		}
	default:
		c.caps, c.capsID = said.Node+"#"+said.Ver, rand.Text()
		t.send(c, &stanza.IQ{
			From: c.account.jid, To: c.jid, ID: c.capsID, Type: stanza.IQGet,
			Any: []wire.Element{&discoinfo.Query{Node: c.caps}},
		})
	}
}

// learn takes a client's answer to what it can do. The client is shown the last items of the nodes that it wants now and did not before (XEP-0163, section 4.3.4).
func (t *turn) learn(a *account, iq *stanza.IQ) {
	c := a.sessions[iq.From.Resource()]
	if c == nil || iq.From != c.jid || iq.ID != c.capsID || len(iq.Any) != 1 {
		return
	}
	q, ok := iq.Any[0].(*discoinfo.Query)
	if !ok {
		return
	}
	before := c.wants
	c.capsID, c.wants = "", make(map[string]bool)
	for _, f := range q.Feature {
		if node, ok := strings.CutSuffix(f.Var, "+notify"); ok {
			c.wants[node] = true
		}
	}
	t.showLast(c, func(node string) bool { return !before[node] })
}

// showLast sends a client the last items of its own account and of those whose presence the user sees.
func (t *turn) showLast(c *conn, more func(node string) bool) {
	wants := func(node string) bool { return c.wants[node] && more(node) }
	for _, name := range slices.Sorted(maps.Keys(t.accounts)) {
		a := t.accounts[name]
		if t.Sees(a.jid, c.jid) && !a.blocked(c.jid) && !c.account.blocked(a.jid) {
			a.pep.Last(t, c.jid, wants)
		}
	}
}
