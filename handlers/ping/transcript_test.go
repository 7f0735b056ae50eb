package ping_test

import (
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/handlers/ping"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestTranscripts(t *testing.T) {
	xmpptest.RunTranscripts(t, "testdata/*.txt", map[string]xmpptest.Setup{
		"ping":  func(testing.TB) []xmpp.Plugin { return []xmpp.Plugin{new(ping.Plugin)} },
		"watch": func(testing.TB) []xmpp.Plugin { return []xmpp.Plugin{&ping.Plugin{Interval: time.Minute}} },
	})
}
