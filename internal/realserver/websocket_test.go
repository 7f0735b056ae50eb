package realserver

import (
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/xmpp"
)

// webSocket logs in over a WebSocket and leaves in order. One without TLS must be permitted.
func webSocket(t *testing.T, s *server) {
	cfg := s.config(t, "ALICE")
	cfg.Addr = s.get(t, "XMPP_WSS_URL")
	c := s.dial(t, cfg)
	if _, err := xmpp.Get[xmpp.None](deadline(t), c.Session, s.domain(t), &ping.Ping{}); err != nil {
		t.Error(err)
	}
	closeSession(t, c.Session)

	cfg.Addr = s.get(t, "XMPP_WS_URL")
	if c, err := xmpp.Dial(deadline(t), cfg); err == nil || !strings.Contains(err.Error(), "WebSocket without TLS") {
		if err == nil {
			closeSession(t, c.Session)
		}
		t.Errorf("ws://: error %v, want it refused", err)
	}
}
