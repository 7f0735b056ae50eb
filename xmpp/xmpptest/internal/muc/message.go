package muc

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// message handles a message to the room or an occupant (XEP-0045, sections 7.4, 7.5, 7.8 and 8.1).
func (v *visit) message(m *stanza.Message) {
	o := v.occupantOf(m.From)
	x, _ := wire.Find[mucuser.X](m.Any)
	switch {
	case m.Type == stanza.MessageError:
		if o != nil {
			v.ghost(o, m.Error)
		}
	case m.To.Resource() == "" && x != nil && x.Decline != nil: // of somebody who need not be in the room
		v.decline(m, x.Decline)
	case o == nil: // section 7.4
		v.refuse(m, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable))
	case m.To.Resource() != "" && m.Type == stanza.MessageGroupchat: // section 7.5
		v.refuse(m, kit.BadRequest())
	case m.To.Resource() != "":
		v.whisper(o, m)
	case m.Type == stanza.MessageGroupchat:
		v.say(o, m)
	case x != nil && len(x.Invite) > 0:
		v.invite(o, m, x.Invite)
	default:
		v.refuse(m, kit.BadRequest())
	}
}

// say sends a message to all (XEP-0045, section 7.4), or changes the subject (section 8.1).
func (v *visit) say(o *occupant, m *stanza.Message) {
	subject := len(m.Subject) > 0 && len(m.Body) == 0 && m.Thread == nil
	switch {
	case v.config.Is(fieldModerated) && o.role == mucuser.RoleVisitor:
		v.refuse(m, kit.Forbidden())
		return
	case subject && o.role != mucuser.RoleModerator && !v.config.Is(fieldSubject):
		v.refuse(m, kit.Forbidden())
		return
	}
	out := *m
	out.From, out.To = v.at(o.nick), jid.JID{}
	out.Any = append(clean(m.Any), v.identifier(o))
	said := v.archive.Strip(&out)
	if len(m.Body) > 0 {
		if v.config.Is(fieldLogging) {
			said = v.archive.Add(&out, out.From)
		}
		v.remember(said)
	}
	if subject {
		v.subject = said
	}
	for _, to := range v.sorted() {
		v.host.Send(addressed(said, to.jid))
	}
}

// addressed returns a copy of a message for one of its addressees.
func addressed(m *stanza.Message, to jid.JID) *stanza.Message {
	out := *m
	out.To = to
	return &out
}

// showSubject tells an occupant the subject, or that there is none, which ends the entry (XEP-0045, section 7.2.15).
func (v *visit) showSubject(o *occupant) {
	if v.subject != nil {
		v.host.Send(addressed(v.subject, o.jid))
		return
	}
	v.host.Send(&stanza.Message{From: v.room.addr, To: o.jid, Type: stanza.MessageGroupchat, Subject: []stanza.Subject{{}}})
}

// whisper sends a message to one occupant (XEP-0045, section 7.5).
func (v *visit) whisper(o *occupant, m *stanza.Message) {
	to := v.occupants[m.To.Resource()]
	if to == nil {
		v.refuse(m, kit.NotFound())
		return
	}
	out := addressed(m, to.jid)
	out.From = v.at(o.nick)
	out.Any = append(clean(m.Any), v.identifier(o), &mucuser.X{})
	v.host.Send(out)
}

// invite passes invitations on (XEP-0045, section 7.8.2). In a room for members the invitees become members.
func (v *visit) invite(o *occupant, m *stanza.Message, invites []mucuser.Invite) {
	admin := rank(v.affiliation(o.jid)) >= rank(mucuser.AffiliationAdmin)
	if !admin && !v.config.Is(fieldInvites) {
		v.refuse(m, kit.Forbidden())
		return
	}
	for _, in := range invites {
		if in.To.IsZero() {
			v.refuse(m, kit.BadRequest())
			return
		}
		if v.config.Is(fieldMembers) && v.affiliation(in.To) == mucuser.AffiliationNone && len(v.lasting) < maxLasting {
			v.lasting[in.To.Bare()] = mucuser.AffiliationMember
		}
		x := &mucuser.X{Invite: []mucuser.Invite{{From: o.jid.Bare(), Reason: in.Reason, Continue: in.Continue}}}
		if v.config.Is(fieldProtected) {
			x.Password = v.config[fieldSecret]
		}
		v.host.Send(&stanza.Message{From: v.room.addr, To: in.To, ID: m.ID, Any: []wire.Element{x}})
	}
}

// decline tells an inviter that the invitee does not come (XEP-0045, section 7.8.2).
func (v *visit) decline(m *stanza.Message, d *mucuser.Decline) {
	inside := slices.ContainsFunc(v.sorted(), func(o *occupant) bool { return o.jid.Bare() == d.To.Bare() })
	if !inside { // the room is no way to write to strangers
		v.refuse(m, kit.NotFound())
		return
	}
	x := &mucuser.X{Decline: &mucuser.Decline{From: m.From.Bare(), Reason: d.Reason}}
	v.host.Send(&stanza.Message{From: v.room.addr, To: d.To, ID: m.ID, Any: []wire.Element{x}})
}
