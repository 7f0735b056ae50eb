package bus

import (
	"context"
	"runtime/debug"
)

// A Handler is a function that is called with each event of one type, on a goroutine of its own.
type Handler struct {
	bus    *Bus
	sub    interface{ Close() } // a *Subscription[T], of the T that On was called with
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended
}

// On calls f with each event of type T that all filters accept, in order, one at a time, on a goroutine
// that belongs to this handler: f may wait. Its ctx ends at Stop and when the bus is closed. A handler
// that overflows ends after the events it has queued. If f or a filter panics, Panicked is published.
func On[T any](b *Bus, f func(ctx context.Context, ev T), filters ...func(T) bool) *Handler {
	return handle(&worker[T]{bus: b, call: f, filters: filters})
}

// Once is On for the first such event only.
func Once[T any](b *Bus, f func(ctx context.Context, ev T), filters ...func(T) bool) *Handler {
	return handle(&worker[T]{bus: b, call: f, filters: filters, once: true})
}

// Stop removes the handler and drops what is in its queue. It ends the context of a call that is
// running and waits until that has returned; but called from inside a handler of the same bus it does
// not wait, because that could be for its own caller. It may be called more than once.
func (h *Handler) Stop() {
	h.sub.Close()
	h.cancel()
	if !h.bus.inHandler() {
		<-h.done
	}
}

// worker is what the goroutine of a handler knows.
type worker[T any] struct {
	bus     *Bus
	sub     *Subscription[T] // without filters: a panic in one must happen inside try
	call    func(context.Context, T)
	filters []func(T) bool
	once    bool
}

func handle[T any](w *worker[T]) *Handler {
	w.sub = Subscribe[T](w.bus)
	ctx, cancel := context.WithCancel(w.bus.ctx)
	h := &Handler{bus: w.bus, sub: w.sub, cancel: cancel, done: make(chan struct{})}
	started := w.bus.start(func() {
		defer close(h.done)
		defer cancel()
		defer w.sub.Close() // if f calls runtime.Goexit, nobody is left to read
		w.run(ctx)
	})
	if !started {
		cancel()
		close(h.done)
	}
	return h
}

// run ends with the subscription, not with ctx: when the bus is closed, what is queued comes first.
func (w *worker[T]) run(ctx context.Context) {
	for {
		ev, err := w.sub.take(context.Background())
		if err != nil {
			return
		}
		w.try(ctx, ev)
	}
}

func (w *worker[T]) try(ctx context.Context, ev T) {
	defer func() {
		if v := recover(); v != nil {
			w.report(Panicked{Event: ev, Value: v, Stack: debug.Stack()})
		}
	}()
	if !accept(w.filters, ev) {
		return
	}
	if w.once {
		w.sub.Close()
	}
	w.call(ctx, ev)
}

// report publishes p, unless it happened to a handler of Panicked, which would be called with it again.
func (w *worker[T]) report(p Panicked) {
	if _, again := p.Event.(Panicked); !again {
		Publish(w.bus, p)
	}
}
