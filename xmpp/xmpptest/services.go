package xmpptest

import (
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/muc"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/pubsub"
)

// service is something of the server's at an address of its own: what a component would be elsewhere.
type service interface {
	// handle handles a stanza that is for the service.
	handle(t *turn, el wire.Element)
}

// makeServices makes the services, each at a domain below the server's, unless a component is to have that domain.
func (s *Server) makeServices() {
	s.services = make(map[string]service)
	for name, make := range map[string]func(jid.JID) service{
		"conference": func(at jid.JID) service { return &rooms{muc.New(at)} },
		"upload":     func(at jid.JID) service { return &uploads{at} },
		"pubsub":     func(at jid.JID) service { return &pubsubService{pubsub.New(at, false), at} },
	} {
		d := name + "." + s.opt.domain.Domain()
		if s.opt.components[d] == "" {
			s.services[d] = make(jid.MustParse(d))
		}
	}
}

// rooms is the service at conference.<domain> (XEP-0045).
type rooms struct{ *muc.Service }

func (r *rooms) handle(t *turn, el wire.Element) { r.Handle(t, el) }

// Send implements the hosts of services: the stanza goes when the one at hand has been dealt with.
func (t *turn) Send(el wire.Element) { t.next = append(t.next, el) }

// discovery answers what is asked of a service as a whole, and reports whether it was that.
func (t *turn) discovery(iq *stanza.IQ, describe func() *discoinfo.Query, items func() *discoitems.Query) bool {
	if iq.Type != stanza.IQGet {
		return false
	}
	switch q := iq.Any[0].(type) {
	case *ping.Ping:
		t.result(iq, nil)
	case *discoinfo.Query:
		if q.Node != "" {
			return false
		}
		t.result(iq, describe())
	case *discoitems.Query:
		if q.Node != "" {
			return false
		}
		t.result(iq, items())
	default:
		return false
	}
	return true
}

// serviceItems lists the addresses of services and of components that are connected (XEP-0030, section 4.1).
func (t *turn) serviceItems() *discoitems.Query {
	q := &discoitems.Query{}
	names := slices.AppendSeq(slices.Collect(maps.Keys(t.components)), maps.Keys(t.services))
	for _, name := range slices.Sorted(slices.Values(names)) {
		q.Item = append(q.Item, discoitems.Item{JID: jid.MustParse(name)})
	}
	return q
}

// reply answers a request with what a service has made of it.
func (t *turn) reply(iq *stanza.IQ, payload wire.Element, refusal *stanza.Error) {
	if refusal != nil {
		t.refuseWith(iq, refusal)
		return
	}
	t.result(iq, payload)
}
