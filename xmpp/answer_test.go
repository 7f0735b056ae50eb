package xmpp

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
)

func TestRequestsOfOneSenderRunInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a answers
		a.init(0)
		var mu sync.Mutex
		var order []string
		note := func(what string, d time.Duration) func() {
			return func() {
				time.Sleep(d)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, what)
			}
		}
		romeo, juliet := jid.MustParse("romeo@example.org/a"), jid.MustParse("juliet@example.org/b")
		a.queue(romeo, note("romeo 1", 3*time.Second))
		a.queue(romeo, note("romeo 2", time.Second))
		a.queue(juliet, note("juliet 1", 2*time.Second))
		a.wait()
		if diff := cmp.Diff([]string{"juliet 1", "romeo 1", "romeo 2"}, order); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}

func TestAFullPoolRefuses(t *testing.T) {
	var a answers
	a.init(2)
	block := make(chan struct{})
	wait := func() { <-block }
	for i, tt := range []struct {
		sender string
		want   bool
	}{
		{"a@example.org", true}, {"b@example.org", true}, {"c@example.org", false}, {"a@example.org", true},
	} {
		if got := a.queue(jid.MustParse(tt.sender), wait); got != tt.want {
			t.Errorf("request %d of %s: accepted %v, want %v", i, tt.sender, got, tt.want)
		}
	}
	more := 0
	for a.queue(jid.MustParse("b@example.org"), wait) {
		more++
	}
	if more != perSender && more != perSender-1 { // one may have been begun by now, or not
		t.Errorf("%d more requests of one sender wait, the bound is %d", more, perSender)
	}
	close(block)
	a.wait()
	if len(a.queues) != 0 {
		t.Errorf("%d queues are left", len(a.queues))
	}
}
