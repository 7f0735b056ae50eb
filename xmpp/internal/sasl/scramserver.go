package sasl

import (
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"
)

// scramServer is the receiving side of SCRAM (RFC 5802, section 5). It is written out, because the library's has no room for the attributes of XEP-0474 and XEP-0515
// in its challenge.
type scramServer struct {
	x       *Exchange
	entry   entry
	conn    Conn
	offered *Offer // nil announces no downgrade protection

	gs2     string // header
	binding []byte // what the client's c= must bring behind the header
	nonce   string
	message string // AuthMessage so far
	keys    scram.StoredCredentials
}

// first answers the client-first-message.
//
//	client-first-message = gs2-cbind-flag "," [authzid] "," [reserved-mext ","] username "," nonce ["," extensions]
func (s *scramServer) first(response string) (string, error) {
	malformed := failure(MalformedRequest, "client-first-message refused")
	fields := strings.Split(response, ",")
	if len(fields) < 4 || len(fields[3]) < 3 || fields[3][:2] != "r=" || len(fields[2]) < 2 || fields[2][:2] != "n=" {
		return "", malformed // an extension that must be known stands in place of the username
	}
	authzid, err := unescape(strings.TrimPrefix(fields[1], "a="))
	if err != nil {
		return "", malformed
	}
	name, err := unescape(fields[2][2:])
	if err != nil {
		return "", malformed
	}
	if s.x.user, err = stringprep.SASLprep.Prepare(name); err != nil {
		return "", malformed
	}
	if s.x.user == "" {
		return "", failure(NotAuthorized, "no username")
	}
	if err := s.bind(fields[0]); err != nil {
		return "", err
	}
	if err := s.x.authorize(authzid); err != nil {
		return "", err
	}
	s.keys = s.x.server.account(s.x.user).stored(strings.TrimSuffix(s.entry.name, "-PLUS"))
	s.gs2, s.nonce = fields[0]+","+fields[1]+",", fields[3][2:]+s.x.server.nonce()
	challenge := fmt.Sprintf("r=%s,s=%s,i=%d", s.nonce, base64.StdEncoding.EncodeToString([]byte(s.keys.Salt)), s.keys.Iters)
	if s.offered != nil {
		challenge += ",h=" + s.offered.digest(s.entry.hash) + ",t=" + tlsVersion(s.conn.Version)
	}
	s.message = strings.Join(fields[2:], ",") + "," + challenge
	s.x.next = s.final
	return challenge, nil
}

// bind takes the flag of channel binding: p= with a -PLUS mechanism and no other; y only where there was nothing to bind with (RFC 5802, section 6).
func (s *scramServer) bind(flag string) error {
	name, wants := strings.CutPrefix(flag, "p=")
	switch {
	case wants != s.entry.plus || !wants && flag != "n" && flag != "y":
		return failure(MalformedRequest, "channel-binding flag does not go with the mechanism")
	case flag == "y" && s.offered != nil && slices.ContainsFunc(s.offered.Mechanisms, isPlus): // guard: S29
		return failure(NotAuthorized, "the client has seen no channel binding, which was offered")
	case wants:
		i := slices.IndexFunc(s.conn.Bindings, func(b Binding) bool { return b.Type == name })
		if i < 0 {
			return failure(MalformedRequest, "channel-binding type that was not offered")
		}
		s.binding = s.conn.Bindings[i].Data
	}
	return nil
}

// final checks the proof and answers with the server's own.
func (s *scramServer) final(response string) (string, error) {
	wrong := failure(NotAuthorized, "wrong proof")
	i := strings.LastIndex(response, ",p=")
	if i < 0 {
		return "", wrong
	}
	proof, err := base64.StdEncoding.DecodeString(response[i+len(",p="):])
	want := "c=" + base64.StdEncoding.EncodeToString(append([]byte(s.gs2), s.binding...)) + ",r=" + s.nonce
	if err != nil || len(proof) != len(s.keys.StoredKey) || response[:i] != want {
		return "", wrong
	}
	auth := s.message + "," + want
	key := s.mac(s.keys.StoredKey, auth)
	for i := range key {
		key[i] ^= proof[i]
	}
	h := s.entry.hash()
	h.Write(key)
	if !hmac.Equal(h.Sum(nil), s.keys.StoredKey) {
		return "", wrong
	}
	s.x.done = true
	return "v=" + base64.StdEncoding.EncodeToString(s.mac(s.keys.ServerKey, auth)), nil
}

func (s *scramServer) mac(key []byte, text string) []byte {
	h := hmac.New(s.entry.hash, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// unescape reads a saslname, in which =2C is a comma and =3D an equals sign, and every other = an error (RFC 5802, section 5.1).
func unescape(name string) (string, error) {
	rest := strings.NewReplacer("=2C", "", "=3D", "").Replace(name)
	if strings.Contains(rest, "=") {
		return "", failure(MalformedRequest, "bad escape")
	}
	return strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name), nil
}
