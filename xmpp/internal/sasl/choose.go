package sasl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// NOTE. Three tables decide how to log in: mechanisms, strongest first; bindingRules, how the channel is bound to the login; tokens, the same for FAST.
// Choose goes through the first until a row can be used, and asks the second where the row is SCRAM.

// Names of the mechanisms that this package has.
const (
	External        = "EXTERNAL" // RFC 4422, appendix A: the TLS certificate says who we are
	ScramSHA512Plus = "SCRAM-SHA-512-PLUS"
	ScramSHA256Plus = "SCRAM-SHA-256-PLUS"
	ScramSHA1Plus   = "SCRAM-SHA-1-PLUS"
	ScramSHA512     = "SCRAM-SHA-512"
	ScramSHA256     = "SCRAM-SHA-256" // RFC 7677
	ScramSHA1       = "SCRAM-SHA-1"   // RFC 5802
	OAuthBearer     = "OAUTHBEARER"   // RFC 7628
	Plain           = "PLAIN"         // RFC 4616
	Anonymous       = "ANONYMOUS"     // RFC 4505
)

// need is what a mechanism logs in with.
type need int

const (
	needPassword need = iota
	needCertificate
	needBearer
	needNothing
)

// entry is a row of the table of mechanisms.
type entry struct {
	name string
	need need
	tls  bool                   // only where nobody else can read it
	plus bool                   // bound to the channel
	hash scram.HashGeneratorFcn // nil if it is not SCRAM
}

// mechanisms lists the mechanisms, strongest first. A bound one comes before any that is not: a server in the middle cannot pass it on.
func mechanisms() []entry {
	return []entry{
		{name: External, need: needCertificate, tls: true},
		{name: ScramSHA512Plus, hash: scram.SHA512, plus: true, tls: true},
		{name: ScramSHA256Plus, hash: scram.SHA256, plus: true, tls: true},
		{name: ScramSHA1Plus, hash: scram.SHA1, plus: true, tls: true},
		{name: ScramSHA512, hash: scram.SHA512},
		{name: ScramSHA256, hash: scram.SHA256},
		{name: ScramSHA1, hash: scram.SHA1},
		{name: OAuthBearer, need: needBearer, tls: true}, // shows a token that opens other doors too
		{name: Plain, tls: true},                         // shows the password
		{name: Anonymous, need: needNothing},
	}
}

// announced is what a column of bindingRules asks for.
type announced int

const (
	either announced = iota
	yes
	no
)

func (a announced) fits(is bool) bool { return a == either || (a == yes) == is }

// gs2 is how a SCRAM login speaks of channel binding (RFC 5802, section 6).
type gs2 int

const (
	flagN     gs2 = iota // n: we cannot bind
	flagNHash            // n, and the server must prove that nobody has changed its lists (XEP-0474, section 7)
	flagY                // y: we could bind, and saw nothing to bind with
	bound                // p=, with the strongest type that both have
	guess                // p= with tls-unique where the channel has it, or else n
	abort                // somebody has taken something out of the lists
)

// bindingRules is XEP-0440, section 3, as a table: the first row that fits counts.
func bindingRules() []bindingRule {
	return []bindingRule{
		// can, -PLUS, types, common, SASL2
		{no, either, either, either, either, flagN}, // rule 2
		{yes, no, no, either, either, flagY},        // rule 3
		{yes, yes, no, either, yes, abort},          // rule 4
		{yes, yes, no, either, no, guess},           // rule 4 leaves it open: RFC 5802, section 6.1 has tls-unique for such a case, which TLS 1.3 lacks
		{yes, no, yes, either, either, abort},       // rule 5
		{yes, yes, yes, yes, either, bound},         // rule 7
		{yes, yes, yes, no, either, flagNHash},      // rule 6, as XEP-0474, section 7 changes it
	}
}

// bindingRule is a row: what the client can, what the server announces, and what follows.
type bindingRule struct {
	can, plus, types, common, sasl2 announced
	then                            gs2
}

// binding decides how a SCRAM login is bound to the channel.
func (o Offer) binding(conn Conn) (gs2, Binding) {
	plus := slices.ContainsFunc(o.Mechanisms, isPlus)
	common := slices.IndexFunc(conn.Bindings, func(b Binding) bool { return slices.Contains(o.Bindings, b.Type) })
	for _, r := range bindingRules() {
		if !r.can.fits(len(conn.Bindings) > 0) || !r.plus.fits(plus) || !r.types.fits(len(o.Bindings) > 0) ||
			!r.common.fits(common >= 0) || !r.sasl2.fits(o.SASL2) {
			continue
		}
		switch r.then {
		case bound:
			return bound, conn.Bindings[common]
		case guess:
			if i := slices.IndexFunc(conn.Bindings, func(b Binding) bool { return b.Type == TLSUnique }); i >= 0 {
				return bound, conn.Bindings[i]
			}
			return flagN, Binding{}
		}
		return r.then, Binding{}
	}
	return abort, Binding{}
}

// tokenMechanism is a row of the table of tokens: a mechanism of draft-schmaus-kitten-sasl-ht and what it binds to, "" for nothing.
type tokenMechanism struct{ name, binding string }

// tokens lists what FAST may be done with (XEP-0484), strongest first.
func tokens() []tokenMechanism {
	return []tokenMechanism{
		{"HT-SHA-256-EXPR", TLSExporter},
		{"HT-SHA-256-UNIQ", TLSUnique},
		{"HT-SHA-256-ENDP", TLSServerEndPoint},
		{"HT-SHA-256-NONE", ""},
	}
}

// Offer is what the server announces of one profile of SASL, SASL1 (RFC 6120) or SASL2 (XEP-0388).
type Offer struct {
	Mechanisms []string
	Bindings   []string // channel-binding types (XEP-0440), nil if none are announced
	SASL2      bool
}

// Policy says how weak a mechanism may be. Its zero value takes SCRAM and never PLAIN, so that a server (or whoever
// speaks for it) that offers PLAIN alone learns no password.
type Policy struct {
	// Min is the weakest mechanism to take a password to, in the order of the table of mechanisms. Empty means SCRAM-SHA-1. Plain admits PLAIN, and still only
	// over TLS. Who has once logged in to an account with a stronger mechanism can set Min to that, and notices when the list gets shorter.
	Min string
	// Bound says that the login must be bound to the channel, or be made with a certificate.
	Bound bool
	// Only, if not empty, are the mechanisms that may be used; the rest of the policy still counts.
	Only []string
}

// isPlus reports whether a mechanism is bound to the channel.
func isPlus(name string) bool { return strings.HasSuffix(name, "-PLUS") }

// rank is the place of a mechanism in the table, -1 if it is not there.
func rank(name string) int {
	return slices.IndexFunc(mechanisms(), func(e entry) bool { return e.name == name })
}

// Choose returns the strongest mechanism that the server offers, the connection and the credentials permit and the policy allows (RFC 6120, section 6.3.3): a
// *ChoiceError if there is none, a *TrustError if somebody has changed what the server offers.
func Choose(offer Offer, conn Conn, creds Credentials, policy Policy) (Mechanism, error) {
	if policy.Min == "" {
		policy.Min = ScramSHA1
	}
	if rank(policy.Min) < 0 {
		return nil, fmt.Errorf("sasl: unknown minimum mechanism %q", policy.Min)
	}
	if len(policy.Only) > 0 && !slices.ContainsFunc(policy.Only, isPlus) {
		conn.Bindings = nil // then this client cannot bind
	}
	flag, binding := offer.binding(conn)
	for _, e := range mechanisms() {
		if !slices.Contains(offer.Mechanisms, e.name) || e.unusable(conn, creds, policy) != "" || e.plus && flag != bound {
			continue
		}
		if e.hash == nil {
			return newSimple(e.name, creds)
		}
		if flag == abort { // guard: S32
			return nil, &TrustError{Reason: "the server's lists of mechanisms and of channel bindings do not go together"}
		}
		if !e.plus && flag == bound { // what can be bound here is bound with a hash that we do not have
			flag, binding = flagNHash, Binding{}
		}
		if err := creds.check(); err != nil {
			return nil, err
		}
		return newSCRAM(e, creds, protection{flag: flag, binding: binding, offer: offer, version: conn.Version}, nonce)
	}
	if err := creds.check(); err != nil && !conn.Certificate {
		return nil, err
	}
	return nil, &ChoiceError{Offered: slices.Clone(offer.Mechanisms), reason: func(name string) string {
		return reason(name, conn, creds, policy)
	}}
}

// unusable says why a mechanism will not do, "" if it will.
func (e entry) unusable(conn Conn, creds Credentials, policy Policy) string {
	switch {
	case e.tls && !conn.TLS: // guard: S27
		return "needs TLS"
	case len(policy.Only) > 0 && !slices.Contains(policy.Only, e.name):
		return "not allowed"
	case creds.Anonymous != (e.need == needNothing):
		return "not asked for"
	case e.need == needCertificate && !conn.Certificate:
		return "needs a certificate"
	case e.need == needBearer && creds.Bearer == "":
		return "needs a token"
	case e.need == needPassword && creds.Password == "":
		return "needs a password"
	case e.need == needPassword && rank(e.name) > rank(policy.Min): // guard: S29
		return "weaker than " + policy.Min
	case policy.Bound && !e.plus && e.need != needCertificate:
		return "not bound to the channel"
	}
	return ""
}

// reason says why an offered mechanism was not taken.
func reason(name string, conn Conn, creds Credentials, policy Policy) string {
	r := rank(name)
	if r < 0 {
		return "not supported"
	}
	if why := mechanisms()[r].unusable(conn, creds, policy); why != "" {
		return why
	}
	return "no channel binding in common"
}

// ChoiceError says why none of the offered mechanisms was taken.
type ChoiceError struct {
	Offered []string // as the server sent them

	reason func(name string) string
}

// Error names what was offered and why it will not do.
func (e *ChoiceError) Error() string {
	if len(e.Offered) == 0 {
		return "sasl: server offers no mechanism"
	}
	// The names come from the network: show few, short and quoted.
	const most, longest = 16, 20 // RFC 4422, 3.1: at most 20 characters
	var b strings.Builder
	for i, name := range e.Offered {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(e.Offered)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%.*q (%s)", longest, name, e.reason(name))
	}
	return "sasl: no acceptable mechanism among those offered: " + b.String()
}

// TrustError says why the server, or whoever speaks for it, is not believed. No other attempt should follow without a look at why.
type TrustError struct{ Reason string }

// Error is the reason.
func (e *TrustError) Error() string { return "sasl: " + e.Reason }
