package sasl

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
)

// Failure is a SASL failure as the server reports it: the name of the condition element (RFC 6120, 6.5) and, for the
// server's own log, why.
type Failure struct {
	Condition string
	Err       error
}

// Error gives the condition and the reason.
func (f *Failure) Error() string { return fmt.Sprintf("sasl: %s: %v", f.Condition, f.Err) }

// Unwrap returns the reason.
func (f *Failure) Unwrap() error { return f.Err }

// Conditions of RFC 6120, 6.5 that a Server reports.
const (
	EncryptionRequired = "encryption-required"
	InvalidAuthzid     = "invalid-authzid"
	InvalidMechanism   = "invalid-mechanism"
	MalformedRequest   = "malformed-request"
	NotAuthorized      = "not-authorized"
)

func failure(condition, reason string) *Failure {
	return &Failure{Condition: condition, Err: errors.New(reason)}
}

// Server is the receiving side of SASL for one domain.
type Server struct {
	domain string
	lookup func(user string) (Account, bool)
	secret []byte // for decoys
	nonce  func() string
}

// NewServer returns a Server whose users are those that lookup knows. lookup gets the name as SASLprep left it, and is
// called by whichever goroutine runs an Exchange.
func NewServer(domain string, lookup func(user string) (Account, bool)) *Server {
	return &Server{domain: domain, lookup: lookup, secret: []byte(rand.Text()), nonce: nonce}
}

// Offer lists the mechanisms for the stream features that need nothing but a password, strongest first (RFC 6120, 6.3.3): bound ones where the connection can be bound
// to, PLAIN under TLS.
func (s *Server) Offer(conn Conn) []string {
	var names []string
	for _, e := range mechanisms() {
		if e.need == needPassword && (conn.TLS || !e.tls) && (len(conn.Bindings) > 0 || !e.plus) {
			names = append(names, e.name)
		}
	}
	return names
}

// Other is what a server knows of who logs in without a password.
type Other struct {
	Certified string                                    // whom the client's certificate is for (EXTERNAL); empty refuses
	Bearer    func(token string) (user string, ok bool) // whose token it is (OAUTHBEARER); nil refuses
	Anonymous func() (user string)                      // a new user (ANONYMOUS); nil refuses
}

// Begin starts an exchange with the mechanism the client named, or fails with a *Failure (RFC 6120, 6.4.2).
func (s *Server) Begin(mechanism string, conn Conn) (*Exchange, error) {
	return s.BeginAny(mechanism, conn, nil, Other{})
}

// BeginAny is Begin with what the server has offered, for the protection against downgrades if it is not nil (XEP-0474), and with what it knows besides passwords.
func (s *Server) BeginAny(mechanism string, conn Conn, offered *Offer, other Other) (*Exchange, error) {
	r := rank(mechanism)
	if r < 0 {
		return nil, failure(InvalidMechanism, fmt.Sprintf("mechanism %.20q is not offered", mechanism))
	}
	e := mechanisms()[r]
	if e.tls && !conn.TLS {
		return nil, failure(EncryptionRequired, mechanism+" without TLS")
	}
	x := &Exchange{server: s, other: other}
	switch {
	case e.hash != nil:
		x.next = (&scramServer{x: x, entry: e, conn: conn, offered: offered}).first
	case e.name == Plain:
		x.next = x.plain
	case e.name == External && other.Certified != "":
		x.next = x.external
	case e.name == OAuthBearer && other.Bearer != nil:
		x.next = x.bearer
	case e.name == Anonymous && other.Anonymous != nil:
		x.next = x.anonymous
	default:
		return nil, failure(InvalidMechanism, fmt.Sprintf("mechanism %.20q is not offered", mechanism))
	}
	return x, nil
}

// TokenMechanisms lists what FAST may be done with on a connection (XEP-0484), strongest first.
func TokenMechanisms(conn Conn) []string {
	var names []string
	for _, t := range tokens() {
		if _, ok := conn.bindingFor(t); ok {
			names = append(names, t.name)
		}
	}
	return names
}

// BeginToken starts an exchange with a token. valid returns the tokens that a user has for the mechanism and the client that logs in; Exchange.Token then says which
// one it was.
func (s *Server) BeginToken(mechanism string, conn Conn, valid func(user string) []string) (*Exchange, error) {
	i := slices.IndexFunc(tokens(), func(t tokenMechanism) bool { return t.name == mechanism })
	if i < 0 {
		return nil, failure(InvalidMechanism, fmt.Sprintf("mechanism %.20q is not for tokens", mechanism))
	}
	binding, ok := conn.bindingFor(tokens()[i])
	if !ok {
		return nil, failure(InvalidMechanism, mechanism+" on a connection without what it binds to")
	}
	x := &Exchange{server: s}
	x.next = func(response string) (string, error) { return x.hashed(response, binding, valid) }
	return x, nil
}

// account finds the user, or a decoy in place of one.
func (s *Server) account(user string) Account {
	if account, ok := s.lookup(user); ok && account.stored != nil {
		return account
	}
	return decoy(s.secret, user)
}

// Exchange is the server side of one authentication attempt.
type Exchange struct {
	server *Server
	next   func(response string) (challenge string, err error) // nil when the attempt is over
	other  Other
	user   string
	token  string
	asked  bool // for the initial response
	done   bool
}

// Username is the authenticated user; empty until Step reports done.
func (x *Exchange) Username() string {
	if !x.done {
		return ""
	}
	return x.user
}

// Token is the token that the user has logged in with, if it was one.
func (x *Exchange) Token() string { return x.token }

// Step takes the client's initial response or response. With done the challenge is the additional data of success
// (RFC 6120, 6.4.6), nil if there is none. An error is a *Failure and ends the attempt.
func (x *Exchange) Step(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case x.next == nil:
		return nil, false, failure(MalformedRequest, "the attempt is over")
	case response == nil && !x.asked:
		// No initial response: an empty challenge asks for it, once (RFC 4422, 3 and RFC 6120, 6.4.3).
		x.asked = true
		return []byte{}, false, nil
	case len(response) > maxMessage:
		x.next = nil
		return nil, false, failure(MalformedRequest, errTooLong.Error())
	}
	text, err := x.next(string(response))
	if err != nil {
		x.next, x.done = nil, false
		return nil, false, err
	}
	if x.done {
		x.next = nil
	}
	if text != "" {
		challenge = []byte(text)
	}
	return challenge, x.done, nil
}

// authorize accepts a user who acts as himself: no authzid, or his own bare JID (RFC 6120, 6.3.8).
func (x *Exchange) authorize(authzid string) error {
	if authzid != "" && authzid != x.user+"@"+x.server.domain {
		return failure(InvalidAuthzid, "the authorization identity is not the user's own")
	}
	return nil
}
