package stream

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/wire"
)

// Pattern says which elements a handler wants. A zero name or an empty type stands for any.
type Pattern struct {
	Name       xml.Name // of the element itself
	Type       string   // the stanza's type attribute; "" matches every type
	Child      xml.Name // a child it must have
	Grandchild xml.Name // a child of that child
}

// Func handles an element. It runs on the reader's goroutine and must not wait.
type Func func(context.Context, wire.Element) error

// Mux finds the handlers of an element. Handlers may be added and removed at any time, from handlers too. It outlives the streams that feed it.
type Mux struct {
	reg *wire.Registry
	log *slog.Logger

	index   atomic.Pointer[index] // replaced whole by writers, who hold mu
	filters [2]atomic.Pointer[[]*filter]
	mu      sync.Mutex
	last    int

	pending requests
	own     []interface{ Close() } // goroutines of handlers; guarded by mu
	closed  bool                   // guarded by mu
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

// Registry returns the map from names to types that decoders of the mux's streams use.
func (m *Mux) Registry() *wire.Registry { return m.reg }

// Close ends the goroutines of handlers made by [Go] and waits for them. Handlers added later never run.
func (m *Mux) Close() {
	m.mu.Lock()
	own := m.own
	m.own, m.closed = nil, true
	m.index.Store(&index{})
	m.mu.Unlock()
	for _, o := range own {
		o.Close()
	}
}

// Handler is a registered handler.
type Handler struct {
	mux     *Mux
	seq     int
	pattern Pattern
	run     Func
	site    string
	claims  bool
	removed atomic.Bool
	stop    func()
}

// Remove takes the handler out. It does not run again once Remove has returned, but for a run under way. Removing it twice is no error.
func (h *Handler) Remove() {
	if h.removed.Swap(true) {
		return
	}
	m := h.mux
	m.mu.Lock()
	m.index.Store(m.index.Load().without(h))
	m.mu.Unlock()
	if h.stop != nil {
		h.stop()
	}
}

// Handle adds a handler for the elements that match p. The generic functions of this package are built on it.
func (m *Mux) Handle(p Pattern, f Func) *Handler { return m.add(p, f, false) }

// Claim adds a handler that answers for what it matches: [Mux.Dispatch] reports whether one did. A second claim on the same pattern is a
// programmer's mistake and panics.
func (m *Mux) Claim(p Pattern, f Func) *Handler { return m.add(p, f, true) }

func (m *Mux) add(p Pattern, f Func, claims bool) *Handler {
	k := m.key(p)
	h := &Handler{mux: m, pattern: p, run: f, claims: claims, site: callSite()}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		h.removed.Store(true)
		return h
	}
	old := m.index.Load()
	for _, o := range old.by[k] {
		if claims && o.claims {
			panic(fmt.Sprintf("stream: two handlers answer for %v: one added at %s, one at %s", p, o.site, h.site))
		}
	}
	m.last++
	h.seq = m.last
	m.index.Store(old.with(k, h))
	return h
}

// callSite returns the place outside this package's registration functions that asked for the handler.
func callSite() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !isLibrary(f.Function) || !more {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
	}
}

// ErrWouldWait is returned by calls that would wait when they are made from a stream handler.
var ErrWouldWait = errors.New("stream: a stream handler must not wait; use an event, stream.Go or xmpp.HandleIQ")

type inlineKey struct{}

// MayWait returns [ErrWouldWait] if ctx is that of a stream handler. Calls that wait for the reader begin with it.
func MayWait(ctx context.Context) error {
	if ctx.Value(inlineKey{}) != nil {
		return ErrWouldWait
	}
	return nil
}

// Waiting returns ctx for work that a handler has handed to another goroutine, where it may wait.
func Waiting(ctx context.Context) context.Context { return context.WithValue(ctx, inlineKey{}, nil) }

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
		if typ = head.Type; m.pending.resolve(el, head) {
			return true
		}
	}
	ctx = context.WithValue(ctx, inlineKey{}, true)
	var buf [8]*Handler
	for _, h := range m.index.Load().match(buf[:0], outline, typ) {
		if !h.removed.Load() {
			m.call(ctx, h, el)
			claimed = claimed || h.claims
		}
	}
	return claimed
}

// call runs one handler; what goes wrong in it stays its own.
func (m *Mux) call(ctx context.Context, h *Handler, el wire.Element) {
	defer func() {
		if v := recover(); v != nil {
			m.log.Error("stream: handler panicked", "handler", h.site, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	if err := h.run(ctx, el); err != nil {
		m.log.Error("stream: handler failed", "handler", h.site, "error", err)
	}
}

// key turns a pattern into a key of the index; the names are interned, so that decoders recognise them.
func (m *Mux) key(p Pattern) key {
	id := func(n xml.Name) wire.NameID {
		if n == (xml.Name{}) {
			return 0
		}
		return m.reg.Intern(n)
	}
	return key{root: id(p.Name), typ: p.Type, child: id(p.Child), grandchild: id(p.Grandchild)}
}

// key is a pattern in the registry's numbers; 0 and "" stand for any.
type key struct {
	root, child, grandchild wire.NameID
	typ                     string
}

// index maps patterns to handlers. It is never changed, only replaced.
type index struct {
	by    map[key][]*Handler
	depth int // 0: no pattern names a child; 1: a child; 2: a grandchild
	typed bool
}

// with returns a copy that holds h too.
func (x *index) with(k key, h *Handler) *index {
	n := &index{by: make(map[key][]*Handler, len(x.by)+1), depth: x.depth, typed: x.typed || k.typ != ""}
	for k, hs := range x.by {
		n.by[k] = hs
	}
	n.by[k] = append(slices.Clip(n.by[k]), h)
	switch {
	case k.grandchild != 0:
		n.depth = 2
	case k.child != 0:
		n.depth = max(n.depth, 1)
	}
	return n
}

// without returns a copy that does not hold h.
func (x *index) without(h *Handler) *index {
	n := &index{}
	for k, hs := range x.by {
		for _, o := range hs {
			if o != h {
				n = n.with(k, o)
			}
		}
	}
	return n
}

// match appends the handlers of an element, each once, in the order of registration.
func (x *index) match(to []*Handler, o *wire.Outline, typ string) []*Handler {
	to = x.types(to, key{root: o.Root}, typ)
	if x.depth > 0 {
		var child wire.NameID
		for _, n := range o.Nodes {
			switch {
			case n.Depth == 1:
				if child = n.ID; child != 0 {
					to = x.types(to, key{root: o.Root, child: child}, typ)
				}
			case x.depth == 2 && n.ID != 0:
				if child != 0 {
					to = x.types(to, key{root: o.Root, child: child, grandchild: n.ID}, typ)
				}
				to = x.types(to, key{root: o.Root, grandchild: n.ID}, typ)
			}
		}
	}
	if len(to) > 1 {
		slices.SortFunc(to, func(a, b *Handler) int { return a.seq - b.seq })
		to = slices.Compact(to)
	}
	return to
}

// types looks a key up with the element's type and with any, and with the element's name and with any.
func (x *index) types(to []*Handler, k key, typ string) []*Handler {
	to = append(to, x.by[k]...)
	if x.typed && typ != "" {
		to = append(to, x.by[key{k.root, k.child, k.grandchild, typ}]...)
	}
	if k.root == 0 {
		return to
	}
	k.root = 0
	return x.types(to, k, typ)
}
