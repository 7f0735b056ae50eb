package bus

import (
	"context"
	"iter"
)

// A Subscription is a queue of events of one type, read by whoever holds it. It has no goroutine, but
// it collects events until it ends: by Close, by the bus's Close, or by overflow. Its methods may be
// called by several goroutines; each event then goes to one of them.
type Subscription[T any] struct {
	topic   *topic[T]
	filters []func(T) bool

	// guarded by topic.mu; the channels are made before somebody waits for the first time, and stay
	queue   queue[T]
	first   func()        // starts the reader; every event is followed by a call until it has
	wake    chan struct{} // holds one token: something may be in the queue
	ended   chan struct{} // closed when err is set
	waiting int           // readers that need a token in wake
	err     error         // why it ended; nil while it lives
}

// Subscribe returns a subscription to the events of type T that are published from now on and that all
// filters accept. Filters run on the reader's goroutine; what they refuse has its place in the queue
// until then.
func Subscribe[T any](b *Bus, filters ...func(T) bool) *Subscription[T] {
	s := &Subscription[T]{filters: filters}
	join(b, s)
	return s
}

// WaitFor waits for the first event of type T that is published after the call and that all filters
// accept. Where the event may come before the wait does, as with an answer to what the caller is
// about to send, Subscribe first, then act, then call Next.
func WaitFor[T any](ctx context.Context, b *Bus, filters ...func(T) bool) (T, error) {
	s := Subscribe(b, filters...)
	defer s.Close()
	return s.Next(ctx)
}

// Next waits for the next event. The error is that of ctx, or the one of Err when the subscription has
// ended and nothing is left in its queue.
func (s *Subscription[T]) Next(ctx context.Context) (T, error) {
	for {
		if err := ctx.Err(); err != nil {
			var zero T
			return zero, err
		}
		ev, err := s.take(ctx)
		if err != nil || accept(s.filters, ev) {
			return ev, err
		}
	}
}

// All returns the events as they come, until ctx is done or the subscription has ended; Err tells the
// two apart. Leaving the loop does not close the subscription: a later loop goes on where it stopped.
func (s *Subscription[T]) All(ctx context.Context) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			ev, err := s.Next(ctx)
			if err != nil || !yield(ev) {
				return
			}
		}
	}
}

// Err tells why the subscription has ended: ErrOverflow or ErrClosed, whichever came first, or nil if
// it has not. Events may still be waiting in the queue.
func (s *Subscription[T]) Err() error {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	return s.err
}

// Close ends the subscription and drops what is in its queue. It may be called more than once.
func (s *Subscription[T]) Close() {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	s.end(ErrClosed)
	s.topic.leave(s)
	s.queue = queue[T]{}
}

// take waits for an event, whatever the filters say.
func (s *Subscription[T]) take(ctx context.Context) (T, error) {
	ev, ok, err := s.poll(0)
	for !ok && err == nil {
		select {
		case <-s.wake:
		case <-s.ended:
		case <-ctx.Done():
			s.unwait()
			return ev, ctx.Err()
		}
		ev, ok, err = s.poll(1)
	}
	return ev, err
}

// poll takes an event if there is one, and an error if there never will be. Otherwise the caller is
// counted as a waiting reader, and passes 1 to the call that follows its wait.
func (s *Subscription[T]) poll(waited int) (ev T, ok bool, err error) {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	s.waiting -= waited
	if s.queue.n > 0 {
		ev = s.queue.pop()
		if s.queue.n > 0 && s.waiting > 0 {
			s.signal() // one token stands for any number of events: pass it on
		}
		return ev, true, nil
	}
	if s.err != nil {
		return ev, false, s.err
	}
	s.waiting++
	if s.wake == nil {
		s.wake, s.ended = make(chan struct{}, 1), make(chan struct{})
	}
	return ev, false, nil
}

// begun notes that the reader runs.
func (s *Subscription[T]) begun() {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	s.first = nil
}

func (s *Subscription[T]) unwait() {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	s.waiting--
}

// signal wakes one waiting reader.
func (s *Subscription[T]) signal() {
	select {
	case s.wake <- struct{}{}:
	default: // there is a token already
	}
}

// end notes why the subscription ends, if it has not ended already; the caller holds topic.mu and
// takes s out of topic.subs.
func (s *Subscription[T]) end(err error) {
	if s.err == nil {
		s.err = err
		if s.ended != nil {
			close(s.ended)
		}
	}
}

func accept[T any](filters []func(T) bool, ev T) bool {
	for _, f := range filters {
		if !f(ev) {
			return false
		}
	}
	return true
}
