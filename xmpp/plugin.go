package xmpp

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
)

// Plugin adds behaviour to a session: handlers, features to tell of, state. It is a struct whose exported fields are its configuration and whose
// zero value works. A value serves one session.
type Plugin interface {
	// Setup is called once, before the stream opens.
	Setup(h *Host) error
}

// Runner is a [Plugin] that has something to do while the session is bound.
type Runner interface {
	// Run is called on a goroutine of its own once per bound session; ctx ends with it. Run must then return.
	Run(ctx context.Context, s *Session)
}

// Host is what a plugin is set up in.
type Host struct {
	session *Session
	plugins map[reflect.Type]Plugin
	ready   map[reflect.Type]bool // false while Setup is running
	path    []reflect.Type        // plugins being set up, outermost first
	order   []Plugin              // in the order in which Setup ended
}

// Session returns the session, which is not bound yet: requests must wait for Run or for the event [Bound].
func (h *Host) Session() *Session { return h.session }

// Mux returns the session's stream handlers.
func (h *Host) Mux() *stream.Mux { return h.session.mux }

// Bus returns the session's events.
func (h *Host) Bus() *bus.Bus { return h.session.bus }

// Log returns the session's logger.
func (h *Host) Log() *slog.Logger { return h.session.log }

// Need returns the session's plugin of type P, set up: the one that was configured, or else a zero one. Plugins that need each other in a circle are an error that
// names the circle.
func Need[P any, PP interface {
	*P
	Plugin
}](h *Host) (PP, error) {
	t := reflect.TypeFor[PP]()
	p, ok := h.plugins[t]
	if !ok {
		p = PP(new(P))
		h.plugins[t] = p
	}
	if err := h.setup(t, p); err != nil {
		return nil, err
	}
	return p.(PP), nil
}

// setup sets p up if it is not yet.
func (h *Host) setup(t reflect.Type, p Plugin) error {
	done, begun := h.ready[t]
	switch {
	case done:
		return nil
	case begun:
		return fmt.Errorf("xmpp: plugins need each other: %s", h.circle(t))
	}
	h.ready[t] = false
	h.path = append(h.path, t)
	if err := p.Setup(h); err != nil {
		return fmt.Errorf("xmpp: plugin %v: %w", t, err)
	}
	h.path = h.path[:len(h.path)-1]
	h.ready[t] = true
	h.order = append(h.order, p)
	return nil
}

// circle names the plugins from t on, and t again.
func (h *Host) circle(t reflect.Type) string {
	var names []string
	for _, p := range h.path[slices.Index(h.path, t):] {
		names = append(names, p.String())
	}
	return strings.Join(append(names, t.String()), " -> ")
}

// setup sets up the plugins of a session and returns those that run.
func setup(s *Session, plugins []Plugin) ([]Runner, error) {
	h := &Host{session: s, plugins: make(map[reflect.Type]Plugin), ready: make(map[reflect.Type]bool)}
	for _, p := range plugins {
		t := reflect.TypeOf(p)
		if h.plugins[t] != nil {
			return nil, fmt.Errorf("xmpp: two plugins of type %v", t)
		}
		h.plugins[t] = p
	}
	for _, p := range plugins {
		if err := h.setup(reflect.TypeOf(p), p); err != nil {
			return nil, err
		}
	}
	var runners []Runner
	for _, p := range h.order {
		if r, ok := p.(Runner); ok {
			runners = append(runners, r)
		}
	}
	return runners, nil
}
