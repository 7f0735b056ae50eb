// Package realserver tests clients and components against servers that others wrote: Prosody and ejabberd, started on the loopback by scripts that
// STANZAKIT_SERVERS names the directory of, and Slixmpp as a client of the embedded server. `make servers` runs it.
package realserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
)

// patience bounds each test: what takes longer on a loopback does not come.
const patience = 30 * time.Second

// server is a running server, by what its script prints: KEY=VALUE, a line each.
type server struct {
	name string
	env  map[string]string
}

// scripts returns the directory of the scripts, or skips the test.
func scripts(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("STANZAKIT_SERVERS")
	if dir == "" {
		t.Skip("STANZAKIT_SERVERS does not name the directory of prosody.sh and ejabberd.sh")
	}
	return dir
}

// start starts a server that stops with the test, or with the test's process if that dies.
func start(t *testing.T, name string) *server {
	t.Helper()
	script := filepath.Join(scripts(t), name+".sh")
	dir, err := os.MkdirTemp("", "srv") // not t.TempDir: the path of a Unix socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	cmd := exec.Command(script, "start", dir)
	cmd.Env = append(os.Environ(), "WATCH_PID="+strconv.Itoa(os.Getpid()))
	out, err := cmd.Output()
	t.Cleanup(func() {
		if out, err := exec.Command(script, "stop", dir).CombinedOutput(); err != nil {
			t.Errorf("%s stop: %v\n%s", script, err, out)
		}
	})
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("%s start: %v\n%s", script, err, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	s := &server{name: name, env: make(map[string]string)}
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		s.env[key] = value
	}
	t.Logf("%s %s, ready in %s ms", name, s.env["XMPP_SERVER_VERSION"], s.env["XMPP_START_MS"])
	return s
}

// get returns a value that the server's script must have printed.
func (s *server) get(t *testing.T, key string) string {
	t.Helper()
	value := s.env[key]
	if value == "" {
		t.Fatalf("%s does not tell %s", s.name, key)
	}
	return value
}

func (s *server) domain(t *testing.T) jid.JID { return jid.MustParse(s.get(t, "XMPP_DOMAIN")) }

func (s *server) addr(t *testing.T, port string) string {
	return net.JoinHostPort(s.get(t, "XMPP_HOST"), s.get(t, port))
}

// trust returns the certificates of a file.
func trust(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	pem, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", file)
	}
	return pool
}

// config returns how user (ALICE, BOB, CAROL) logs in over STARTTLS.
func (s *server) config(t *testing.T, user string) xmpp.Config {
	t.Helper()
	return xmpp.Config{
		JID:      jid.MustParse(s.get(t, "XMPP_"+user+"_JID")),
		Password: s.get(t, "XMPP_"+user+"_PASSWORD"),
		Addr:     s.addr(t, "XMPP_C2S_PORT"),
		TLS:      &tls.Config{RootCAs: trust(t, s.get(t, "XMPP_CA_FILE"))},
	}
}

// dial logs in; the client closes with the test.
func (s *server) dial(t *testing.T, cfg xmpp.Config) *xmpp.Client {
	t.Helper()
	c, err := xmpp.Dial(deadline(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeSession(t, c.Session) })
	return c
}

// available logs in and waits until the server has taken in the initial presence, which it shows by sending it back (RFC 6121, section 4.2.2).
func (s *server) available(t *testing.T, cfg xmpp.Config) *xmpp.Client {
	t.Helper()
	c := s.dial(t, cfg)
	announce(t, c)
	return c
}

// closeSession ends a session that must have lived until now.
func closeSession(t *testing.T, s *xmpp.Session) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience) // the test's own context is done in its cleanups
	defer cancel()
	if err := s.Err(); err != nil && !errors.Is(err, xmpp.ErrClosed) {
		t.Errorf("session of %s ended by itself: %v", s.JID(), err)
	}
	if err := s.Close(ctx); err != nil {
		t.Errorf("close of %s: %v", s.JID(), err)
	}
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// next waits for the next event of a subscription.
func next[T any](t *testing.T, sub *bus.Subscription[T]) T {
	t.Helper()
	ev, err := sub.Next(deadline(t))
	if err != nil {
		t.Fatalf("waiting for a %T: %v", ev, err)
	}
	return ev
}

// tape records the bytes of one session.
type tape struct{ in, out bytes.Buffer }

func (r *tape) trace(dir stream.Direction, b []byte) {
	if dir == stream.In {
		r.in.Write(b)
	} else {
		r.out.Write(b)
	}
}

// TestServers runs everything against each server, which is started once.
func TestServers(t *testing.T) {
	tests := []struct {
		name string
		run  func(*testing.T, *server)
	}{
		{"login", login},
		{"wrong password", wrongPassword},
		{"untrusted certificate", untrusted},
		{"WebSocket", webSocket},
		{"mechanisms", mechanisms},
		{"certificate", external},
		{"anonymous", anonymous},
		{"registration", registration},
		{"SASL2", sasl2},
		{"bound to the channel", bound},
		{"token", token},
		{"message", message},
		{"roster", roster},
		{"subscription", subscription},
		{"disco", disco},
		{"ping", pingServer},
		{"version", versionOfServer},
		{"request nobody handles", unhandled},
		{"data forms", dataForms},
		{"component", component},
		{"component with a wrong secret", wrongSecret},
	}
	scripts(t)
	for _, name := range []string{"prosody", "ejabberd"} {
		t.Run(name, func(t *testing.T) {
			s := start(t, name)
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) { tt.run(t, s) })
			}
		})
	}
}
