package sasl

import (
	"strings"

	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"
)

// beginSCRAM sets up the two steps of SCRAM (RFC 5802, 5).
func (x *Exchange) beginSCRAM(e entry) error {
	server, err := e.hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		name, err := stringprep.SASLprep.Prepare(user)
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		x.user = name
		return x.server.account(name).stored(e.name), nil
	})
	if err != nil {
		return failure(InvalidMechanism, e.name+" could not be set up")
	}
	x.conv = server.WithNonceGenerator(x.server.nonce).NewConversation()
	x.next = x.scramFirst
	return nil
}

// scramFirst answers the client-first-message. The library's errors quote what the client sent, so they stop here.
func (x *Exchange) scramFirst(response string) (string, error) {
	challenge, err := x.conv.Step(response)
	if err != nil {
		return "", failure(MalformedRequest, "client-first-message refused")
	}
	if x.user == "" {
		return "", failure(NotAuthorized, "no username")
	}
	if err := x.authorize(x.conv.AuthzID()); err != nil {
		return "", err
	}
	x.next = x.scramFinal
	return challenge, nil
}

// scramFinal checks the proof and answers with the server's own.
func (x *Exchange) scramFinal(response string) (string, error) {
	final, err := x.conv.Step(response)
	if err != nil || !x.conv.Valid() {
		return "", failure(NotAuthorized, "wrong proof")
	}
	x.done = true
	return final, nil
}

// plain checks the one message of PLAIN, strings prepared as in RFC 4616, 2.
func (x *Exchange) plain(response string) (string, error) {
	parts := strings.Split(response, "\x00")
	if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
		return "", failure(MalformedRequest, "not authzid NUL authcid NUL passwd")
	}
	user, err := stringprep.SASLprep.Prepare(parts[1])
	if err != nil {
		return "", failure(NotAuthorized, "unusable username")
	}
	x.user = user
	// The keys are derived also for a user who does not exist, so that the time taken tells little.
	if !x.server.account(user).matches(parts[2]) {
		return "", failure(NotAuthorized, "wrong username or password")
	}
	if err := x.authorize(parts[0]); err != nil {
		return "", err
	}
	x.done = true
	return "", nil
}
