package stream

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/stanzakit/stanzakit/wire"
)

// Direction is the way an element goes.
type Direction int

// The directions.
const (
	In  Direction = iota // from the peer, before dispatch; a filter runs on the reader's goroutine and must not wait
	Out                  // to the peer, before encoding; a filter runs on the sender's goroutine
)

// FilterFunc looks at an element on its way and returns it, another one in its place, or nil to drop it. It must not change the element: others may hold it,
// and how it is dispatched is decided already; to change one is to return a changed copy. An error drops the element too: the logger is told, or the caller of Send.
type FilterFunc func(context.Context, wire.Element) (wire.Element, error)

type filter struct {
	order int
	run   FilterFunc
}

// ErrDropped is returned by Send for an element that an outbound filter dropped.
var ErrDropped = errors.New("stream: an outbound filter dropped the element")

// Filter adds a filter. Filters of one direction run from the lowest order to the highest, equal ones in the order they were
// added. The function returned removes it.
func Filter(m *Mux, dir Direction, order int, f FilterFunc) (remove func()) {
	one := &filter{order, f}
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.filterList(dir)
	at := len(list)
	for at > 0 && list[at-1].order > order {
		at--
	}
	list = slices.Insert(slices.Clone(list), at, one)
	m.filters[dir].Store(&list)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		list := slices.DeleteFunc(slices.Clone(m.filterList(dir)), func(f *filter) bool { return f == one })
		m.filters[dir].Store(&list)
	}
}

func (m *Mux) filterList(dir Direction) []*filter {
	if l := m.filters[dir].Load(); l != nil {
		return *l
	}
	return nil
}

// filter sends el through the filters of a direction; nil means that it was dropped.
func (m *Mux) filter(ctx context.Context, dir Direction, el wire.Element) (wire.Element, error) {
	for _, f := range m.filterList(dir) {
		var err error
		if el, err = f.try(ctx, el); el == nil || err != nil {
			return nil, err
		}
	}
	return el, nil
}

// try runs one filter; that it panics is its error.
func (f *filter) try(ctx context.Context, el wire.Element) (_ wire.Element, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("stream: filter panicked: %v\n%s", v, debug.Stack())
		}
	}()
	return f.run(ctx, el)
}
