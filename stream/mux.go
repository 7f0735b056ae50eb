package stream

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/wire"
)

// Mux finds the handlers of an element. Handlers may be added and removed at any time, from handlers too; what is added while an element is dispatched sees the next one. A mux
// outlives the streams that feed it. Requests belong to it and not to one of them: several streams at a time may share its handlers, but only if none makes requests.
type Mux struct {
	reg     *wire.Registry
	log     *slog.Logger
	pending requests

	index   atomic.Pointer[index]        // read without mu, replaced with it
	filters [2]atomic.Pointer[[]*filter] // likewise

	mu     sync.Mutex // guards what follows
	last   int        // handlers registered so far
	own    []*worker  // goroutines of handlers
	taken  bool
	closed bool
}

// Config configures a [Mux]. Its zero value works.
type Config struct {
	// Registry decides the types of elements; nil means a new, empty one. On and its like add to it.
	Registry *wire.Registry
	// Logger is told of handlers that fail; nil is silent.
	Logger *slog.Logger
}

// NewMux returns a mux without handlers.
func NewMux(cfg Config) *Mux {
	if cfg.Registry == nil {
		cfg.Registry = wire.NewRegistry()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	m := &Mux{reg: cfg.Registry, log: cfg.Logger}
	m.index.Store(&index{})
	return m
}

// ErrTaken is returned by [Mux.Take] for a mux that somebody has taken already.
var ErrTaken = errors.New("stream: the mux serves another session, or has served one")

// Take marks the mux as that of one session, so that no second one mixes its requests and handlers with it.
func (m *Mux) Take() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.taken || m.closed {
		return ErrTaken
	}
	m.taken = true
	return nil
}

// Registry returns the map from names to types that decoders of the mux's streams use.
func (m *Mux) Registry() *wire.Registry { return m.reg }

// Close takes all handlers out, ends the goroutines of those made by [Go] and waits for them; what they have queued still reaches them, with a context that is
// done. Called from such a handler it does not wait for that one. Handlers added later never run. Closing twice is no error.
func (m *Mux) Close() {
	m.mu.Lock()
	own := m.own
	m.own, m.closed = nil, true
	m.index.Store(&index{})
	m.mu.Unlock()
	for _, w := range own {
		w.close()
	}
}

// Dispatch gives the element to the request that waits for it, or else to every handler that matches, and reports whether one of them answers for it.
// outline may be nil for an element that was made rather than read.
func (m *Mux) Dispatch(ctx context.Context, el wire.Element, outline *wire.Outline) (claimed bool) {
	if outline == nil {
		var err error
		if outline, err = wire.OutlineOf(el, m.reg); err != nil {
			m.log.Error("stream: element cannot be dispatched", "error", err)
			return false
		}
	}
	typ := ""
	if s, ok := el.(wire.Stanza); ok {
		head := s.StanzaHead()
		if typ = head.Type; (typ == "result" || typ == "error") && m.pending.resolve(el, outline.Root, &head) {
			return true
		}
	}
	var buf [8]*Handler
	list := m.index.Load().match(buf[:0], outline, typ)
	if len(list) == 0 {
		return false
	}
	ctx = inline(ctx)
	for from := 0; from < len(list); {
		from = m.calls(ctx, el, list, from, &claimed)
	}
	return claimed
}

// calls runs the handlers of a list from one of them on, and says how far it came: what panics in one stays its own.
func (m *Mux) calls(ctx context.Context, el wire.Element, list []*Handler, from int, claimed *bool) (next int) {
	defer func() {
		if v := recover(); v != nil {
			m.panicked(list[next], v)
			next++
		}
	}()
	for next = from; next < len(list); next++ {
		h := list[next]
		if h.removed.Load() {
			continue
		}
		if h.claims {
			*claimed = true
		}
		if err := h.run(ctx, el); err != nil {
			m.failed(h, err)
		}
	}
	return next
}

// call runs one handler by itself, as calls does.
func (m *Mux) call(ctx context.Context, h *Handler, run Func, el wire.Element) {
	defer func() {
		if v := recover(); v != nil {
			m.panicked(h, v)
		}
	}()
	if err := run(ctx, el); err != nil {
		m.failed(h, err)
	}
}

func (m *Mux) panicked(h *Handler, v any) {
	m.log.Error("stream: handler panicked", "handler", h.site(), "panic", v, "stack", string(debug.Stack()))
}

func (m *Mux) failed(h *Handler, err error) {
	m.log.Error("stream: handler failed", "handler", h.site(), "error", err)
}
