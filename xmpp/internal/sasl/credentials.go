package sasl

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Credentials is what a client logs in with (RFC 6120, 6.3.7 and 6.3.8). However it is printed or logged, the password
// does not show.
type Credentials struct {
	// Username is the authentication identity, for XMPP the localpart of the JID.
	Username string
	// Password is the secret shared with the server.
	Password string `json:"-"`
	// Bearer is a token of OAuth 2.0 (RFC 6750), for OAUTHBEARER.
	Bearer string `json:"-"`
	// Anonymous logs in as nobody, whatever else is set.
	Anonymous bool
	// Authzid is the identity to act as; leave it empty to act as oneself.
	Authzid string
}

// String names the user and hides the password.
func (c Credentials) String() string {
	return fmt.Sprintf("sasl.Credentials{Username: %q, Password: redacted}", c.Username)
}

// Format writes String for every verb: without it %d and %#v would walk into the fields.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue is the same for log/slog.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("username", c.Username), slog.String("password", "redacted"))
}

// check refuses what no mechanism can log in with, the certificate aside.
func (c Credentials) check() error {
	switch {
	case c.Anonymous:
	case c.Username == "":
		return errors.New("sasl: no username")
	case c.Password == "" && c.Bearer == "":
		return errors.New("sasl: no password")
	}
	return nil
}
