package xmpptest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// Options configure a [Server]. Its zero value works.
type Options struct {
	// Domain is what the server serves; empty means "localhost".
	Domain string
	// Users are the accounts to begin with: password by localpart. See [Server.AddUser].
	Users map[string]string
	// Components are the domains that may connect as components (XEP-0114): secret by domain.
	Components map[string]string
	// Mechanisms are the SASL mechanisms to offer to passwords; nil means SCRAM with SHA-512, SHA-256 and SHA-1, each with and without -PLUS, and PLAIN, always under TLS.
	Mechanisms []string
	// Login says in which other ways clients may log in.
	Login LoginOptions
	// BeforeAuth and Limits bound what a peer may send before and after its login; zero means wire.BeforeAuth and wire.AfterAuth.
	BeforeAuth, Limits wire.Limits
	// Timeout bounds the time until a peer is logged in; 0 means 30 s.
	Timeout time.Duration
	// Resumption is how long a client's stream that was lost may be resumed (XEP-0198), if the client asks for no less; 0 means 5 minutes, less than 0 not at all.
	Resumption time.Duration
	// AckEvery is the number of stanzas after which a client that has enabled stream management is asked for its count; 0 means 10, less than 0 never.
	AckEvery int
	// Connected, if set, is called with each new connection before anything is read from it or sent on it: to let it suffer while it logs in. It must not wait.
	Connected func(*Link)
	// Trace, if set, is called with the bytes of every element that is read (stream.In) and written. peer is "c2s" or "component" with the number of the
	// connection, and the JID once there is one. It is called by several goroutines and must neither wait nor keep b.
	Trace func(peer string, dir stream.Direction, b []byte)
}

// settings are options that have been checked.
type settings struct {
	Options
	domain     jid.JID
	components map[string]string // secret by domain, in normal form
}

// settings checks the options and fills in what was left out.
func (o Options) settings() (settings, error) {
	if o.Domain == "" {
		o.Domain = "localhost"
	}
	if o.BeforeAuth == (wire.Limits{}) {
		o.BeforeAuth = wire.BeforeAuth()
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Resumption == 0 {
		o.Resumption = 5 * time.Minute
	}
	if o.AckEvery == 0 {
		o.AckEvery = 10
	}
	all := []string{sasl.ScramSHA512Plus, sasl.ScramSHA256Plus, sasl.ScramSHA1Plus, sasl.ScramSHA512, sasl.ScramSHA256, sasl.ScramSHA1, sasl.Plain}
	if o.Mechanisms == nil {
		o.Mechanisms = all
	}
	for _, m := range o.Mechanisms {
		if !slices.Contains(all, m) {
			return settings{}, fmt.Errorf("xmpptest: mechanism %q is not among %v", m, all)
		}
	}
	s := settings{Options: o, components: make(map[string]string)}
	var err error
	if s.domain, err = domain(o.Domain); err != nil {
		return s, err
	}
	for name, secret := range o.Components {
		d, err := domain(name)
		if err != nil {
			return s, err
		}
		if d == s.domain || secret == "" {
			return s, fmt.Errorf("xmpptest: component %s needs a secret and a domain of its own", d)
		}
		s.components[d.Domain()] = secret
	}
	return s, nil
}

// domain parses a JID that has a domainpart alone.
func domain(name string) (jid.JID, error) {
	j, err := jid.New("", name, "")
	if err != nil {
		return j, fmt.Errorf("xmpptest: %w", err)
	}
	return j, nil
}
