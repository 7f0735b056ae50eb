package stream

import (
	"context"
	"crypto/rand"
	"io"
	"sync"
	"time"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/wire"
)

const closingTag = "</stream:stream>"

// What the sending of a stream error may cost.
const (
	lastWords   = time.Second // until the peer must have read it
	lingerBytes = 1 << 20     // of what the peer still sends meanwhile
)

// Close ends the stream in order (RFC 6120, section 4.4): our closing tag, then the peer's, for which it waits until ctx ends, then the connection. Serve or Next must be running, or
// nobody sees the peer's tag. What is sent later is refused with [ErrClosed]. Closing twice is no error; the second call waits for the first.
func (s *Stream) Close(ctx context.Context) error {
	if err := MayWait(ctx); err != nil {
		return err
	}
	if !s.begin(ErrClosed) {
		select {
		case <-s.closed.given():
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	defer s.shut()
	if !s.isOpen() {
		return nil
	}
	if err := s.sayBye(ctx); err != nil {
		return err
	}
	select {
	case <-s.ended.given():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sayBye writes our closing tag. A peer that has closed need not read it: it gets a second, and that it is gone is no error.
func (s *Stream) sayBye(ctx context.Context) error {
	write := ctx
	if s.ended.isGiven() {
		var cancel context.CancelFunc
		write, cancel = context.WithTimeout(ctx, lastWords)
		defer cancel()
	}
	err := s.out.put(write, true, []byte(closingTag))
	if err == nil {
		err = s.out.flush(write)
	}
	if err != nil && ctx.Err() == nil && s.ended.isGiven() {
		return nil
	}
	return err
}

// Fail ends the stream with a stream error and our closing tag, and closes the connection (RFC 6120, section 4.9.1.1). It gives a peer that does not read a second, whatever ctx says.
// Serve then returns the error. Calling it on a stream that is closing does nothing.
func (s *Stream) Fail(ctx context.Context, e *Error) { _ = s.fail(ctx, e, false) }

// fail is Fail; the reader may say that it is the caller. It returns the error as it was sent, or why the stream was ending already.
func (s *Stream) fail(ctx context.Context, e *Error, reader bool) error {
	sent := *e
	sent.Local = true
	if sent.Condition == "" {
		sent.Condition = streamerrors.ConditionUndefinedCondition
	}
	if !s.begin(&sent) {
		return s.why()
	}
	defer s.shut()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(Waiting(ctx)), lastWords)
	defer cancel()
	if s.out.put(ctx, true, s.farewell(&sent)...) == nil && s.out.flush(ctx) == nil {
		s.linger(ctx, reader)
	}
	return &sent
}

// farewell returns a stream error and what must stand around it: it may not come before a header (RFC 6120, section 4.9.1.2).
func (s *Stream) farewell(e *Error) (parts [][]byte) {
	s.mu.Lock()
	opened, content, peer := s.opened, s.local.Content, s.peer
	s.opened = true
	s.mu.Unlock()
	if !opened {
		if peer.Content == NSComponent {
			content = NSComponent
		}
		header, err := Header{Content: content, From: peer.To, ID: rand.Text(), Version: "1.0"}.append(nil)
		if err != nil {
			return nil
		}
		parts = append(parts, header)
	}
	enc := wire.NewStreamEncoder(content)
	if enc.Encode(e.element()) == nil { // what cannot be written leaves the closing tag
		parts = append(parts, enc.Bytes())
	}
	return append(parts, []byte(closingTag))
}

// linger lets the peer read our last words. Closing a TCP connection on which something arrives that nobody has read would reset it, and the peer could lose them.
func (s *Stream) linger(ctx context.Context, reader bool) {
	conn := s.Conn()
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	if !reader { // whoever reads sees the peer's end
		select {
		case <-s.ended.given():
		case <-ctx.Done():
		}
		return
	}
	deadline, _ := ctx.Deadline()
	_ = conn.SetReadDeadline(deadline)
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, lingerBytes))
}

// Abort closes the connection at once.
func (s *Stream) Abort() {
	s.begin(ErrCut)
	s.shut()
}

// begin notes why we end the stream, and reports whether nobody did before.
func (s *Stream) begin(why error) bool { return s.ending.CompareAndSwap(nil, &why) }

// why returns why we end the stream, nil if we do not.
func (s *Stream) why() error {
	if p := s.ending.Load(); p != nil {
		return *p
	}
	return nil
}

// shut closes the connection and waits for the writer.
func (s *Stream) shut() {
	s.out.stop(s.Conn())
	s.closed.give()
}

func (s *Stream) isOpen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// signal is given once, and waited for by anybody. Most are never waited for, so that its channel is made by who does.
type signal struct {
	mu   sync.Mutex // guards what follows
	done bool
	ch   chan struct{}
}

func (s *signal) give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.done && s.ch != nil {
		close(s.ch)
	}
	s.done = true
}

func (s *signal) given() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
		if s.done {
			close(s.ch)
		}
	}
	return s.ch
}

func (s *signal) isGiven() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done
}
