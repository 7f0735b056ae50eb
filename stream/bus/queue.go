package bus

// minQueue is the size of a queue's first buffer; a power of two, as all its buffers are.
const minQueue = 8

// queue is a ring buffer that doubles when it is full. It has no limit and no lock: its owner has.
type queue[T any] struct {
	buf  []T
	head int // index of the oldest
	n    int
}

func (q *queue[T]) push(v T) {
	if q.n == len(q.buf) {
		q.grow()
	}
	q.buf[(q.head+q.n)&(len(q.buf)-1)] = v
	q.n++
}

// pop takes the oldest; the queue must not be empty.
func (q *queue[T]) pop() T {
	var zero T
	slot := &q.buf[q.head]
	v := *slot
	*slot = zero // what was delivered must not be kept alive by the buffer
	q.head = (q.head + 1) & (len(q.buf) - 1)
	q.n--
	return v
}

func (q *queue[T]) grow() {
	buf := make([]T, max(minQueue, 2*len(q.buf)))
	k := copy(buf, q.buf[q.head:])
	copy(buf[k:], q.buf[:q.head])
	q.buf, q.head = buf, 0
}
