// Package bus carries typed events between the parts of a program: what happened is a Go value, and
// everyone who subscribed to its type gets it. It stands for the events of Slixmpp's XMLStream
// (add_event_handler, event, wait_until, schedule) with types in place of names, and depends on
// nothing else of this module.
//
//	b := bus.New(bus.Config{})
//	defer b.Close()
//	bus.On(b, func(ctx context.Context, ev LoggedIn) { ... })
//	bus.Publish(b, LoggedIn{User: "juliet"})
//
// The rules:
//
//   - An event's type is the static type T of the call, matched exactly; an interface is a type of its
//     own and not a pattern for others.
//   - Publish never waits. Each subscriber has its own queue, and runs on its own goroutine, so a slow
//     one holds up nobody else. A queue that reaches Config.Limit ends its subscription.
//   - All subscribers of one type see its events in the same order, which is the order of each
//     publisher. Between two types there is no order.
//   - Events are shared by their subscribers: do not change what a pointer in an event points to.
package bus

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// DefaultLimit is the number of events a subscriber may be behind when Config.Limit is zero.
const DefaultLimit = 4096

var (
	// ErrClosed says that a subscription was closed, or the bus it belonged to.
	ErrClosed = errors.New("bus: subscription closed")
	// ErrOverflow says that a subscription ended because its reader was too far behind.
	ErrOverflow = errors.New("bus: subscription ended, too many events waiting")
)

// Config is what a Bus can be told at birth. Its zero value works.
type Config struct {
	// Limit is the number of events that may wait for one subscriber; one more ends its
	// subscription. Zero or less means DefaultLimit.
	Limit int
}

// A Bus delivers events to the subscribers of their type. Make one with New.
type Bus struct {
	limit int
	// topics has who subscribed to what. Publish reads it without a lock; it is replaced under mu.
	topics atomic.Pointer[topics]
	// ctx lives as long as the bus, and every handler's context descends from it.
	ctx    context.Context
	cancel context.CancelFunc
	// handlers counts the goroutines of all handlers; added to under mu while the bus is open.
	handlers sync.WaitGroup

	mu     sync.Mutex // guards what follows; may be held when a topic's lock is taken, never after
	closed bool
	timers map[*Timer]struct{} // nil until there is one
	inside map[string]struct{} // ids of the goroutines that run handlers; likewise
}

// New returns an open Bus. It has no goroutine of its own.
func New(cfg Config) *Bus {
	if cfg.Limit <= 0 {
		cfg.Limit = DefaultLimit
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Bus{limit: cfg.Limit, ctx: ctx, cancel: cancel}
}

// Close ends all timers, subscriptions and handlers; what is published from now on is dropped. What
// was published before still reaches its subscribers, so that a last event ("disconnected") is not
// lost, but handlers get it with a context that is done. Close returns when all handlers have; called
// from inside a handler of b it does not wait. It may be called more than once.
func (b *Bus) Close() {
	for _, t := range b.shut() {
		t.Stop()
	}
	for _, t := range b.topics.Load().all() {
		t.close()
	}
	b.cancel()
	if !b.inHandler() {
		b.handlers.Wait()
	}
}

// shut lets nothing new in and returns the timers that still run.
func (b *Bus) shut() []*Timer {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	timers := make([]*Timer, 0, len(b.timers))
	for t := range b.timers {
		timers = append(timers, t)
	}
	return timers
}

// start runs f on a handler's goroutine, or returns false if the bus is closed.
func (b *Bus) start(f func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	// Ends when the handler's subscription does; waited for in Close and in Handler.Stop.
	b.handlers.Go(func() {
		id := goroutineID()
		b.enter(id)
		defer b.leave(id)
		f()
	})
	return true
}

func (b *Bus) enter(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inside == nil {
		b.inside = make(map[string]struct{})
	}
	b.inside[id] = struct{}{}
}

func (b *Bus) leave(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.inside, id)
}

// inHandler reports whether the caller runs on the goroutine of one of b's handlers. Such a caller
// must not wait for handlers: neither for itself, nor for another that may be waiting for it.
func (b *Bus) inHandler() bool {
	id := goroutineID()
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.inside[id]
	return ok
}
