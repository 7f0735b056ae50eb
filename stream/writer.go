package stream

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. Elements are encoded by their senders, appended to a bounded queue, and written by one goroutine, as many at a time as are there. A sender that finds no room, or others
// who wait for it, waits for its turn: turns are taken in the order they are asked for, so that a large element is not kept waiting by small ones.

const (
	defaultQueue = 1 << 20
	keepBuf      = 64 << 10 // larger buffers are not kept for the next element
)

// writer owns the way out.
type writer struct {
	limit int
	trace func(Direction, []byte)
	pool  *sync.Pool    // of *wire.Encoder
	done  chan struct{} // closed when the goroutine has ended
	wake  chan struct{} // has room for one: there is something to do
	turn  chan struct{} // has room for one: who has put something in may wait for room in the queue

	mu      sync.Mutex // guards what follows
	conn    net.Conn
	queue   batch
	spare   batch         // the other buffer, when it is not being written
	writing bool          // the goroutine is in conn.Write
	waiting int           // senders that wait for their turn, or have it
	sealed  bool          // the closing tag is in: nothing may follow
	err     error         // sticky
	change  chan struct{} // closed and replaced whenever room, emptiness or err changes; nil if nobody waits
}

// batch is a number of elements that are written together.
type batch struct {
	b    []byte
	ends []int // where each ends; only if there is a trace
}

func newWriter(conn net.Conn, pool *sync.Pool, opt Options) *writer {
	w := &writer{
		limit: opt.Queue, trace: opt.Trace, pool: pool, conn: conn,
		done: make(chan struct{}), wake: make(chan struct{}, 1), turn: make(chan struct{}, 1),
	}
	if w.limit <= 0 {
		w.limit = defaultQueue
	}
	go w.run() // ends when stop is called or a write fails; waited for in stop
	return w
}

// element encodes el and queues it.
func (w *writer) element(ctx context.Context, content string, el wire.Element) error {
	enc := w.pool.Get().(*wire.Encoder)
	defer func() {
		if cap(enc.Bytes()) <= keepBuf {
			w.pool.Put(enc)
		}
	}()
	enc.Reset(enc.Bytes()[:0])
	enc.SetContentNamespace(content)
	if err := enc.Encode(el); err != nil {
		return err
	}
	return w.put(ctx, false, enc.Bytes())
}

// put queues elements or tags that belong together. They wait for room until ctx ends; what is larger than the queue waits for it to be empty. Nothing is accepted after what
// is the last.
func (w *writer) put(ctx context.Context, last bool, parts ...[]byte) error {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refusal() == nil && (w.waiting > 0 || !w.room(size)) {
		if err := w.await(ctx, size); err != nil {
			return err
		}
	}
	if err := w.refusal(); err != nil {
		return err
	}
	for _, p := range parts {
		w.queue.b = append(w.queue.b, p...)
		if w.trace != nil {
			w.queue.ends = append(w.queue.ends, len(w.queue.b))
		}
	}
	w.sealed = last
	w.signal()
	return nil
}

// room reports whether n bytes fit in, or need not wait because nothing will be accepted.
func (w *writer) room(n int) bool {
	return w.refusal() != nil || len(w.queue.b) == 0 || len(w.queue.b)+n <= w.limit
}

// refusal returns why nothing is accepted any more, nil while it is.
func (w *writer) refusal() error {
	if w.err == nil && w.sealed {
		return ErrClosed
	}
	return w.err
}

// await waits for the caller's turn and then for room. mu is held before and after, not in between.
func (w *writer) await(ctx context.Context, n int) error {
	if err := MayWait(ctx); err != nil {
		return err
	}
	w.waiting++
	defer func() { w.waiting-- }()
	if err := w.takeTurn(ctx); err != nil {
		return err
	}
	defer func() { <-w.turn }()
	for !w.room(n) {
		if err := w.wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) takeTurn(ctx context.Context) error {
	w.mu.Unlock()
	defer w.mu.Lock()
	select {
	case w.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// wait unlocks mu until something has changed, or ctx has ended.
func (w *writer) wait(ctx context.Context) error {
	if w.change == nil {
		w.change = make(chan struct{})
	}
	change := w.change
	w.mu.Unlock()
	defer w.mu.Lock()
	select {
	case <-change:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// changed wakes whoever waits. mu is held.
func (w *writer) changed() {
	if w.change != nil {
		close(w.change)
		w.change = nil
	}
}

// signal tells the goroutine that there is something to do.
func (w *writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// flush waits until all that was queued is written.
func (w *writer) flush(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.err == nil && (len(w.queue.b) > 0 || w.writing) {
		if err := MayWait(ctx); err != nil {
			return err
		}
		if err := w.wait(ctx); err != nil {
			return err
		}
	}
	return w.err
}

// use writes to another connection from now on. The queue must be empty.
func (w *writer) use(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
}

// stop makes further sends fail, closes the connection, which ends a write under way, and waits for the goroutine.
func (w *writer) stop(conn net.Conn) {
	w.fail(ErrClosed) // first: that the write ends is no error of its own
	_ = conn.Close()
	<-w.done
}

func (w *writer) fail(err error) {
	w.mu.Lock()
	if w.err == nil {
		w.err = err
	}
	w.changed()
	w.mu.Unlock()
	w.signal()
}

// run writes what is queued.
func (w *writer) run() {
	defer close(w.done)
	for range w.wake {
		for {
			conn, next, err := w.take()
			if err != nil {
				return
			}
			if len(next.b) == 0 {
				break
			}
			w.show(next)
			if _, err := conn.Write(next.b); err != nil {
				w.fail(fmt.Errorf("stream: write: %w", err))
				return
			}
		}
	}
}

// take hands the queue over to be written, and the buffer written before back.
func (w *writer) take() (net.Conn, batch, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := w.queue
	if w.writing = len(next.b) > 0; w.writing {
		w.queue, w.spare = batch{w.spare.b[:0], w.spare.ends[:0]}, next
		if cap(next.b) > keepBuf {
			w.spare = batch{}
		}
	}
	w.changed()
	return w.conn, next, w.err
}

// show traces what is about to be written: in the order of the wire, and before anybody can have answered it.
func (w *writer) show(next batch) {
	from := 0
	for _, end := range next.ends {
		w.trace(Out, next.b[from:end:end])
		from = end
	}
}
