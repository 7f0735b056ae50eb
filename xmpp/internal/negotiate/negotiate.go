// Package negotiate takes a new stream through its features until a resource is bound (RFC 6120, section 4.3).
//
// What happens, and in which order, is the table of [Client]: the features that the server offers are tried from the lowest order to the highest, as XEP-0170
// recommends. [Run] goes through it again whenever what was offered before counts no more.
//
//	st := &negotiate.State{Stream: s, Header: header, Account: account, Creds: creds, RequireTLS: true}
//	err := negotiate.Run(ctx, st, negotiate.Client()) // then st.Bound is our address
package negotiate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/gen/streamlimits0"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. The order, and why:
//
//	    0 starttls    nothing else before the stream is protected; all that was learned before is forgotten
//	   90 sasl2       the server shows who it is, and so do we; in the same round trip a session is resumed, or a resource bound, if the server can
//	  100 mechanisms  the same in the older way, where the server has no SASL2: then the stream begins anew
//	 9000 resume      stream management: a session that goes on needs no resource, and ends the negotiation
//	10000 bind        a resource: from here on, stanzas
//	10001 session     asked for by servers of RFC 3921 alone
//	10100 enable      stream management of a new session: last, as what is sent from here on is counted
//
// The numbers leave room for the features of users, and are those of Slixmpp where it has them: in-band registration, say, goes to 50, where the stream is protected
// and nobody has logged in.

// Client is the table of a client.
func Client() []Feature {
	return []Feature{
		{Name: "starttls", Order: 0, Find: offersTLS, Missing: missesTLS, Negotiate: upgrade},
		{Name: "sasl2", Order: 90, Find: offersSASL2, Negotiate: authenticate},
		{Name: "mechanisms", Order: 100, Find: offersLogin, Missing: missesLogin, Negotiate: login},
		{Name: "resume", Order: 9000, Find: offersResume, Negotiate: resume},
		{Name: "bind", Order: 10000, Find: offersBind, Negotiate: bindResource},
		{Name: "session", Order: 10001, Find: offersSession, Negotiate: establish},
		{Name: "enable", Order: 10100, Find: offersEnable, Negotiate: enable},
	}
}

// Feature is a row of the table.
type Feature struct {
	Name  string
	Order int // lower is earlier; of two that are equal, the first listed
	// Find returns the feature's element in what the server offers, nil if it is not there or not needed any more.
	Find func(*State) wire.Element
	// Missing, if set, is asked when Find found nothing. A non-nil error ends the negotiation.
	Missing func(*State) error
	// Negotiate does it.
	Negotiate func(ctx context.Context, st *State, offer wire.Element) (Outcome, error)
}

// Outcome says what a negotiated feature leaves behind.
type Outcome int

// Outcomes.
const (
	Continue Outcome = iota // what the server has offered still counts
	Restart                 // the stream begins anew, with headers and features (RFC 6120, section 4.3.3)
	Reread                  // new features follow on the same stream (XEP-0388, section 2.6.1)
	Finished                // nothing is left to do: a session goes on (XEP-0198)
)

// maxRounds bounds how often features are read: TLS, SASL and bind need three.
const maxRounds = 16

var (
	errVersion  = errors.New("negotiate: the server speaks a protocol from before XMPP 1.0: no features")
	errProgress = errors.New("negotiate: the server offers features without end")
	errUnbound  = errors.New("negotiate: the server offers no resource binding")
)

// Run opens the stream and negotiates until nothing of the table is left to do. The stream then carries stanzas.
func Run(ctx context.Context, st *State, table []Feature) error {
	table = slices.Clone(table)
	slices.SortStableFunc(table, func(a, b Feature) int { return a.Order - b.Order })
	outcome := Restart
	for range maxRounds {
		var err error
		switch outcome {
		case Restart:
			err = open(ctx, st)
		case Reread:
			err = readFeatures(ctx, st)
		}
		if err != nil {
			return err
		}
		if outcome, err = round(ctx, st, table); err != nil || outcome == Finished {
			return err
		}
	}
	return errProgress
}

// round negotiates what is offered until a feature changes that.
func round(ctx context.Context, st *State, table []Feature) (Outcome, error) {
	for _, f := range table {
		offer := f.Find(st)
		if offer == nil {
			if f.Missing != nil {
				if err := f.Missing(st); err != nil {
					return Finished, err
				}
			}
			continue
		}
		if outcome, err := f.Negotiate(ctx, st, offer); err != nil || outcome != Continue {
			return outcome, err
		}
	}
	if st.Bound.IsZero() {
		return Finished, errUnbound
	}
	return Finished, nil
}

// open exchanges headers and reads the features that must follow (RFC 6120, section 4.3.2). What was known of the stream before is forgotten.
func open(ctx context.Context, st *State) error {
	header := st.Header
	if !st.Secure || st.Creds.Anonymous {
		header.From = jid.JID{} // who we are is not for everybody to read (RFC 6120, section 4.7.1)
	}
	peer, err := st.Stream.Open(ctx, header)
	if err != nil {
		return fmt.Errorf("negotiate: stream header: %w", err)
	}
	if peer.Version == "" {
		return errVersion
	}
	return readFeatures(ctx, st)
}

// readFeatures reads what the server offers, and what it accepts (XEP-0478).
func readFeatures(ctx context.Context, st *State) error {
	st.Features = nil
	el, err := st.Stream.Next(ctx)
	if err != nil {
		return fmt.Errorf("negotiate: stream features: %w", err)
	}
	f, ok := el.(*streams.Features)
	if !ok {
		return fmt.Errorf("negotiate: %v where stream features were expected", el.ElementName())
	}
	st.Features = f
	st.Result.MaxBytes, st.Result.IdleSeconds = 0, 0
	if l, ok := wire.Find[streamlimits0.Limits](f.Any); ok {
		st.Result.MaxBytes, st.Result.IdleSeconds = value(l.MaxBytes), value(l.IdleSeconds)
	}
	return nil
}

func value(p *uint32) uint32 {
	if p == nil {
		return 0
	}
	return *p
}

// find returns the offer of type T, nil if there is none.
func find[T any, P wire.Ptr[T]](st *State) wire.Element {
	if p, ok := wire.Find[T, P](st.Features.Any); ok {
		return p
	}
	return nil
}
