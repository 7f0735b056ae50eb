package bus

import (
	"context"
	"strconv"
	"testing"
)

type event struct {
	n int
	_ [4]uint64 // as large as a small stanza
}

// subscribers returns n subscriptions and a function that empties their queues as if they were read.
func subscribers(b *Bus, n int) (empty func()) {
	subs := make([]*Subscription[*event], n)
	for i := range subs {
		subs[i] = Subscribe[*event](b)
	}
	return func() {
		for _, s := range subs {
			for s.queue.n > 0 {
				s.queue.pop()
			}
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	for _, n := range []int{0, 1, 3, 10} {
		b.Run("subscribers="+strconv.Itoa(n), func(b *testing.B) {
			bus := New(Config{})
			defer bus.Close()
			empty := subscribers(bus, n)
			ev := &event{n: 1}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%DefaultLimit == 0 {
					b.StopTimer()
					empty()
					b.StartTimer()
				}
				Publish(bus, ev)
			}
		})
	}
}

func BenchmarkPublishNext(b *testing.B) {
	bus := New(Config{})
	defer bus.Close()
	s := Subscribe[event](bus)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		Publish(bus, event{n: 1})
		if _, err := s.Next(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandler(b *testing.B) {
	bus := New(Config{})
	defer bus.Close()
	done := make(chan struct{})
	On(bus, func(context.Context, *event) { done <- struct{}{} })
	ev := &event{}
	b.ReportAllocs()
	for b.Loop() {
		Publish(bus, ev)
		<-done
	}
}
