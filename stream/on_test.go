package stream_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
)

func chat(m *stanza.Message) bool { return m.Type == stanza.MessageChat }

func TestOn(t *testing.T) {
	m, _ := newMux(t)
	var got []string
	note := func(kind string) func(context.Context, *stanza.Message) error {
		return func(_ context.Context, msg *stanza.Message) error {
			got = append(got, kind+msg.ID)
			return nil
		}
	}
	hasBody := func(m *stanza.Message) bool { return len(m.Body) > 0 }
	stream.On(m, note("all"))
	stream.On(m, note("chat"), chat)
	stream.On(m, note("both"), chat, hasBody)
	stream.Match(m, stream.Pattern{Type: "chat", Child: (*ping.Ping)(nil).ElementName()}, note("match"), hasBody)
	stream.Match(m, stream.Pattern{Name: iqName}, note("never"))
	for _, text := range []string{
		`<message xmlns='jabber:client' id='1'/>`,
		`<message xmlns='jabber:client' id='2' type='chat'><ping xmlns='urn:xmpp:ping'/></message>`,
		`<message xmlns='jabber:client' id='3' type='chat'><body>b</body><ping xmlns='urn:xmpp:ping'/></message>`,
		`<iq xmlns='jabber:client' id='4' type='get'/>`,
		`<message xmlns='jabber:client' id='5' from='@'/>`, // a bad value costs the stanza
	} {
		dispatch(t, m, text)
	}
	want := []string{"all1", "all2", "chat2", "all3", "chat3", "both3", "match3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnRaw(t *testing.T) {
	m, _ := newMux(t)
	stream.MustRegister[ping.Ping](m)
	var got []string
	stream.OnRaw(m, stream.Pattern{}, func(_ context.Context, raw *wire.Raw) error {
		text := raw.Name.Local
		for _, n := range raw.Nodes {
			text += fmt.Sprintf(" %T", n.Elem)
		}
		got = append(got, text, fmt.Sprint(raw.Err != nil))
		return nil
	})
	dispatch(t, m, `<message xmlns='jabber:client'><ping xmlns='urn:xmpp:ping'/></message>`)
	dispatch(t, m, `<unknown xmlns='urn:x'><ping xmlns='urn:xmpp:ping'/></unknown>`)
	dispatch(t, m, `<message xmlns='jabber:client' to='@'><ping xmlns='urn:xmpp:ping'/></message>`)
	want := []string{"message *wire.Raw", "false", "unknown *wire.Raw", "false", "message *wire.Raw", "true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m.Dispatch(t.Context(), &stanza.Message{ID: "\x00"}, new(wire.Outline)) // cannot be encoded: no run, no panic
	if len(got) != len(want) {
		t.Errorf("ran on what is no XML: %v", got[len(want):])
	}
}

type ctxKey struct{}

func TestGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := newMux(t)
		var got []string
		stream.Go(m, func(ctx context.Context, msg *stanza.Message) error {
			if msg.ID == "2" {
				panic("ouch")
			}
			if msg.ID == "3" {
				return errors.New("broken")
			}
			time.Sleep(time.Second) // it may wait
			got = append(got, fmt.Sprint(msg.ID, ctx.Value(ctxKey{}), stream.MayWait(ctx)))
			return nil
		}, chat)
		ctx := context.WithValue(t.Context(), ctxKey{}, "v")
		for id := range 5 {
			el, outline := decode(t, m, fmt.Sprintf(`<message xmlns='jabber:client' type='chat' id='%d'/>`, id))
			m.Dispatch(ctx, el, outline)
			dispatch(t, m, `<message xmlns='jabber:client' id='other'/>`)
		}
		m.Close() // waits; what is queued is handled
		if diff := cmp.Diff([]string{"0v<nil>", "1v<nil>", "4v<nil>"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, want := range []string{"ouch", "broken", "on_test.go:"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("log does not tell of %q:\n%s", want, log)
			}
		}
	})
}

func TestGoRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := newMux(t)
		start := time.Now()
		var ended []time.Duration // after the start
		h := stream.Go(m, func(ctx context.Context, _ *stanza.Message) error {
			<-ctx.Done()
			ended = append(ended, time.Since(start))
			time.Sleep(time.Minute) // a removal does not wait for that
			return nil
		})
		remover := stream.On(m, func(context.Context, *stanza.Message) error {
			h.Remove()
			h.Remove()
			return nil
		}, chat)
		for range 3 {
			dispatch(t, m, `<message xmlns='jabber:client'/>`)
		}
		synctest.Wait()
		dispatch(t, m, `<message xmlns='jabber:client' type='chat'/>`)
		dispatch(t, m, `<message xmlns='jabber:client'/>`)
		if d := time.Since(start); d > 0 {
			t.Errorf("the reader waited %v for a handler", d)
		}
		remover.Remove()
		time.Sleep(time.Second)
		m.Close()
		if diff := cmp.Diff([]time.Duration{0}, ended); diff != "" {
			t.Errorf("runs that ended (-want +got):\n%s", diff)
		}
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

func TestGoContext(t *testing.T) { // it ends with the stream's
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		gone := errors.New("stream is gone")
		var got error
		stream.Go(m, func(ctx context.Context, _ *stanza.Message) error {
			<-ctx.Done()
			got = context.Cause(ctx)
			return nil
		})
		ctx, cancel := context.WithCancelCause(t.Context())
		el, outline := decode(t, m, `<message xmlns='jabber:client'/>`)
		m.Dispatch(ctx, el, outline)
		cancel(gone)
		synctest.Wait()
		if !errors.Is(got, gone) {
			t.Errorf("cause: %v", got)
		}
	})
}

func TestGoOverflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := newMux(t)
		runs := 0
		release := make(chan struct{})
		stream.Go(m, func(context.Context, *stanza.Message) error {
			runs++
			<-release
			return nil
		})
		for i := range bus.DefaultLimit + 10 {
			dispatch(t, m, `<message xmlns='jabber:client'/>`)
			if i == 0 {
				synctest.Wait() // the first one runs, the others wait
			}
		}
		close(release)
		m.Close()
		if n := strings.Count(log.String(), "too slow and has been removed"); n != 1 || runs != 1 {
			t.Errorf("told %d times, ran %d times; log: %.500s", n, runs, log)
		}
	})
}

func TestGoClosesMux(t *testing.T) { // from inside: it cannot wait for itself
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		done := false
		for range 2 {
			stream.Go(m, func(context.Context, *stanza.Message) error {
				m.Close()
				done = true
				return nil
			}, chat)
		}
		dispatch(t, m, `<message xmlns='jabber:client' type='chat'/>`)
		synctest.Wait()
		if !done {
			t.Error("Close waits for its caller")
		}
	})
}

func TestGoMuxClosed(t *testing.T) { // while an element is dispatched: the handler is not told to be slow
	m, log := newMux(t)
	stream.On(m, func(context.Context, *stanza.Message) error {
		m.Close()
		return nil
	})
	stream.Go(m, func(context.Context, *stanza.Message) error { return nil })
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if log.String() != "" {
		t.Errorf("log: %s", log)
	}
}

func TestGoForgotten(t *testing.T) { // handlers that come and go leave nothing behind
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		nop := func(context.Context, *stanza.Message) error { return nil }
		for range 100 {
			stream.Go(m, nop).Remove()
			synctest.Wait()
		}
		if n := m.Workers(); n > 1 {
			t.Errorf("the mux remembers %d removed handlers", n)
		}
	})
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		asked := 0
		w := stream.Expect(m, func(msg *stanza.Message) bool {
			asked++
			return chat(msg)
		})
		for _, text := range []string{
			`<message xmlns='jabber:client' id='1'/>`, `<message xmlns='jabber:client' id='2' type='chat'/>`, `<message xmlns='jabber:client' id='3' type='chat'/>`,
		} {
			dispatch(t, m, text)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := w.Wait(ended); err != nil || got.ID != "2" { // it came before ctx ended
			t.Errorf("Wait: %v, %v", got, err)
		}
		if dispatch(t, m, `<message xmlns='jabber:client' id='4' type='chat'/>`); asked != 3 {
			t.Errorf("asked about %d messages", asked)
		}

		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		if got, err := stream.Wait(ctx, m, chat); got != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait: %v, %v", got, err)
		}

		dropped := stream.Expect[stanza.Message](m)
		dropped.Cancel()
		dispatch(t, m, `<message xmlns='jabber:client'/>`)
		if got, err := dropped.Wait(ended); got != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("Wait after Cancel: %v, %v", got, err)
		}
	})
}

func TestCollect(t *testing.T) {
	m, _ := newMux(t)
	all, two := stream.Collect[stanza.Message](m, 0), stream.Collect(m, 2, chat)
	for id := range 4 {
		dispatch(t, m, fmt.Sprintf(`<message xmlns='jabber:client' type='chat' id='%d'/>`, id))
	}
	dispatch(t, m, `<message xmlns='jabber:client' id='4'/>`)
	ids := func(got []*stanza.Message) (ids string) {
		for _, msg := range got {
			ids += msg.ID
		}
		return ids
	}
	if diff := cmp.Diff([]string{"01234", "01"}, []string{ids(all()), ids(two())}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	dispatch(t, m, `<message xmlns='jabber:client' id='5'/>`)
	if diff := cmp.Diff("01234", ids(all())); diff != "" {
		t.Errorf("after stop (-want +got):\n%s", diff)
	}
}
