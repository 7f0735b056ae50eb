package stream_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// tagger returns a filter that appends a letter to a message's id, in a copy.
func tagger(letter string) stream.FilterFunc {
	return func(_ context.Context, el wire.Element) (wire.Element, error) {
		m := *el.(*stanza.Message)
		m.ID += letter
		return &m, nil
	}
}

func TestFilters(t *testing.T) {
	broken := errors.New("broken")
	drop := func(context.Context, wire.Element) (wire.Element, error) { return nil, nil }
	fail := func(_ context.Context, el wire.Element) (wire.Element, error) { return el, broken }
	explode := func(context.Context, wire.Element) (wire.Element, error) { panic("ouch") }
	type filter struct {
		order int
		f     stream.FilterFunc
	}
	tests := []struct {
		name    string
		filters []filter
		want    string // the id that comes out, empty if nothing does
		err     string // of Send
		log     string // of Serve
	}{
		{name: "none", want: "m"},
		{name: "in order", filters: []filter{{5, tagger("b")}, {-1, tagger("a")}, {5, tagger("c")}, {9, tagger("d")}}, want: "mabcd"},
		{name: "dropped", filters: []filter{{1, tagger("a")}, {2, drop}, {3, explode}}, err: stream.ErrDropped.Error()},
		{name: "failed", filters: []filter{{1, fail}, {2, explode}}, err: "broken", log: "broken"},
		{name: "panicked", filters: []filter{{1, explode}}, err: "ouch", log: "ouch"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" in", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, log := newMux(t)
				got := ""
				stream.On(m, func(_ context.Context, msg *stanza.Message) error {
					got = msg.ID
					return nil
				})
				for _, f := range tt.filters {
					stream.Filter(m, stream.In, f.order, f.f)
				}
				s, p := connected(t, m, stream.Options{})
				r := serve(t.Context(), s)
				p.send(`<message id='m'/>` + byeTag)
				_ = r.end()
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if len(r.rest) > 0 && tt.want == "" {
					t.Errorf("dropped, and yet unclaimed: %v", r.rest)
				}
				if !strings.Contains(log.String(), tt.log) {
					t.Errorf("log: %s", log)
				}
			})
		})
		t.Run(tt.name+" out", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				for _, f := range tt.filters {
					stream.Filter(m, stream.Out, f.order, f.f)
				}
				s, p := connected(t, m, stream.Options{})
				err := s.Send(t.Context(), &stanza.Message{ID: "m"})
				if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
					t.Errorf("Send: %v", err)
				}
				want := ""
				if tt.want != "" {
					want = "<message id='" + tt.want + "'/>"
				}
				if diff := cmp.Diff(want, p.heard()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestFilterRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		removeA := stream.Filter(m, stream.Out, 0, tagger("a"))
		stream.Filter(m, stream.Out, 0, tagger("b"))
		removeA()
		removeA()
		s, p := connected(t, m, stream.Options{})
		if err := s.Send(t.Context(), &stanza.Message{ID: "m"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("<message id='mb'/>", p.heard()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFilterReplaces(t *testing.T) { // what a filter puts in an element's place is dispatched by what it consists of
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		var got []string
		for _, local := range []string{"old", "new"} {
			m.Handle(stream.Pattern{Child: name("urn:x", local)}, func(context.Context, wire.Element) error {
				got = append(got, local)
				return nil
			})
		}
		stream.Filter(m, stream.In, 0, func(ctx context.Context, el wire.Element) (wire.Element, error) {
			if stream.MayWait(ctx) == nil {
				t.Error("an inbound filter may wait")
			}
			return &stanza.Message{Any: []wire.Element{&wire.Raw{Name: name("urn:x", "new")}}}, nil
		})
		s, p := connected(t, m, stream.Options{})
		r := serve(t.Context(), s)
		p.send(`<message><old xmlns='urn:x'/></message>` + byeTag)
		_ = r.end()
		if diff := cmp.Diff([]string{"new"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
