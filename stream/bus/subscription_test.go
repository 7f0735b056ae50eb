package bus

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNextWaits(t *testing.T) {
	tests := []struct {
		name    string
		act     func(b *Bus, s *Subscription[int], cancel context.CancelFunc)
		want    int
		wantErr error
	}{
		{"for an event", func(b *Bus, _ *Subscription[int], _ context.CancelFunc) { Publish(b, 7) }, 7, nil},
		{"for ctx", func(_ *Bus, _ *Subscription[int], cancel context.CancelFunc) { cancel() }, 0, context.Canceled},
		{"for Close", func(_ *Bus, s *Subscription[int], _ context.CancelFunc) { s.Close() }, 0, ErrClosed},
		{"for the bus", func(b *Bus, _ *Subscription[int], _ context.CancelFunc) { b.Close() }, 0, ErrClosed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				b := New(Config{})
				defer b.Close()
				s := Subscribe[int](b)
				time.AfterFunc(time.Second, func() { tt.act(b, s, cancel) })
				start := time.Now()
				got, err := s.Next(ctx)
				if got != tt.want || !errors.Is(err, tt.wantErr) {
					t.Errorf("Next() = %d, %v, want %d, %v", got, err, tt.want, tt.wantErr)
				}
				if d := time.Since(start); d != time.Second {
					t.Errorf("Next() waited %v, want 1s", d)
				}
			})
		})
	}
}

func TestNextWithDoneContextLeavesTheQueue(t *testing.T) {
	b := New(Config{})
	defer b.Close()
	s := Subscribe[int](b)
	Publish(b, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Next() = %v, want context.Canceled", err)
	}
	if got, err := s.Next(t.Context()); got != 1 || err != nil {
		t.Errorf("Next() = %d, %v, want 1, nil", got, err)
	}
}

// One wake-up must not be lost when several readers wait, or when one of them gives up.
func TestNextBySeveralReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const readers = 5
		b := New(Config{})
		defer b.Close()
		s := Subscribe[int](b)
		impatient, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex // guards sum
		sum := 0
		var wg sync.WaitGroup
		wg.Go(func() { // ends at cancel; waited for below
			if _, err := s.Next(impatient); !errors.Is(err, context.Canceled) {
				t.Errorf("impatient reader: %v, want context.Canceled", err)
			}
		})
		synctest.Wait()
		for range readers {
			wg.Go(func() { // ends with one event; waited for below
				ev, err := s.Next(t.Context())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				sum += ev
			})
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		for i := range readers {
			Publish(b, i+1)
		}
		wg.Wait()
		if sum != 15 {
			t.Errorf("the readers' events add up to %d, want 15", sum)
		}
		if s.waiting != 0 {
			t.Errorf("waiting = %d when nobody waits", s.waiting)
		}
	})
}

// Two events may come while two readers are about to wait: there is one token for both.
func TestTokenIsPassedOn(t *testing.T) {
	b := New(Config{})
	defer b.Close()
	s := Subscribe[int](b)
	for range 2 {
		if _, ok, err := s.poll(0); ok || err != nil {
			t.Fatalf("poll(0) = %t, %v on an empty queue", ok, err)
		}
	}
	Publish(b, 0)
	Publish(b, 1)
	for i := range 2 {
		select {
		case <-s.wake:
		default:
			t.Fatalf("no token for reader %d", i)
		}
		if ev, ok, err := s.poll(1); ev != i || !ok || err != nil {
			t.Errorf("poll(1) = %d, %t, %v, want %d", ev, ok, err, i)
		}
	}
}

func TestAll(t *testing.T) {
	b := New(Config{})
	even := func(n int) bool { return n%2 == 0 }
	small := func(n int) bool { return n < 8 }
	s := Subscribe(b, even, small)
	for i := range 10 {
		Publish(b, i)
	}
	var first, rest []int
	for ev := range s.All(t.Context()) {
		first = append(first, ev)
		if ev == 2 {
			break
		}
	}
	b.Close()
	for ev := range s.All(t.Context()) {
		rest = append(rest, ev)
	}
	if diff := cmp.Diff([]int{0, 2}, first); diff != "" {
		t.Errorf("first loop (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{4, 6}, rest); diff != "" {
		t.Errorf("second loop (-want +got):\n%s", diff)
	}
	if err := s.Err(); !errors.Is(err, ErrClosed) {
		t.Errorf("Err() = %v, want ErrClosed", err)
	}
}

func TestAllEndsWithContext(t *testing.T) {
	b := New(Config{})
	defer b.Close()
	s := Subscribe[int](b)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	Publish(b, 1)
	Publish(b, 2)
	var got []int
	for ev := range s.All(ctx) {
		got = append(got, ev)
		cancel()
	}
	if diff := cmp.Diff([]int{1}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if err := s.Err(); err != nil {
		t.Errorf("Err() = %v, want nil: the subscription lives on", err)
	}
}

func TestCloseDropsTheQueue(t *testing.T) {
	b := New(Config{Limit: 2})
	defer b.Close()
	s := Subscribe[int](b)
	for i := range 3 {
		Publish(b, i)
	}
	s.Close()
	if _, err := s.Next(t.Context()); !errors.Is(err, ErrOverflow) {
		t.Errorf("Next() after overflow and Close = %v, want ErrOverflow", err)
	}
	if s.queue.buf != nil {
		t.Error("Close kept the queue's buffer")
	}
}

func TestSubscribeToClosedBus(t *testing.T) {
	b := New(Config{})
	b.Close()
	s := Subscribe[int](b)
	Publish(b, 1)
	if _, err := s.Next(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Next() = %v, want ErrClosed", err)
	}
}

func TestWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		defer b.Close()
		Publish(b, 12) // too early
		for i := range 20 {
			After(b, time.Duration(i+1)*time.Second, i)
		}
		start := time.Now()
		got, err := WaitFor(t.Context(), b, func(n int) bool { return n > 10 })
		if got != 11 || err != nil {
			t.Errorf("WaitFor() = %d, %v, want 11, nil", got, err)
		}
		if d := time.Since(start); d != 12*time.Second {
			t.Errorf("waited %v, want 12s", d)
		}
		if n := Handled[int](b); n != 0 {
			t.Errorf("Handled = %d after WaitFor, want 0", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := WaitFor[string](ctx, b); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("WaitFor() = %v, want context.DeadlineExceeded", err)
		}
		if n := Handled[string](b); n != 0 {
			t.Errorf("Handled = %d after a wait in vain, want 0", n)
		}
	})
}
