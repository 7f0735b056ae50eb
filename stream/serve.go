package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/stanzakit/stanzakit/wire"
)

// Next reads the next element while features are negotiated. A stream error of the peer is returned as [*Error], its closing tag as [ErrClosed].
func (s *Stream) Next(ctx context.Context) (wire.Element, error) {
	defer s.bound(ctx)()
	return s.read(ctx)
}

// Serve reads and dispatches until the stream ends, and says why: [ErrClosed] after the peer's closing tag or our Close, an [*Error] for a stream error of either
// side, [ErrCut], ctx's cause, or what happened to the connection. After the handlers of an element, after is called; claimed says whether one of them
// answers for it (see [Mux.Claim]). It may be nil and must not wait.
func (s *Stream) Serve(ctx context.Context, after func(ctx context.Context, el wire.Element, claimed bool)) error {
	defer s.bound(ctx)()
	handlers := inline(ctx)
	for {
		el, err := s.read(ctx)
		if err != nil {
			return err
		}
		if failed, ok := errors.AsType[*Error](s.why()); ok { // what arrives after our stream error is not looked at
			s.finish()
			return failed
		}
		s.receive(handlers, el, after)
	}
}

// read reads one element, which is not a stream error.
func (s *Stream) read(ctx context.Context) (wire.Element, error) {
	el, err := s.dec.Next()
	if err != nil {
		return nil, s.lost(ctx, err)
	}
	s.trace()
	if e := peerError(el); e != nil {
		s.finish()
		return nil, e
	}
	return el, nil
}

// receive takes one element through filters and dispatch.
func (s *Stream) receive(ctx context.Context, el wire.Element, after func(context.Context, wire.Element, bool)) {
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
	claimed := s.mux.Dispatch(ctx, el, outline)
	if after != nil {
		after(ctx, el, claimed)
	}
}

// lost turns the error that ended the input into the one that tells why, and answers the peer if it is the peer's fault.
func (s *Stream) lost(ctx context.Context, err error) error {
	s.finish()
	why := s.why()
	if failed, ok := errors.AsType[*Error](why); ok {
		return failed
	}
	switch bad := errorFor(err); {
	case errors.Is(err, io.EOF):
		return ErrClosed
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case why != nil:
		return why
	case bad != nil:
		return s.fail(ctx, bad, true)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return ErrCut
	}
	return fmt.Errorf("stream: read: %w", err)
}

// finish notes that the peer has ended the stream.
func (s *Stream) finish() { s.ended.give() }

// bound lets the end of ctx end reads that are under way. The function returned ends that.
func (s *Stream) bound(ctx context.Context) (release func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	conn := s.Conn()
	var cut sync.WaitGroup
	cut.Add(1)
	stop := context.AfterFunc(ctx, func() { // ends at once; waited for in release
		defer cut.Done()
		_ = conn.SetReadDeadline(time.Unix(1, 0))
	})
	return func() {
		if !stop() {
			cut.Wait() // or the deadline could come later and hit somebody who reads with another ctx
			_ = conn.SetReadDeadline(time.Time{})
		}
	}
}
