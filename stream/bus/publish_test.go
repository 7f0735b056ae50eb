package bus

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// drain reads what s still delivers after it has ended.
func drain[T any](t *testing.T, s *Subscription[T]) []T {
	t.Helper()
	if s.Err() == nil {
		t.Fatal("drain: the subscription has not ended")
	}
	var evs []T
	for ev := range s.All(t.Context()) {
		evs = append(evs, ev)
	}
	return evs
}

func TestPublishReachesItsTypeOnly(t *testing.T) {
	type other int
	b := New(Config{})
	ints, others, anys := Subscribe[int](b), Subscribe[other](b), Subscribe[any](b)
	Publish(b, 1)
	Publish(b, other(2))
	Publish(b, any(3))
	Publish(b, "nobody")
	b.Close()
	if diff := cmp.Diff([]int{1}, drain(t, ints)); diff != "" {
		t.Errorf("int (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]other{2}, drain(t, others)); diff != "" {
		t.Errorf("other (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{3}, drain(t, anys)); diff != "" {
		t.Errorf("any (-want +got):\n%s", diff)
	}
}

func TestPublishKeepsOrder(t *testing.T) {
	type numbered struct{ Publisher, N int }
	const publishers, events = 4, 500
	b := New(Config{})
	a, z := Subscribe[numbered](b), Subscribe[numbered](b)
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() { // ends with its last event; waited for below
			for n := range events {
				Publish(b, numbered{p, n})
			}
		})
	}
	wg.Wait()
	b.Close()
	got := drain(t, a)
	if diff := cmp.Diff(got, drain(t, z)); diff != "" {
		t.Errorf("two subscribers saw different orders:\n%s", diff)
	}
	if len(got) != publishers*events {
		t.Fatalf("got %d events, want %d", len(got), publishers*events)
	}
	var next [publishers]int
	for _, ev := range got {
		if ev.N != next[ev.Publisher] {
			t.Fatalf("publisher %d: got event %d, want %d", ev.Publisher, ev.N, next[ev.Publisher])
		}
		next[ev.Publisher]++
	}
}

func TestOverflow(t *testing.T) {
	tests := []struct {
		name  string
		limit int // Config.Limit
		room  int // how many events then fit
	}{
		{"default", 0, DefaultLimit},
		{"negative is default", -1, DefaultLimit},
		{"smallest", 1, 1},
		{"not a power of two", 11, 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := New(Config{Limit: tt.limit})
			defer b.Close()
			over := Subscribe[Overflowed](b)
			s := Subscribe[int](b)
			for i := range tt.room {
				Publish(b, i)
			}
			if err := s.Err(); err != nil {
				t.Fatalf("Err() = %v with %d events, want nil", err, tt.room)
			}
			Publish(b, tt.room)
			if err := s.Err(); !errors.Is(err, ErrOverflow) {
				t.Fatalf("Err() = %v with one more event, want ErrOverflow", err)
			}
			if n := Handled[int](b); n != 0 {
				t.Errorf("Handled = %d after overflow, want 0", n)
			}
			if got := drain(t, s); len(got) != tt.room || got[tt.room-1] != tt.room-1 {
				t.Errorf("delivered %d events after overflow, want the first %d", len(got), tt.room)
			}
			if _, err := s.Next(t.Context()); !errors.Is(err, ErrOverflow) {
				t.Errorf("Next() = %v at the end, want ErrOverflow", err)
			}
			got, err := over.Next(t.Context())
			if want := (Overflowed{Type: reflect.TypeFor[int](), Queued: tt.room}); err != nil || got != want {
				t.Errorf("Overflowed = %v, %v, want %v", got, err, want)
			}
		})
	}
}

func TestOverflowSparesTheOthers(t *testing.T) {
	b := New(Config{Limit: 2})
	slow, fast := Subscribe[int](b), Subscribe[int](b)
	for i := range 5 {
		Publish(b, i)
		if got, err := fast.Next(t.Context()); got != i || err != nil {
			t.Fatalf("fast.Next() = %d, %v, want %d", got, err, i)
		}
	}
	if err := slow.Err(); !errors.Is(err, ErrOverflow) {
		t.Errorf("slow.Err() = %v, want ErrOverflow", err)
	}
	b.Close()
	if err := fast.Err(); !errors.Is(err, ErrClosed) {
		t.Errorf("fast.Err() = %v, want ErrClosed", err)
	}
}

// Each reader of Overflowed that falls behind is itself an overflow; that must come to an end.
func TestOverflowOfOverflowed(t *testing.T) {
	b := New(Config{Limit: 1})
	defer b.Close()
	var readers []*Subscription[Overflowed]
	for range 3 {
		readers = append(readers, Subscribe[Overflowed](b))
	}
	for range 2 {
		Subscribe[int](b)
		Publish(b, 1)
		Publish(b, 2)
	}
	for i, r := range readers {
		if err := r.Err(); !errors.Is(err, ErrOverflow) {
			t.Errorf("reader %d: Err() = %v, want ErrOverflow", i, err)
		}
	}
	if n := Handled[Overflowed](b); n != 0 {
		t.Errorf("Handled[Overflowed] = %d, want 0", n)
	}
}

func TestHandled(t *testing.T) {
	b := New(Config{})
	var got []int
	count := func() { got = append(got, Handled[int](b)) }
	count()
	s := Subscribe[int](b)
	count()
	h := On(b, func(context.Context, int) {})
	count()
	On(b, func(context.Context, string) {})
	count()
	h.Stop()
	h.Stop()
	count()
	s.Close()
	s.Close()
	count()
	Subscribe[int](b)
	b.Close()
	count()
	if diff := cmp.Diff([]int{0, 1, 2, 2, 1, 0, 0}, got); diff != "" {
		t.Errorf("Handled (-want +got):\n%s", diff)
	}
}

func TestPublishDoesNotAllocate(t *testing.T) {
	b := New(Config{})
	defer b.Close()
	empty := subscribers(b, 3)
	ev := &event{}
	for range 100 {
		Publish(b, ev)
	}
	empty()
	if n := testing.AllocsPerRun(1000, func() { Publish(b, ev) }); n != 0 {
		t.Errorf("Publish to 3 subscribers: %v allocations, want 0", n)
	}
}
