package xmpptest

import (
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/wire"
)

// bounce answers a stanza with an error (RFC 6120, section 8.3); more are application-specific conditions.
func (t *turn) bounce(el wire.Element, typ stanza.ErrorType, condition stanzaerrors.Condition, more ...wire.Element) {
	if reply := errorFor(el, &stanza.Error{Type: typ, Condition: condition, Any: more}); reply != nil {
		t.bring(reply)
	}
}

// errorFor returns the error that answers a stanza. What is an answer itself, or asks for none, gets nil: errors must not go round in circles.
func errorFor(el wire.Element, e *stanza.Error) wire.Element {
	switch el := el.(type) {
	case *stanza.Message:
		if el.Type != stanza.MessageError { // guard: S48
			return &stanza.Message{From: el.To, To: el.From, ID: el.ID, Type: stanza.MessageError, Error: e}
		}
	case *stanza.Presence:
		switch el.Type {
		case stanza.PresenceError, stanza.PresenceUnavailable, stanza.PresenceProbe: // guard: S48
		default:
			return &stanza.Presence{From: el.To, To: el.From, ID: el.ID, Type: stanza.PresenceError, Error: e}
		}
	case *stanza.IQ:
		if el.Type != stanza.IQResult && el.Type != stanza.IQError { // guard: S48
			return &stanza.IQ{From: el.To, To: el.From, ID: el.ID, Type: stanza.IQError, Error: e}
		}
	}
	return nil
}

// errorReply returns the answer of type error to a request.
func errorReply(iq *stanza.IQ, typ stanza.ErrorType, condition stanzaerrors.Condition) *stanza.IQ {
	return &stanza.IQ{
		From: iq.To, To: iq.From, ID: iq.ID, Type: stanza.IQError,
		Error: &stanza.Error{Type: typ, Condition: condition},
	}
}

// unavailableService bounces what nobody is there to take, in the words that do not tell whether there might be (RFC 6121, section 8.5.1).
func (t *turn) unavailableService(el wire.Element) {
	t.bounce(el, stanza.ErrorCancel, stanzaerrors.ConditionServiceUnavailable)
}
