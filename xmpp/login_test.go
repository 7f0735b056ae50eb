package xmpp

import (
	"testing"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// TestS29_PlainAfterSCRAM logs a session in again whose account has SCRAM: a server that now offers PLAIN alone is not shown the password (XEP-0474, section 7).
func TestS29_PlainAfterSCRAM(t *testing.T) {
	tests := []struct {
		name    string
		allowed bool
		min     string
		last    *LoginInfo
		want    string // the weakest mechanism
	}{
		{"not allowed", false, "", nil, ""},
		{"allowed", true, "", nil, sasl.Plain},
		{"allowed, and used before", true, "", &LoginInfo{Mechanism: sasl.Plain}, sasl.Plain},
		{"allowed, and SCRAM used before", true, "", &LoginInfo{Mechanism: sasl.ScramSHA1}, ""},
		{"allowed, and SCRAM bound before", true, "", &LoginInfo{Mechanism: sasl.ScramSHA256Plus}, ""},
		{"a stronger one demanded", true, sasl.ScramSHA256, nil, sasl.ScramSHA256},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := Config{JID: jid.MustParse("alice@example.org"), Password: "x", AllowPlain: tt.allowed, Login: Login{Min: tt.min}}
			var st negotiate.State
			cfg.login(&st, tt.last)
			if st.Policy.Min != tt.want {
				t.Errorf("weakest mechanism %q, want %q", st.Policy.Min, tt.want)
			}
		})
	}
}
