package stream

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
)

// Go is [On] for a handler that may wait: it runs on a goroutine of its own, in order. Its context ends with that of the stream's Serve, and when the handler is removed; an element that
// waits for its turn then is dropped. If the handler falls so far behind that its queue is full, it is removed, and the logger told.
func Go[T any, P wire.Ptr[T]](m *Mux, h func(context.Context, P) error, filters ...func(P) bool) *Handler {
	names := namesFor[T, P](m, Pattern{})
	w := &worker{mux: m, queue: bus.New(bus.Config{}), run: Func(typed(h, nil))}
	w.life, w.cancel = context.WithCancel(context.Background())
	w.handler = m.newHandler(Func(typed(func(ctx context.Context, p P) error {
		w.give(ctx, p)
		return nil
	}, filters)))
	w.handler.stop = w.stop
	bus.On(w.queue, w.work) // its goroutine ends with the handler; waited for in Mux.Close
	m.adopt(w)
	if !m.register(w.handler, Pattern{}, names...) {
		w.close()
	}
	return w.handler
}

// worker is the goroutine of a handler made by Go, with the queue that leads to it.
type worker struct {
	mux     *Mux
	handler *Handler
	run     Func
	queue   *bus.Bus
	life    context.Context // of the handler: what runs on the goroutine ends with it
	cancel  context.CancelFunc
	over    atomic.Bool // the goroutine has nothing left to do but to end
}

// job is an element that waits for its turn, with the context it arrived in. No element: the handler has been removed.
type job struct {
	ctx context.Context
	el  wire.Element
}

// give queues an element. It runs on the reader's goroutine.
func (w *worker) give(ctx context.Context, el wire.Element) {
	bus.Publish(w.queue, job{ctx, el})
	if bus.Handled[job](w.queue) > 0 || w.handler.removed.Load() || w.mux.isClosed() {
		return
	}
	w.mux.log.Error("stream: handler is too slow and has been removed", "handler", w.handler.site(), "queued", bus.DefaultLimit)
	w.handler.Remove()
}

// work runs the handler on one element.
func (w *worker) work(_ context.Context, j job) {
	if j.el == nil || w.handler.removed.Load() {
		w.queue.Close() // does not wait: we are its handler
		w.over.Store(true)
		return
	}
	ctx, cancel := context.WithCancel(Waiting(j.ctx))
	defer cancel()
	defer context.AfterFunc(w.life, cancel)()
	w.mux.call(ctx, w.handler, w.run, j.el)
}

// stop ends the goroutine once a run under way has returned, and does not wait for that: a reader may be the caller.
func (w *worker) stop() {
	w.cancel()
	bus.Publish(w.queue, job{})
}

// close ends the goroutine after what is queued and waits for it.
func (w *worker) close() {
	w.cancel()
	w.queue.Close()
}

// adopt makes the mux wait for a worker when it is closed, and forgets those that have ended.
func (m *Mux) adopt(w *worker) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.own = append(slices.DeleteFunc(m.own, func(o *worker) bool { return o.over.Load() }), w)
}

func (m *Mux) isClosed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}
