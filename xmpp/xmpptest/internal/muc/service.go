// Package muc is a service of rooms in memory (XEP-0045). The typical call is
//
//	service.Handle(host, stanza)
//
// Covered are entering, leaving, changes of nickname and of availability, messages to all and to one, subject, history (section 7.2.14) and archive (XEP-0313), mediated invitations, roles and
// affiliations with all lists, configuration, creation (a new room is locked until it is configured) and destruction, service discovery, occupant identifiers (XEP-0421), self-ping
// (XEP-0410) and requests between occupants. Nicknames of several sessions, registration with rooms and requests for voice are not.
package muc

import (
	"crypto/rand"
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/muc"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// Host is the server as a service sees it while it handles a stanza.
type Host interface {
	// Send brings a stanza to its addressee once the one at hand has been dealt with.
	Send(el wire.Element)
}

const maxRooms = 1000 // of the service

// Service is a service of rooms. It belongs to whoever has the server's lock.
type Service struct {
	addr   jid.JID
	secret string // of occupant identifiers
	rooms  map[jid.JID]*room
}

// New returns a service without rooms.
func New(addr jid.JID) *Service {
	return &Service{addr: addr, secret: rand.Text(), rooms: make(map[jid.JID]*room)}
}

// visit is the handling of one stanza in a room.
type visit struct {
	*Service
	*room
	host Host
	from jid.JID // the sender's real full JID
}

// Handle handles a stanza that is for the service, a room or an occupant.
func (s *Service) Handle(h Host, el wire.Element) {
	head := el.(wire.Stanza).StanzaHead() //nolint:forcetypeassert // the server routes nothing but stanzas
	v := &visit{Service: s, room: s.rooms[head.To.Bare()], host: h, from: head.From}
	if head.To.Local() == "" {
		v.toService(el)
		return
	}
	switch el := el.(type) {
	case *stanza.Presence:
		v.presence(el)
	case *stanza.Message:
		if v.room == nil {
			v.refuse(el, kit.NotFound())
			return
		}
		v.message(el)
	case *stanza.IQ:
		if v.room == nil {
			v.refuse(el, kit.NotFound())
			return
		}
		v.iq(el)
	}
}

// refuse answers a stanza with an error, unless it is one itself or asks for nothing (RFC 6120, section 8.3.1).
func (v *visit) refuse(el wire.Element, e *stanza.Error) {
	switch el := el.(type) {
	case *stanza.Presence:
		if el.Type == "" {
			v.host.Send(&stanza.Presence{From: el.To, To: el.From, ID: el.ID, Type: stanza.PresenceError, Error: e, Any: muxed(el)})
		}
	case *stanza.Message:
		if el.Type != stanza.MessageError {
			v.host.Send(&stanza.Message{From: el.To, To: el.From, ID: el.ID, Type: stanza.MessageError, Error: e})
		}
	case *stanza.IQ:
		if el.Type == stanza.IQGet || el.Type == stanza.IQSet {
			v.host.Send(&stanza.IQ{From: el.To, To: el.From, ID: el.ID, Type: stanza.IQError, Error: e})
		}
	}
}

// muxed returns the mark of a presence that was to enter a room, which its error repeats (XEP-0045, section 7.2).
func muxed(p *stanza.Presence) []wire.Element {
	if _, ok := wire.Find[muc.X](p.Any); ok {
		return []wire.Element{&muc.X{}}
	}
	return nil
}

// result answers a request; payload may be nil.
func (v *visit) result(iq *stanza.IQ, payload wire.Element) {
	reply := &stanza.IQ{From: iq.To, To: iq.From, ID: iq.ID, Type: stanza.IQResult}
	if payload != nil {
		reply.Any = []wire.Element{payload}
	}
	v.host.Send(reply)
}

// toService handles what is for the service as a whole (XEP-0045, section 6).
func (v *visit) toService(el wire.Element) {
	iq, ok := el.(*stanza.IQ)
	if !ok || iq.Type != stanza.IQGet || len(iq.Any) != 1 {
		v.refuse(el, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionServiceUnavailable))
		return
	}
	switch iq.Any[0].(type) {
	case *ping.Ping:
		v.result(iq, nil)
	case *discoinfo.Query:
		v.result(iq, &discoinfo.Query{
			Identity: []discoinfo.Identity{{Category: "conference", Type: "text"}},
			Feature:  []discoinfo.Feature{{Var: discoinfo.NS}, {Var: discoitems.NS}, {Var: muc.NS}, {Var: ping.NS}},
		})
	case *discoitems.Query:
		q := &discoitems.Query{}
		for _, at := range slices.SortedFunc(maps.Keys(v.rooms), jid.Compare) {
			if r := v.rooms[at]; r.config.Is(fieldPublic) && !r.locked {
				q.Item = append(q.Item, discoitems.Item{JID: at, Name: r.config[fieldName]})
			}
		}
		v.result(iq, q)
	default:
		v.refuse(iq, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionServiceUnavailable))
	}
}
