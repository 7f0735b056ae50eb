package stream

import (
	"context"
	"sync"

	"github.com/stanzakit/stanzakit/wire"
)

// Waiter waits for one element.
type Waiter[P wire.Element] struct {
	handler *Handler
	got     chan P
}

// Expect begins to wait for an element of type T, so that what arrives between asking and waiting is not missed: Expect, send, Wait.
func Expect[T any, P wire.Ptr[T]](m *Mux, filters ...func(P) bool) *Waiter[P] {
	w := &Waiter[P]{got: make(chan P, 1)}
	w.handler = On(m, func(_ context.Context, p P) error {
		select {
		case w.got <- p:
		default: // a second one before the handler was removed
		}
		return nil
	}, filters...)
	return w
}

// Wait returns the first element that arrived since Expect, and ends the waiting; so do the end of ctx, whose cause it then returns, and a call from a stream
// handler, which is [ErrWouldWait].
func (w *Waiter[P]) Wait(ctx context.Context) (P, error) {
	defer w.handler.Remove()
	var none P
	if err := MayWait(ctx); err != nil {
		return none, err
	}
	select {
	case p := <-w.got:
		return p, nil
	case <-ctx.Done():
	}
	select {
	case p := <-w.got: // it came in time, whatever select saw first
		return p, nil
	default:
		return none, context.Cause(ctx)
	}
}

// Cancel ends the waiting.
func (w *Waiter[P]) Cancel() { w.handler.Remove() }

// Wait waits for the next element of type T that passes the filters. See [Expect] for waiting for what one is about to ask for.
func Wait[T any, P wire.Ptr[T]](ctx context.Context, m *Mux, filters ...func(P) bool) (P, error) {
	return Expect(m, filters...).Wait(ctx)
}

// Collect gathers the elements of type T that pass the filters until stop is called, which returns them. It keeps at most limit of
// them, the first; 0 means 10,000.
func Collect[T any, P wire.Ptr[T]](m *Mux, limit int, filters ...func(P) bool) (stop func() []P) {
	const most = 10_000
	if limit <= 0 {
		limit = most
	}
	var mu sync.Mutex // guards got
	var got []P
	h := On(m, func(_ context.Context, p P) error {
		mu.Lock()
		defer mu.Unlock()
		if len(got) < limit {
			got = append(got, p)
		}
		return nil
	}, filters...)
	return func() []P {
		h.Remove()
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}
