package stream

import (
	"context"
	"encoding/xml"

	"github.com/stanzakit/stanzakit/wire"
)

// On adds a handler for elements of type T, under every name T has, and makes the mux's streams decode them into T. Filters are asked, in order,
// after the name has matched. An element that T cannot hold (see [wire.Raw]) does not reach it.
func On[T any, P wire.Ptr[T]](m *Mux, h func(context.Context, P) error, filters ...func(P) bool) *Handler {
	return match(m, Pattern{}, typed(h, filters))
}

// Match is [On] for the elements that match the pattern too. Its Name may be left out: it is T's.
func Match[T any, P wire.Ptr[T]](m *Mux, p Pattern, h func(context.Context, P) error, filters ...func(P) bool) *Handler {
	return match(m, p, typed(h, filters))
}

// match adds a handler of T's under the pattern's name, or else under all of T's.
func match[T any, P wire.Ptr[T]](m *Mux, p Pattern, run typedFunc[P]) *Handler {
	h := m.newHandler(Func(run))
	m.register(h, p, namesFor[T, P](m, p)...)
	return h
}

// namesFor makes the mux's streams decode into T and returns the names that a handler of T's is found by.
func namesFor[T any, P wire.Ptr[T]](m *Mux, p Pattern) []xml.Name {
	MustRegister[T, P](m)
	if p.Name != (xml.Name{}) {
		return []xml.Name{p.Name}
	}
	return wire.NamesOf(P(nil))
}

// typedFunc is a Func that handles elements of type P only.
type typedFunc[P wire.Element] Func

// typed turns a handler of P into one of elements.
func typed[P wire.Element](h func(context.Context, P) error, filters []func(P) bool) typedFunc[P] {
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

// OnRaw adds a handler that gets the matching elements as XML, whatever their type: the element and all that stands in it are [wire.Raw].
func OnRaw(m *Mux, p Pattern, h func(context.Context, *wire.Raw) error) *Handler {
	return m.Handle(p, func(ctx context.Context, el wire.Element) error {
		raw, ok := el.(*wire.Raw)
		if !ok || raw.Err == nil { // one with an error is raw throughout, and the error must stay
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
	if err := wire.UnmarshalInto(data, nil, raw); err != nil {
		return nil, err
	}
	return raw, nil
}
