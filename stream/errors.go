package stream

import (
	"errors"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/wire"
)

// Error is the stream error that ended a stream (RFC 6120, section 4.9). The stream cannot be used any more.
type Error struct {
	Condition streamerrors.Condition // empty in one to be sent means undefined-condition
	Text      string                 // the sender's description; may be empty
	Any       []wire.Element         // application-specific conditions
	OtherHost string                 // where to go instead, with see-other-host (section 4.9.3.19)
	Local     bool                   // we sent it; otherwise the peer did
	Cause     error                  // why we sent it; nil for a peer's
}

// Error says whose error it is, and which.
func (e *Error) Error() string {
	text := "stream: peer ended the stream: " + string(e.Condition)
	if e.Local {
		text = "stream: ended with " + string(e.Condition)
	}
	if e.Text != "" {
		text += " (" + e.Text + ")"
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// element returns the error as it is sent.
func (e *Error) element() *streams.Error {
	el := &streams.Error{Condition: e.Condition, ConditionText: e.OtherHost, Any: e.Any}
	if e.Text != "" {
		el.Text = &streamerrors.Text{Lang: "en", Text: e.Text}
	}
	return el
}

// peerError returns the stream error that the peer sent, nil if el is none.
func peerError(el wire.Element) *Error {
	in, ok := el.(*streams.Error)
	if !ok {
		return nil
	}
	e := &Error{Condition: in.Condition, OtherHost: in.ConditionText, Any: in.Any}
	if in.Text != nil {
		e.Text = in.Text.Text
	}
	if e.Condition == "" {
		e.Condition = streamerrors.ConditionUndefinedCondition
	}
	return e
}

// localError makes the stream error that answers a peer's fault.
func localError(condition streamerrors.Condition, cause error) *Error {
	return &Error{Condition: condition, Local: true, Cause: cause}
}

// errorFor returns the stream error for what the decoder or parseHeader refused, nil for any other error.
func errorFor(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if syntax, ok := errors.AsType[*wire.SyntaxError](err); ok {
		return localError(streamerrors.Condition(syntax.Condition), err)
	}
	return nil
}

// Errors of streams that have no condition.
var (
	// ErrClosed is returned for a stream that has been closed, by either side.
	ErrClosed = errors.New("stream: closed")
	// ErrCut is returned when the connection ended without a closing tag.
	ErrCut = errors.New("stream: connection ended without a closing tag")
)
