package muc

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/muc"
	"github.com/stanzakit/stanzakit/gen/mucadmin"
	"github.com/stanzakit/stanzakit/gen/mucowner"
	"github.com/stanzakit/stanzakit/gen/mucuser"
	"github.com/stanzakit/stanzakit/gen/occupantid0"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/sid0"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/mam"
)

// iq handles a request to the room or to an occupant, and answers of occupants.
func (v *visit) iq(iq *stanza.IQ) {
	if iq.To.Resource() != "" {
		v.relay(iq)
		return
	}
	if iq.Type != stanza.IQGet && iq.Type != stanza.IQSet || len(iq.Any) != 1 {
		v.refuse(iq, kit.BadRequest())
		return
	}
	switch q := iq.Any[0].(type) {
	case *mucadmin.Query:
		v.admin(iq, q)
	case *mucowner.Query:
		v.owner(iq, q)
	case *mam2.Query:
		v.query(iq, q)
	case *ping.Ping:
		v.result(iq, nil)
	case *discoinfo.Query:
		v.result(iq, v.info(q.Node))
	case *discoitems.Query: // section 6.5
		out := &discoitems.Query{}
		if v.config.Is(fieldPublic) || v.occupantOf(iq.From) != nil {
			for _, o := range v.sorted() {
				out.Item = append(out.Item, discoitems.Item{JID: v.at(o.nick)})
			}
		}
		v.result(iq, out)
	default:
		v.refuse(iq, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionServiceUnavailable))
	}
}

// info describes the room (XEP-0045, section 6.4).
func (v *visit) info(node string) *discoinfo.Query {
	q := &discoinfo.Query{Node: node, Identity: []discoinfo.Identity{{Category: "conference", Type: "text", Name: v.config[fieldName]}}}
	either := func(field, yes, no string) string {
		if v.config.Is(field) {
			return yes
		}
		return no
	}
	anonymous := "muc_semianonymous"
	if v.config[fieldWhois] == whoisAnyone {
		anonymous = "muc_nonanonymous"
	}
	for _, f := range []string{
		muc.NS, mam2.NS, mam2.NS + "#extended", sid0.NS, occupantid0.NS, muc.NS + "#self-ping-optimization",
		either(fieldPersistent, "muc_persistent", "muc_temporary"), either(fieldPublic, "muc_public", "muc_hidden"),
		either(fieldMembers, "muc_membersonly", "muc_open"), either(fieldModerated, "muc_moderated", "muc_unmoderated"),
		either(fieldProtected, "muc_passwordprotected", "muc_unsecured"), anonymous,
	} {
		q.Feature = append(q.Feature, discoinfo.Feature{Var: f})
	}
	return q
}

// relay brings a request from one occupant to another, and the answer back (XEP-0045, section 17.4). What an occupant asks of itself by a ping the room answers (XEP-0410, section 3).
func (v *visit) relay(iq *stanza.IQ) {
	from, to := v.occupantOf(iq.From), v.occupants[iq.To.Resource()]
	switch {
	case from == nil:
		v.refuse(iq, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAcceptable))
	case to == nil:
		v.refuse(iq, kit.NotFound())
	case from == to && iq.Type == stanza.IQGet && slices.ContainsFunc(iq.Any, isPing):
		v.result(iq, nil)
	default:
		out := *iq
		out.From, out.To = v.at(from.nick), to.jid
		v.host.Send(&out)
	}
}

func isPing(el wire.Element) bool {
	_, ok := el.(*ping.Ping)
	return ok
}

// query answers with messages of the room's archive, to who might enter the room (XEP-0313, section 8.2).
func (v *visit) query(iq *stanza.IQ, q *mam2.Query) {
	a := v.affiliation(iq.From)
	if a == mucuser.AffiliationOutcast || v.locked || a == mucuser.AffiliationNone &&
		(v.config.Is(fieldMembers) || v.config.Is(fieldProtected) && v.occupantOf(iq.From) == nil) {
		v.refuse(iq, kit.Forbidden())
		return
	}
	if iq.Type == stanza.IQGet {
		v.result(iq, mam.Form())
		return
	}
	page, fin, refusal := v.archive.Query(q)
	if refusal != nil {
		v.refuse(iq, refusal)
		return
	}
	for _, r := range page {
		v.host.Send(&stanza.Message{From: v.room.addr, To: iq.From, Any: []wire.Element{r}})
	}
	v.result(iq, fin)
}
