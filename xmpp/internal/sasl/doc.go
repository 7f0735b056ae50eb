// Package sasl holds the SASL mechanisms of XMPP (RFC 6120, 6) as state machines over bytes: SCRAM with SHA-1, SHA-256 and SHA-512, bound to the channel or not
// (RFC 5802, RFC 7677, RFC 9266), EXTERNAL, OAUTHBEARER, PLAIN, ANONYMOUS, and the hashed tokens of FAST (XEP-0484). It knows no XML; the negotiation carries the
// bytes. choose.go says which one is taken, and why.
//
//	m, err := sasl.Choose(sasl.Offer{Mechanisms: offered}, sasl.OverTLS(state, certificate), creds, sasl.Policy{})
//	initial, err := m.Start()           // <auth mechanism='…'>initial</auth>
//	response, err := m.Step(challenge)  // for each <challenge/>
//	err = m.Success(data)               // for <success/>: only nil means that both sides are who they claim
//
// Rules: a mechanism serves one attempt; after an error it stays failed. No error and no String holds a password, a proof
// or a key. The server side, for tests and embedded servers, is Server.
package sasl

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// maxMessage bounds one SASL message. RFC 5802 sets no limit; real ones stay below 300 bytes.
const maxMessage = 8 << 10

// Mechanism is the client side of one authentication attempt (RFC 4422, 3).
type Mechanism interface {
	// Name is the mechanism's name as registered with IANA.
	Name() string
	// Start returns the initial response.
	Start() (initial []byte, err error)
	// Step answers a challenge; the response may be empty, which is not the same as none (RFC 6120, 6.4.3).
	Step(challenge []byte) (response []byte, err error)
	// Success takes the additional data of the server's success (RFC 6120, 6.4.6), nil if there was none. Only its nil error
	// ends the attempt well: a server that says success but has not proved what it must prove is not believed.
	Success(data []byte) error
}

// Conn is what a mechanism may rely on in the connection below it; see OverTLS.
type Conn struct {
	// TLS says that the connection is encrypted and that the peer's certificate was verified for its domain.
	TLS bool
	// Version is that of TLS, 0 without (XEP-0515).
	Version uint16
	// Bindings are what a login can be bound to, strongest first.
	Bindings []Binding
	// Certificate says that a client shows a certificate of its own if the server asks.
	Certificate bool
}

// Encode writes a SASL message as the text of its XML element: nil is no text at all, an empty message is "="
// (RFC 6120, 6.4.2).
func Encode(message []byte) string {
	if message == nil {
		return ""
	}
	if len(message) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(message)
}

// Decode is the inverse of Encode. It refuses white space and other laxness inside the base64 (RFC 6120, 13.9.1).
func Decode(text string) ([]byte, error) {
	switch {
	case text == "":
		return nil, nil
	case text == "=":
		return []byte{}, nil
	case base64.StdEncoding.DecodedLen(len(text)) > maxMessage:
		return nil, errTooLong
	case strings.ContainsAny(text, "\r\n"):
		return nil, errors.New("sasl: incorrect encoding: white space in base64")
	}
	message, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("sasl: incorrect encoding: %w", err)
	}
	return message, nil
}

var (
	errTooLong = fmt.Errorf("sasl: message longer than %d bytes", maxMessage)
	errOrder   = errors.New("sasl: message out of order")
)
