package stream

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. Elements are encoded by their senders, appended to a bounded queue, and written by one goroutine, as many at a time as are there. It lives while there is something to write,
// so that an idle stream has none. Who waits for room: room.go.

const (
	defaultQueue = 1 << 20
	keepBuf      = 64 << 10 // larger buffers are not kept for the next element
)

// writer owns the way out.
type writer struct {
	limit   int
	trace   func(Direction, []byte)
	running sync.WaitGroup // the goroutine, while there is one

	mu      sync.Mutex // guards what follows
	conn    net.Conn
	queue   *batch        // nil if it is empty
	writing bool          // there is a goroutine
	waiting int           // senders that wait for their turn, or have it
	turn    chan struct{} // has room for one: who has put something in may wait for room in the queue; nil until somebody waits
	sealed  bool          // the closing tag is in: nothing may follow
	err     error         // sticky
	change  chan struct{} // closed and replaced whenever room, emptiness or err changes; nil if nobody waits
}

// batch is a number of elements that are written together.
type batch struct {
	b    []byte
	ends []int // where each ends; only if there is a trace
}

// What idle streams do not hold, and busy ones need not make again and again.
var (
	batches  = sync.Pool{New: func() any { return new(batch) }}
	encoders = sync.Pool{New: func() any { return wire.NewStreamEncoder(NSClient) }}
)

func newWriter(conn net.Conn, opt Options) *writer {
	w := &writer{limit: opt.Queue, trace: opt.Trace, conn: conn}
	if w.limit <= 0 {
		w.limit = defaultQueue
	}
	return w
}

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
	if w.queue == nil {
		w.queue = batches.Get().(*batch)
	}
	for _, p := range parts {
		w.queue.b = append(w.queue.b, p...)
		if w.trace != nil {
			w.queue.ends = append(w.queue.ends, len(w.queue.b))
		}
	}
	w.sealed = last
	w.start()
	return nil
}

// queued returns how many bytes are in the queue.
func (w *writer) queued() int {
	if w.queue == nil {
		return 0
	}
	return len(w.queue.b)
}

// start makes a goroutine write what is queued, unless one does. mu is held.
func (w *writer) start() {
	if w.writing || w.queue == nil || w.err != nil {
		return
	}
	w.writing = true
	w.running.Add(1)
	go w.run() // ends when the queue is empty, or the connection closed; waited for in stop
}

// run writes what is queued.
func (w *writer) run() {
	defer w.running.Done()
	for {
		conn, next := w.take()
		if next == nil {
			return
		}
		w.show(next)
		_, err := conn.Write(next.b)
		next.recycle()
		if err != nil {
			w.fail(fmt.Errorf("stream: write: %w", err))
		}
	}
}

// take hands the queue over to be written. Nothing means that the goroutine ends.
func (w *writer) take() (net.Conn, *batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := w.queue
	w.queue = nil
	if w.err != nil {
		next = nil
	}
	w.writing = next != nil
	w.changed()
	return w.conn, next
}

// recycle leaves the buffers to others.
func (b *batch) recycle() {
	if cap(b.b) <= keepBuf {
		b.b, b.ends = b.b[:0], b.ends[:0]
		batches.Put(b)
	}
}

// show traces what is about to be written: in the order of the wire, and before anybody can have answered it.
func (w *writer) show(next *batch) {
	from := 0
	for _, end := range next.ends {
		w.trace(Out, next.b[from:end:end])
		from = end
	}
}

// flush waits until all that was queued is written.
func (w *writer) flush(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.err == nil && (w.queue != nil || w.writing) {
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
	w.running.Wait()
}

func (w *writer) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.changed()
}
