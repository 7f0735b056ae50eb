// Package mam is an archive of messages in memory (XEP-0313), of a user or a room. The typical call is
//
//	page, fin, refusal := archive.Query(query)
//
// Covered are the fields with, start, end, before-id, after-id and ids, paging with XEP-0059, reversed pages, preferences (XEP-0441) and metadata.
package mam

import (
	"crypto/rand"
	"slices"
	"time"

	"github.com/stanzakit/stanzakit/gen/delay"
	"github.com/stanzakit/stanzakit/gen/forward0"
	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/sid0"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

const (
	page = 50     // messages on a page, at most
	most = 10_000 // messages in an archive; the oldest make room
)

// Archive is an archive. It belongs to whoever has the server's lock.
type Archive struct {
	Owner jid.JID // bare
	msgs  []message
}

// message is one that was kept.
type message struct {
	id   string
	at   time.Time
	with jid.JID
	el   *stanza.Message
}

// Add keeps a message that was exchanged with somebody, and returns a copy with its id (XEP-0359), to be delivered to who may read the archive. An id that claims to
// be of the archive and is not is dropped.
func (a *Archive) Add(m *stanza.Message, with jid.JID) *stanza.Message {
	out := a.Strip(m)
	id := rand.Text()
	out.Any = append(out.Any, &sid0.StanzaID{ID: id, By: a.Owner})
	if len(a.msgs) >= most {
		a.msgs = slices.Delete(a.msgs, 0, 1)
	}
	a.msgs = append(a.msgs, message{id: id, at: time.Now().UTC(), with: with, el: out})
	return out
}

// Strip returns a copy of a message without ids that claim to be of the archive (XEP-0359, section 5).
func (a *Archive) Strip(m *stanza.Message) *stanza.Message {
	out := *m
	out.Any = nil
	for _, el := range m.Any {
		if id, ok := wire.Find[sid0.StanzaID]([]wire.Element{el}); ok && id.By == a.Owner { // guard: S18
			continue
		}
		out.Any = append(out.Any, el)
	}
	return &out
}

// Form returns the fields that can be asked for (XEP-0313, section 4.1.4).
func Form() *mam2.Query {
	f := &xdata.Form{Type: xdata.FormForm, Field: []xdata.Field{
		{Var: "FORM_TYPE", Type: xdata.FieldHidden, Value: []string{mam2.NS}},
		{Var: "with", Type: xdata.FieldJIDSingle},
	}}
	for _, name := range []string{"start", "end", "before-id", "after-id"} {
		f.Field = append(f.Field, xdata.Field{Var: name, Type: xdata.FieldTextSingle})
	}
	f.Field = append(f.Field, xdata.Field{Var: "ids", Type: xdata.FieldListMulti})
	return &mam2.Query{Form: f}
}

// Metadata describes the archive (XEP-0313, section 5).
func (a *Archive) Metadata() *mam2.Metadata {
	if len(a.msgs) == 0 {
		return &mam2.Metadata{}
	}
	end := func(m message) *mam2.Boundary { return &mam2.Boundary{ID: m.id, Timestamp: m.at} }
	return &mam2.Metadata{Start: end(a.msgs[0]), End: end(a.msgs[len(a.msgs)-1])}
}

// Query returns the messages of a page, and what ends it (XEP-0313, section 4).
func (a *Archive) Query(q *mam2.Query) ([]*mam2.Result, *mam2.Fin, *stanza.Error) {
	if q.Node != "" {
		return nil, nil, kit.NotFound()
	}
	found, refusal := a.matching(q.Form)
	if refusal != nil {
		return nil, nil, refusal
	}
	ids := make([]string, 0, len(found))
	for _, m := range found {
		ids = append(ids, m.id)
	}
	from, to, set, refusal := kit.Page(ids, q.Set, page)
	if refusal != nil {
		return nil, nil, refusal
	}
	fin := &mam2.Fin{Set: set}
	if complete(q, from, to, len(found)) {
		fin.Complete = new(true)
	}
	var out []*mam2.Result
	for _, m := range found[from:to] {
		out = append(out, &mam2.Result{ID: m.id, QueryID: q.QueryID, Forwarded: forward0.Forwarded{Delay: &delay.Delay{Stamp: m.at}, Message: m.el}})
	}
	if q.FlipPage {
		slices.Reverse(out)
	}
	return out, fin, nil
}

// complete reports whether nothing is left in the direction of paging.
func complete(q *mam2.Query, from, to, n int) bool {
	if q.Set != nil && q.Set.Before != nil {
		return from == 0
	}
	return to == n
}

// matching returns the messages that a form asks for, the oldest first.
func (a *Archive) matching(form *xdata.Form) ([]message, *stanza.Error) {
	f := filter{end: len(a.msgs)}
	if form != nil {
		for _, field := range form.Field {
			if refusal := f.set(a, field); refusal != nil {
				return nil, refusal
			}
		}
	}
	var out []message
	for i, m := range a.msgs {
		if i >= f.begin && i < f.end && f.match(m) {
			out = append(out, m)
		}
	}
	return out, nil
}

// filter is what a form asks for.
type filter struct {
	with        jid.JID
	since, till time.Time
	begin, end  int // places in the archive
	ids         []string
}

// set adds a field of the form (XEP-0313, section 4.1).
func (f *filter) set(a *Archive, field xdata.Field) *stanza.Error {
	value := ""
	if len(field.Value) > 0 {
		value = field.Value[0]
	}
	var err error
	switch field.Var {
	case "FORM_TYPE":
		if value != mam2.NS {
			return kit.BadRequest()
		}
	case "with":
		f.with, err = jid.Parse(value)
	case "start":
		f.since, err = time.Parse(time.RFC3339Nano, value)
	case "end":
		f.till, err = time.Parse(time.RFC3339Nano, value)
	case "before-id":
		return f.place(a, value, func(i int) { f.end = min(f.end, i) })
	case "after-id":
		return f.place(a, value, func(i int) { f.begin = max(f.begin, i+1) })
	case "ids":
		f.ids = field.Value
		for _, id := range f.ids {
			if refusal := f.place(a, id, func(int) {}); refusal != nil {
				return refusal
			}
		}
	default: // section 4.1.5
		return kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionFeatureNotImplemented)
	}
	if err != nil {
		return kit.BadRequest()
	}
	return nil
}

// place looks an id up, which must be there (XEP-0313, section 4.1.3).
func (*filter) place(a *Archive, id string, found func(int)) *stanza.Error {
	i := slices.IndexFunc(a.msgs, func(m message) bool { return m.id == id })
	if i < 0 {
		return kit.NotFound()
	}
	found(i)
	return nil
}

// match reports whether a message is one of those asked for. A bare JID stands for all resources of its (section 4.1.1).
func (f *filter) match(m message) bool {
	switch {
	case !f.with.IsZero() && f.with != m.with && f.with != m.with.Bare(),
		!f.since.IsZero() && m.at.Before(f.since),
		!f.till.IsZero() && m.at.After(f.till),
		f.ids != nil && !slices.Contains(f.ids, m.id):
		return false
	}
	return true
}
