package pubsub

import (
	"crypto/rand"
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsuberrors"
	"github.com/stanzakit/stanzakit/gen/pubsubevent"
	"github.com/stanzakit/stanzakit/gen/pubsubowner"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

const maxSubscriptions = 1000 // to one node

// subscribe subscribes an address of the requester's (XEP-0060, section 6.1). To do so twice is no error. The last item follows where the node is so configured.
func (r *request) subscribe(q *pubsub.Subscribe) (wire.Element, *stanza.Error) {
	n := r.nodes[q.Node]
	switch {
	case q.JID.Bare() != r.from.Bare(): // section 6.1.3.1
		return nil, kit.BadRequest(&pubsuberrors.InvalidJID{})
	case n == nil:
		return nil, kit.NotFound()
	}
	if refusal := r.mayRead(n); refusal != nil {
		return nil, refusal
	}
	if n.subs[q.JID] == "" {
		if len(n.subs) >= maxSubscriptions {
			return nil, kit.Refuse(stanza.ErrorWait, stanzaerrors.ConditionPolicyViolation, &pubsuberrors.TooManySubscriptions{})
		}
		n.subs[q.JID] = rand.Text()
		if n.config[fieldLast] != "never" {
			r.last(r.host, n, q.JID) // goes behind the answer, as all that Send is given
		}
	}
	return &pubsub.Pubsub{Subscription: n.subscription(q.JID)}, nil
}

func (n *node) subscription(who jid.JID) *pubsub.Subscription {
	return &pubsub.Subscription{JID: who, Node: n.name, SubID: n.subs[who], State: pubsub.SubscriptionSubscribed}
}

// unsubscribe ends a subscription (XEP-0060, section 6.2).
func (r *request) unsubscribe(q *pubsub.Unsubscribe) *stanza.Error {
	n := r.nodes[q.Node]
	switch {
	case n == nil:
		return kit.NotFound()
	case q.JID.Bare() != r.from.Bare(): // section 6.2.3.3
		return kit.Forbidden()
	case n.subs[q.JID] == "": // section 6.2.3.2
		return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionUnexpectedRequest, &pubsuberrors.NotSubscribed{})
	case q.SubID != "" && q.SubID != n.subs[q.JID]: // section 6.2.3.5
		return kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable, &pubsuberrors.InvalidSubid{})
	}
	delete(n.subs, q.JID)
	return nil
}

// ownSubscriptions tells the requester what it is subscribed to (XEP-0060, section 5.6).
func (r *request) ownSubscriptions(name string) (wire.Element, *stanza.Error) {
	if name != "" && r.nodes[name] == nil {
		return nil, kit.NotFound()
	}
	out := &pubsub.Subscriptions{Node: name}
	for _, n := range r.sorted() {
		for _, who := range n.subscribers() {
			if who.Bare() == r.from.Bare() && (name == "" || name == n.name) {
				out.Subscription = append(out.Subscription, *n.subscription(who))
			}
		}
	}
	return &pubsub.Pubsub{Subscriptions: out}, nil
}

// subscriptions lists or changes the subscriptions to a node (XEP-0060, section 8.8).
func (r *request) subscriptions(q *pubsubowner.Subscriptions) (wire.Element, *stanza.Error) {
	n, refusal := r.owned(q.Node)
	if refusal != nil {
		return nil, refusal
	}
	if !r.set {
		out := pubsubowner.Subscriptions{Node: n.name}
		for _, who := range n.subscribers() {
			out.Subscription = append(out.Subscription, pubsubowner.Subscription{JID: who, SubID: n.subs[who], State: pubsubowner.SubscriptionSubscribed})
		}
		return &pubsubowner.Pubsub{Subscriptions: []pubsubowner.Subscriptions{out}}, nil
	}
	for _, s := range q.Subscription {
		switch {
		case s.State == pubsubowner.SubscriptionNone:
			delete(n.subs, s.JID)
		case s.State == pubsubowner.SubscriptionSubscribed && len(n.subs) < maxSubscriptions:
			n.subs[s.JID] = rand.Text()
		default:
			return nil, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable)
		}
	}
	return nil, nil
}

func (n *node) subscribers() []jid.JID {
	return slices.SortedFunc(maps.Keys(n.subs), jid.Compare)
}

// notify tells the subscribers what has happened at a node, and at an account those who have asked for it by their capabilities (XEP-0163, section 4), each once.
func (r *request) notify(n *node, e *pubsubevent.Event) {
	told := make(map[jid.JID]bool)
	for _, who := range n.subscribers() {
		told[who] = true
		r.host.Send(r.message(who, e))
	}
	if !r.pep {
		return
	}
	for _, who := range r.host.Audience(r.addr, n.name) {
		if told[who] || told[who.Bare()] || n.affiliation(who) == pubsub.AffiliationOutcast {
			continue
		}
		if n.config[fieldAccess] == "whitelist" && n.affiliation(who) == pubsub.AffiliationNone {
			continue
		}
		r.host.Send(r.message(who, e))
	}
}

// message is an event on its way: a headline, which waits for nobody.
func (s *Service) message(to jid.JID, e *pubsubevent.Event) *stanza.Message {
	return &stanza.Message{From: s.addr, To: to, Type: stanza.MessageHeadline, Any: []wire.Element{e}}
}

// event shows an item as it is published.
func (n *node) event(it item) pubsubevent.Item {
	out := pubsubevent.Item{ID: it.id}
	if n.config.Is(fieldPayloads) {
		out.Any = it.payload
	}
	return out
}

// Last sends a client the last item of each of an account's nodes that it wants and may see: what it is sent when it comes (XEP-0163, section 4.3.4).
func (s *Service) Last(h Host, who jid.JID, wants func(node string) bool) {
	for _, n := range s.sorted() {
		r := &request{Service: s, host: h, from: who}
		if n.config[fieldLast] == "on_sub_and_presence" && wants(n.name) && r.mayRead(n) == nil {
			s.last(h, n, who)
		}
	}
}

func (s *Service) last(h Host, n *node, who jid.JID) {
	if len(n.items) == 0 {
		return
	}
	it := n.event(n.items[len(n.items)-1])
	h.Send(s.message(who, &pubsubevent.Event{Items: &pubsubevent.Items{Node: n.name, Item: []pubsubevent.Item{it}}}))
}
