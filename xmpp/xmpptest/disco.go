package xmpptest

import (
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/wire"
)

// node answers a question of service discovery about the entity as a whole; there are no nodes (XEP-0030, sections 3.2 and 7).
func (t *turn) node(iq *stanza.IQ, node string, answer wire.Element) {
	if node != "" {
		t.bounce(iq, stanza.ErrorCancel, stanzaerrors.ConditionItemNotFound)
		return
	}
	t.result(iq, answer)
}

// serverInfo describes the server (XEP-0030, section 3.1).
func serverInfo() *discoinfo.Query {
	return &discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "server", Type: "im", Name: "stanzakit xmpptest"}},
		Feature:  []discoinfo.Feature{{Var: discoinfo.NS}, {Var: discoitems.NS}, {Var: version.NS}, {Var: ping.NS}},
	}
}

// accountInfo describes any account (XEP-0030, section 8).
func accountInfo() *discoinfo.Query {
	return &discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "account", Type: "registered"}},
		Feature:  []discoinfo.Feature{{Var: discoinfo.NS}, {Var: discoitems.NS}, {Var: ping.NS}},
	}
}

// serverItems lists the components that are connected (XEP-0030, section 4.1).
func (t *turn) serverItems() *discoitems.Query {
	q := &discoitems.Query{}
	for _, name := range slices.Sorted(maps.Keys(t.components)) {
		q.Item = append(q.Item, discoitems.Item{JID: t.components[name].jid})
	}
	return q
}

// items lists an account's available resources (XEP-0030, section 8).
func (a *account) items() *discoitems.Query {
	q := &discoitems.Query{}
	for _, resource := range slices.Sorted(maps.Keys(a.sessions)) {
		if c := a.sessions[resource]; c.presence != nil {
			q.Item = append(q.Item, discoitems.Item{JID: c.jid})
		}
	}
	return q
}
