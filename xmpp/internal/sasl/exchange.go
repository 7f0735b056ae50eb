package sasl

import (
	"crypto/hmac"
	"strings"

	"github.com/xdg-go/stringprep"
)

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
	return x.accept(parts[0])
}

// external believes the certificate (RFC 4422, appendix A).
func (x *Exchange) external(response string) (string, error) {
	x.user = x.other.Certified
	return x.accept(response)
}

// anonymous makes a user; the trace is ignored (RFC 4505).
func (x *Exchange) anonymous(string) (string, error) {
	x.user = x.other.Anonymous()
	return x.accept("")
}

// bearer looks the token up (RFC 7628, section 3). A refusal is told in a challenge, which the client acknowledges.
func (x *Exchange) bearer(response string) (string, error) {
	header, rest, ok := strings.Cut(response, ",\x01")
	gs2, authzid, _ := strings.Cut(header, ",")
	token, auth := strings.CutPrefix(rest, "auth=Bearer ")
	token, end := strings.CutSuffix(token, "\x01\x01")
	if !ok || gs2 != "n" || !auth || !end {
		return "", failure(MalformedRequest, "not the message of OAUTHBEARER")
	}
	user, known := x.other.Bearer(token)
	if !known {
		x.next = func(string) (string, error) { return "", failure(NotAuthorized, "unknown token") }
		return `{"status":"invalid_token"}`, nil
	}
	x.user = user
	return x.accept(strings.NewReplacer("=2C", ",", "=3D", "=").Replace(strings.TrimPrefix(authzid, "a=")))
}

// hashed checks the message of a token against each that may be used.
func (x *Exchange) hashed(response string, binding []byte, valid func(user string) []string) (string, error) {
	user, mac, ok := strings.Cut(response, "\x00")
	if !ok || user == "" {
		return "", failure(MalformedRequest, "not authcid NUL hashed token")
	}
	for _, token := range valid(user) {
		if hmac.Equal([]byte(mac), tokenMAC(token, initiator, binding)) { // guard: S33
			x.user, x.token, x.done = user, token, true
			return string(tokenMAC(token, responder, binding)), nil
		}
	}
	return "", failure(NotAuthorized, "no such token")
}

// accept ends the attempt well if the user acts as himself: no authzid, or his own bare JID (RFC 6120, 6.3.8).
func (x *Exchange) accept(authzid string) (string, error) {
	if err := x.authorize(authzid); err != nil {
		return "", err
	}
	x.done = true
	return "", nil
}
