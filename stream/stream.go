package stream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. A Stream has one reader, whoever calls Accept, Open, Next or Serve (serve.go), and one writer, a goroutine that lives while there is something to write (writer.go). It begins with Open or Accept; while
// features are negotiated, elements are read one by one with Next; then Serve reads to the end and dispatches. Restart begins the stream again, on the
// same connection or, after TLS, on another one, with an empty buffer. It ends in close.go.

// Options configure a [Stream]. The zero value works.
type Options struct {
	// Limits bound what the peer may send; zero fields have the value of wire.AfterAuth.
	Limits wire.Limits
	// Queue bounds the bytes that wait to be written; 0 means 1 MiB. Send waits for room.
	Queue int
	// Trace, if set, is called with the bytes of every opening tag and element, and of our closing tag: what was read, on the reader's goroutine; what is about to be
	// written, in the order of the wire, on the writer's, maybe at the same time. It must not keep or change them, nor wait.
	Trace func(dir Direction, b []byte)
}

// Stream is an XML stream over one connection. Send, Flush, Fail, Close, Abort and what only looks may be called by any goroutine, the rest by one at a time.
type Stream struct {
	mux  *Mux
	dec  *wire.Decoder // the reader's
	out  *writer
	show func(Direction, []byte) // Options.Trace

	mu     sync.Mutex // guards what follows
	conn   net.Conn
	local  Header // what we sent last
	peer   Header // what the peer sent last
	opened bool   // our header has been sent since the stream began, or began again

	ending atomic.Pointer[error] // why we end the stream: set once, by who ends it
	ended  signal                // given by the reader when it has seen the end
	closed signal                // given when the connection is closed and the writer has ended
}

// New returns a stream on conn that is not open yet. Its elements have the types of the mux's registry. It owns the connection until it is ended with Close, Fail or Abort, whatever Serve
// returns; a goroutine of its own it has while there is something to write.
func New(conn net.Conn, mux *Mux, opt Options) *Stream {
	s := &Stream{mux: mux, show: opt.Trace, conn: conn}
	if err := errors.Join(wire.Register[streams.Error](mux.reg), wire.Register[streams.Features](mux.reg)); err != nil {
		panic("stream: " + err.Error())
	}
	s.local.Content = NSClient
	s.out = newWriter(conn, opt)
	s.dec = wire.NewDecoder(conn, mux.reg, opt.Limits)
	return s
}

// Open sends our opening tag and reads the peer's: the initiating side (RFC 6120, section 4.2).
func (s *Stream) Open(ctx context.Context, h Header) (Header, error) {
	defer s.bound(ctx)()
	if err := s.sendHeader(ctx, h); err != nil {
		return Header{}, err
	}
	return s.readHeader(ctx)
}

// Accept reads the peer's opening tag and answers it with what reply makes of it: the receiving side. A non-nil error of reply ends the stream with it, after
// the header that it returns.
func (s *Stream) Accept(ctx context.Context, reply func(Header) (Header, *Error)) (Header, error) {
	defer s.bound(ctx)()
	peer, err := s.readHeader(ctx)
	if err != nil {
		return peer, err
	}
	h, refused := reply(peer)
	if err := s.sendHeader(ctx, h); err != nil {
		return peer, err
	}
	if refused != nil {
		return peer, s.fail(ctx, refused, true)
	}
	return peer, nil
}

// sendHeader queues our opening tag.
func (s *Stream) sendHeader(ctx context.Context, h Header) error {
	if h.Content == "" {
		h.Content = NSClient
	}
	b, err := h.append(nil)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.local, s.opened = h, true
	s.mu.Unlock()
	s.dec.SetContentNamespace(h.Content)
	return s.out.put(ctx, false, b)
}

// readHeader reads the peer's opening tag.
func (s *Stream) readHeader(ctx context.Context) (Header, error) {
	raw, err := s.dec.Header()
	if err != nil {
		return Header{}, s.lost(ctx, err)
	}
	s.trace()
	h, bad := parseHeader(raw)
	s.mu.Lock()
	s.peer = h
	want, opened := s.local.Content, s.opened
	s.mu.Unlock()
	if bad == nil && opened && h.Content != "" && h.Content != want { // the response must be of the namespace we asked for
		bad = localError(streamerrors.ConditionInvalidNamespace, fmt.Errorf("content namespace %.80q, not %s", h.Content, want))
	}
	if bad != nil {
		return h, s.lost(ctx, bad)
	}
	return h, nil
}

// Peer returns the header that the peer sent last.
func (s *Stream) Peer() Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peer
}

// Conn returns the connection that the stream runs on.
func (s *Stream) Conn() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// SetLimits changes what the peer may send, from the next element on.
func (s *Stream) SetLimits(l wire.Limits) { s.dec.SetLimits(l) }

// Restart makes the stream ready for new headers (RFC 6120, section 4.3.3), once all that was sent is written. With another connection, after TLS, what had been read ahead
// is dropped: it came unprotected (section 5.4.3.3). nil keeps the connection, and what had been read.
func (s *Stream) Restart(ctx context.Context, conn net.Conn) error {
	if err := s.out.flush(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	s.opened = false
	if conn != nil {
		s.conn = conn
	}
	s.mu.Unlock()
	if conn == nil {
		s.dec.Restart(nil)
		return nil
	}
	s.out.use(conn)
	s.dec.Restart(conn) // guard: S26
	return nil
}

// Flush waits until all that was sent is written.
func (s *Stream) Flush(ctx context.Context) error { return s.out.flush(ctx) }

// Send queues an element for writing, after the outbound filters. It waits for room until ctx ends; from a stream handler it fails with [ErrWouldWait] instead. Once Send
// has returned nil, the element is written before any that is sent later, unless the stream is lost.
func (s *Stream) Send(ctx context.Context, el wire.Element) error {
	el, err := s.mux.filter(ctx, Out, el)
	if err != nil {
		return err
	}
	if el == nil {
		return ErrDropped
	}
	s.mu.Lock()
	content := s.local.Content
	s.mu.Unlock()
	return s.out.element(ctx, content, el)
}

// trace shows what was read last.
func (s *Stream) trace() {
	if s.show != nil {
		s.show(In, s.dec.Source())
	}
}
