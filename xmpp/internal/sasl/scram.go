package sasl

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/xdg-go/scram"
)

// errNotProved answers a success that comes before the server's signature.
var errNotProved error = &TrustError{Reason: "success without the server's signature: the server has not proved that it knows the password"}

// errSignature serves for all ways in which the signature can be wrong: the library's own words would quote the message.
var errSignature error = &TrustError{Reason: "server signature missing or wrong: the server does not know the password"}

// scramState is what a scramClient waits for next.
type scramState int

const (
	scramStart  scramState = iota // its own Start
	scramFirst                    // the server-first-message
	scramFinal                    // the server-final-message, in a challenge or with success
	scramProved                   // success, the signature being checked already
	scramOver                     // nothing: authenticated or failed
)

// scramClient is SCRAM (RFC 5802). The arithmetic is the library's; what may reach it, and when success counts, is decided
// here.
type scramClient struct {
	name  string
	nonce string
	hash  scram.HashGeneratorFcn
	guard protection
	conv  *scram.ClientConversation
	state scramState
}

// newSCRAM prepares names and password with SASLprep (RFC 5802, 2.2).
func newSCRAM(e entry, creds Credentials, guard protection, nonce func() string) (*scramClient, error) {
	client, err := e.hash.NewClient(creds.Username, creds.Password, creds.Authzid)
	if err != nil {
		return nil, fmt.Errorf("sasl: %s: %w", e.name, err)
	}
	s := &scramClient{name: e.name, nonce: nonce(), hash: e.hash, guard: guard}
	client.WithMinIterations(minIterations).WithNonceGenerator(func() string { return s.nonce })
	switch guard.flag {
	case bound:
		s.conv = client.NewConversationWithChannelBinding(scram.ChannelBinding{Type: scram.ChannelBindingType(guard.binding.Type), Data: guard.binding.Data})
	case flagY:
		s.conv = client.NewConversationAdvertisingChannelBinding()
	default:
		s.conv = client.NewConversation()
	}
	return s, nil
}

// nonce has 130 bits, none of them a comma.
func nonce() string { return rand.Text() }

// Name is SCRAM- and the hash, and -PLUS if it is bound to the channel.
func (s *scramClient) Name() string { return s.name }

// Binding is the type of channel binding, empty without.
func (s *scramClient) Binding() string { return s.guard.binding.Type }

// Start returns the client-first-message.
func (s *scramClient) Start() ([]byte, error) {
	if s.state != scramStart {
		return nil, s.fail(errOrder)
	}
	initial, err := s.conv.Step("")
	if err != nil {
		return nil, s.fail(fmt.Errorf("sasl: %s: %w", s.name, err))
	}
	s.state = scramFirst
	return []byte(initial), nil
}

// Step answers the server-first-message with the proof, and a server-final-message that comes as a challenge (RFC 6120,
// 6.4.6 allows both) with an empty response.
func (s *scramClient) Step(challenge []byte) ([]byte, error) {
	switch s.state {
	case scramFirst:
		return s.prove(challenge)
	case scramFinal:
		if err := s.verify(challenge); err != nil {
			return nil, err
		}
		s.state = scramProved
		return []byte{}, nil
	default:
		return nil, s.fail(errOrder)
	}
}

// Success checks the server's signature, unless Step has done so.
func (s *scramClient) Success(data []byte) error {
	switch s.state {
	case scramProved:
		if len(data) > 0 {
			return s.fail(errOrder)
		}
		s.state = scramOver
		return nil
	case scramFinal:
		if len(data) == 0 { // guard: S30
			return s.fail(errNotProved)
		}
		if err := s.verify(data); err != nil {
			return err
		}
		s.state = scramOver
		return nil
	case scramFirst:
		return s.fail(errNotProved)
	default:
		return s.fail(errOrder)
	}
}

// prove turns the server-first-message into the client-final-message.
func (s *scramClient) prove(challenge []byte) ([]byte, error) {
	if len(challenge) > maxMessage {
		return nil, s.fail(errTooLong)
	}
	if err := checkServerFirst(string(challenge), s.nonce); err != nil {
		return nil, s.fail(err)
	}
	if err := s.guard.check(string(challenge), s.hash); err != nil {
		return nil, s.fail(err)
	}
	response, err := s.conv.Step(string(challenge))
	if err != nil {
		return nil, s.fail(fmt.Errorf("sasl: %s: %w", s.name, err))
	}
	s.state = scramFinal
	return []byte(response), nil
}

// verify checks the server-final-message: the signature, or the server's error (RFC 5802, 7).
func (s *scramClient) verify(message []byte) error {
	text := string(message)
	if value, ok := strings.CutPrefix(text, "e="); ok {
		return s.fail(fmt.Errorf("sasl: %s: server error %.40q", s.name, value))
	}
	if len(message) > maxMessage {
		return s.fail(errTooLong)
	}
	if _, err := s.conv.Step(text); err != nil || !s.conv.Valid() { // guard: S30
		return s.fail(errSignature)
	}
	return nil
}

// fail ends the attempt: whatever comes next is out of order.
func (s *scramClient) fail(err error) error {
	s.state = scramOver
	return err
}
