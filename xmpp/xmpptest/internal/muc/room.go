package muc

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"

	"github.com/stanzakit/stanzakit/gen/muc"
	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/occupantid0"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/mam"
)

// room is a room, from the moment somebody enters it.
type room struct {
	addr      jid.JID // bare
	config    kit.Config
	locked    bool                            // until its owner has configured it (XEP-0045, section 10.1)
	lasting   map[jid.JID]mucuser.Affiliation // by bare JID; those of none are not in it
	occupants map[string]*occupant            // by nickname
	subject   *stanza.Message                 // nil before there is one
	history   []entry                         // the oldest first
	archive   mam.Archive
}

// occupant is somebody in a room.
type occupant struct {
	nick     string
	jid      jid.JID // full
	role     mucuser.Role
	presence *stanza.Presence // as the occupant has sent it, without what is the room's to say
}

const (
	maxOccupants = 1000 // of a room
	maxLasting   = 1000 // affiliations with a room
)

// Status codes (XEP-0045, section 15.6.2).
const (
	statusRealJIDs   = 100
	statusConfigured = 104
	statusSelf       = 110
	statusLogged     = 170
	statusNoLog      = 171
	statusNonAnon    = 172
	statusSemiAnon   = 173
	statusCreated    = 201
	statusBanned     = 301
	statusNick       = 303
	statusKicked     = 307
	statusAffil      = 321
	statusMembers    = 322
	statusGone       = 333
)

// at returns the occupant JID of a nickname.
func (r *room) at(nick string) jid.JID {
	j, _ := r.addr.WithResource(nick) // it was one when its owner came with it
	return j
}

// sorted returns the occupants by nickname, so that the room does the same thing every time.
func (r *room) sorted() []*occupant {
	var out []*occupant
	for _, nick := range slices.Sorted(maps.Keys(r.occupants)) {
		out = append(out, r.occupants[nick])
	}
	return out
}

// occupantOf returns the occupant whose real JID it is, nil if there is none.
func (r *room) occupantOf(full jid.JID) *occupant {
	for _, o := range r.occupants {
		if o.jid == full {
			return o
		}
	}
	return nil
}

// affiliation returns what somebody is to the room.
func (r *room) affiliation(who jid.JID) mucuser.Affiliation {
	if a := r.lasting[who.Bare()]; a != "" {
		return a
	}
	if a := r.lasting[who.DomainJID()]; a == mucuser.AffiliationOutcast { // a domain that is banned (section 9.1)
		return a
	}
	return mucuser.AffiliationNone
}

// rank orders affiliations.
func rank(a mucuser.Affiliation) int {
	return slices.Index([]mucuser.Affiliation{
		mucuser.AffiliationOutcast, mucuser.AffiliationNone, mucuser.AffiliationMember, mucuser.AffiliationAdmin, mucuser.AffiliationOwner,
	}, a)
}

// roleOf returns the role that an affiliation begins with (XEP-0045, section 5.1.2).
func (r *room) roleOf(a mucuser.Affiliation) mucuser.Role {
	switch {
	case rank(a) >= rank(mucuser.AffiliationAdmin):
		return mucuser.RoleModerator
	case a == mucuser.AffiliationNone && r.config.Is(fieldModerated):
		return mucuser.RoleVisitor
	}
	return mucuser.RoleParticipant
}

// identifier returns an occupant's identifier, the same for the same user in the same room and no other (XEP-0421, section 3).
func (v *visit) identifier(o *occupant) *occupantid0.OccupantID {
	mac := hmac.New(sha256.New, []byte(v.secret))
	mac.Write([]byte(v.room.addr.String() + "\x00" + o.jid.Bare().String()))
	return &occupantid0.OccupantID{ID: base64.RawURLEncoding.EncodeToString(mac.Sum(nil))}
}

// clean returns what an occupant says without what only the room may say.
func clean(els []wire.Element) []wire.Element {
	var out []wire.Element
	for _, el := range els {
		switch el.ElementName().Space {
		case muc.NS, mucuser.NS, occupantid0.NS: // guard: S15
			continue
		}
		out = append(out, el)
	}
	return out
}

// news is what a presence tells beside who it is about.
type news struct {
	status  []uint16
	nick    string // the new one
	actor   string // nickname
	reason  string
	gone    bool // the occupant is leaving
	destroy *mucuser.Destroy
}

// show tells an occupant of another, or of itself (XEP-0045, section 7.2.3).
func (v *visit) show(to, about *occupant, n news) {
	item := mucuser.Item{Affiliation: v.affiliation(about.jid), Role: about.role, Nick: n.nick}
	if to.role == mucuser.RoleModerator || v.config[fieldWhois] == whoisAnyone {
		item.JID = about.jid
	}
	if n.actor != "" {
		item.Actor = &mucuser.Actor{Nick: n.actor}
	}
	if n.reason != "" {
		item.Reason = &mucuser.Reason{Text: n.reason}
	}
	x := &mucuser.X{Destroy: n.destroy}
	p := &stanza.Presence{From: v.at(about.nick), To: to.jid}
	if n.gone {
		p.Type = stanza.PresenceUnavailable
		if n.nick == "" {
			item.Role = mucuser.RoleNone
		}
	}
	if about.presence != nil && n.nick == "" {
		p.ID, p.Lang, p.Show, p.Status, p.Any = about.presence.ID, about.presence.Lang, about.presence.Show, about.presence.Status, slices.Clone(about.presence.Any)
	}
	x.Item = []mucuser.Item{item}
	codes := n.status
	if to == about {
		codes = append(slices.Clone(codes), statusSelf)
	}
	for _, code := range codes {
		x.Status = append(x.Status, mucuser.Status{Code: code})
	}
	p.Any = append(p.Any, v.identifier(about), x)
	v.host.Send(p)
}

// tell shows an occupant to all, the occupant last.
func (v *visit) tell(about *occupant, n news) {
	for _, to := range v.sorted() {
		if to != about {
			v.show(to, about, n)
		}
	}
	v.show(about, about, n)
}

// remove takes an occupant out of the room and tells everybody, in the occupant's last words if there are any (XEP-0045, sections 7.14, 8.2 and 9.1). A room that nobody is in is gone, unless it is to last.
func (v *visit) remove(o *occupant, last *stanza.Presence, n news) {
	n.gone, o.presence = true, last
	v.tell(o, n)
	delete(v.occupants, o.nick)
	if len(v.occupants) == 0 && (!v.config.Is(fieldPersistent) || v.locked) {
		delete(v.rooms, v.room.addr)
	}
}
