package pubsub

import (
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsuberrors"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// Describe adds what the service is and does to a description of its address (XEP-0060, section 5.1; XEP-0163, section 6.1).
func (s *Service) Describe(q *discoinfo.Query) {
	kind := "service"
	features := []pubsuberrors.Feature{
		pubsuberrors.FeatureAccessOpen, pubsuberrors.FeatureAccessPresence, pubsuberrors.FeatureAccessWhitelist, pubsuberrors.FeatureConfigNode,
		pubsuberrors.FeatureConfigNodeMax, pubsuberrors.FeatureCreateAndConfigure, pubsuberrors.FeatureCreateNodes, pubsuberrors.FeatureDeleteItems,
		pubsuberrors.FeatureDeleteNodes, pubsuberrors.FeatureInstantNodes, pubsuberrors.FeatureItemIDs, pubsuberrors.FeatureLastPublished,
		pubsuberrors.FeatureManageSubscriptions, pubsuberrors.FeatureMemberAffiliation, pubsuberrors.FeatureModifyAffiliations, pubsuberrors.FeatureMultiItems,
		pubsuberrors.FeatureOutcastAffiliation, pubsuberrors.FeaturePersistentItems, pubsuberrors.FeaturePublish, pubsuberrors.FeaturePublishOptions,
		pubsuberrors.FeaturePublishOnlyAffiliation, pubsuberrors.FeaturePublisherAffiliation, pubsuberrors.FeaturePurgeNodes, pubsuberrors.FeatureRetractItems,
		pubsuberrors.FeatureRetrieveAffiliations, pubsuberrors.FeatureRetrieveDefault, pubsuberrors.FeatureRetrieveItems, pubsuberrors.FeatureRetrieveSubscriptions,
		pubsuberrors.FeatureSubscribe,
	}
	if s.pep {
		kind = "pep"
		features = append(features, pubsuberrors.FeatureAutoCreate, pubsuberrors.FeatureAutoSubscribe, pubsuberrors.FeatureFilteredNotifications,
			pubsuberrors.FeaturePresenceNotifications, pubsuberrors.FeaturePresenceSubscribe)
	}
	q.Identity = append(q.Identity, discoinfo.Identity{Category: "pubsub", Type: kind})
	q.Feature = append(q.Feature, discoinfo.Feature{Var: pubsub.NS})
	for _, f := range features {
		if f == pubsuberrors.FeaturePublishOptions && s.NoPublishOptions {
			continue
		}
		q.Feature = append(q.Feature, discoinfo.Feature{Var: pubsub.NS + "#" + string(f)})
	}
}

// Info describes a node (XEP-0060, section 5.3).
func (s *Service) Info(node string) (*discoinfo.Query, *stanza.Error) {
	if s.nodes[node] == nil {
		return nil, kit.NotFound()
	}
	return &discoinfo.Query{
		Node: node, Identity: []discoinfo.Identity{{Category: "pubsub", Type: "leaf", Name: s.nodes[node].config[fieldTitle]}},
		Feature: []discoinfo.Feature{{Var: pubsub.NS}},
	}, nil
}

// Items lists the nodes that somebody may read, or the items of one of them (XEP-0060, sections 5.2 and 5.5).
func (s *Service) Items(h Host, who jid.JID, node string) (*discoitems.Query, *stanza.Error) {
	r := &request{Service: s, host: h, from: who}
	q := &discoitems.Query{Node: node}
	if node == "" {
		for _, n := range s.sorted() {
			if r.mayRead(n) == nil {
				q.Item = append(q.Item, discoitems.Item{JID: s.addr, Node: n.name, Name: n.config[fieldTitle]})
			}
		}
		return q, nil
	}
	n := s.nodes[node]
	if n == nil {
		return nil, kit.NotFound()
	}
	if refusal := r.mayRead(n); refusal != nil {
		return nil, refusal
	}
	for _, it := range n.items {
		q.Item = append(q.Item, discoitems.Item{JID: s.addr, Name: it.id})
	}
	return q, nil
}
