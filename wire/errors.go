package wire

import (
	"errors"
	"fmt"
	"strconv"
)

// Stream error conditions that the tokenizer asks for (RFC 6120, section 4.9.3).
const (
	condBadFormat   = "bad-format"
	condNotWell     = "not-well-formed"
	condPolicy      = "policy-violation"
	condRestricted  = "restricted-xml"
	condUnsupported = "unsupported-encoding"
)

// SyntaxError is a violation of XML, of XMPP's restricted XML or of a limit. The stream it occurred on is lost.
type SyntaxError struct {
	Offset    int64  // bytes from the beginning of the input
	Condition string // the stream error condition that answers it (RFC 6120, section 4.9.3)
	Err       error  // what is wrong
}

// Error says where and what.
func (e *SyntaxError) Error() string {
	return "wire: " + e.Condition + " at byte " + strconv.FormatInt(e.Offset, 10) + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *SyntaxError) Unwrap() error { return e.Err }

// ValueError is a value that its type cannot hold. The element it stands in is kept as a [*Raw].
type ValueError struct {
	Path string // from the top-level element: "message/result[@id]"
	Err  error  // what is wrong
}

// Error says where and what.
func (e *ValueError) Error() string { return "wire: " + e.Path + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *ValueError) Unwrap() error { return e.Err }

// EncodeError is an element that cannot be written as well-formed XML.
type EncodeError struct {
	Path string // from the top-level element: "message/body"
	Err  error  // what is wrong
}

// Error says where and what.
func (e *EncodeError) Error() string { return "wire: encode " + e.Path + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *EncodeError) Unwrap() error { return e.Err }

// ErrConflict is returned by [Registry.Add] for a second type under a name that has one.
var ErrConflict = errors.New("wire: name already has another type")

var (
	errUTF8     = errors.New("invalid UTF-8")
	errTextAt   = errors.New("text outside a stanza")
	errCDEnd    = errors.New(`"]]>" in text`)
	errNotRoot  = errors.New("no root element")
	errTrailing = errors.New("content after the root element")
	errXMLDecl  = errors.New("malformed XML declaration")
)

// quote shows a bounded piece of input in an error.
func quote(b []byte) string {
	const limit = 40
	if len(b) > limit {
		return strconv.QuoteToASCII(string(b[:limit])) + "…"
	}
	return strconv.QuoteToASCII(string(b))
}

func badChar(r rune) error { return fmt.Errorf("character %U is not allowed in XML", r) }
