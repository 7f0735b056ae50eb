package xmpptest

import (
	"encoding/xml"

	"github.com/stanzakit/stanzakit/gen/private"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/vcardtemp"
	"github.com/stanzakit/stanzakit/wire"
)

const maxPrivate = 1000 // elements of private storage

// vCardName is the name of a card. Cards are kept and handed out as they came.
func vCardName() xml.Name { return (*vcardtemp.VCard)(nil).ElementName() }

// privateStorage keeps data of a user's clients, an element for each name (XEP-0049, section 2).
func (t *turn) privateStorage(a *account, iq *stanza.IQ, q *private.Query) {
	if len(q.Any) == 0 || iq.Type == stanza.IQGet && len(q.Any) > 1 {
		t.bounce(iq, stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable)
		return
	}
	if iq.Type == stanza.IQGet {
		kept := a.private[q.Any[0].ElementName()]
		if kept == nil {
			kept = q.Any[0]
		}
		t.result(iq, &private.Query{Any: []wire.Element{kept}})
		return
	}
	if len(a.private)+len(q.Any) > maxPrivate {
		t.bounce(iq, stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint)
		return
	}
	for _, el := range q.Any {
		a.private[el.ElementName()] = el
	}
	t.result(iq, nil)
}

// vCard hands out an account's card to anybody, and lets the owner change it (XEP-0054, sections 3.1 and 3.2).
func (t *turn) vCard(a *account, iq *stanza.IQ, own bool) {
	switch {
	case iq.Type == stanza.IQGet && a.vCard == nil:
		t.bounce(iq, stanza.ErrorCancel, stanzaerrors.ConditionItemNotFound)
	case iq.Type == stanza.IQGet:
		t.result(iq, a.vCard)
	case own:
		a.vCard = iq.Any[0]
		t.result(iq, nil)
	default:
		t.bounce(iq, stanza.ErrorAuth, stanzaerrors.ConditionForbidden)
	}
}
