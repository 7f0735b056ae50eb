package stream

import (
	"context"
	"encoding/xml"
	"strings"
	"sync"

	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
)

// isLibrary reports whether the function registers handlers on behalf of its caller.
func isLibrary(function string) bool {
	const module = "github.com/stanzakit/stanzakit/"
	return strings.HasPrefix(function, module+"stream.") || strings.HasPrefix(function, module+"xmpp.")
}

// On adds a handler for elements of type T, under every name T has, and makes the mux's streams decode them into T. Filters are asked, in order,
// after the name has matched.
func On[T any, P wire.Ptr[T]](m *Mux, h func(context.Context, P) error, filters ...func(P) bool) *Handler {
	return Match(m, Pattern{}, h, filters...)
}

// Match is [On] for the elements that match the pattern too. Its Name may be left out: it is T's.
func Match[T any, P wire.Ptr[T]](m *Mux, p Pattern, h func(context.Context, P) error, filters ...func(P) bool) *Handler {
	MustRegister[T, P](m)
	if names := wire.NamesOf(P(nil)); p.Name == (xml.Name{}) && len(names) == 1 {
		p.Name = names[0]
	}
	return m.Handle(p, typed(h, filters))
}

// typed turns a handler of P into one of elements.
func typed[P wire.Element](h func(context.Context, P) error, filters []func(P) bool) Func {
	return func(ctx context.Context, el wire.Element) error {
		p, ok := el.(P)
		if !ok {
			return nil
		}
		for _, f := range filters {
			if !f(p) {
				return nil
			}
		}
		return h(ctx, p)
	}
}

// MustRegister makes the mux's streams decode elements of T's names into T. It panics if another type has one of the names: two packages for one namespace are a
// programmer's mistake.
func MustRegister[T any, P wire.Ptr[T]](m *Mux) {
	if err := wire.Register[T, P](m.reg); err != nil {
		panic("stream: " + err.Error())
	}
}

// Go is [On] for a handler that may wait: it runs on a goroutine of its own, in order. If it falls so far behind that its queue is full, it is
// removed, and the logger told.
func Go[T any, P wire.Ptr[T]](m *Mux, h func(context.Context, P) error, filters ...func(P) bool) *Handler {
	queue := bus.New(bus.Config{})
	on := On(m, func(_ context.Context, p P) error {
		bus.Publish(queue, p)
		return nil
	}, filters...)
	on.stop = queue.Close
	bus.On(queue, func(ctx context.Context, p P) {
		if err := h(ctx, p); err != nil {
			m.log.Error("stream: handler failed", "handler", on.site, "error", err)
		}
	})
	bus.On(queue, func(_ context.Context, o bus.Overflowed) {
		m.log.Error("stream: handler is too slow and has been removed", "handler", on.site, "queued", o.Queued)
		on.Remove()
	})
	bus.On(queue, func(_ context.Context, p bus.Panicked) {
		m.log.Error("stream: handler panicked", "handler", on.site, "panic", p.Value, "stack", string(p.Stack))
	})
	m.mu.Lock()
	closed := m.closed
	m.own = append(m.own, queue)
	m.mu.Unlock()
	if closed {
		queue.Close()
	}
	return on
}

// OnRaw adds a handler that gets the matching elements as XML, whatever their type.
func OnRaw(m *Mux, p Pattern, h func(context.Context, *wire.Raw) error) *Handler {
	return m.Handle(p, func(ctx context.Context, el wire.Element) error {
		raw, ok := el.(*wire.Raw)
		if !ok {
			var err error
			if raw, err = toRaw(el); err != nil {
				return err
			}
		}
		return h(ctx, raw)
	})
}

// toRaw encodes el and reads it as raw XML.
func toRaw(el wire.Element) (*wire.Raw, error) {
	data, err := wire.Marshal(el)
	if err != nil {
		return nil, err
	}
	raw := new(wire.Raw)
	return raw, wire.UnmarshalInto(data, nil, raw)
}

// Waiter waits for one element.
type Waiter[P wire.Element] struct {
	handler *Handler
	got     chan P
}

// Expect begins to wait for an element of type T, so that what arrives between asking and waiting is not missed: Expect, send, Wait.
func Expect[T any, P wire.Ptr[T]](m *Mux, filters ...func(P) bool) *Waiter[P] {
	w := &Waiter[P]{got: make(chan P, 1)}
	w.handler = On(m, func(_ context.Context, p P) error {
		select {
		case w.got <- p:
		default: // a second one before the handler was removed
		}
		return nil
	}, filters...)
	return w
}

// Wait returns the first element that arrived since Expect, and ends the waiting; so does the end of ctx, whose error it then returns.
func (w *Waiter[P]) Wait(ctx context.Context) (P, error) {
	defer w.handler.Remove()
	var none P
	if err := MayWait(ctx); err != nil {
		return none, err
	}
	select {
	case p := <-w.got:
		return p, nil
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

// Cancel ends the waiting.
func (w *Waiter[P]) Cancel() { w.handler.Remove() }

// Wait waits for the next element of type T that passes the filters. See [Expect] for waiting for what one is about to ask for.
func Wait[T any, P wire.Ptr[T]](ctx context.Context, m *Mux, filters ...func(P) bool) (P, error) {
	return Expect(m, filters...).Wait(ctx)
}

// Collect gathers the elements of type T that pass the filters until stop is called, which returns them. It keeps at most limit of
// them, the first; 0 means 10,000.
func Collect[T any, P wire.Ptr[T]](m *Mux, limit int, filters ...func(P) bool) (stop func() []P) {
	const most = 10_000
	if limit <= 0 {
		limit = most
	}
	var mu sync.Mutex // guards got
	var got []P
	h := On(m, func(_ context.Context, p P) error {
		mu.Lock()
		defer mu.Unlock()
		if len(got) < limit {
			got = append(got, p)
		}
		return nil
	}, filters...)
	return func() []P {
		h.Remove()
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}
