package sasl

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
)

// hashedToken is a mechanism of draft-schmaus-kitten-sasl-ht: one message each way, each the HMAC of the channel under a token that the server has given out. It is made
// for FAST (XEP-0484).
type hashedToken struct {
	name string
	user string
	// mac is a function because fmt cannot look into one: a hashedToken that gets printed shows no token.
	mac  func(label string) []byte
	sent bool
	done bool
}

// ChooseToken returns the strongest mechanism for which to ask for a token, "" if there is none that the server and the connection have.
func ChooseToken(offered []string, conn Conn) string {
	for _, t := range tokens() {
		if _, ok := conn.bindingFor(t); ok && slices.Contains(offered, t.name) {
			return t.name
		}
	}
	return ""
}

// bindingFor returns the data that a mechanism binds to, ok false if the connection does not have it.
func (c Conn) bindingFor(t tokenMechanism) (data []byte, ok bool) {
	if !c.TLS { // guard: S33
		return nil, false
	}
	if t.binding == "" {
		return nil, true
	}
	i := slices.IndexFunc(c.Bindings, func(b Binding) bool { return b.Type == t.binding })
	if i < 0 {
		return nil, false
	}
	return c.Bindings[i].Data, true
}

// NewToken returns the login with a token by the one mechanism that it was given out for. It fails where the connection lacks what that binds to: with another mechanism
// the token would prove less than it was meant to.
func NewToken(mechanism, user, token string, conn Conn) (Mechanism, error) {
	i := slices.IndexFunc(tokens(), func(t tokenMechanism) bool { return t.name == mechanism })
	if i < 0 || user == "" || token == "" {
		return nil, errors.New("sasl: no such token")
	}
	binding, ok := conn.bindingFor(tokens()[i])
	if !ok {
		return nil, errors.New("sasl: the connection has nothing that the token can be bound to")
	}
	return &hashedToken{name: mechanism, user: user, mac: func(label string) []byte { return tokenMAC(token, label, binding) }}, nil
}

// tokenMAC is the message of one side: its label and the channel's binding, under the token.
func tokenMAC(token, label string, binding []byte) []byte {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte(label))
	h.Write(binding)
	return h.Sum(nil)
}

// Labels of the two sides.
const (
	initiator = "Initiator"
	responder = "Responder"
)

// Name is HT-, the hash and the binding.
func (h *hashedToken) Name() string { return h.name }

// Start returns authcid NUL HMAC.
func (h *hashedToken) Start() ([]byte, error) {
	if h.sent {
		return nil, errOrder
	}
	h.sent = true
	return append([]byte(h.user+"\x00"), h.mac(initiator)...), nil
}

// Step fails: there is no challenge.
func (h *hashedToken) Step([]byte) ([]byte, error) {
	h.done = true
	return nil, errors.New("sasl: " + h.name + ": unexpected challenge")
}

// Success checks that the server has the token too.
func (h *hashedToken) Success(data []byte) error {
	if !h.sent || h.done {
		return errOrder
	}
	h.done = true
	if !hmac.Equal(data, h.mac(responder)) { // guard: S30
		return &TrustError{Reason: "success without the proof that the server knows the token"}
	}
	return nil
}
