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

// topicOf returns the topic of T, or nil if T never had a subscriber.
func topicOf[T any](b *Bus) *topic[T] {
	v, ok := b.topics.Load(reflect.TypeFor[T]())
	if !ok {
		return nil
	}
	return v.(*topic[T])
}

// join subscribes s, or ends it at once if the bus is closed.
func join[T any](b *Bus, s *Subscription[T]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.topic = topicOf[T](b)
	if s.topic == nil {
		s.topic = &topic[T]{limit: b.limit}
		b.topics.Store(reflect.TypeFor[T](), s.topic)
	}
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	if b.closed {
		s.end(ErrClosed)
		return
	}
	s.topic.subs = append(s.topic.subs, s)
}

// push appends ev to the queue of each subscriber, and returns how many of them it ended because
// they had no room.
func (t *topic[T]) push(ev T) (overflowed int) {
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
	}
	if overflowed > 0 {
		t.subs = slices.DeleteFunc(t.subs, func(s *Subscription[T]) bool { return s.err != nil })
	}
	t.mu.Unlock()
	return overflowed
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
