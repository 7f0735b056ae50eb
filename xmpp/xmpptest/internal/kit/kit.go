// Package kit is what the services of xmpptest have in common: refusals, pages of results (XEP-0059) and configurations that are set by forms (XEP-0004). The typical call is
//
//	from, to, set, err := kit.Page(ids, query.Set, 50)
package kit

import (
	"slices"

	"github.com/stanzakit/stanzakit/gen/rsm"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/wire"
)

// Refuse returns the error that answers a stanza; more are application-specific conditions (RFC 6120, section 8.3).
func Refuse(typ stanza.ErrorType, condition stanzaerrors.Condition, more ...wire.Element) *stanza.Error {
	return &stanza.Error{Type: typ, Condition: condition, Any: more}
}

// NotFound refuses what is about something that is not there (RFC 6120, section 8.3.3.7).
func NotFound() *stanza.Error {
	return Refuse(stanza.ErrorCancel, stanzaerrors.ConditionItemNotFound)
}

// BadRequest refuses what does not follow the protocol (RFC 6120, section 8.3.3.1).
func BadRequest(more ...wire.Element) *stanza.Error {
	return Refuse(stanza.ErrorModify, stanzaerrors.ConditionBadRequest, more...)
}

// Forbidden refuses what the sender may not do (RFC 6120, section 8.3.3.4).
func Forbidden(more ...wire.Element) *stanza.Error {
	return Refuse(stanza.ErrorAuth, stanzaerrors.ConditionForbidden, more...)
}

// Page returns which of the ids, from the first to before the last, are on the page that is asked for, and how the page is described (XEP-0059, section 2). A page has at
// most that many ids. An id that is not there is refused. ask may be nil.
func Page(ids []string, ask *rsm.Set, most int) (first, end int, answer rsm.Set, refusal *stanza.Error) {
	end = len(ids)
	answer.Count = new(uint32(len(ids))) //nolint:gosec // bounded by what a test keeps
	n, back := most, false
	if ask != nil {
		if ask.Max != nil {
			n = min(n, int(*ask.Max))
		}
		if ask.After != "" {
			i := slices.Index(ids, ask.After)
			if i < 0 {
				return 0, 0, answer, NotFound() // section 2.2
			}
			first = i + 1
		}
		if ask.Before != nil {
			back = true
			if *ask.Before != "" {
				if end = slices.Index(ids, *ask.Before); end < 0 {
					return 0, 0, answer, NotFound()
				}
			}
		}
		if ask.Index != nil { // section 2.4
			first = min(int(*ask.Index), len(ids))
		}
	}
	first = min(first, end)
	if back {
		first = max(first, end-n)
	} else {
		end = min(end, first+n)
	}
	if first < end {
		answer.First = &rsm.First{Index: new(uint32(first)), Text: ids[first]} //nolint:gosec // within ids
		answer.Last = ids[end-1]
	}
	return first, end, answer, nil
}
