package xmpptest

import (
	"github.com/stanzakit/stanzakit/gen/blocking"
	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/private"
	"github.com/stanzakit/stanzakit/gen/register"
	"github.com/stanzakit/stanzakit/gen/sid0"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/vcardtemp"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/jid"
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
		Feature: []discoinfo.Feature{
			{Var: discoinfo.NS}, {Var: discoitems.NS}, {Var: version.NS}, {Var: ping.NS},
			{Var: "msgoffline"}, {Var: carbons2.NS}, {Var: blocking.NS}, {Var: private.NS}, {Var: vcardtemp.NS}, {Var: register.NS},
		},
	}
}

// info describes an account (XEP-0030, section 8).
func (a *account) info() *discoinfo.Query {
	q := &discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "account", Type: "registered"}},
		Feature: []discoinfo.Feature{
			{Var: discoinfo.NS}, {Var: discoitems.NS}, {Var: ping.NS}, {Var: vcardtemp.NS}, {Var: mam2.NS}, {Var: mam2.NS + "#extended"}, {Var: sid0.NS},
		},
	}
	a.pep.Describe(q)
	return q
}

// accountItems lists an account's available resources (XEP-0030, section 8) and the nodes that somebody may read.
func (t *turn) accountItems(a *account, who jid.JID) *discoitems.Query {
	q := &discoitems.Query{}
	for _, c := range a.bound() {
		if c.presence != nil {
			q.Item = append(q.Item, discoitems.Item{JID: c.jid})
		}
	}
	nodes, _ := a.pep.Items(t, who, "") // refuses no list of nodes
	q.Item = append(q.Item, nodes.Item...)
	return q
}
