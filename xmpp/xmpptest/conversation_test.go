package xmpptest

import (
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/stream"
)

// NOTE. A conversation is a transcript of the server's side: several clients, and what each of them sends and receives, in a bubble of synctest with pipes for connections. Both sides are
// bytes taken from the specifications; no client of ours takes part. Its sections are
//
//	alice/desk connects       logs in and binds the resource, by hand
//	alice/desk logs in        logs in and binds nothing
//	alice/desk sends          bytes, as they stand
//	alice/desk receives       compared as XML; as in RunTranscripts, '*' stands for anything and '$name' for a value to be repeated
//	alice/desk cuts           closes the connection
//	wait 30s                  lets time pass
//
// Whoever has received what no section tells of fails the test.

func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/server/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/server/"), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) { converse(t, file, string(data)) })
		})
	}
}

// conversation is one that is being played.
type conversation struct {
	t      *testing.T
	srv    *Server
	file   string
	actors map[string]*actor
	names  player // for what is unified
}

// actor is one of the clients.
type actor struct {
	conn    net.Conn
	running sync.WaitGroup

	mu  sync.Mutex // guards what follows
	got strings.Builder
}

type scene struct {
	line              int
	who, verb, script string
}

func converse(t *testing.T, file, text string) {
	c := newConversation(t, file)
	for _, s := range scenes(t, file, text) {
		synctest.Wait()
		if s.verb != "receives" {
			c.quiet(fmt.Sprintf("line %d", s.line))
		}
		c.play(s)
	}
	synctest.Wait()
	c.quiet("the end")
	c.close()
}

// newConversation returns one with a server that does not listen. It belongs into a bubble, and is to be closed.
func newConversation(t *testing.T, file string) *conversation {
	srv, err := newServer(Options{
		Domain: "example.org", Users: map[string]string{"alice": "secret", "bob": "secret", "carol": "secret"}, Mechanisms: []string{"PLAIN"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &conversation{t: t, srv: srv, file: file, actors: make(map[string]*actor), names: player{names: make(map[string]string)}}
}

func (c *conversation) close() {
	for _, a := range c.actors {
		_ = a.conn.Close()
		a.running.Wait()
	}
	c.srv.Close()
}

func scenes(t *testing.T, file, text string) []scene {
	var out []scene
	n := 0
	for line := range strings.Lines(text) {
		n++
		head, ok := header(line)
		switch {
		case ok:
			who, verb, _ := strings.Cut(head, " ")
			out = append(out, scene{line: n, who: who, verb: verb})
		case len(out) > 0:
			out[len(out)-1].script += line
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s: nothing is said", file)
	}
	return out
}

func (c *conversation) play(s scene) {
	a := c.actors[s.who]
	switch {
	case s.who == "wait":
		d, err := time.ParseDuration(s.verb)
		if err != nil {
			c.t.Fatalf("%s:%d: %v", c.file, s.line, err)
		}
		time.Sleep(d)
	case s.verb == "connects":
		c.login(s.who)
		c.actors[s.who].bind(c.t, s.who)
	case s.verb == "logs in":
		c.login(s.who)
	case a == nil:
		c.t.Fatalf("%s:%d: nobody is %s", c.file, s.line, s.who)
	case s.verb == "sends":
		_, _ = a.conn.Write(c.names.named(strings.TrimSpace(s.script)))
	case s.verb == "receives":
		c.expect(a, s)
	case s.verb == "cuts":
		_ = a.conn.Close()
		a.running.Wait()
	default:
		c.t.Fatalf("%s:%d: what is %q?", c.file, s.line, s.verb)
	}
}

// login opens a connection and authenticates, in the words of RFC 6120, section 9.1.
func (c *conversation) login(who string) {
	near, far := net.Pipe()
	c.srv.running.Go(func() { c.srv.serve(c.srv.ctx, far, "c2s", (*conn).secured) }) // ends with the connection; waited for in Close
	a := &actor{conn: near}
	a.running.Go(a.listen) // ends when the connection is closed; waited for there
	c.actors[who] = a
	user, _, _ := strings.Cut(who, "/")
	const header = "<?xml version='1.0'?><stream:stream to='example.org' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
	a.say(header)
	a.say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00secret")) + "</auth>")
	if got := a.take(); !strings.Contains(got, "<success") {
		c.t.Fatalf("%s: login of %s: %s", c.file, who, got)
	}
	a.say(header)
	if got := a.take(); !strings.Contains(got, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'") {
		c.t.Fatalf("%s: features for %s: %s", c.file, who, got)
	}
}

func (a *actor) bind(t *testing.T, who string) {
	_, resource, _ := strings.Cut(who, "/")
	a.say("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource + "</resource></bind></iq>")
	if got := a.take(); !strings.Contains(got, "/"+resource+"</jid>") {
		t.Fatalf("bind of %s: %s", who, got)
	}
}

func (a *actor) say(text string) {
	_, _ = a.conn.Write([]byte(text))
	synctest.Wait()
}

func (a *actor) take() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.got.Reset()
	return a.got.String()
}

func (a *actor) listen() {
	buf := make([]byte, 64<<10)
	for {
		n, err := a.conn.Read(buf)
		a.mu.Lock()
		a.got.Write(buf[:n])
		a.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// expect compares all that an actor has received with what the conversation says.
func (c *conversation) expect(a *actor, s scene) {
	want, err := parseStream(stream.NSClient, c.names.named(strings.TrimSpace(s.script)))
	if err != nil {
		c.t.Fatalf("%s:%d: %v", c.file, s.line, err)
	}
	text := a.take()
	got, err := parseStream(stream.NSClient, []byte(text))
	if err != nil {
		c.t.Fatalf("%s:%d: %s received %q: %v", c.file, s.line, s.who, text, err)
	}
	for i := range min(len(want), len(got)) {
		c.names.unify(want[i], got[i])
	}
	if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
		c.t.Errorf("%s:%d: %s received (-want +got):\n%s", c.file, s.line, s.who, diff)
	}
}

// quiet fails the test if somebody has received what no scene tells of.
func (c *conversation) quiet(before string) {
	for who, a := range c.actors {
		if got := a.take(); got != "" {
			c.t.Errorf("%s: before %s, %s received\n%s", c.file, before, who, got)
		}
	}
}
