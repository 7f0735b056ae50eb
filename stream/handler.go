package stream

import (
	"context"
	"encoding/xml"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/stanzakit/stanzakit/wire"
)

// Pattern says which elements a handler wants. A zero name or an empty type stands for any.
type Pattern struct {
	Name       xml.Name // of the element itself
	Type       string   // the stanza's type attribute as it stands; "" matches every type, absence too
	Child      xml.Name // a child it must have
	Grandchild xml.Name // a child of that child, or of any child if Child is zero
}

// Func handles an element. It runs on the reader's goroutine and must not wait.
type Func func(context.Context, wire.Element) error

// Handler is a registered handler.
type Handler struct {
	mux     *Mux
	run     Func
	claims  bool
	calls   [8]uintptr // of the registration, innermost first
	seq     int        // order of registration; set by Mux.register
	slots   []*slot    // where the index has it; set by Mux.register
	removed atomic.Bool
	stop    func() // ends what runs on other goroutines, without waiting for it; nil if nothing does
}

// newHandler returns a handler that is not registered yet.
func (m *Mux) newHandler(f Func) *Handler {
	h := &Handler{mux: m, run: f}
	runtime.Callers(3, h.calls[:])
	return h
}

// Handle adds a handler for the elements that match p. The generic functions of this package are built on it.
func (m *Mux) Handle(p Pattern, f Func) *Handler {
	h := m.newHandler(f)
	m.register(h, p, p.Name)
	return h
}

// Claim adds a handler that answers for what it matches: [Mux.Dispatch] reports whether one did. A second claim on the same pattern is a
// programmer's mistake and panics.
func (m *Mux) Claim(p Pattern, f Func) *Handler {
	h := m.newHandler(f)
	h.claims = true
	m.register(h, p, p.Name)
	return h
}

// register puts a handler into the index, under each of the names in place of the pattern's own. On a closed mux it does nothing and reports false.
func (m *Mux) register(h *Handler, p Pattern, names ...xml.Name) bool {
	keys := make([]key, len(names))
	for i, n := range names {
		keys[i] = key{root: m.nameID(n), child: m.nameID(p.Child), grandchild: m.nameID(p.Grandchild)}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		h.removed.Store(true)
		return false
	}
	x := m.index.Load()
	for _, k := range keys {
		s := x.slot(k, p.Type)
		if h.claims {
			if other := s.claimed(); other != nil {
				panic(fmt.Sprintf("stream: two handlers answer for %v: one added at %s, one at %s", p, other.site(), h.site()))
			}
		}
		h.slots = append(h.slots, s)
	}
	m.last++
	h.seq = m.last
	for _, s := range h.slots {
		s.add(h)
	}
	return true
}

// nameID returns a name's number; names are interned, so that decoders recognise them.
func (m *Mux) nameID(n xml.Name) wire.NameID {
	if n == (xml.Name{}) {
		return 0
	}
	return m.reg.Intern(n)
}

// Remove takes the handler out. It does not run again once Remove has returned, but for a run under way. Removing it twice is no error.
func (h *Handler) Remove() {
	if h.removed.Swap(true) {
		return
	}
	h.mux.mu.Lock()
	for _, s := range h.slots {
		s.remove()
	}
	h.mux.mu.Unlock()
	if h.stop != nil {
		h.stop()
	}
}

// site returns the place outside this module's registration functions that asked for the handler.
func (h *Handler) site() string {
	frames := runtime.CallersFrames(h.calls[:])
	for {
		f, more := frames.Next()
		if !isLibrary(f.Function) || !more {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
	}
}

// isLibrary reports whether the function registers handlers on behalf of its caller.
func isLibrary(function string) bool {
	const module = "github.com/stanzakit/stanzakit/"
	return strings.HasPrefix(function, module+"stream.") || strings.HasPrefix(function, module+"xmpp.")
}
