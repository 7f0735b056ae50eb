package pubsub

import (
	"crypto/rand"
	"slices"

	"github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsuberrors"
	"github.com/stanzakit/stanzakit/gen/pubsubevent"
	"github.com/stanzakit/stanzakit/gen/rsm"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// publish publishes items (XEP-0060, section 7.1). A node of an account that is not there is created, as the options say (XEP-0163, section 3).
func (r *request) publish(p *pubsub.Publish, opts *pubsub.PublishOptions) (wire.Element, *stanza.Error) {
	n, refusal := r.target(p.Node, opts)
	if refusal != nil {
		return nil, refusal
	}
	if !n.mayPublish(r.from) {
		return nil, kit.Forbidden()
	}
	persist := n.config.Is(fieldPersist)
	switch {
	case len(p.Item) == 0 && (persist || n.config.Is(fieldPayloads)): // section 7.1.3.4
		return nil, kit.BadRequest(&pubsuberrors.ItemRequired{})
	case len(p.Item) > max(1, n.limit()): // section 12.11
		return nil, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed, &pubsuberrors.MaxItemsExceeded{})
	}
	for _, it := range p.Item {
		if refusal := n.refuses(it); refusal != nil {
			return nil, refusal
		}
	}
	done := &pubsub.Publish{Node: n.name}
	event := &pubsubevent.Items{Node: n.name}
	for _, it := range p.Item {
		if it.ID == "" {
			it.ID = rand.Text()
		}
		done.Item = append(done.Item, pubsub.Item{ID: it.ID})
		event.Item = append(event.Item, n.event(item{id: it.ID, payload: it.Any}))
		if persist {
			n.keep(item{id: it.ID, payload: it.Any})
		}
	}
	r.notify(n, &pubsubevent.Event{Items: event})
	return &pubsub.Pubsub{Publish: done}, nil
}

// refuses says what is wrong with an item, if anything is (XEP-0060, section 7.1.3.6).
func (n *node) refuses(it pubsub.Item) *stanza.Error {
	switch {
	case len(it.Any) > 1:
		return kit.BadRequest(&pubsuberrors.InvalidPayload{})
	case len(it.Any) == 0 && n.config.Is(fieldPayloads):
		return kit.BadRequest(&pubsuberrors.PayloadRequired{})
	}
	return nil
}

// target returns the node to publish at, which must be as the options say (XEP-0060, section 7.1.5).
func (r *request) target(name string, opts *pubsub.PublishOptions) (*node, *stanza.Error) {
	if name == "" {
		return nil, kit.BadRequest(&pubsuberrors.NodeidRequired{})
	}
	var form *xdata.Form
	if opts != nil && !r.NoPublishOptions {
		form = opts.Form
	}
	n := r.nodes[name]
	config := r.defaults()
	switch {
	case n == nil && !r.pep:
		return nil, kit.NotFound()
	case n == nil && r.from.Bare() != r.addr:
		return nil, kit.Forbidden()
	case n != nil:
		config = n.config
	}
	want, set, err := options().Apply(config, publishOptions, form)
	if err != nil {
		return nil, unmet()
	}
	if n == nil {
		return r.make(name, want)
	}
	for _, f := range set {
		if want[f] != n.config[f] {
			return nil, unmet()
		}
	}
	return n, nil
}

// unmet refuses to publish at a node that is not as the options say.
func unmet() *stanza.Error {
	return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionConflict, &pubsuberrors.PreconditionNotMet{})
}

// keep keeps an item, in the place of one of the same identifier, and drops the oldest where there are too many.
func (n *node) keep(it item) {
	n.items = slices.DeleteFunc(n.items, func(old item) bool { return old.id == it.id })
	n.items = append(n.items, it)
	if over := len(n.items) - n.limit(); over > 0 {
		n.items = slices.Delete(n.items, 0, over)
	}
}

// retract deletes items (XEP-0060, section 7.2).
func (r *request) retract(q *pubsub.Retract) *stanza.Error {
	n := r.nodes[q.Node]
	switch {
	case q.Node == "":
		return kit.BadRequest(&pubsuberrors.NodeidRequired{})
	case n == nil:
		return kit.NotFound()
	case !n.mayPublish(r.from):
		return kit.Forbidden()
	case len(q.Item) == 0:
		return kit.BadRequest(&pubsuberrors.ItemRequired{})
	}
	event := &pubsubevent.Items{Node: n.name}
	for _, it := range q.Item {
		i := slices.IndexFunc(n.items, func(old item) bool { return old.id == it.ID })
		if i < 0 { // section 7.2.3.3
			return kit.NotFound()
		}
		n.items = slices.Delete(n.items, i, i+1)
		event.Retract = append(event.Retract, pubsubevent.Retract{ID: it.ID})
	}
	if q.Notify != nil && *q.Notify || n.config.Is(fieldNRetract) {
		r.notify(n, &pubsubevent.Event{Items: event})
	}
	return nil
}

// items hands out items (XEP-0060, section 6.5), the oldest first.
func (r *request) items(q *pubsub.Items, page *rsm.Set) (wire.Element, *stanza.Error) {
	n := r.nodes[q.Node]
	if n == nil {
		return nil, kit.NotFound()
	}
	if refusal := r.mayRead(n); refusal != nil {
		return nil, refusal
	}
	found := n.items
	if len(q.Item) > 0 { // section 6.5.8: those that are not there are left out
		found = nil
		for _, want := range q.Item {
			i := slices.IndexFunc(n.items, func(it item) bool { return it.id == want.ID })
			if i >= 0 {
				found = append(found, n.items[i])
			}
		}
	}
	if q.MaxItems != nil && int(*q.MaxItems) < len(found) { // section 6.5.7
		found = found[len(found)-int(*q.MaxItems):]
	}
	out := &pubsub.Pubsub{}
	if page != nil {
		var ids []string
		for _, it := range found {
			ids = append(ids, it.id)
		}
		from, to, set, refusal := kit.Page(ids, page, maxItems)
		if refusal != nil {
			return nil, refusal
		}
		found, out.Set = found[from:to], &set
	}
	answer := pubsub.Items{Node: n.name}
	for _, it := range found {
		answer.Item = append(answer.Item, pubsub.Item{ID: it.id, Any: it.payload})
	}
	out.Items = []pubsub.Items{answer}
	return out, nil
}
