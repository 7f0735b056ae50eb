package xmpp

import (
	"context"
	"fmt"
	"slices"
	"sync"

	genroster "github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/rosterver"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
)

// Roster is a client's contact list (RFC 6121, section 2): what the server said when it was fetched, kept current by its pushes.
type Roster struct {
	s       *Session
	mu      sync.Mutex // guards what follows
	items   map[jid.JID]genroster.Item
	version string // empty until the server has given one
}

// register makes the roster take the server's pushes. They are applied in the order they arrive, so they are handled inline.
func (r *Roster) register() {
	stream.MustRegister[genroster.Query](r.s.mux)
	stream.MustRegister[stanza.IQ](r.s.mux)
	p := stream.Pattern{
		Name: (*stanza.IQ)(nil).ElementName(), Type: string(stanza.IQSet), Child: (*genroster.Query)(nil).ElementName(),
	}
	r.s.mux.Claim(p, func(ctx context.Context, el wire.Element) error {
		iq, ok := el.(*stanza.IQ)
		if !ok {
			return nil
		}
		return r.push(ctx, iq)
	})
}

// Fetch asks the server for the roster (RFC 6121, section 2.1.3), from the version known if the server keeps versions (section 2.6), and returns it.
func (r *Roster) Fetch(ctx context.Context) ([]genroster.Item, error) {
	req := &genroster.Query{}
	if offers[rosterver.Ver](r.s) { // otherwise it must not be sent (RFC 6121, section 2.6.2)
		r.mu.Lock()
		req.Ver = new(r.version)
		r.mu.Unlock()
	}
	reply, err := r.s.Request(ctx, &stanza.IQ{Type: stanza.IQGet, Any: []wire.Element{req}})
	if err != nil {
		return nil, err
	}
	q, ok := wire.Find[genroster.Query](reply.Any)
	if !ok { // nothing has changed since that version, or there never was anything
		return r.Items(), nil
	}
	r.mu.Lock()
	r.items = make(map[jid.JID]genroster.Item, len(q.Item))
	for _, item := range q.Item {
		r.items[item.JID.Bare()] = item
	}
	r.setVersion(q.Ver)
	r.mu.Unlock()
	return r.Items(), nil
}

func (r *Roster) setVersion(v *string) {
	if v != nil {
		r.version = *v
	}
}

// Items returns the contacts known, sorted by JID.
func (r *Roster) Items() []genroster.Item {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]genroster.Item, 0, len(r.items))
	for _, item := range r.items {
		out = append(out, item)
	}
	slices.SortFunc(out, func(a, b genroster.Item) int { return jid.Compare(a.JID, b.JID) })
	return out
}

// Item returns a contact, and whether there is such a one.
func (r *Roster) Item(j jid.JID) (genroster.Item, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	item, ok := r.items[j.Bare()]
	return item, ok
}

// Set adds a contact or changes its name and groups (RFC 6121, sections 2.3 and 2.4). The list changes when the server's push arrives.
func (r *Roster) Set(ctx context.Context, j jid.JID, name string, groups ...string) error {
	return r.send(ctx, genroster.Item{JID: j.Bare(), Name: name, Group: groups})
}

// Remove removes a contact and ends its subscriptions (RFC 6121, section 2.5).
func (r *Roster) Remove(ctx context.Context, j jid.JID) error {
	return r.send(ctx, genroster.Item{JID: j.Bare(), Subscription: genroster.ItemSubscriptionRemove})
}

func (r *Roster) send(ctx context.Context, item genroster.Item) error {
	_, err := Set[None](ctx, r.s, jid.JID{}, &genroster.Query{Item: []genroster.Item{item}})
	return err
}

// push applies a change that the server pushes. One from anybody else is refused like a request that nobody handles, so that it tells a stranger nothing.
func (r *Roster) push(ctx context.Context, iq *stanza.IQ) error {
	if !iq.From.IsZero() && iq.From != r.s.account { // guard: S01
		return r.s.refuse(ctx, iq, &StanzaError{Type: stanza.ErrorCancel, Condition: stanzaerrors.ConditionServiceUnavailable})
	}
	q, bad := request[genroster.Query](iq)
	if bad == nil && len(q.Item) != 1 {
		bad = BadRequest("a roster push has exactly one item")
	}
	if bad != nil {
		return r.s.refuse(ctx, iq, bad)
	}
	item := q.Item[0]
	r.mu.Lock()
	if r.items == nil {
		r.items = make(map[jid.JID]genroster.Item)
	}
	if item.Subscription == genroster.ItemSubscriptionRemove {
		delete(r.items, item.JID.Bare())
	} else {
		r.items[item.JID.Bare()] = item
	}
	r.setVersion(q.Ver)
	r.mu.Unlock()
	bus.Publish(r.s.bus, RosterPush{Item: item})
	return r.s.Send(ctx, &stanza.IQ{ID: iq.ID, To: iq.From, Type: stanza.IQResult})
}

// Subscribe asks to be told of a contact's presence (RFC 6121, section 3.1). The answer comes as a [Subscription] event.
func (s *Session) Subscribe(ctx context.Context, to jid.JID) error {
	return s.subscription(ctx, to, stanza.PresenceSubscribe)
}

// Approve lets a contact see our presence (RFC 6121, section 3.1.4).
func (s *Session) Approve(ctx context.Context, to jid.JID) error {
	return s.subscription(ctx, to, stanza.PresenceSubscribed)
}

// Unsubscribe asks not to be told of a contact's presence any more (RFC 6121, section 3.3).
func (s *Session) Unsubscribe(ctx context.Context, to jid.JID) error {
	return s.subscription(ctx, to, stanza.PresenceUnsubscribe)
}

// Refuse refuses or ends a contact's seeing our presence (RFC 6121, section 3.2).
func (s *Session) Refuse(ctx context.Context, to jid.JID) error {
	return s.subscription(ctx, to, stanza.PresenceUnsubscribed)
}

func (s *Session) subscription(ctx context.Context, to jid.JID, t stanza.PresenceType) error {
	if to.IsZero() {
		return fmt.Errorf("xmpp: %s without an addressee", t)
	}
	return s.Send(ctx, &stanza.Presence{To: to.Bare(), Type: t, ID: NewID()})
}
