package xmpp

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
)

// Session is the long-lived object behind a [Client] or a [Component]: handlers, events, requests, roster and presence. Each connection is a link of its
// own below it. Its methods may be called by any goroutine.
type Session struct {
	mux       *stream.Mux
	bus       *bus.Bus
	log       *slog.Logger
	component bool
	account   jid.JID // the bare JID of a client, the domain of a component
	answers   answers
	roster    Roster
	presence  PresenceTracker
	runners   []Runner

	login atomic.Pointer[LoginInfo] // how the last login was made, nil before one
	link  atomic.Pointer[link]      // nil while there is no connection
	left  atomic.Bool               // Close has been called
	ended chan struct{}             // closed when the session is over
	over  sync.Once
	cause error // why; set before ended is closed
}

// link is one connection of a session.
type link struct {
	stream   *stream.Stream
	bound    jid.JID
	features *streams.Features // what the server offered last; nil for a component
	cancel   context.CancelCauseFunc
	done     chan struct{} // closed when the reader has ended and everything that ran on the link
}

// ErrNotConnected is returned by calls that need a connection while there is none.
var ErrNotConnected = errors.New("xmpp: not connected")

// ErrClosed is why a session ended that was closed by us.
var ErrClosed = errors.New("xmpp: session closed")

// base is what Config and ComponentConfig have in common.
type base struct {
	mux      *stream.Mux
	bus      *bus.Bus
	log      *slog.Logger
	plugins  []Plugin
	account  jid.JID
	requests int
}

// newSession makes a session and sets up its plugins. No stream is open yet.
func newSession(b base, component bool) (*Session, error) {
	s := &Session{bus: b.bus, log: b.log, component: component, account: b.account, ended: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.mux, err = b.take(component, s.log); err != nil {
		return nil, fmt.Errorf("xmpp: %w", err)
	}
	if s.bus == nil {
		s.bus = bus.New(bus.Config{})
	}
	s.answers.init(b.requests)
	s.roster.s, s.presence.s = s, s
	s.basics()
	if s.runners, err = setup(s, b.plugins); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

// take returns the mux that was made for the session, or a new one, with the types of its kind.
func (b *base) take(component bool, log *slog.Logger) (*stream.Mux, error) {
	k, add := clients, clientTypes
	if component {
		k, add = components, componentTypes
	}
	if b.mux != nil {
		return b.mux, errors.Join(b.mux.Take(), add(b.mux.Registry()))
	}
	types, err := k.registry(add)
	if err != nil {
		return nil, err
	}
	m := stream.NewMux(stream.Config{Registry: types, Logger: log})
	return m, m.Take()
}

// basics registers what every session has.
func (s *Session) basics() {
	stream.On(s.mux, func(_ context.Context, p *stanza.Presence) error {
		s.presence.receive(p)
		return nil
	})
	if !s.component {
		s.roster.register()
	}
	if !s.log.Enabled(context.Background(), slog.LevelError) {
		return
	}
	bus.On(s.bus, func(_ context.Context, p bus.Panicked) {
		s.log.Error("xmpp: event handler panicked", "panic", p.Value, "stack", string(p.Stack))
	})
	bus.On(s.bus, func(_ context.Context, o bus.Overflowed) {
		s.log.Error("xmpp: event subscriber is too slow and has been ended", "event", o.Type, "queued", o.Queued)
	})
}

// Mux returns the session's stream handlers.
func (s *Session) Mux() *stream.Mux { return s.mux }

// after sees every element when the stream handlers have seen it: messages and presences become events, requests that nobody answered are refused.
func (s *Session) after(ctx context.Context, el wire.Element, claimed bool) {
	switch el := el.(type) {
	case *stanza.Message:
		bus.Publish(s.bus, el)
	case *stanza.Presence:
		bus.Publish(s.bus, el)
	}
	if !claimed {
		s.unclaimed(ctx, el)
	}
}

// Bus returns the session's events: *stanza.Message and *stanza.Presence as they arrive, after stream handlers have seen them, and those of this package, which are
// listed in events.go.
func (s *Session) Bus() *bus.Bus { return s.bus }

// IsComponent reports whether the session is a component's.
func (s *Session) IsComponent() bool { return s.component }

// JID returns the address that the session is known by: a client's full JID while a resource is bound, and else its account; a component's domain.
func (s *Session) JID() jid.JID {
	if l := s.link.Load(); l != nil && !l.bound.IsZero() {
		return l.bound
	}
	return s.account
}

// Account returns the client's bare JID, or the component's domain.
func (s *Session) Account() jid.JID { return s.account }

// Roster returns the client's contact list. A component's is empty.
func (s *Session) Roster() *Roster { return &s.roster }

// Presence returns what is known of the availability of others.
func (s *Session) Presence() *PresenceTracker { return &s.presence }

// Done is closed when the session is over. [Session.Err] then says why.
func (s *Session) Done() <-chan struct{} { return s.ended }

// Err returns why the session is over, nil while it is not: [ErrClosed], a [*stream.Error], or what happened to the connection.
func (s *Session) Err() error {
	select {
	case <-s.ended:
		return s.cause
	default:
		return nil
	}
}

// Send sends an element. It waits for room in the queue until ctx ends; called from a stream handler it fails instead of waiting. A component's stanza must come from an
// address of its domain (XEP-0114, section 3) and gets the domain if it has none. A message or IQ without an id is given one.
func (s *Session) Send(ctx context.Context, el wire.Element) error {
	l := s.link.Load()
	if l == nil {
		return ErrNotConnected
	}
	el, err := s.address(el)
	if err != nil {
		return err
	}
	return l.stream.Send(ctx, el)
}

// offers reports whether the server offered a feature of type T when the session was bound.
func offers[T any, P wire.Ptr[T]](s *Session) bool {
	l := s.link.Load()
	if l == nil || l.features == nil {
		return false
	}
	_, ok := wire.Find[T, P](l.features.Any)
	return ok
}

// NewID returns a new stanza id: 130 bits from crypto/rand, so that nobody can guess the id of a request under way.
func NewID() string { return rand.Text() }

// serve runs a link until its stream ends.
func (s *Session) serve(st *stream.Stream, bound jid.JID, offered *streams.Features) {
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), sessionKey{}, s))
	l := &link{stream: st, bound: bound, features: offered, cancel: cancel, done: make(chan struct{})}
	s.link.Store(l)
	var running sync.WaitGroup
	for _, r := range s.runners {
		running.Go(func() { r.Run(ctx, s) }) // ends when ctx does; waited for below
	}
	bus.Publish(s.bus, Bound{JID: bound})
	go func() { // ends when the stream does; waited for in Close
		err := st.Serve(ctx, s.after)
		if s.left.Load() {
			err = ErrClosed
		}
		s.link.Store(nil)
		s.mux.Abandon(errors.Join(ErrNotConnected, err))
		s.shut(l, err)
		cancel(err)
		s.answers.wait()
		running.Wait()
		close(l.done)
		s.end(err)
	}()
}

// shut closes what the stream has left: in order if the peer has ended it, at once otherwise.
func (s *Session) shut(l *link, err error) {
	if peer, ok := errors.AsType[*stream.Error](err); errors.Is(err, stream.ErrClosed) || ok && !peer.Local {
		_ = l.stream.Close(context.Background()) // the peer's end has been seen, so this does not wait
		return
	}
	l.stream.Abort()
}

// end makes the session over.
func (s *Session) end(err error) {
	s.over.Do(func() {
		s.cause = err
		bus.Publish(s.bus, Ended{Err: err})
		close(s.ended)
		s.release()
	})
}

// release ends the goroutines of handlers and events.
func (s *Session) release() {
	s.mux.Close()
	s.bus.Close()
}

// Close ends the session: the stream is closed in order (RFC 6120, section 4.4), which waits for the server until ctx ends, then everything that runs is waited
// for. It must not be called from a stream handler. Closing twice is no error.
func (s *Session) Close(ctx context.Context) error {
	if err := stream.MayWait(ctx); err != nil {
		return err
	}
	s.left.Store(true)
	l := s.link.Load()
	if l == nil {
		s.end(ErrClosed)
		return nil
	}
	err := l.stream.Close(ctx)
	if err != nil {
		l.cancel(err)
	}
	<-l.done
	return err
}

// Abort ends the session at once, without a word to the peer; [Session.Err] will be err. It does not wait, so handlers and runners may call it. For a watchdog; others
// should use [Session.Close].
func (s *Session) Abort(err error) {
	if l := s.link.Load(); l != nil {
		l.cancel(err)
	}
}

type sessionKey struct{}

// from returns the session that an element arrived on.
func from(ctx context.Context) *Session {
	s, _ := ctx.Value(sessionKey{}).(*Session)
	return s
}
