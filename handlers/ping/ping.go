package ping

import (
	"context"
	"errors"
	"time"

	genping "github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
)

// Send pings an entity (XEP-0199, section 4) and returns how long the answer took, that of an error too. The zero to is our own account, for which the server answers.
//
// Our own server proves that it is there even by the error of who does not know pings (section 4.2), which then is none here. Of anybody else such an error is
// returned: a server sends the same for a user who is not there (section 7), so it proves the way to that server and no more.
func Send(ctx context.Context, s *xmpp.Session, to jid.JID) (time.Duration, error) {
	sent := time.Now()
	_, err := xmpp.Get[xmpp.None](ctx, s, to, &genping.Ping{})
	took := time.Since(sent)
	if unknown(err) && (to.IsZero() || to == s.Account() || to == server(s)) {
		err = nil
	}
	return took, err
}

// server returns the address of the session's server. A component does not know it: a ping of its own domain goes to the server and back.
func server(s *xmpp.Session) jid.JID { return s.Account().DomainJID() }

// unknown reports whether err is what an entity answers that does not know pings.
func unknown(err error) bool {
	return errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionServiceUnavailable}) ||
		errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionFeatureNotImplemented})
}

// Plugin answers pings and says so through service discovery (XEP-0199, section 5). It watches the server too if Interval is set.
type Plugin struct {
	// Interval is how long the server may be silent before it is pinged; 0 means that it is not watched.
	Interval time.Duration
	// Timeout is how long it then may go on being silent before the session is ended with a [*SilentError]; 0 means 30 s.
	Timeout time.Duration

	watch watch
}

// Setup implements [xmpp.Plugin].
func (p *Plugin) Setup(h *xmpp.Host) error {
	d, err := xmpp.Need[disco.Plugin](h)
	if err != nil {
		return err
	}
	d.AddFeature(genping.NS)
	xmpp.HandleIQ(h.Mux(), stanza.IQGet, p.answer)
	if p.Interval > 0 {
		p.watch.listen(h.Mux())
	}
	return nil
}

// answer answers a ping with an empty result (XEP-0199, section 4.1).
func (p *Plugin) answer(context.Context, *stanza.IQ, *genping.Ping) (*xmpp.None, error) {
	return nil, nil
}
