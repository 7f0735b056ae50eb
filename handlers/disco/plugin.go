package disco

import (
	"context"
	"strings"
	"sync"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/xmpp"
)

// defaultNode names the software where the program does not.
const defaultNode = "https://github.com/stanzakit/stanzakit"

// Plugin answers what we are, what we can do and what belongs to us (XEP-0030), tells it along with our presence and remembers what others tell with theirs
// (XEP-0115). The methods of its Entity add to what we are.
type Plugin struct {
	// Identity is what we are. None, neither here nor by AddIdentity, means client/bot, of a component component/generic.
	Identity []discoinfo.Identity
	// Node is a URI that names the software, best its web site (XEP-0115, section 4); empty means that of this library.
	Node string
	// For returns what is said of another address of a component than its domain; nil is item-not-found. It is called by any goroutine and must not wait. Many addresses may
	// share one Entity. A For that is nil itself knows no other addresses.
	For func(of jid.JID) *Entity

	Entity

	session *xmpp.Session
	heard   heard

	mu        sync.Mutex       // guards what follows
	broadcast *stanza.Presence // the last one that told everybody that we are available, as it was before we added to it
	told      string           // its verification string
}

// Setup implements [xmpp.Plugin].
func (p *Plugin) Setup(h *xmpp.Host) error {
	p.session = h.Session()
	p.heard.init()
	for _, id := range p.Identity {
		p.AddIdentity(id)
	}
	if p.component() {
		p.change(func() { p.fallback = discoinfo.Identity{Category: "component", Type: "generic"} })
	}
	xmpp.HandleIQ(h.Mux(), stanza.IQGet, p.info)
	xmpp.HandleIQ(h.Mux(), stanza.IQGet, p.items)
	stream.MustRegister[caps.C](h.Mux())
	stream.Filter(h.Mux(), stream.In, 0, p.hear) // not a handler: whoever is told of the presence may call Caps at once
	stream.Filter(h.Mux(), stream.Out, 0, p.tell)
	return nil
}

// component reports whether the session is that of a component: a client's account has a localpart.
func (p *Plugin) component() bool { return p.session.Account().Local() == "" }

// entity returns what speaks for one of our addresses, nil if there is no such address.
func (p *Plugin) entity(of jid.JID) *Entity {
	if !p.component() || of == p.session.Account() {
		return &p.Entity
	}
	if p.For == nil {
		return nil
	}
	return p.For(of)
}

// info answers disco#info requests (XEP-0030, section 3).
func (p *Plugin) info(ctx context.Context, iq *stanza.IQ, q *discoinfo.Query) (*discoinfo.Query, error) {
	e := p.entity(iq.To)
	if e == nil {
		return nil, notFound()
	}
	n, ok := e.node(q.Node)
	var reply *discoinfo.Query
	switch {
	case ok && n.Info != nil:
		var err error
		if reply, err = n.Info(ctx, iq, q); err != nil {
			return nil, err
		}
	case q.Node == "":
		reply = e.snapshot().info
	case ok:
		reply = &discoinfo.Query{Feature: []discoinfo.Feature{{Var: discoinfo.NS}, {Var: discoitems.NS}}}
		reply.Identity = []discoinfo.Identity{{Category: "hierarchy", Type: "branch"}}
	default:
		if ver, ours := strings.CutPrefix(q.Node, p.uri()+"#"); ours {
			reply = e.version(ver)
		}
	}
	if reply == nil {
		return nil, notFound()
	}
	r := *reply // others may be reading it
	r.Node = q.Node
	return &r, nil
}

// items answers disco#items requests (XEP-0030, section 4).
func (p *Plugin) items(ctx context.Context, iq *stanza.IQ, q *discoitems.Query) (*discoitems.Query, error) {
	e := p.entity(iq.To)
	if e == nil {
		return nil, notFound()
	}
	n, ok := e.node(q.Node)
	var reply *discoitems.Query
	switch {
	case ok && n.Items != nil:
		var err error
		if reply, err = n.Items(ctx, iq, q); err != nil {
			return nil, err
		}
	case q.Node == "":
		reply = &discoitems.Query{Item: e.list()}
	case ok:
		reply = &discoitems.Query{}
	}
	if reply == nil {
		return nil, notFound()
	}
	r := *reply // others may be reading it
	r.Node = q.Node
	return &r, nil
}

// uri returns the node of our capabilities.
func (p *Plugin) uri() string {
	if p.Node == "" {
		return defaultNode
	}
	return p.Node
}

// notFound is the answer for an address or a node that does not exist (XEP-0030, section 7).
func notFound() error {
	return &xmpp.StanzaError{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionItemNotFound}
}
