// Package negotiate takes a new stream through its features until a resource is bound (RFC 6120, section 4.3).
//
// What happens, and in which order, is the table of [Client]: the features that the server offers are tried from the lowest order to the highest, as XEP-0170
// recommends; each either leaves the stream as it is, or asks for a restart, after which everything learned before is forgotten.
package negotiate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// State is what a negotiation knows and has reached.
type State struct {
	Stream *stream.Stream
	Header stream.Header // ours; sent again at every restart, without "from" until the stream is protected

	TLS        *tls.Config // base of the handshake; see dial.TLSConfig
	Domain     string      // whom the certificate must be for
	RequireTLS bool        // false lets a login go on unprotected
	Creds      sasl.Credentials
	Policy     sasl.Policy
	Resource   string      // wanted; empty lets the server choose
	Account    jid.JID     // the bare JID that logs in
	Limits     wire.Limits // once the server is authenticated

	Secure   bool              // TLS is up and the peer is the domain
	Done     bool              // authenticated
	Bound    jid.JID           // the full JID, when a resource is bound
	Features *streams.Features // offered last
}

// Feature is a row of the table.
type Feature struct {
	Name  string
	Order int // lower is earlier
	// Find returns the feature's element in what the server offers, nil if it is not there or not needed any more.
	Find func(*State) wire.Element
	// Missing, if set, is asked when Find found nothing. A non-nil error ends the negotiation.
	Missing func(*State) error
	// Negotiate does it. restart asks for new headers.
	Negotiate func(ctx context.Context, st *State, offer wire.Element) (restart bool, err error)
}

// Client is the table of a client.
func Client() []Feature {
	return []Feature{
		startTLS(),    // nothing else before the stream is protected
		mechanisms(),  // the server shows who it is, and so do we
		bindFeature(), // a resource: from here on, stanzas
		legacySession(),
	}
}

// maxRounds bounds how often features are read: TLS, SASL and bind need three.
const maxRounds = 16

var (
	errVersion  = errors.New("negotiate: the server speaks a protocol from before XMPP 1.0: no features")
	errProgress = errors.New("negotiate: the server offers features without end")
	errUnbound  = errors.New("negotiate: the server offers no resource binding")
)

// Run opens the stream and negotiates until nothing of the table is left to do. The stream then carries stanzas.
func Run(ctx context.Context, st *State, table []Feature) error {
	slices.SortStableFunc(table, func(a, b Feature) int { return a.Order - b.Order })
	if err := open(ctx, st); err != nil {
		return err
	}
	for range maxRounds {
		restart, done, err := round(ctx, st, table)
		if err != nil || done {
			return err
		}
		if !restart {
			continue
		}
		st.Features = nil
		if err := open(ctx, st); err != nil {
			return err
		}
	}
	return errProgress
}

// open exchanges headers and reads the features that must follow (RFC 6120, section 4.3.2).
func open(ctx context.Context, st *State) error {
	header := st.Header
	if !st.Secure {
		header.From = jid.JID{} // who we are is not for everybody to read (RFC 6120, section 4.7.1)
	}
	peer, err := st.Stream.Open(ctx, header)
	if err != nil {
		return fmt.Errorf("negotiate: stream header: %w", err)
	}
	if peer.Version == "" {
		return errVersion
	}
	el, err := st.Stream.Next(ctx)
	if err != nil {
		return fmt.Errorf("negotiate: stream features: %w", err)
	}
	f, ok := el.(*streams.Features)
	if !ok {
		return fmt.Errorf("negotiate: %v where stream features were expected", el.ElementName())
	}
	st.Features = f
	return nil
}

// round negotiates what is offered until a feature asks for a restart.
func round(ctx context.Context, st *State, table []Feature) (restart, done bool, err error) {
	for _, f := range table {
		offer := f.Find(st)
		if offer == nil {
			if f.Missing != nil {
				if err := f.Missing(st); err != nil {
					return false, false, err
				}
			}
			continue
		}
		if restart, err = f.Negotiate(ctx, st, offer); err != nil || restart {
			return restart, false, err
		}
	}
	if st.Bound.IsZero() {
		return false, false, errUnbound
	}
	return false, true, nil
}

// find returns the offer of type T, nil if there is none.
func find[T any, P wire.Ptr[T]](st *State) wire.Element {
	if p, ok := wire.Find[T, P](st.Features.Any); ok {
		return p
	}
	return nil
}
