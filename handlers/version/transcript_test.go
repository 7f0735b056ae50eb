package version_test

import (
	"testing"

	"github.com/stanzakit/stanzakit/handlers/version"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestTranscripts(t *testing.T) {
	exodus := func(os string) xmpptest.Setup {
		return func(testing.TB) []xmpp.Plugin {
			return []xmpp.Plugin{&version.Plugin{Name: "Exodus", Version: "0.7.0.4", OS: os}}
		}
	}
	xmpptest.RunTranscripts(t, "testdata/*.txt", map[string]xmpptest.Setup{
		"version": exodus(""), "os": exodus("Windows-XP 5.01.2600"),
	})
}
