package muc

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/mucowner"
	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

const roomConfig = "http://jabber.org/protocol/muc#roomconfig"

// Fields of a room's configuration (XEP-0045, section 15.5.3).
const (
	fieldName       = "muc#roomconfig_roomname"
	fieldDesc       = "muc#roomconfig_roomdesc"
	fieldLang       = "muc#roomconfig_lang"
	fieldPersistent = "muc#roomconfig_persistentroom"
	fieldPublic     = "muc#roomconfig_publicroom"
	fieldMembers    = "muc#roomconfig_membersonly"
	fieldModerated  = "muc#roomconfig_moderatedroom"
	fieldProtected  = "muc#roomconfig_passwordprotectedroom"
	fieldSecret     = "muc#roomconfig_roomsecret"
	fieldWhois      = "muc#roomconfig_whois"
	fieldSubject    = "muc#roomconfig_changesubject"
	fieldInvites    = "muc#roomconfig_allowinvites"
	fieldLogging    = "muc#roomconfig_enablelogging"
)

const whoisAnyone = "anyone" // who may see real JIDs

func options() kit.Options {
	return kit.Options{
		{Var: fieldName, Type: xdata.FieldTextSingle},
		{Var: fieldDesc, Type: xdata.FieldTextSingle},
		{Var: fieldLang, Type: xdata.FieldTextSingle},
		{Var: fieldPersistent, Type: xdata.FieldBoolean},
		{Var: fieldPublic, Type: xdata.FieldBoolean},
		{Var: fieldMembers, Type: xdata.FieldBoolean},
		{Var: fieldModerated, Type: xdata.FieldBoolean},
		{Var: fieldProtected, Type: xdata.FieldBoolean},
		{Var: fieldSecret, Type: xdata.FieldTextPrivate},
		{Var: fieldWhois, Type: xdata.FieldListSingle, Choices: []string{"moderators", whoisAnyone}},
		{Var: fieldSubject, Type: xdata.FieldBoolean},
		{Var: fieldInvites, Type: xdata.FieldBoolean},
		{Var: fieldLogging, Type: xdata.FieldBoolean},
	}
}

func defaults() kit.Config {
	return kit.Config{
		fieldName: "", fieldDesc: "", fieldLang: "", fieldPersistent: "0", fieldPublic: "1", fieldMembers: "0", fieldModerated: "0", fieldProtected: "0",
		fieldSecret: "", fieldWhois: "moderators", fieldSubject: "0", fieldInvites: "1", fieldLogging: "1",
	}
}

// owner carries out what only an owner may ask for (XEP-0045, section 10).
func (v *visit) owner(iq *stanza.IQ, q *mucowner.Query) {
	if v.affiliation(iq.From) != mucuser.AffiliationOwner {
		v.refuse(iq, kit.Forbidden())
		return
	}
	switch {
	case iq.Type == stanza.IQGet:
		v.result(iq, &mucowner.Query{Form: options().Form(xdata.FormForm, roomConfig, v.config)})
	case q.Destroy != nil:
		v.result(iq, nil)
		v.destroy(q.Destroy)
	case q.Form == nil:
		v.refuse(iq, kit.BadRequest())
	case q.Form.Type == xdata.FormCancel: // section 10.1.3: a room that was never configured is gone
		v.result(iq, nil)
		if v.locked {
			v.destroy(&mucowner.Destroy{})
		}
	default:
		v.configure(iq, q.Form)
	}
}

// configure changes the configuration (XEP-0045, section 10.2). An empty form accepts it as it is (section 10.1.2).
func (v *visit) configure(iq *stanza.IQ, f *xdata.Form) {
	next, _, err := options().Apply(v.config, roomConfig, f)
	if err != nil || next.Is(fieldProtected) && next[fieldSecret] == "" { // section 10.2.1
		v.refuse(iq, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable))
		return
	}
	before, fresh := v.config, v.locked
	v.config, v.locked = next, false
	v.result(iq, nil)
	if fresh {
		return
	}
	x := &mucuser.X{}
	for _, code := range changes(before, next) {
		x.Status = append(x.Status, mucuser.Status{Code: code})
	}
	for _, o := range v.sorted() {
		v.host.Send(&stanza.Message{From: v.room.addr, To: o.jid, Type: stanza.MessageGroupchat, Any: []wire.Element{x}})
	}
	if !next.Is(fieldMembers) || before.Is(fieldMembers) {
		return
	}
	for _, o := range v.sorted() { // section 10.2.1
		if v.affiliation(o.jid) == mucuser.AffiliationNone {
			v.remove(o, nil, news{status: []uint16{statusMembers}})
		}
	}
}

// changes returns the codes that tell what of a configuration has changed (XEP-0045, section 10.2.1).
func changes(before, after kit.Config) []uint16 {
	if before[fieldWhois] != after[fieldWhois] {
		if after[fieldWhois] == whoisAnyone {
			return []uint16{statusNonAnon}
		}
		return []uint16{statusSemiAnon}
	}
	if before[fieldLogging] != after[fieldLogging] {
		if after.Is(fieldLogging) {
			return []uint16{statusLogged}
		}
		return []uint16{statusNoLog}
	}
	return []uint16{statusConfigured}
}

// destroy ends the room (XEP-0045, section 10.9).
func (v *visit) destroy(d *mucowner.Destroy) {
	out := &mucuser.Destroy{JID: d.JID, Password: d.Password}
	if d.Reason != nil {
		out.Reason = &mucuser.Reason{Text: d.Reason.Text}
	}
	v.lasting = nil // in the last presence nobody is anything to the room
	for _, o := range slices.Clone(v.sorted()) {
		o.presence, o.role = nil, mucuser.RoleNone
		v.show(o, o, news{gone: true, destroy: out})
	}
	delete(v.rooms, v.room.addr)
}
