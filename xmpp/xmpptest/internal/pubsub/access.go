package pubsub

import (
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

const maxAffiliations = 1000 // with one node

// mayPublish reports whether somebody may publish at the node (XEP-0060, sections 4.1 and 4.3).
func (n *node) mayPublish(who jid.JID) bool {
	switch n.affiliation(who) {
	case pubsub.AffiliationOwner, pubsub.AffiliationPublisher, pubsub.AffiliationPublishOnly:
		return true
	case pubsub.AffiliationOutcast:
		return false
	}
	switch n.config[fieldModel] {
	case "open":
		return true
	case "subscribers":
		return n.subs[who] != "" || n.subs[who.Bare()] != ""
	}
	return false
}

// mayRead says what keeps the requester from items and subscriptions, if anything does (XEP-0060, sections 4.5, 6.1.3 and 6.5.9).
func (r *request) mayRead(n *node) *stanza.Error {
	switch n.affiliation(r.from) {
	case pubsub.AffiliationOwner, pubsub.AffiliationPublisher, pubsub.AffiliationMember:
		return nil
	case pubsub.AffiliationOutcast, pubsub.AffiliationPublishOnly:
		return kit.Forbidden()
	}
	switch n.config[fieldAccess] {
	case "open":
		return nil
	case "presence":
		if r.host.Sees(r.addr, r.from) {
			return nil
		}
		return kit.Refuse(stanza.ErrorAuth, stanzaerrors.ConditionNotAuthorized, &pubsuberrors.PresenceSubscriptionRequired{})
	}
	return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed, &pubsuberrors.ClosedNode{})
}

// ownAffiliations tells the requester what it is to which nodes (XEP-0060, section 5.7).
func (r *request) ownAffiliations(name string) (wire.Element, *stanza.Error) {
	if name != "" && r.nodes[name] == nil {
		return nil, kit.NotFound()
	}
	out := &pubsub.Affiliations{Node: name}
	for _, n := range r.sorted() {
		if a := n.affiliation(r.from); a != pubsub.AffiliationNone && (name == "" || name == n.name) {
			out.Affiliation = append(out.Affiliation, pubsub.Affiliation{Node: n.name, Type: a})
		}
	}
	return &pubsub.Pubsub{Affiliations: out}, nil
}

// affiliations lists or changes what entities are to a node (XEP-0060, section 8.9). Those who are told of it are those it happens to.
func (r *request) affiliations(q *pubsubowner.Affiliations) (wire.Element, *stanza.Error) {
	n, refusal := r.owned(q.Node)
	if refusal != nil {
		return nil, refusal
	}
	if !r.set {
		out := pubsubowner.Affiliations{Node: n.name}
		for _, who := range slices.SortedFunc(maps.Keys(n.roles), jid.Compare) {
			out.Affiliation = append(out.Affiliation, pubsubowner.Affiliation{JID: who, Type: pubsubowner.AffiliationType(n.roles[who])})
		}
		return &pubsubowner.Pubsub{Affiliations: []pubsubowner.Affiliations{out}}, nil
	}
	next := maps.Clone(n.roles)
	for _, a := range q.Affiliation {
		if !a.Type.Valid() {
			return nil, kit.BadRequest()
		}
		next[a.JID.Bare()] = pubsub.AffiliationType(a.Type)
		if a.Type == pubsubowner.AffiliationNone {
			delete(next, a.JID.Bare())
		}
	}
	owners := 0
	for _, a := range next {
		if a == pubsub.AffiliationOwner {
			owners++
		}
	}
	if owners == 0 || len(next) > maxAffiliations { // section 8.9.2.3
		return nil, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable)
	}
	n.roles = next
	for _, a := range q.Affiliation {
		if a.Type == pubsubowner.AffiliationOutcast {
			n.drop(a.JID)
		}
	}
	return nil, nil
}

// drop ends the subscriptions of somebody and of all resources.
func (n *node) drop(who jid.JID) {
	maps.DeleteFunc(n.subs, func(j jid.JID, _ string) bool { return j.Bare() == who.Bare() })
}

// configure shows or changes a node's configuration (XEP-0060, section 8.2).
func (r *request) configure(q *pubsubowner.Configure) (wire.Element, *stanza.Error) {
	n, refusal := r.owned(q.Node)
	if refusal != nil {
		return nil, refusal
	}
	if !r.set {
		return &pubsubowner.Pubsub{Configure: []pubsubowner.Configure{{Node: n.name, Form: r.form(n.config)}}}, nil
	}
	if q.Form == nil {
		return nil, kit.BadRequest()
	}
	if q.Form.Type == "cancel" { // section 8.2.4
		return nil, nil
	}
	config, refusal := changed(n.config, q.Form)
	if refusal != nil {
		return nil, refusal
	}
	n.config = config
	if over := len(n.items) - n.limit(); over > 0 {
		n.items = slices.Delete(n.items, 0, over)
	}
	if n.config.Is(fieldNConfig) {
		r.notify(n, &pubsubevent.Event{Configuration: &pubsubevent.Configuration{Node: n.name}})
	}
	return nil, nil
}

// remove deletes a node (XEP-0060, section 8.4).
func (r *request) remove(q *pubsubowner.Delete) *stanza.Error {
	n, refusal := r.owned(q.Node)
	if refusal != nil {
		return refusal
	}
	event := &pubsubevent.Delete{Node: n.name}
	if q.Redirect != nil {
		event.Redirect = &pubsubevent.Redirect{URI: q.Redirect.URI}
	}
	delete(r.nodes, n.name)
	if n.config.Is(fieldNDelete) {
		r.notify(n, &pubsubevent.Event{Delete: event})
	}
	return nil
}

// purge deletes all items of a node (XEP-0060, section 8.5).
func (r *request) purge(q *pubsubowner.Purge) *stanza.Error {
	n, refusal := r.owned(q.Node)
	if refusal != nil {
		return refusal
	}
	if !n.config.Is(fieldPersist) { // section 8.5.3.3
		return unsupported(pubsuberrors.FeaturePersistentItems)
	}
	n.items = nil
	r.notify(n, &pubsubevent.Event{Purge: &pubsubevent.Purge{Node: n.name}})
	return nil
}
