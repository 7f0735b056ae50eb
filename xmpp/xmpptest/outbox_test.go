package xmpptest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
)

func TestOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		o.init()
		for i := range tooMany {
			if !o.add(&stanza.Message{}) {
				t.Fatalf("no room for element %d", i)
			}
		}
		if o.add(&stanza.Message{}) {
			t.Errorf("room for more than %d elements", tooMany)
		}
		waited := make(chan time.Duration)
		begin := time.Now()
		go func() { // ends when there is room
			o.room(t.Context())
			waited <- time.Since(begin)
		}()
		time.Sleep(time.Second)
		if els, ok := o.take(t.Context()); len(els) != tooMany || !ok {
			t.Errorf("took %d elements, %v", len(els), ok)
		}
		if got := <-waited; got != time.Second {
			t.Errorf("waited %v for room, want until everything was taken", got)
		}
		o.close()
		o.close()
		if !o.add(&stanza.Message{}) {
			t.Error("an outbox that is closed is full; want it to drop")
		}
		if els, ok := o.take(t.Context()); ok {
			t.Errorf("took %v from a closed outbox", els)
		}
	})
}

func TestOutboxGivesUpWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		o.init()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if els, ok := o.take(ctx); ok {
			t.Errorf("took %v from an empty outbox", els)
		}
		for range enough {
			o.add(&stanza.Message{})
		}
		begin := time.Now()
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		o.room(ctx)
		if got := time.Since(begin); got != time.Second {
			t.Errorf("waited %v, want until ctx ended", got)
		}
	})
}
