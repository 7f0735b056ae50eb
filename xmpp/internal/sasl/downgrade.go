package sasl

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// protection is what a SCRAM login brings against downgrades: how it speaks of channel binding, and what of the connection and the server's offer must be as the
// server sees it.
type protection struct {
	flag    gs2
	binding Binding // if flag is bound
	offer   Offer   // as it arrived
	version uint16  // of TLS
}

// check compares the attributes h and t of the server-first-message with what arrived here. Both are under the signatures, so that only who knows the password can
// change them (XEP-0474, section 5; XEP-0515, section 4).
func (p protection) check(serverFirst string, hash scram.HashGeneratorFcn) error {
	lists, version := attribute(serverFirst, "h="), attribute(serverFirst, "t=")
	if lists == "" && p.flag == flagNHash { // guard: S32
		return &TrustError{Reason: "no channel binding in common, and the server does not say that its list is its own (XEP-0440, XEP-0474)"}
	}
	if lists != "" && subtle.ConstantTimeCompare([]byte(lists), []byte(p.offer.digest(hash))) != 1 { // guard: S29
		return &TrustError{Reason: "what the server offers was changed on its way (XEP-0474)"}
	}
	if version != "" && version != tlsVersion(p.version) { // guard: S29
		return &TrustError{Reason: fmt.Sprintf("the server's TLS version is %.8q, ours %s: somebody is between (XEP-0515)", version, tlsVersion(p.version))}
	}
	return nil
}

// attribute returns the value of an optional attribute of a server-first-message, "" if it is not there.
func attribute(message, name string) string {
	for field := range strings.SplitSeq(message, ",") {
		if value, ok := strings.CutPrefix(field, name); ok {
			return value
		}
	}
	return ""
}

// digest hashes the lists of mechanisms and of channel-binding types (XEP-0474, section 5.1).
func (o Offer) digest(hash scram.HashGeneratorFcn) string {
	const between, lists = "\x1e", "\x1f"
	text := strings.Join(slices.Sorted(slices.Values(o.Mechanisms)), between)
	if o.Bindings != nil {
		text += lists + strings.Join(slices.Sorted(slices.Values(o.Bindings)), between)
	}
	h := hash()
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// tlsVersion writes a version of TLS (XEP-0515, section 4.1).
func tlsVersion(v uint16) string { return fmt.Sprintf("%04x", v) }
