package bus

import (
	"context"
	"runtime/debug"
	"sync"
)

// A Handler is a function that is called with each event of one type, on a goroutine of its own. The
// goroutine starts with the first event: a handler of what never happens costs little.
type Handler struct {
	bus *Bus
	sub subscribed

	mu      sync.Mutex // guards what follows
	stopped bool
	cancel  context.CancelFunc // ends the context of the calls; nil before there is a goroutine
	done    chan struct{}      // closed when the goroutine has ended; likewise
}

// subscribed is a *Subscription[T], of the T that On was called with.
type subscribed interface {
	Close()
	begun()
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
	h.mu.Lock()
	h.stopped = true
	cancel, done := h.cancel, h.done
	h.mu.Unlock()
	if done == nil {
		return
	}
	cancel()
	if !h.bus.inHandler() {
		<-done
	}
}

// begin starts the goroutine, unless it has been started, the handler stopped or the bus closed. Whoever
// has published an event calls it, so that the event is read whatever happens next.
func (h *Handler) begin(run func(context.Context)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped || h.done != nil {
		return
	}
	ctx, cancel := context.WithCancel(h.bus.ctx)
	done := make(chan struct{})
	started := h.bus.start(func() {
		defer close(done)
		defer cancel()
		defer h.sub.Close() // if f calls runtime.Goexit, nobody is left to read
		run(ctx)
	})
	if !started {
		cancel()
		return
	}
	h.cancel, h.done = cancel, done
	h.sub.begun()
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
	h := &Handler{bus: w.bus}
	w.sub = &Subscription[T]{}
	h.sub = w.sub
	w.sub.first = func() { h.begin(w.run) }
	join(w.bus, w.sub)
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
