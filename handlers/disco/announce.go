package disco

import (
	"context"
	"slices"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/wire"
)

// tell adds our capabilities to a presence on its way out, if it says that we are available and does not have them yet (XEP-0115, sections 6.1 and 8.3). The presence itself
// is left as it is.
func (p *Plugin) tell(_ context.Context, el wire.Element) (wire.Element, error) {
	pr, ok := el.(*stanza.Presence)
	if !ok {
		return el, nil
	}
	switch pr.Type {
	case "":
		return p.annotate(pr), nil
	case stanza.PresenceUnavailable:
		p.note(pr, nil, "")
	}
	return el, nil
}

func (p *Plugin) annotate(pr *stanza.Presence) *stanza.Presence {
	if _, has := wire.Find[caps.C](pr.Any); has {
		p.note(pr, nil, "") // the program looks after its capabilities by itself
		return pr
	}
	e := p.entity(pr.From)
	if e == nil {
		return pr
	}
	ver := e.announce()
	p.note(pr, pr, ver)
	if ver == "" {
		return pr
	}
	out := *pr
	out.Any = append(slices.Clip(pr.Any), &caps.C{Hash: sha1Name, Node: p.uri(), Ver: ver})
	return &out
}

// note keeps what a client's broadcast said, for Announce. A component's presence is always directed.
func (p *Plugin) note(pr, keep *stanza.Presence, ver string) {
	if !pr.To.IsZero() || p.component() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broadcast, p.told = nil, ver; keep != nil {
		kept := *keep
		p.broadcast = &kept
	}
}

// Announce sends a client's last broadcast of presence again if what we are or can do has changed since (XEP-0115, section 6.1). Call it after a change while
// the session is bound. It does nothing while nothing has been broadcast, and does not repeat directed presence.
func (p *Plugin) Announce(ctx context.Context) error {
	p.mu.Lock()
	last, told := p.broadcast, p.told
	p.mu.Unlock()
	if last == nil || told == p.snapshot().ver {
		return nil
	}
	again := *last
	return p.session.Send(ctx, &again)
}
