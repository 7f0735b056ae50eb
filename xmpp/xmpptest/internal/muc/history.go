package muc

import (
	"slices"
	"time"

	"github.com/stanzakit/stanzakit/gen/delay"
	"github.com/stanzakit/stanzakit/gen/muc"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/wire"
)

const (
	maxHistory     = 100 // messages that a room remembers
	defaultHistory = 20  // that it shows to who does not say how many
)

// entry is a message that a room remembers.
type entry struct {
	m  *stanza.Message
	at time.Time
}

// remember adds a message to the history.
func (r *room) remember(m *stanza.Message) {
	if len(r.history) >= maxHistory {
		r.history = slices.Delete(r.history, 0, 1)
	}
	r.history = append(r.history, entry{m: m, at: time.Now().UTC()})
}

// replay sends a new occupant as much of the history as it wants (XEP-0045, section 7.2.14): what meets all of its limits.
func (v *visit) replay(o *occupant, want *muc.History) {
	if want == nil {
		want = &muc.History{MaxStanzas: new(uint32(defaultHistory))}
	}
	for _, e := range v.history[v.begin(want):] {
		m := addressed(e.m, o.jid)
		m.Any = append(slices.Clone(m.Any), wire.Element(&delay.Delay{From: v.room.addr, Stamp: e.at}))
		v.host.Send(m)
	}
}

// begin returns where in the history what is wanted begins.
func (r *room) begin(want *muc.History) int {
	first := 0
	if want.MaxStanzas != nil {
		first = max(first, len(r.history)-int(*want.MaxStanzas))
	}
	if want.MaxChars != nil {
		left, i := int(*want.MaxChars), len(r.history)
		for ; i > 0; i-- {
			b, err := wire.Marshal(r.history[i-1].m) // characters are counted over complete stanzas
			if left -= len([]rune(string(b))); err != nil || left < 0 {
				break
			}
		}
		first = max(first, i)
	}
	since := time.Time{}
	if want.Since != nil {
		since = *want.Since
	}
	if want.Seconds != nil {
		if at := time.Now().Add(-time.Duration(*want.Seconds) * time.Second); at.After(since) {
			since = at
		}
	}
	for first < len(r.history) && r.history[first].at.Before(since) {
		first++
	}
	return first
}
