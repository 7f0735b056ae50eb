package xmpp

import (
	"errors"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// StanzaError is a stanza error (RFC 6120, section 8.3): one that an entity returned, or that a handler returns to have it sent.
type StanzaError struct {
	From      jid.JID // who returned it
	Type      stanza.ErrorType
	Condition stanzaerrors.Condition
	Text      string
	By        jid.JID        // who found the error, if that was somebody on the way
	Any       []wire.Element // application-specific conditions
}

// Error names the condition, and who returned it.
func (e *StanzaError) Error() string {
	text := "xmpp: " + string(e.Condition)
	if !e.From.IsZero() {
		text += " from " + e.From.String()
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	return text
}

// Is reports whether target is a StanzaError of the same condition, so that errors.Is(err, &xmpp.StanzaError{Condition: …}) works.
func (e *StanzaError) Is(target error) bool {
	t, ok := target.(*StanzaError)
	return ok && t.Condition == e.Condition
}

// BadRequest is the error for a request that is not as its protocol demands (RFC 6120, section 8.3.3.1).
func BadRequest(text string) *StanzaError {
	return &StanzaError{Type: stanza.ErrorModify, Condition: stanzaerrors.ConditionBadRequest, Text: text}
}

// element returns the error as it is sent.
func (e *StanzaError) element() *stanza.Error {
	el := &stanza.Error{Type: e.Type, Condition: e.Condition, By: e.By, Any: e.Any}
	if el.Type == "" {
		el.Type = stanza.ErrorCancel
	}
	if el.Condition == "" {
		el.Condition = stanzaerrors.ConditionUndefinedCondition
	}
	if e.Text != "" {
		el.Text = &stanzaerrors.Text{Lang: "en", Text: e.Text}
	}
	return el
}

// stanzaError returns the error that a reply brings.
func stanzaError(reply *stanza.IQ) *StanzaError {
	e := ErrorOf(reply.Error)
	e.From = reply.From
	return e
}

// ErrorOf returns a stanza's error child as an error. nil, a stanza of type error without one, is undefined-condition.
func ErrorOf(el *stanza.Error) *StanzaError {
	if el == nil {
		return &StanzaError{Condition: stanzaerrors.ConditionUndefinedCondition}
	}
	e := &StanzaError{Type: el.Type, Condition: el.Condition, By: el.By, Any: el.Any}
	if e.Condition == "" {
		e.Condition = stanzaerrors.ConditionUndefinedCondition
	}
	if el.Text != nil {
		e.Text = el.Text.Text
	}
	return e
}

// asStanzaError returns what a handler's error is answered with. What went wrong inside is not told to strangers.
func asStanzaError(err error) *StanzaError {
	if e, ok := errors.AsType[*StanzaError](err); ok {
		return e
	}
	return &StanzaError{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionInternalServerError}
}

func reportBad(s *Session, raw *wire.Raw) { bus.Publish(s.bus, BadStanza{Raw: raw}) }

// AuthError is why [Dial] failed when the server refused the login: a wrong password, an account that is disabled (RFC 6120, section 6.5). Unless its Temporary says so,
// another try with the same credentials would fail the same way.
type AuthError = negotiate.AuthError

// ChoiceError is why [Dial] failed when the server offered no mechanism that Config allows. Its text says why, for each that was offered.
type ChoiceError = sasl.ChoiceError

// TrustError is why [Dial] failed when the server had not proved itself, or somebody had changed what it offers (XEP-0440, XEP-0474, XEP-0515).
type TrustError = sasl.TrustError

// TaskError is why [Dial] failed when the server asked for more than a login, such as a second factor (XEP-0388, section 2.6.3).
type TaskError = negotiate.TaskError

// RequestError is why [Dial] failed when the server refused a request that belongs to the negotiation, such as the registration of an account (XEP-0077).
type RequestError = negotiate.RequestError

// IsFinal reports whether [Dial] would fail in the same way again, so that trying again helps nobody: a login that is refused for good, no mechanism in common, a server
// that is not to be trusted.
func IsFinal(err error) bool { return negotiate.Final(err) }

// ErrNoTLS is why [Dial] failed when the server offered no TLS: somebody on the way may have taken the offer out. See Config.AllowPlaintext.
var ErrNoTLS = negotiate.ErrNoTLS
