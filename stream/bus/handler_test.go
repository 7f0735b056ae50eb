package bus

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOnRunsInOrderAndMayWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		var slow, fast []int // each is read after its handler has ended
		On(b, func(_ context.Context, n int) {
			time.Sleep(time.Second)
			slow = append(slow, n)
		})
		h := On(b, func(_ context.Context, n int) { fast = append(fast, n) }, func(n int) bool { return n != 1 })
		start := time.Now()
		for i := range 3 {
			Publish(b, i)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("Publish waited %v", d)
		}
		synctest.Wait()
		h.Stop()
		if diff := cmp.Diff([]int{0, 2}, fast); diff != "" {
			t.Errorf("fast handler (-want +got):\n%s", diff)
		}
		b.Close()
		if diff := cmp.Diff([]int{0, 1, 2}, slow); diff != "" {
			t.Errorf("slow handler (-want +got):\n%s", diff)
		}
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("Close returned after %v, want 3s: it must wait for what was queued", d)
		}
	})
}

func TestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		defer b.Close()
		var got []int
		h := Once(b, func(_ context.Context, n int) {
			got = append(got, n, Handled[int](b))
			Publish(b, n+2)
			panic("a call that panics was the one, too")
		}, func(n int) bool { return n > 1 })
		for i := range 5 {
			Publish(b, i)
		}
		synctest.Wait()
		select {
		case <-h.done:
		default:
			t.Error("the goroutine did not end after its one event")
		}
		h.Stop()
		if diff := cmp.Diff([]int{2, 0}, got); diff != "" {
			t.Errorf("event and Handled (-want +got):\n%s", diff)
		}
	})
}

func TestStopWaitsForTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		defer b.Close()
		var calls int
		var cause error
		h := On(b, func(ctx context.Context, _ int) {
			calls++
			<-ctx.Done()
			time.Sleep(time.Second)
			cause = ctx.Err()
		})
		Publish(b, 1)
		Publish(b, 2)
		synctest.Wait()
		start := time.Now()
		h.Stop()
		if d := time.Since(start); d != time.Second {
			t.Errorf("Stop waited %v, want 1s", d)
		}
		if cause != context.Canceled {
			t.Errorf("the call's ctx.Err() = %v, want context.Canceled", cause)
		}
		Publish(b, 3)
		synctest.Wait()
		if calls != 1 {
			t.Errorf("%d calls, want 1", calls)
		}
	})
}

func TestStopAndCloseInsideHandler(t *testing.T) {
	tests := []struct {
		name string
		stop func(b *Bus, own, other *Handler)
	}{
		{"its own Stop", func(_ *Bus, own, _ *Handler) { own.Stop() }},
		{"each other's Stop", func(_ *Bus, _, other *Handler) { other.Stop() }},
		{"the bus's Close", func(b *Bus, _, _ *Handler) { b.Close() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(Config{})
				panics := Subscribe[Panicked](b)
				var calls atomic.Int32
				var bothInside sync.WaitGroup
				bothInside.Add(2)
				var h [2]*Handler
				for i := range h {
					h[i] = On(b, func(ctx context.Context, _ int) {
						calls.Add(1)
						bothInside.Done()
						bothInside.Wait()
						tt.stop(b, h[i], h[1-i])
						<-ctx.Done()
					}, func(n int) bool { return n == i })
				}
				Publish(b, 0)
				Publish(b, 1)
				<-h[0].done
				<-h[1].done
				if n := calls.Load(); n != 2 {
					t.Errorf("%d calls, want both handlers called once", n)
				}
				b.Close()
				if ps := drain(t, panics); len(ps) != 0 {
					t.Errorf("a handler panicked: %v", ps[0].Value)
				}
				if len(b.inside) != 0 {
					t.Errorf("%d handlers still counted as running", len(b.inside))
				}
			})
		})
	}
}

func TestCloseDeliversWhatWasPublished(t *testing.T) {
	b := New(Config{})
	var got []int
	On(b, func(ctx context.Context, n int) {
		got = append(got, n)
		Publish(b, n+100)
	}, func(n int) bool { return n < 100 })
	hundreds := Subscribe(b, func(n int) bool { return n >= 100 })
	for i := range 50 {
		Publish(b, i)
	}
	b.Close()
	Publish(b, 50)
	b.Close()
	if len(got) != 50 || got[49] != 49 {
		t.Errorf("the handler got %v, want 0 to 49", got)
	}
	for ev := range hundreds.All(t.Context()) {
		if ev >= 150 {
			t.Errorf("event %d was published after Close", ev)
		}
	}
}

func TestCloseEndsHandlerContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		var errs []error
		On(b, func(ctx context.Context, _ int) {
			errs = append(errs, ctx.Err())
			<-ctx.Done()
		})
		Publish(b, 1)
		Publish(b, 2)
		synctest.Wait()
		b.Close()
		if len(errs) != 2 || errs[0] != nil || errs[1] != context.Canceled {
			t.Errorf("ctx.Err() of the calls = %v, want [nil, context canceled]", errs)
		}
	})
}

func TestOnClosedBus(t *testing.T) {
	b := New(Config{})
	b.Close()
	h := On(b, func(context.Context, int) { t.Error("called") })
	Publish(b, 1)
	h.Stop()
}

func TestHandlerOverflows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Limit: 2})
		defer b.Close()
		var got []int
		h := On(b, func(_ context.Context, n int) {
			time.Sleep(time.Second)
			got = append(got, n)
		})
		Publish(b, 0)
		synctest.Wait()
		for i := range 3 {
			Publish(b, i+1)
		}
		<-h.done
		if diff := cmp.Diff([]int{0, 1, 2}, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestPanic(t *testing.T) {
	type fault struct {
		Event, Value any
		HasStack     bool
	}
	tests := []struct {
		name    string
		handler func(context.Context, int)
		filter  func(int) bool
	}{
		{"in the handler", func(_ context.Context, n int) {
			if n == 1 {
				panic("ouch")
			}
		}, func(int) bool { return true }},
		{"in a filter", func(context.Context, int) {}, func(n int) bool {
			if n == 1 {
				panic("ouch")
			}
			return true
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := New(Config{})
			panics := Subscribe[Panicked](b)
			calls := 0
			last := make(chan struct{})
			On(b, func(ctx context.Context, n int) {
				calls++
				tt.handler(ctx, n)
				if n == 2 {
					close(last)
				}
			}, tt.filter)
			for i := range 3 {
				Publish(b, i)
			}
			<-last
			b.Close()
			var got []fault
			for _, p := range drain(t, panics) {
				got = append(got, fault{p.Event, p.Value, len(p.Stack) > 0})
			}
			if diff := cmp.Diff([]fault{{1, "ouch", true}}, got); diff != "" {
				t.Errorf("Panicked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPanicOfPanickedIsNotReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		defer b.Close()
		calls := 0
		On(b, func(context.Context, Panicked) {
			calls++
			panic("again")
		})
		On(b, func(context.Context, int) { panic("ouch") })
		Publish(b, 1)
		Publish(b, 2)
		synctest.Wait()
		if calls != 2 {
			t.Errorf("%d calls for 2 panics", calls)
		}
	})
}

func TestGoexitEndsTheHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		defer b.Close()
		h := On(b, func(context.Context, int) { runtime.Goexit() })
		Publish(b, 1)
		<-h.done
		if n := Handled[int](b); n != 0 {
			t.Errorf("Handled = %d after Goexit, want 0", n)
		}
	})
}

// Everything at once, for the race detector; what is asserted is that it ends.
func TestConcurrentUse(t *testing.T) {
	b := New(Config{Limit: 16})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { // ends after its rounds; waited for below
			for i := range 200 {
				h := On(b, func(_ context.Context, n int) { Publish(b, "seen") })
				s := Subscribe[string](b)
				Once(b, func(context.Context, string) {})
				After(b, time.Duration(i%3)*time.Microsecond, i)
				Publish(b, i)
				h.Stop()
				s.Close()
			}
		})
	}
	closer := time.AfterFunc(5*time.Millisecond, b.Close)
	wg.Wait()
	closer.Stop()
	b.Close()
	if n := Handled[int](b) + Handled[string](b); n != 0 {
		t.Errorf("%d subscribers after Close", n)
	}
}

func TestHandlerBeginsWithTheFirstEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		before := runtime.NumGoroutine()
		h := On(b, func(context.Context, string) { t.Error("the handler of nothing has run") })
		got := 0
		On(b, func(_ context.Context, n int) { got += n })
		if n := runtime.NumGoroutine(); n != before {
			t.Errorf("handlers without events have %d goroutines", n-before)
		}
		for i, want := range []int{1, 3} {
			Publish(b, i+1)
			synctest.Wait()
			if n := runtime.NumGoroutine(); n != before+1 || got != want {
				t.Errorf("%d goroutines, sum %d, want 1 and %d", n-before, got, want)
			}
		}
		h.Stop()
		Publish(b, "too late")
		b.Close()
	})
}

// TestFirstEventIsNotLost closes a bus behind one's own event, while somebody else's is the first.
func TestFirstEventIsNotLost(t *testing.T) {
	for range 500 {
		b := New(Config{})
		got := make(chan string, 2)
		On(b, func(_ context.Context, ev string) { got <- ev })
		var other sync.WaitGroup
		other.Go(func() { Publish(b, "theirs") })
		Publish(b, "ours")
		b.Close()
		other.Wait()
		close(got)
		found := false
		for ev := range got {
			found = found || ev == "ours"
		}
		if !found {
			t.Fatal("the event is lost")
		}
	}
}
