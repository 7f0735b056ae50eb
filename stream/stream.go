package stream

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. A Stream has one reader, whoever calls Accept, Open, Next or Serve, and one writer goroutine (writer.go). It begins with Open or Accept; while
// features are negotiated, elements are read one by one with Next; then Serve reads to the end and dispatches. Restart begins the stream again, on the
// same connection or, after TLS, on another one, with an empty buffer.

// Options configure a [Stream]. The zero value works.
type Options struct {
	// Limits bound what the peer may send; zero fields have the value of wire.AfterAuth.
	Limits wire.Limits
	// Queue bounds the bytes that wait to be written; 0 means 1 MiB. Send waits for room.
	Queue int
	// Trace, if set, is called with the bytes of every element as they were read or written. It must not keep or change them, nor wait.
	Trace func(dir Direction, b []byte)
}

// Stream is an XML stream over one connection. Send and Close may be called by any goroutine, the rest by one at a time.
type Stream struct {
	mux     *Mux
	opt     Options
	conn    net.Conn
	dec     *wire.Decoder
	out     *writer
	content string // namespace of the stanzas
	local   Header // what we sent last
	peer    Header // what the peer sent last

	closing sync.Once
	ended   chan struct{} // closed by the reader when it has seen the end
	end     sync.Once
}

// New returns a stream on conn that is not open yet. Its elements have the types of the mux's registry.
func New(conn net.Conn, mux *Mux, opt Options) *Stream {
	s := &Stream{mux: mux, opt: opt, conn: conn, content: NSClient, ended: make(chan struct{})}
	s.dec = wire.NewDecoder(conn, mux.reg, opt.Limits)
	s.out = newWriter(conn, opt.Queue, opt.Trace)
	if err := errors.Join(wire.Register[streams.Error](mux.reg), wire.Register[streams.Features](mux.reg)); err != nil {
		panic("stream: " + err.Error())
	}
	return s
}

// Open sends our opening tag and reads the peer's: the initiating side (RFC 6120, section 4.2).
func (s *Stream) Open(ctx context.Context, h Header) (Header, error) {
	defer s.bound(ctx)()
	if err := s.sendHeader(h); err != nil {
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
	if err := s.sendHeader(h); err != nil {
		return peer, err
	}
	if refused != nil {
		refused.Local = true
		s.Fail(ctx, refused)
		return peer, refused
	}
	return peer, nil
}

// sendHeader queues our opening tag.
func (s *Stream) sendHeader(h Header) error {
	b, err := h.append(nil)
	if err != nil {
		return err
	}
	s.local, s.content = h, h.Content
	s.dec.SetContentNamespace(h.Content)
	return s.out.put(context.Background(), b)
}

// readHeader reads the peer's opening tag.
func (s *Stream) readHeader(ctx context.Context) (Header, error) {
	raw, err := s.dec.Header()
	if err != nil {
		return Header{}, s.lost(ctx, err)
	}
	h, bad := parseHeader(raw)
	if bad != nil {
		return h, s.lost(ctx, bad)
	}
	s.peer = h
	return h, nil
}

// Peer returns the header that the peer sent last.
func (s *Stream) Peer() Header { return s.peer }

// Conn returns the connection that the stream runs on.
func (s *Stream) Conn() net.Conn { return s.conn }

// SetLimits changes what the peer may send, from the next element on.
func (s *Stream) SetLimits(l wire.Limits) { s.dec.SetLimits(l) }

// Restart makes the stream ready for new headers (RFC 6120, section 4.3.3), once all that was sent is written. With another connection, after TLS, what had been read ahead
// is dropped: it came unprotected (section 5.4.3.3). nil keeps the connection.
func (s *Stream) Restart(ctx context.Context, conn net.Conn) error {
	if err := s.out.flush(ctx); err != nil {
		return err
	}
	if conn == nil {
		s.dec.Restart(nil)
		return nil
	}
	s.conn = conn
	s.out.use(conn)
	s.dec.Restart(conn) // guard: S26
	return nil
}

// Flush waits until all that was sent is written.
func (s *Stream) Flush(ctx context.Context) error { return s.out.flush(ctx) }

// Next reads the next element while features are negotiated. A stream error of the peer is returned as [*Error], its closing tag as [ErrClosed].
func (s *Stream) Next(ctx context.Context) (wire.Element, error) {
	defer s.bound(ctx)()
	el, err := s.dec.Next()
	if err != nil {
		return nil, s.lost(ctx, err)
	}
	s.trace(In)
	if e, ok := el.(*streams.Error); ok {
		s.finish()
		return nil, peerError(e)
	}
	return el, nil
}

// Serve reads and dispatches until the stream ends, and says why: [ErrClosed] after the peer's closing tag, an [*Error] for a stream error of either
// side, ctx's cause, or what happened to the connection. Elements that nobody answers for are given to unclaimed, which may be nil and must not wait.
func (s *Stream) Serve(ctx context.Context, unclaimed func(context.Context, wire.Element)) error {
	defer s.bound(ctx)()
	for {
		el, err := s.dec.Next()
		if err != nil {
			return s.lost(ctx, err)
		}
		s.trace(In)
		if e, ok := el.(*streams.Error); ok {
			s.finish()
			return peerError(e)
		}
		s.receive(ctx, el, unclaimed)
	}
}

// receive takes one element through filters and dispatch.
func (s *Stream) receive(ctx context.Context, el wire.Element, unclaimed func(context.Context, wire.Element)) {
	outline := s.dec.Outline()
	if len(s.mux.filterList(In)) > 0 {
		got, err := s.mux.filter(ctx, In, el)
		if err != nil {
			s.mux.log.Error("stream: inbound filter failed", "element", el.ElementName(), "error", err)
		}
		if got == nil {
			return
		}
		if got != el {
			el, outline = got, nil
		}
	}
	if !s.mux.Dispatch(ctx, el, outline) && unclaimed != nil {
		unclaimed(ctx, el)
	}
}

func (s *Stream) trace(dir Direction) {
	if s.opt.Trace != nil {
		s.opt.Trace(dir, s.dec.Source())
	}
}

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
	return s.out.element(ctx, s.content, el)
}

// Fail ends the stream with a stream error and our closing tag, and closes the connection. Calling it on a stream that is closing does nothing.
func (s *Stream) Fail(ctx context.Context, e *Error) {
	s.closing.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if s.local.Content == "" { // the error may not come before a header (RFC 6120, section 4.9.1.2)
			_ = s.sendHeader(Header{Content: s.content, Version: "1.0", From: s.peer.To})
		}
		_ = s.out.element(ctx, s.content, e.element())
		_ = s.out.put(ctx, closingTag)
		_ = s.out.flush(ctx)
		s.shut()
	})
}

var closingTag = []byte("</stream:stream>")

// Close ends the stream in order (RFC 6120, section 4.4): our closing tag, then the peer's, for which it waits until ctx ends, then the connection. Serve or Next must be running, or
// nobody sees the peer's tag. Closing twice is no error.
func (s *Stream) Close(ctx context.Context) error {
	err := MayWait(ctx)
	if err != nil {
		return err
	}
	s.closing.Do(func() {
		if err = s.out.put(ctx, closingTag); err == nil {
			err = s.out.flush(ctx)
		}
		if err == nil {
			select {
			case <-s.ended:
			case <-ctx.Done():
				err = context.Cause(ctx)
			}
		}
		s.shut()
	})
	return err
}

// Abort closes the connection at once.
func (s *Stream) Abort() {
	s.closing.Do(s.shut)
	s.shut()
}

// shut closes the connection and waits for the writer.
func (s *Stream) shut() {
	_ = s.conn.Close()
	s.out.stop()
}

// lost turns the error that ended the input into the one that tells why, and answers the peer if it is the peer's fault.
func (s *Stream) lost(ctx context.Context, err error) error {
	s.finish()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, io.EOF) {
		return ErrClosed
	}
	if e, ok := errors.AsType[*Error](err); ok {
		s.Fail(ctx, e)
		return e
	}
	if e := errorFor(err); e != nil {
		s.Fail(ctx, e)
		return e
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return ErrCut
	}
	return err
}

// finish notes that the peer has ended the stream.
func (s *Stream) finish() { s.end.Do(func() { close(s.ended) }) }

// bound lets the end of ctx end reads that are under way. The function returned ends that.
func (s *Stream) bound(ctx context.Context) (release func()) {
	conn := s.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	return func() {
		if !stop() {
			return // the deadline stays: whoever reads with an ended ctx gets its error
		}
		_ = conn.SetReadDeadline(time.Time{})
	}
}
