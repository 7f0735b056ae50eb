package sasl

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// plain is PLAIN (RFC 4616): one message with the password in the clear, and no proof from the server.
type plain struct {
	// message is a function because fmt cannot look into one: a plain that gets printed shows no password.
	message func() string
	sent    bool
	done    bool
}

func newPlain(creds Credentials) (*plain, error) {
	for _, s := range []string{creds.Authzid, creds.Username, creds.Password} {
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			return nil, errors.New("sasl: PLAIN: an identity or the password holds a NUL or is not UTF-8")
		}
	}
	return &plain{message: func() string { return creds.Authzid + "\x00" + creds.Username + "\x00" + creds.Password }}, nil
}

// Name is PLAIN.
func (*plain) Name() string { return Plain }

// Start returns authzid NUL authcid NUL passwd. The server prepares the strings, not the client (RFC 4616, 2).
func (p *plain) Start() ([]byte, error) {
	if p.sent || p.done {
		return nil, errOrder
	}
	p.sent = true
	return []byte(p.message()), nil
}

// Step fails: PLAIN has no challenge.
func (p *plain) Step([]byte) ([]byte, error) {
	p.done = true
	return nil, errors.New("sasl: PLAIN: unexpected challenge")
}

// Success ends the attempt; PLAIN has no additional data.
func (p *plain) Success(data []byte) error {
	if !p.sent || p.done {
		return errOrder
	}
	p.done = true
	if len(data) > 0 {
		return errors.New("sasl: PLAIN: unexpected data with success")
	}
	return nil
}
