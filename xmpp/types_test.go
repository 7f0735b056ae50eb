package xmpp

import (
	"log/slog"
	"testing"

	"github.com/stanzakit/stanzakit/gen/ping"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// TestTypes makes the muxes of sessions: each reads what its kind reads, and nobody what another one has added.
func TestTypes(t *testing.T) {
	own := stream.NewMux(stream.Config{})
	tests := []struct {
		name      string
		base      base
		component bool
		login     bool // reads what a login takes
	}{
		{"client", base{}, false, true},
		{"client with a mux of its own", base{mux: own}, false, true},
		{"component", base{}, true, false},
		{"another client", base{}, false, true},
		{"another component", base{}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := tt.base.take(tt.component, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if tt.base.mux != nil && m != own {
				t.Error("the mux is not the one that was given")
			}
			reg := m.Registry()
			if reg.New((*stanza.Message)(nil).ElementName()) == nil {
				t.Error("messages have no type")
			}
			if got := reg.New((*gensasl.Challenge)(nil).ElementName()) != nil; got != tt.login {
				t.Errorf("reads a login: %v, want %v", got, tt.login)
			}
			if reg.New((*ping.Ping)(nil).ElementName()) != nil {
				t.Error("reads what another session has added")
			}
			if err := wire.Register[ping.Ping](reg); err != nil {
				t.Error(err)
			}
		})
	}
}
