package bus

import (
	"reflect"
	"slices"
	"sync"
)

// topic is one type of event: who subscribed to it, and the lock of all their queues. One lock for all
// makes publishing to many cost one lock, and gives all of them the same order.
type topic[T any] struct {
	limit int

	mu   sync.Mutex // guards subs and, in each of them, what its comment says
	subs []*Subscription[T]
}

// topics is an immutable set of topics of different types, a table with open addressing. It is never more than half full.
type topics struct {
	slots []anyTopic // as many as a power of two
}

// anyTopic is a *topic[T] of some T.
type anyTopic interface {
	close()
	// home is the slot that a table of all numbers would have for the topic.
	home() uintptr
}

// homeOf spreads types by where they are in memory, which does not change.
func homeOf[T any]() uintptr {
	const golden = 0x9e3779b1 // 2^32 divided by the golden ratio
	return reflect.ValueOf(reflect.TypeFor[T]()).Pointer() * golden >> 16
}

// topicOf returns the topic of T, or nil if T never had a subscriber.
func topicOf[T any](b *Bus) *topic[T] {
	all := b.topics.Load()
	if all == nil {
		return nil
	}
	for i := homeOf[T](); ; i++ {
		switch t := all.slots[i&uintptr(len(all.slots)-1)].(type) {
		case *topic[T]:
			return t
		case nil:
			return nil
		}
	}
}

// all returns the topics, in no order.
func (ts *topics) all() []anyTopic {
	if ts == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(ts.slots), func(t anyTopic) bool { return t == nil })
}

// with returns the topics and one more.
func (ts *topics) with(one anyTopic) *topics {
	list := append(ts.all(), one)
	size := 2
	for size < 2*len(list) {
		size *= 2
	}
	slots := make([]anyTopic, size)
	for _, t := range list {
		i := t.home()
		for slots[i&uintptr(size-1)] != nil {
			i++
		}
		slots[i&uintptr(size-1)] = t
	}
	return &topics{slots: slots}
}

func (t *topic[T]) home() uintptr { return homeOf[T]() }

// join subscribes s, or ends it at once if the bus is closed.
func join[T any](b *Bus, s *Subscription[T]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.topic = topicOf[T](b)
	if s.topic == nil {
		s.topic = &topic[T]{limit: b.limit}
		b.topics.Store(b.topics.Load().with(s.topic))
	}
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	if b.closed {
		s.end(ErrClosed)
		return
	}
	s.topic.subs = append(s.topic.subs, s)
}

// push appends ev to the queue of each subscriber. It returns how many of them it ended because they
// had no room, and what is to be called without the lock, for those whose goroutine has not begun.
func (t *topic[T]) push(ev T) (overflowed int, begin []func()) {
	t.mu.Lock()
	for _, s := range t.subs {
		if s.queue.n >= t.limit {
			s.end(ErrOverflow)
			overflowed++
			continue
		}
		s.queue.push(ev)
		if s.waiting > 0 {
			s.signal()
		}
		if s.first != nil {
			begin = append(begin, s.first)
		}
	}
	if overflowed > 0 {
		t.subs = slices.DeleteFunc(t.subs, func(s *Subscription[T]) bool { return s.err != nil })
	}
	t.mu.Unlock()
	return overflowed, begin
}

func (t *topic[T]) leave(s *Subscription[T]) {
	if i := slices.Index(t.subs, s); i >= 0 {
		t.subs = slices.Delete(t.subs, i, i+1)
	}
}

// close ends all subscriptions, which keep what is in their queues.
func (t *topic[T]) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.subs {
		s.end(ErrClosed)
	}
	t.subs = nil
}

func (t *topic[T]) size() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.subs)
}
