package sasl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// Names of the mechanisms that this package has.
const (
	ScramSHA512 = "SCRAM-SHA-512"
	ScramSHA256 = "SCRAM-SHA-256" // RFC 7677
	ScramSHA1   = "SCRAM-SHA-1"   // RFC 5802
	Plain       = "PLAIN"         // RFC 4616
)

// Policy says how weak a mechanism may be. Its zero value takes SCRAM and never PLAIN, so that a server (or whoever
// speaks for it) that offers PLAIN alone learns no password.
type Policy struct {
	// Min is the weakest mechanism to accept, in the order SCRAM-SHA-512, SCRAM-SHA-256, SCRAM-SHA-1, PLAIN. Empty means
	// SCRAM-SHA-1. Plain admits PLAIN, and still only over TLS. Who has once logged in to an account with a stronger
	// mechanism can set Min to that, and notices when the list gets shorter.
	Min string
}

// entry is one line of the table of mechanisms.
type entry struct {
	name string
	hash scram.HashGeneratorFcn // nil for PLAIN
}

// table lists the mechanisms, strongest first. The -PLUS forms belong in front, each with its channel binding.
func table() []entry {
	return []entry{
		{ScramSHA512, scram.SHA512},
		{ScramSHA256, scram.SHA256},
		{ScramSHA1, scram.SHA1},
		{Plain, nil},
	}
}

// rank is the place of a mechanism in the table, -1 if it is not there.
func rank(name string) int {
	return slices.IndexFunc(table(), func(e entry) bool { return e.name == name })
}

// ChoiceError says why none of the offered mechanisms was taken.
type ChoiceError struct {
	Offered []string // as the server sent them
	Min     string   // the weakest one allowed
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

func (e *ChoiceError) reason(name string) string {
	switch r := rank(name); {
	case r < 0:
		return "not supported"
	case r > rank(e.Min):
		return "weaker than " + e.Min
	default:
		return "needs TLS"
	}
}

// Choose returns the strongest mechanism that the server offers, the connection permits and the policy allows, as a
// *ChoiceError if there is none (RFC 6120, 6.3.3).
func Choose(offered []string, conn Conn, creds Credentials, policy Policy) (Mechanism, error) {
	if policy.Min == "" {
		policy.Min = ScramSHA1
	}
	weakest := rank(policy.Min)
	if weakest < 0 {
		return nil, fmt.Errorf("sasl: unknown minimum mechanism %q", policy.Min)
	}
	if err := creds.check(); err != nil {
		return nil, err
	}
	for _, e := range table()[:weakest+1] {
		if !slices.Contains(offered, e.name) {
			continue
		}
		if e.hash != nil {
			return newSCRAM(e, creds, advertiseBinding(conn, offered), nonce)
		}
		if conn.TLS {
			return newPlain(creds)
		}
	}
	return nil, &ChoiceError{Offered: slices.Clone(offered), Min: policy.Min}
}

// advertiseBinding decides between the gs2 flags n and y: y means "I could bind, and saw no -PLUS mechanism", so a server
// that offered one knows that somebody took it out (RFC 5802, 6).
func advertiseBinding(conn Conn, offered []string) bool {
	plus := func(name string) bool { return strings.HasSuffix(name, "-PLUS") }
	return conn.CanBind && !slices.ContainsFunc(offered, plus)
}
