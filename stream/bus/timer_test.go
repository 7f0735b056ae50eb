package bus

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTimers(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name string
		act  func(b *Bus)
		want []time.Duration // when events come
	}{
		{"After", func(b *Bus) { After(b, 3*s, 1) }, []time.Duration{3 * s}},
		{"After nothing", func(b *Bus) { After(b, 0, 1) }, []time.Duration{0}},
		{"After a negative time", func(b *Bus) { After(b, -s, 1) }, []time.Duration{0}},
		{"After, stopped", func(b *Bus) { After(b, s, 1).Stop() }, nil},
		{"Every", func(b *Bus) { Every(b, 4*s, 1) }, []time.Duration{4 * s, 8 * s}},
		{"Every, stopped", func(b *Bus) {
			tm := Every(b, 2*s, 1)
			time.AfterFunc(5*s, tm.Stop)
			time.AfterFunc(6*s, tm.Stop)
		}, []time.Duration{2 * s, 4 * s}},
		{"several", func(b *Bus) { After(b, 5*s, 1); Every(b, 3*s, 1) }, []time.Duration{3 * s, 5 * s, 6 * s, 9 * s}},
		{"bus closed first", func(b *Bus) { b.Close(); After(b, s, 1); Every(b, s, 1).Stop() }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(Config{})
				var got []time.Duration
				start := time.Now()
				On(b, func(context.Context, int) { got = append(got, time.Since(start)) })
				tt.act(b)
				time.Sleep(10 * s)
				b.Close()
				if len(b.timers) != 0 {
					t.Errorf("the bus remembers %d timers after Close", len(b.timers))
				}
				time.Sleep(10 * s)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestFiredTimerIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		defer b.Close()
		tm := After(b, time.Second, 1)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(b.timers) != 0 {
			t.Errorf("the bus remembers %d timers that have fired", len(b.timers))
		}
		tm.Stop()
	})
}

func TestEveryPanicsOnBadInterval(t *testing.T) {
	for _, d := range []time.Duration{0, -time.Second} {
		t.Run(d.String(), func(t *testing.T) {
			b := New(Config{})
			defer b.Close()
			defer func() {
				want := "bus: Every needs a positive interval, not " + d.String()
				if got := recover(); got != want {
					t.Errorf("recovered %v, want %q", got, want)
				}
			}()
			Every(b, d, 1)
		})
	}
}
