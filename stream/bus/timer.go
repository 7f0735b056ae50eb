package bus

import (
	"sync"
	"time"
)

// A Timer publishes an event on a schedule, until it is stopped or its bus is closed.
type Timer struct {
	bus   *Bus
	every time.Duration // 0: once
	send  func()

	mu      sync.Mutex // guards what follows; held while sending, so that nothing is sent after Stop
	timer   *time.Timer
	stopped bool
}

// After publishes ev when d has passed.
func After[T any](b *Bus, d time.Duration, ev T) *Timer {
	t := &Timer{bus: b, send: func() { Publish(b, ev) }}
	t.start(d)
	return t
}

// Every publishes ev each time d has passed. It panics if d is not positive.
func Every[T any](b *Bus, d time.Duration, ev T) *Timer {
	if d <= 0 {
		panic("bus: Every needs a positive interval, not " + d.String())
	}
	t := &Timer{bus: b, every: d, send: func() { Publish(b, ev) }}
	t.start(d)
	return t
}

// Stop ends the timer: after it has returned, nothing more is published. It may be called more than
// once, and after the timer has fired.
func (t *Timer) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	t.stopped = true
	t.timer.Stop()
	t.bus.forget(t)
}

func (t *Timer) start(d time.Duration) {
	t.mu.Lock() // fire may run before AfterFunc has returned
	defer t.mu.Unlock()
	if !t.bus.remember(t) {
		t.stopped = true
		return
	}
	// Its goroutine ends when fire returns, which does not wait for anybody; Stop waits for it at mu.
	t.timer = time.AfterFunc(d, t.fire)
}

func (t *Timer) fire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	t.send()
	if t.every > 0 {
		t.timer.Reset(t.every)
		return
	}
	t.stopped = true
	t.bus.forget(t)
}

// remember keeps t so that Close can stop it, or returns false if the bus is closed.
func (b *Bus) remember(t *Timer) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.timers == nil {
		b.timers = make(map[*Timer]struct{})
	}
	if !b.closed {
		b.timers[t] = struct{}{}
	}
	return !b.closed
}

func (b *Bus) forget(t *Timer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.timers, t)
}
