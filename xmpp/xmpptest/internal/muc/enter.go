package muc

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/muc"
	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/mam"
)

// presence handles a presence that is for an occupant JID (XEP-0045, sections 7.2, 7.6, 7.7 and 7.14).
func (v *visit) presence(p *stanza.Presence) {
	var o *occupant
	if v.room != nil {
		o = v.occupantOf(p.From)
	}
	x, entering := wire.Find[muc.X](p.Any)
	switch {
	case p.Type == stanza.PresenceUnavailable && o != nil:
		v.remove(o, spoken(p), news{})
	case p.Type == stanza.PresenceError && o != nil:
		v.remove(o, nil, news{status: []uint16{statusKicked, statusGone}})
	case p.Type != "":
	case p.To.Resource() == "": // section 7.2.1
		v.refuse(p, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionJIDMalformed))
	case o != nil && o.nick != p.To.Resource():
		v.rename(o, p)
	case o != nil && !entering:
		o.presence = spoken(p)
		v.tell(o, news{})
	case entering:
		v.enter(p, x)
	default: // not in the room, and does not say that it wants to be (section 7.2.1)
		v.refuse(p, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable))
	}
}

// spoken returns what the occupant's presence says of the occupant.
func spoken(p *stanza.Presence) *stanza.Presence {
	return &stanza.Presence{ID: p.ID, Lang: p.Lang, Show: p.Show, Status: p.Status, Any: clean(p.Any)}
}

// enter lets somebody in, or in again who is there and has lost track (XEP-0045, section 7.2).
func (v *visit) enter(p *stanza.Presence, x *muc.X) {
	created := v.room == nil
	if created {
		if len(v.rooms) >= maxRooms {
			v.refuse(p, kit.Refuse(stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint))
			return
		}
		v.create(p.To.Bare())
	} else if refusal := v.bars(p, x); refusal != nil {
		v.refuse(p, refusal)
		return
	}
	o := &occupant{nick: p.To.Resource(), jid: p.From, role: v.roleOf(v.affiliation(p.From)), presence: spoken(p)}
	for _, other := range v.sorted() { // section 7.2.2
		if other.nick != o.nick {
			v.show(o, other, news{})
		}
	}
	v.occupants[o.nick] = o
	n := news{}
	if v.config[fieldWhois] == whoisAnyone {
		n.status = append(n.status, statusRealJIDs)
	}
	if created {
		n.status = append(n.status, statusCreated)
	}
	for _, other := range v.sorted() {
		if other != o {
			v.show(other, o, news{})
		}
	}
	if v.config.Is(fieldLogging) {
		n.status = append(n.status, statusLogged)
	}
	v.show(o, o, n)
	v.replay(o, x.History)
	v.showSubject(o)
}

// create makes a room of somebody who enters it: its owner (XEP-0045, section 10.1).
func (v *visit) create(at jid.JID) {
	v.room = &room{
		addr: at, config: defaults(), locked: true, occupants: make(map[string]*occupant), archive: mam.Archive{Owner: at},
		lasting: map[jid.JID]mucuser.Affiliation{v.from.Bare(): mucuser.AffiliationOwner},
	}
	v.rooms[at] = v.room
}

// bars says what keeps somebody out of the room, if anything does (XEP-0045, sections 7.2.5 to 7.2.10).
func (v *visit) bars(p *stanza.Presence, x *muc.X) *stanza.Error {
	a := v.affiliation(p.From)
	holder := v.occupants[p.To.Resource()]
	switch {
	case a == mucuser.AffiliationOutcast:
		return kit.Forbidden()
	case v.locked && a != mucuser.AffiliationOwner: // section 10.1.1
		return kit.NotFound()
	case v.config.Is(fieldMembers) && a == mucuser.AffiliationNone:
		return kit.Refuse(stanza.ErrorAuth, stanzaerrors.ConditionRegistrationRequired)
	case v.config.Is(fieldProtected) && x.Password != v.config[fieldSecret] && a != mucuser.AffiliationOwner:
		return kit.Refuse(stanza.ErrorAuth, stanzaerrors.ConditionNotAuthorized)
	case holder != nil && holder.jid != p.From:
		return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionConflict)
	case len(v.occupants) >= maxOccupants:
		return kit.Refuse(stanza.ErrorWait, stanzaerrors.ConditionServiceUnavailable)
	}
	return nil
}

// rename changes an occupant's nickname (XEP-0045, section 7.6).
func (v *visit) rename(o *occupant, p *stanza.Presence) {
	nick := p.To.Resource()
	if v.occupants[nick] != nil {
		v.refuse(p, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionConflict))
		return
	}
	v.tell(o, news{gone: true, nick: nick, status: []uint16{statusNick}})
	delete(v.occupants, o.nick)
	o.nick, o.presence = nick, spoken(p)
	v.occupants[nick] = o
	v.tell(o, news{})
}

// ghost takes out an occupant to whom stanzas cannot be delivered any more, as an error shows (XEP-0045, section 7.14).
func (v *visit) ghost(o *occupant, e *stanza.Error) {
	gone := []stanzaerrors.Condition{
		stanzaerrors.ConditionGone, stanzaerrors.ConditionItemNotFound, stanzaerrors.ConditionRecipientUnavailable,
		stanzaerrors.ConditionRemoteServerNotFound, stanzaerrors.ConditionRemoteServerTimeout, stanzaerrors.ConditionServiceUnavailable,
	}
	if e != nil && slices.Contains(gone, e.Condition) {
		v.remove(o, nil, news{status: []uint16{statusKicked, statusGone}})
	}
}
