package ping

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

const defaultTimeout = 30 * time.Second

// SilentError is why a session ended whose server was silent: [xmpp.Session.Err] returns it, and the event [xmpp.Ended] brings it.
type SilentError struct {
	For time.Duration // since the server was heard of
	Err error         // why the ping had no answer
}

// Error says how long the server was silent.
func (e *SilentError) Error() string {
	return fmt.Sprintf("ping: server silent for %v: %v", e.For, e.Err)
}

// Unwrap returns why the ping had no answer.
func (e *SilentError) Unwrap() error { return e.Err }

// watch knows when the server was heard of.
type watch struct {
	begun time.Time
	heard atomic.Int64 // the time since begun, as time.Duration
}

// listen notes every element that arrives: whatever it is, the server is there.
func (w *watch) listen(m *stream.Mux) {
	w.begun = time.Now()
	stream.Filter(m, stream.In, 0, func(_ context.Context, el wire.Element) (wire.Element, error) {
		w.note()
		return el, nil
	})
}

func (w *watch) note() { w.heard.Store(int64(time.Since(w.begun))) }

// silence returns how long ago the server was heard of.
func (w *watch) silence() time.Duration { return time.Since(w.begun) - time.Duration(w.heard.Load()) }

// Run implements [xmpp.Runner]: it watches the server while the session is bound.
func (p *Plugin) Run(ctx context.Context, s *xmpp.Session) {
	if p.Interval <= 0 {
		return
	}
	p.watch.note()
	for {
		timer := time.NewTimer(p.Interval - p.watch.silence())
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		if p.watch.silence() < p.Interval {
			continue
		}
		if err := p.probe(ctx, s); err != nil && ctx.Err() == nil {
			s.Abort(&SilentError{For: p.watch.silence(), Err: err})
			return
		}
	}
}

// probe pings the server and returns an error if it stays silent. Anything that arrives meanwhile shows that it is there, as not everybody answers what
// they do not know (XEP-0199, section 6).
func (p *Plugin) probe(ctx context.Context, s *xmpp.Session) error {
	timeout := p.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	before := p.watch.heard.Load()
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := Send(bounded, s, server(s))
	if _, answered := errors.AsType[*xmpp.StanzaError](err); answered || p.watch.heard.Load() != before {
		return nil
	}
	return err
}
