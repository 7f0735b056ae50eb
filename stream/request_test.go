package stream_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// only accepts one sender.
func only(text string) func(jid.JID) bool {
	want := jid.MustParse(text)
	return func(from jid.JID) bool { return from == want }
}

func TestReplies(t *testing.T) {
	tests := []struct {
		name, xml string
		want      string // type of the reply; empty if the request goes on waiting
	}{
		{"result", `<iq xmlns='jabber:client' type='result' id='1' from='a@b/c'/>`, "result"},
		{"error", `<iq xmlns='jabber:client' type='error' id='1' from='a@b/c'><error type='cancel'/></iq>`, "error"},
		{"S07: other sender", `<iq xmlns='jabber:client' type='result' id='1' from='mallory@b/c'/>`, ""},
		{"S07: other resource", `<iq xmlns='jabber:client' type='result' id='1' from='a@b/d'/>`, ""},
		{"S07: no sender", `<iq xmlns='jabber:client' type='result' id='1'/>`, ""},
		{"S07: bad sender", `<iq xmlns='jabber:client' type='result' id='1' from='@'/>`, ""},
		{"S08: message", `<message xmlns='jabber:client' type='error' id='1' from='a@b/c'/>`, ""},
		{"S08: message of type result", `<message xmlns='jabber:client' type='result' id='1' from='a@b/c'/>`, ""},
		{"S08: presence", `<presence xmlns='jabber:client' type='error' id='1' from='a@b/c'/>`, ""},
		{"S08: other namespace", `<iq xmlns='urn:x' type='result' id='1' from='a@b/c'/>`, ""},
		{"request with the same id", `<iq xmlns='jabber:client' type='get' id='1' from='a@b/c'/>`, ""},
		{"other id", `<iq xmlns='jabber:client' type='result' id='2' from='a@b/c'/>`, ""},
		{"no id", `<iq xmlns='jabber:client' type='result' from='a@b/c'/>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				seen := 0
				m.Handle(stream.Pattern{}, func(context.Context, wire.Element) error {
					seen++
					return nil
				})
				call, err := m.Await(iqName, "1", only("a@b/c"))
				if err != nil {
					t.Fatal(err)
				}
				claimed := dispatch(t, m, tt.xml)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				el, err := call.Wait(ctx)
				if tt.want == "" {
					if !errors.Is(err, context.DeadlineExceeded) || el != nil || claimed || seen != 1 {
						t.Errorf("Wait: %v, %v; claimed %v; handlers saw it %d times", el, err, claimed, seen)
					}
					return
				}
				if err != nil || !claimed || seen != 0 {
					t.Fatalf("Wait: %v; claimed %v; handlers saw it %d times", err, claimed, seen)
				}
				if diff := cmp.Diff(tt.want, string(el.(*stanza.IQ).Type)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if dispatch(t, m, tt.xml); seen != 1 {
					t.Error("a second reply did not reach the handlers")
				}
			})
		})
	}
}

func TestAwait(t *testing.T) {
	m, _ := newMux(t)
	first, err := m.Await(iqName, "1", only("a@b"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Await(iqName, "1", only("other@b")); !errors.Is(err, stream.ErrID) {
		t.Errorf("same id: %v", err)
	}
	if _, err := m.Await(messageName, "1", only("a@b")); err != nil {
		t.Errorf("same id, other kind: %v", err)
	}
	first.Cancel()
	first.Cancel()
	if dispatch(t, m, `<iq xmlns='jabber:client' type='result' id='1' from='a@b'/>`) {
		t.Error("a late reply was somebody's")
	}
	second, err := m.Await(iqName, "1", only("a@b"))
	if err != nil {
		t.Fatalf("id of an ended request: %v", err)
	}
	first.Cancel() // must not end the second
	if !dispatch(t, m, `<iq xmlns='jabber:client' type='result' id='1' from='a@b'/>`) {
		t.Error("the second request was ended with the first")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if el, err := second.Wait(ended); err != nil || el == nil { // it came before ctx ended
		t.Errorf("Wait: %v, %v", el, err)
	}
	if msg := panicOf(func() { _, _ = m.Await(iqName, "2", nil) }); msg == "" {
		t.Error("a request that anybody may answer")
	}
}

func TestWaitEnds(t *testing.T) {
	gone := errors.New("the user has left")
	m, _ := newMux(t)
	call, err := m.Await(iqName, "1", only("a@b"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := call.Wait(ctx); !errors.Is(err, gone) {
		t.Errorf("Wait: %v", err)
	}
	if dispatch(t, m, `<iq xmlns='jabber:client' type='result' id='1' from='a@b'/>`) {
		t.Error("a late reply was somebody's")
	}
}

func TestAbandon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		lost := errors.New("connection lost")
		errs := make(chan error, 3)
		for _, id := range []string{"1", "2", "3"} {
			call, err := m.Await(iqName, id, only("a@b"))
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				_, err := call.Wait(t.Context())
				errs <- err
			}()
		}
		synctest.Wait()
		m.Abandon(lost)
		for range 3 {
			if err := <-errs; !errors.Is(err, lost) {
				t.Errorf("Wait: %v", err)
			}
		}
		m.Abandon(lost)
		if _, err := m.Await(iqName, "1", only("a@b")); err != nil {
			t.Errorf("id of an abandoned request: %v", err)
		}
	})
}

func TestReplyCallsOut(t *testing.T) { // no lock is held while the sender is checked
	m, _ := newMux(t)
	var call *stream.Call
	call, err := m.Await(iqName, "1", func(jid.JID) bool {
		call.Cancel()
		_, err := m.Await(iqName, "2", only("a@b"))
		return err == nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if dispatch(t, m, `<iq xmlns='jabber:client' type='result' id='1' from='a@b'/>`) {
		t.Error("a reply to a cancelled request was somebody's")
	}
}

func TestInlineWaits(t *testing.T) { // every call that would wait says so at once
	m, _ := newMux(t)
	ran := false
	m.Handle(stream.Pattern{}, func(ctx context.Context, _ wire.Element) error {
		ran = true
		call, err := m.Await(iqName, "1", only("a@b"))
		if err != nil {
			return err
		}
		if _, err := call.Wait(ctx); !errors.Is(err, stream.ErrWouldWait) {
			t.Errorf("Call.Wait: %v", err)
		}
		if _, err := stream.Wait[stanza.Message](ctx, m); !errors.Is(err, stream.ErrWouldWait) {
			t.Errorf("Wait: %v", err)
		}
		if err := stream.MayWait(stream.Waiting(ctx)); err != nil {
			t.Errorf("Waiting: %v", err)
		}
		return nil
	})
	dispatch(t, m, `<message xmlns='jabber:client'/>`)
	if !ran {
		t.Error("handler did not run")
	}
	if _, err := m.Await(iqName, "1", only("a@b")); err != nil {
		t.Errorf("the request in vain still waits: %v", err)
	}
}

// TestManyRequests has requests come and go while the reader looks for others: none of the replies is missed, though the table grows and is given up meanwhile.
func TestManyRequests(t *testing.T) {
	const askers, each = 8, 500
	m, _ := newMux(t)
	replies := make(chan *stanza.IQ)
	var all sync.WaitGroup
	for a := range askers {
		all.Go(func() {
			var calls []*stream.Call
			for i := range each {
				id := fmt.Sprint(a, "-", i)
				call, err := m.Await(iqName, id, only("a@b/c"))
				if err != nil {
					t.Errorf("Await: %v", err)
					return
				}
				calls = append(calls, call)
				replies <- &stanza.IQ{ID: id, Type: stanza.IQResult, From: jid.MustParse("a@b/c")}
			}
			for i, call := range calls {
				if el, err := call.Wait(t.Context()); err != nil || el.(*stanza.IQ).ID != fmt.Sprint(a, "-", i) {
					t.Errorf("request %d of %d: %v, %v", i, a, el, err)
				}
			}
		})
	}
	go func() { // ends when the askers have
		all.Wait()
		close(replies)
	}()
	_, outline := decode(t, m, `<iq xmlns='jabber:client' type='result' id='1'/>`)
	for el := range replies {
		if !m.Dispatch(t.Context(), el, outline) {
			t.Errorf("nobody waited for %s", el.ID)
		}
	}
}
