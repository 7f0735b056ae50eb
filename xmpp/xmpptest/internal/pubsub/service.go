// Package pubsub is a publish-subscribe service in memory (XEP-0060), of an address of its own or of an account (XEP-0163). The typical call is
//
//	answer, refusal := service.Handle(host, iq)
//
// Covered are nodes and their configuration, publication with options and creation on the way, retraction, purging and deletion, items by identifier, by number and by page,
// subscriptions of one for each address, affiliations, the access models open, presence and whitelist, and notifications: to subscribers, and at an account
// to whom the account's contacts' clients ask for (+notify). Collections, subscription options, and approval by owners are not.
package pubsub

import (
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsuberrors"
	"github.com/stanzakit/stanzakit/gen/pubsubowner"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// Host is the server as a service sees it while it handles a request.
type Host interface {
	// Send brings a stanza to its addressee once the request has been dealt with.
	Send(el wire.Element)
	// Sees reports whether somebody is subscribed to an account's presence.
	Sees(owner, who jid.JID) bool
	// Audience returns the clients that want to be told of an account's node, those of the account itself among them (XEP-0163, section 4.3).
	Audience(owner jid.JID, node string) []jid.JID
}

const maxNodes = 1000 // of one service

// Service is a publish-subscribe service. It belongs to whoever has the server's lock.
type Service struct {
	NoPublishOptions bool // the service ignores the options of publications, and does not say that it knows them

	addr  jid.JID
	pep   bool // addr is an account
	nodes map[string]*node
}

// New returns a service without nodes. account says that its address is that of an account (XEP-0163).
func New(addr jid.JID, account bool) *Service {
	return &Service{addr: addr, pep: account, nodes: make(map[string]*node)}
}

// request is one that is being handled.
type request struct {
	*Service
	host Host
	from jid.JID // full
	set  bool
}

// Handle answers a request whose payload is a [pubsub.Pubsub] or a [pubsubowner.Pubsub].
func (s *Service) Handle(h Host, iq *stanza.IQ) (wire.Element, *stanza.Error) {
	r := &request{Service: s, host: h, from: iq.From, set: iq.Type == stanza.IQSet}
	switch q := iq.Any[0].(type) {
	case *pubsub.Pubsub:
		if r.set {
			return r.order(q)
		}
		return r.question(q)
	case *pubsubowner.Pubsub:
		return r.owner(q)
	}
	return nil, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionServiceUnavailable)
}

// order carries out what anybody may ask for.
func (r *request) order(q *pubsub.Pubsub) (wire.Element, *stanza.Error) {
	switch {
	case q.Create != nil:
		return r.create(q.Create, q.Configure)
	case q.Publish != nil:
		return r.publish(q.Publish, q.PublishOptions)
	case q.Retract != nil:
		return nil, r.retract(q.Retract)
	case q.Subscribe != nil:
		return r.subscribe(q.Subscribe)
	case q.Unsubscribe != nil:
		return nil, r.unsubscribe(q.Unsubscribe)
	case q.Options != nil:
		return nil, unsupported(pubsuberrors.FeatureSubscriptionOptions)
	}
	return nil, kit.BadRequest()
}

// question answers what anybody may ask.
func (r *request) question(q *pubsub.Pubsub) (wire.Element, *stanza.Error) {
	switch {
	case len(q.Items) == 1:
		return r.items(&q.Items[0], q.Set)
	case q.Subscriptions != nil:
		return r.ownSubscriptions(q.Subscriptions.Node)
	case q.Affiliations != nil:
		return r.ownAffiliations(q.Affiliations.Node)
	case q.Options != nil, q.Default != nil:
		return nil, unsupported(pubsuberrors.FeatureSubscriptionOptions)
	}
	return nil, kit.BadRequest()
}

// owner carries out or answers what only the owner of a node may ask for.
func (r *request) owner(q *pubsubowner.Pubsub) (wire.Element, *stanza.Error) {
	switch {
	case q.Default != nil && !r.set: // section 8.3
		return &pubsubowner.Pubsub{Default: &pubsubowner.Default{Form: r.form(r.defaults())}}, nil
	case len(q.Configure) == 1:
		return r.configure(&q.Configure[0])
	case q.Delete != nil && r.set:
		return nil, r.remove(q.Delete)
	case q.Purge != nil && r.set:
		return nil, r.purge(q.Purge)
	case len(q.Affiliations) == 1:
		return r.affiliations(&q.Affiliations[0])
	case len(q.Subscriptions) == 1:
		return r.subscriptions(&q.Subscriptions[0])
	}
	return nil, kit.BadRequest()
}

// owned returns a node to its owner alone (XEP-0060, section 8).
func (r *request) owned(name string) (*node, *stanza.Error) {
	if name == "" {
		return nil, kit.BadRequest(&pubsuberrors.NodeidRequired{})
	}
	n := r.nodes[name]
	switch {
	case n == nil:
		return nil, kit.NotFound()
	case n.affiliation(r.from) != pubsub.AffiliationOwner:
		return nil, kit.Forbidden()
	}
	return n, nil
}

// unsupported refuses what the service does not do.
func unsupported(f pubsuberrors.Feature) *stanza.Error {
	return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionFeatureNotImplemented, &pubsuberrors.Unsupported{Feature: f})
}

// sorted returns the nodes by name, so that the service does the same thing every time.
func (s *Service) sorted() []*node {
	var out []*node
	for _, name := range slices.Sorted(maps.Keys(s.nodes)) {
		out = append(out, s.nodes[name])
	}
	return out
}
