package bus

import "reflect"

// Overflowed is published when a subscription ends because its reader was Config.Limit events behind.
type Overflowed struct {
	Type   reflect.Type // the type of the events that nobody read
	Queued int          // how many were waiting; the subscriber still gets these
}

// Panicked is published when a handler, or a filter of a handler, panics. The handler goes on with the
// next event. A handler of Panicked that panics itself is not reported.
type Panicked struct {
	Event any    // what the handler was called with
	Value any    // what it panicked with
	Stack []byte // the stack of its goroutine, as of runtime/debug.Stack
}

// Publish hands ev to the subscribers of T. It never waits, calls none of them on its own goroutine,
// and may be called from anywhere, handlers included. On a closed bus it does nothing.
func Publish[T any](b *Bus, ev T) {
	t := topicOf[T](b)
	if t == nil {
		return
	}
	overflowed, begin := t.push(ev)
	for _, f := range begin {
		f()
	}
	// This may overflow the queues of Overflowed in turn. It comes to an end, since each time a
	// subscription has gone.
	for range overflowed {
		Publish(b, Overflowed{Type: reflect.TypeFor[T](), Queued: t.limit})
	}
}

// Handled returns the number of subscribers of T: subscriptions, handlers and waits.
func Handled[T any](b *Bus) int {
	t := topicOf[T](b)
	if t == nil {
		return 0
	}
	return t.size()
}
