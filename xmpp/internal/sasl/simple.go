package sasl

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// simple is a mechanism of one message, from which the server learns all it asks for and which proves nothing of the server: PLAIN, EXTERNAL, ANONYMOUS and
// OAUTHBEARER.
type simple struct {
	name string
	// message is a function because fmt cannot look into one: a simple that gets printed shows no password.
	message func() []byte
	detail  string // what the server said in the challenge of OAUTHBEARER
	sent    bool
	done    bool
}

func newSimple(name string, creds Credentials) (*simple, error) {
	for _, s := range []string{creds.Authzid, creds.Username, creds.Password, creds.Bearer} {
		if strings.ContainsAny(s, "\x00\x01") || !utf8.ValidString(s) {
			return nil, fmt.Errorf("sasl: %s: an identity or a secret holds a NUL or its like, or is not UTF-8", name)
		}
	}
	s := &simple{name: name}
	switch name {
	case Plain: // the server prepares the strings, not the client (RFC 4616, section 2)
		s.message = func() []byte { return []byte(creds.Authzid + "\x00" + creds.Username + "\x00" + creds.Password) }
	case External: // empty: whom the certificate is for (RFC 4422, appendix A.1; XEP-0178, section 2)
		s.message = func() []byte { return []byte(creds.Authzid) }
	case Anonymous: // no trace of who it is (RFC 4505, section 2)
		s.message = func() []byte { return []byte{} }
	case OAuthBearer: // RFC 7628, section 3.1
		authzid := ""
		if creds.Authzid != "" {
			authzid = "a=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(creds.Authzid)
		}
		s.message = func() []byte { return []byte("n," + authzid + ",\x01auth=Bearer " + creds.Bearer + "\x01\x01") }
	default:
		return nil, fmt.Errorf("sasl: no mechanism %q", name)
	}
	return s, nil
}

// Name is the mechanism's name.
func (s *simple) Name() string { return s.name }

// Start returns the message.
func (s *simple) Start() ([]byte, error) {
	if s.sent || s.done {
		return nil, errOrder
	}
	s.sent = true
	return s.message(), nil
}

// Step fails, as there is no challenge; but for OAUTHBEARER, where one says why the token was refused, and is acknowledged before the failure comes (RFC 7628,
// section 3.2.3).
func (s *simple) Step(challenge []byte) ([]byte, error) {
	if s.name != OAuthBearer || !s.sent || s.done || len(challenge) > maxMessage {
		s.done = true
		return nil, errors.New("sasl: " + s.name + ": unexpected challenge")
	}
	s.done = true
	s.detail = fmt.Sprintf("%.200q", challenge)
	return []byte{1}, nil
}

// Detail is what the server has said about a refusal, quoted; empty if nothing.
func (s *simple) Detail() string { return s.detail }

// Success ends the attempt; there is no additional data.
func (s *simple) Success(data []byte) error {
	if !s.sent || s.done {
		return errOrder
	}
	s.done = true
	if len(data) > 0 {
		return errors.New("sasl: " + s.name + ": unexpected data with success")
	}
	return nil
}
