package stream

import (
	"context"
	"net"
	"sync"

	"github.com/stanzakit/stanzakit/wire"
)

const (
	defaultQueue = 1 << 20
	keepBuf      = 64 << 10 // larger buffers are not kept for the next element
)

// writer owns the way out: elements are encoded by their senders, appended to a bounded queue, and written by one goroutine, as many at a time as are there.
type writer struct {
	limit int
	trace func(Direction, []byte)
	done  chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex // guards what follows
	conn    net.Conn
	queue   []byte
	spare   []byte        // the other buffer, when it is not being written
	writing bool          // the goroutine is in conn.Write
	err     error         // sticky
	change  chan struct{} // closed and replaced whenever room, emptiness or err changes; nil if nobody waits
	wake    chan struct{} // has room for one: there is something to write
}

func newWriter(conn net.Conn, limit int, trace func(Direction, []byte)) *writer {
	if limit <= 0 {
		limit = defaultQueue
	}
	w := &writer{conn: conn, limit: limit, trace: trace, done: make(chan struct{}), wake: make(chan struct{}, 1)}
	go w.run() // ends when stop is called or a write fails; waited for in stop
	return w
}

var encoders = sync.Pool{New: func() any { return wire.NewStreamEncoder(NSClient) }}

// element encodes el and queues it.
func (w *writer) element(ctx context.Context, content string, el wire.Element) error {
	enc := encoders.Get().(*wire.Encoder)
	defer func() {
		if cap(enc.Bytes()) <= keepBuf {
			encoders.Put(enc)
		}
	}()
	enc.Reset(enc.Bytes()[:0])
	enc.SetContentNamespace(content)
	if err := enc.Encode(el); err != nil {
		return err
	}
	return w.put(ctx, enc.Bytes())
}

// put queues bytes that belong together. They wait for room until ctx ends; what is larger than the queue waits for it to be empty.
func (w *writer) put(ctx context.Context, b []byte) error {
	if err := w.enqueue(ctx, b); err != nil {
		return err
	}
	if w.trace != nil {
		w.trace(Out, b)
	}
	w.signal()
	return nil
}

func (w *writer) enqueue(ctx context.Context, b []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.err == nil && len(w.queue) > 0 && len(w.queue)+len(b) > w.limit {
		if err := w.wait(ctx); err != nil {
			return err
		}
	}
	if w.err == nil {
		w.queue = append(w.queue, b...)
	}
	return w.err
}

// signal tells the goroutine that there is something to do.
func (w *writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// wait unlocks mu until something has changed, or ctx has ended.
func (w *writer) wait(ctx context.Context) error {
	if err := MayWait(ctx); err != nil {
		return err
	}
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

// flush waits until all that was queued is written.
func (w *writer) flush(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.err == nil && (len(w.queue) > 0 || w.writing) {
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

// stop makes further sends fail and waits for the goroutine. The connection must be closed, or a write under way may last.
func (w *writer) stop() {
	w.fail(ErrClosed)
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
			conn, b, err := w.take()
			if err != nil {
				return
			}
			if len(b) == 0 {
				break
			}
			if _, err := conn.Write(b); err != nil {
				w.fail(err)
				return
			}
		}
	}
}

// take hands the queue over to be written, and the buffer written before back.
func (w *writer) take() (net.Conn, []byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.queue
	if w.writing = len(b) > 0; w.writing {
		w.queue, w.spare = w.spare[:0], b
		if cap(b) > keepBuf {
			w.spare = nil
		}
	}
	w.changed()
	return w.conn, b, w.err
}
