package xmpptest_test

import (
	"strconv"
	"testing"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream/bus"
)

// TestOrder sends more than any queue on the way holds. All of it arrives, in order (RFC 6120, section 10.1).
func TestOrder(t *testing.T) {
	const n = 5000
	srv := start(t, nil)
	alice, bob := login(t, srv.Config("alice")), login(t, srv.Config("bob"))
	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	sent := make(chan error, 1)
	go func() { // ends when everything is sent; waited for below
		for i := range n {
			if err := alice.Send(t.Context(), &stanza.Message{ID: strconv.Itoa(i), To: bob.JID()}); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for i := range n {
		if got := next(t, inbox); got.ID != strconv.Itoa(i) {
			t.Fatalf("message %q, want %d", got.ID, i)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}
