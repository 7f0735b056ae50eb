package realserver

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// python runs the scripts: it is Debian's, for which Debian packages Slixmpp.
const python = "/usr/bin/python3"

// slixmpp skips the test where there is no Slixmpp; where there are servers, it must be there too.
func slixmpp(t *testing.T) {
	t.Helper()
	out, err := exec.Command(python, "-c", "import slixmpp; print(slixmpp.__version__)").Output()
	switch {
	case err == nil:
		t.Logf("Slixmpp %s", bytes.TrimSpace(out))
	case os.Getenv("STANZAKIT_SERVERS") == "":
		t.Skipf("no Slixmpp for %s: %v", python, err)
	default:
		t.Fatalf("no Slixmpp for %s: %v", python, err)
	}
}

// TestSlixmpp lets Slixmpp log in to the embedded server and talk to a client of this module.
func TestSlixmpp(t *testing.T) {
	slixmpp(t)
	const hello = `<hello> & "bob" — 😀`
	srv := xmpptest.NewServer(t, xmpptest.Options{
		Users: map[string]string{"alice": "alice's pw", "bob": "bob's pw"},
		Login: xmpptest.LoginOptions{NoBinding: true}, // Slixmpp binds to tls-unique on TLS 1.3 too, which has none
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := srv.WriteCA(ca); err != nil {
		t.Fatal(err)
	}
	bob, err := xmpp.Dial(deadline(t), srv.Config("bob"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeSession(t, bob.Session) })
	bus.On(bob.Bus(), func(ctx context.Context, m *stanza.Message) {
		if err := bob.Send(ctx, xmpp.ReplyText(m, "you said: "+xmpp.Text(m, ""))); err != nil {
			t.Errorf("answer: %v", err)
		}
	}, func(m *stanza.Message) bool { return len(m.Body) > 0 })
	announce(t, bob)

	tests := []struct{ name, addr, how, mechanism string }{
		{"STARTTLS, SCRAM-SHA-1", srv.Addr(), "starttls", "SCRAM-SHA-1"},
		{"STARTTLS, SCRAM-SHA-256", srv.Addr(), "starttls", "SCRAM-SHA-256"},
		{"direct TLS, SCRAM-SHA-256", srv.DirectTLSAddr(), "direct", "SCRAM-SHA-256"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host, port, err := net.SplitHostPort(tt.addr)
			if err != nil {
				t.Fatal(err)
			}
			alice := srv.Config("alice")
			cmd := exec.CommandContext(deadline(t), python, "testdata/slix.py", host, port, tt.how, ca, alice.JID.String(), alice.Password, tt.mechanism,
				bob.Account().String(), hello)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Errorf("%v\n%s", err, &stderr)
			}
			want := "login " + tt.mechanism + " alice@localhost\nroster 0\ndisco [('server', 'im')]\nping\nanswer bob@localhost you said: " + hello + "\n"
			if diff := cmp.Diff(want, string(out)); diff != "" {
				t.Errorf("what Slixmpp saw (-want +got):\n%s", diff)
			}
		})
	}
}
