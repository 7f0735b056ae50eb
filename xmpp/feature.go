package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
)

// Feature is a stream feature that a program negotiates itself (RFC 6120, section 4.3), listed in Config.Features. It is negotiated once, when the server offers it and
// everything of a lower order is done. Those of this package have the orders 0 (starttls), 90 and 100 (login), 9000 (resumption), 10000 (resource binding), 10001
// (session) and 10100 (stream management); the first runs on a stream that is not protected yet.
type Feature struct {
	// Name is for errors.
	Name string
	// Order is when: below 90, before the login; above 10000, with a resource.
	Order int
	// Element is the feature's element among the features that the server offers.
	Element xml.Name
	// Required fails the connection if the server does not offer the feature when its turn comes.
	Required bool
	// Restart begins the stream anew after the feature.
	Restart bool
	// Negotiate does it. An error fails the connection. What it reads must have been answered when it returns, or the rest gets out of step.
	Negotiate func(ctx context.Context, n *Negotiation, offer wire.Element) error
}

// Negotiation is a stream whose features are being negotiated. It is of use until Feature.Negotiate returns.
type Negotiation struct {
	st  *negotiate.State
	mux *stream.Mux
	cfg *Config
}

// Secure reports whether the stream is protected by TLS.
func (n *Negotiation) Secure() bool { return n.st.Secure }

// Authenticated reports whether the login is done.
func (n *Negotiation) Authenticated() bool { return n.st.Done }

// JID returns the bound JID, zero before binding.
func (n *Negotiation) JID() jid.JID { return n.st.Bound }

// Send sends an element.
func (n *Negotiation) Send(ctx context.Context, el wire.Element) error {
	return n.st.Stream.Send(ctx, el)
}

// Next reads the next element. Its type is that of Config.Mux's registry, or *wire.Raw.
func (n *Negotiation) Next(ctx context.Context) (wire.Element, error) { return n.st.Stream.Next(ctx) }

// row is the feature as a row of the table.
func (f Feature) row(mux *stream.Mux, cfg *Config) negotiate.Feature {
	done := false
	find := func(st *negotiate.State) wire.Element {
		if done {
			return nil
		}
		for _, el := range st.Features.Any {
			if el.ElementName() == f.Element {
				return el
			}
		}
		return nil
	}
	return negotiate.Feature{
		Name: f.Name, Order: f.Order, Find: find,
		Missing: func(*negotiate.State) error {
			if f.Required && !done {
				return fmt.Errorf("xmpp: the server does not offer %s", f.Name)
			}
			return nil
		},
		Negotiate: func(ctx context.Context, st *negotiate.State, offer wire.Element) (negotiate.Outcome, error) {
			done = true
			if err := f.Negotiate(ctx, &Negotiation{st, mux, cfg}, offer); err != nil {
				return negotiate.Finished, fmt.Errorf("xmpp: %s: %w", f.Name, err)
			}
			if f.Restart {
				return negotiate.Restart, st.Stream.Restart(ctx, nil)
			}
			return negotiate.Continue, nil
		},
	}
}
