package muc

import (
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/mucadmin"
	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// admin lists and changes roles and affiliations (XEP-0045, sections 8 and 9).
func (v *visit) admin(iq *stanza.IQ, q *mucadmin.Query) {
	if iq.Type == stanza.IQGet {
		v.list(iq, q)
		return
	}
	if len(q.Item) == 0 {
		v.refuse(iq, kit.BadRequest())
		return
	}
	for _, it := range q.Item { // all of them are looked at before any is carried out (section 9.5)
		if refusal := v.forbids(iq.From, it); refusal != nil {
			v.refuse(iq, refusal)
			return
		}
	}
	v.result(iq, nil)
	actor := ""
	if o := v.occupantOf(iq.From); o != nil {
		actor = o.nick
	}
	for _, it := range q.Item {
		n := news{actor: actor}
		if it.Reason != nil {
			n.reason = it.Reason.Text
		}
		if it.Role != "" {
			v.setRole(v.occupants[*it.Nick], mucuser.Role(it.Role), n)
			continue
		}
		v.setAffiliation(v.subjectOf(it), mucuser.Affiliation(it.Affiliation), n)
	}
}

// subjectOf returns whose affiliation is to change: a real JID, or that of an occupant.
func (v *visit) subjectOf(it mucadmin.Item) jid.JID {
	if it.JID.IsZero() && it.Nick != nil && v.occupants[*it.Nick] != nil {
		return v.occupants[*it.Nick].jid.Bare()
	}
	return it.JID.Bare()
}

// forbids says what keeps somebody from a change, if anything does.
func (v *visit) forbids(who jid.JID, it mucadmin.Item) *stanza.Error {
	switch {
	case it.Role != "" && it.Affiliation == "":
		return v.forbidsRole(who, it)
	case it.Affiliation != "" && it.Role == "":
		return v.forbidsAffiliation(who, it)
	}
	return kit.BadRequest()
}

// forbidsRole: XEP-0045, sections 8.2 to 8.4, 9.6 and 9.7.
func (v *visit) forbidsRole(who jid.JID, it mucadmin.Item) *stanza.Error {
	me := v.occupantOf(who)
	if it.Nick == nil || !it.Role.Valid() {
		return kit.BadRequest()
	}
	o := v.occupants[*it.Nick]
	mine := rank(v.affiliation(who))
	switch {
	case o == nil:
		return kit.NotFound()
	case me == nil || me.role != mucuser.RoleModerator:
		return kit.Forbidden()
	case it.Role == mucadmin.RoleModerator || o.role == mucuser.RoleModerator && it.Role != mucadmin.RoleNone:
		if mine < rank(mucuser.AffiliationAdmin) {
			return kit.Forbidden()
		}
	}
	theirs := rank(v.affiliation(o.jid))
	if it.Role != mucadmin.RoleModerator && (theirs > mine || theirs >= rank(mucuser.AffiliationAdmin) && it.Role != mucadmin.RoleNone) { // section 8.2
		return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed)
	}
	return nil
}

// forbidsAffiliation: XEP-0045, sections 9.1 to 9.5 and 10.3 to 10.8.
func (v *visit) forbidsAffiliation(who jid.JID, it mucadmin.Item) *stanza.Error {
	subject := v.subjectOf(it)
	mine, admin := rank(v.affiliation(who)), rank(mucuser.AffiliationAdmin)
	before, after := rank(v.affiliation(subject)), rank(mucuser.Affiliation(it.Affiliation))
	switch {
	case subject.IsZero() || after < 0:
		return kit.BadRequest()
	case mine < admin:
		return kit.Forbidden()
	case mine == admin && (before >= admin || after >= admin): // only owners deal with admins and owners
		return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed)
	case subject == who.Bare() && after == rank(mucuser.AffiliationOutcast), // section 9.1
		before == rank(mucuser.AffiliationOwner) && after < before && v.owners() == 1: // section 10.4
		return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionConflict)
	case len(v.lasting) >= maxLasting:
		return kit.Refuse(stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint)
	}
	return nil
}

func (r *room) owners() int {
	n := 0
	for _, a := range r.lasting {
		if a == mucuser.AffiliationOwner {
			n++
		}
	}
	return n
}

// setRole changes an occupant's role; none is a kick (XEP-0045, section 8.2).
func (v *visit) setRole(o *occupant, role mucuser.Role, n news) {
	if o == nil { // an item before this one has removed the occupant
		return
	}
	if role == mucuser.RoleNone {
		n.status = []uint16{statusKicked}
		v.remove(o, nil, n)
		return
	}
	o.role = role
	v.tell(o, n)
}

// setAffiliation changes an affiliation, and what follows from it for who is in the room (XEP-0045, section 9).
func (v *visit) setAffiliation(who jid.JID, a mucuser.Affiliation, n news) {
	v.lasting[who] = a
	if a == mucuser.AffiliationNone {
		delete(v.lasting, who)
	}
	for _, o := range v.sorted() {
		if o.jid.Bare() != who && !(who.Local() == "" && o.jid.DomainJID() == who) {
			continue
		}
		switch {
		case a == mucuser.AffiliationOutcast:
			n.status = []uint16{statusBanned}
			v.remove(o, nil, n)
		case a == mucuser.AffiliationNone && v.config.Is(fieldMembers):
			n.status = []uint16{statusAffil}
			v.remove(o, nil, n)
		default:
			o.role = v.roleOf(a)
			v.tell(o, n)
		}
	}
}

// list answers who has a role or an affiliation (XEP-0045, sections 8.5, 9.2, 9.5, 9.8, 10.5 and 10.8).
func (v *visit) list(iq *stanza.IQ, q *mucadmin.Query) {
	me, mine := v.occupantOf(iq.From), rank(v.affiliation(iq.From))
	if len(q.Item) != 1 || q.Item[0].Role == "" && q.Item[0].Affiliation == "" {
		v.refuse(iq, kit.BadRequest())
		return
	}
	want := q.Item[0]
	moderator := me != nil && me.role == mucuser.RoleModerator
	member := want.Affiliation == mucadmin.AffiliationMember && v.config.Is(fieldMembers) && mine >= rank(mucuser.AffiliationMember)
	if mine < rank(mucuser.AffiliationAdmin) && !member && !(want.Role != "" && moderator) {
		v.refuse(iq, kit.Forbidden())
		return
	}
	out := &mucadmin.Query{}
	if want.Role != "" {
		for _, o := range v.sorted() {
			if string(o.role) == string(want.Role) {
				out.Item = append(out.Item, mucadmin.Item{
					Affiliation: mucadmin.Affiliation(v.affiliation(o.jid)), JID: o.jid, Nick: new(o.nick), Role: want.Role,
				})
			}
		}
		v.result(iq, out)
		return
	}
	for _, who := range slices.SortedFunc(maps.Keys(v.lasting), jid.Compare) {
		if string(v.lasting[who]) == string(want.Affiliation) {
			out.Item = append(out.Item, mucadmin.Item{Affiliation: want.Affiliation, JID: who})
		}
	}
	v.result(iq, out)
}
