package xmpptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/component"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// NOTE. A player is the server of one transcript: it logs the session in over a pipe, as a server does, and from then on writes what the transcript says, byte for byte, and
// notes what the session sends. synctest.Wait tells when the session has done all it will do.

// player plays a transcript.
type player struct {
	t       testing.TB
	tr      *transcript
	conn    net.Conn // the server's end
	st      *stream.Stream
	running sync.WaitGroup
	names   map[string]string // ids by the names that the transcript gives them

	mu    sync.Mutex // guards what follows
	bound bool
	sent  []string // by the session since it was bound
}

const (
	secret  = "xmpptest"
	closing = "</stream:stream>"
)

func newPlayer(t testing.TB, tr *transcript) *player {
	return &player{t: t, tr: tr, names: make(map[string]string)}
}

// ender is what a client and a component have in common.
type ender interface{ Close(context.Context) error }

// dial logs the session in.
func (p *player) dial(plugins []xmpp.Plugin) ender {
	p.t.Helper()
	open := func(ctx context.Context, _, _ string) (net.Conn, error) {
		client, server := net.Pipe()
		p.serve(context.WithoutCancel(ctx), server)
		return client, nil
	}
	var session ender
	var err error
	if p.tr.component {
		session, err = xmpp.DialComponent(p.t.Context(), xmpp.ComponentConfig{
			Domain: p.tr.jid, Secret: secret, Addr: "pipe:5347", DialContext: open, Plugins: plugins,
		})
	} else {
		session, err = xmpp.Dial(p.t.Context(), xmpp.Config{
			JID: p.tr.jid, Password: secret, Addr: "pipe:5222", AllowPlaintext: true, DialContext: open, Plugins: plugins,
		})
	}
	if err != nil {
		p.running.Wait()
		p.t.Fatalf("%s: %v", p.tr.file, err)
	}
	return session
}

// serve starts the server's side.
func (p *player) serve(ctx context.Context, conn net.Conn) {
	mux, err := newMux()
	if err != nil {
		p.t.Fatal(err)
	}
	p.conn = conn
	p.st = stream.New(conn, mux, stream.Options{Trace: p.note})
	p.running.Go(func() { // ends when the session closes its stream; waited for in play
		defer mux.Close()
		defer p.st.Abort()
		err := p.login(ctx)
		for err == nil {
			_, err = p.st.Next(ctx)
			if e, ok := errors.AsType[*stream.Error](err); ok && !e.Local {
				err = nil // its closing tag follows
			}
		}
		if errors.Is(err, stream.ErrClosed) {
			p.note(stream.In, []byte(closing))
			_ = p.st.Close(ctx)
		}
	})
}

// note keeps what a bound session sends.
func (p *player) note(dir stream.Direction, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bound && dir == stream.In {
		p.sent = append(p.sent, string(b))
	}
}

// login does what the server does until the session is bound.
func (p *player) login(ctx context.Context) error {
	accept := p.acceptClient
	if p.tr.component {
		accept = p.acceptComponent
	}
	done, err := accept(ctx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.bound = true
	p.mu.Unlock()
	return errors.Join(p.st.Send(ctx, done), p.st.Flush(ctx))
}

// acceptClient logs a client in and returns the answer that makes it bound.
func (p *player) acceptClient(ctx context.Context) (wire.Element, error) {
	creds, err := sasl.NewAccount(secret, iterations)
	if err != nil {
		return nil, err
	}
	known := func(user string) (sasl.Account, bool) { return creds, user == p.tr.jid.Local() }
	l := &login{
		st: p.st, domain: p.tr.jid.DomainJID(),
		sasl: sasl.NewServer(p.tr.jid.Domain(), known), mechanisms: []string{sasl.ScramSHA1},
	}
	if _, err := l.run(ctx); err != nil {
		return nil, err
	}
	iq, _, err := l.bindRequest(ctx)
	if err != nil {
		return nil, err
	}
	return &stanza.IQ{ID: iq.ID, Type: stanza.IQResult, Any: []wire.Element{&bind.Bind{JID: p.tr.jid}}}, nil
}

// acceptComponent shakes hands with a component and returns the answer.
func (p *player) acceptComponent(ctx context.Context) (wire.Element, error) {
	_, err := acceptComponent(ctx, p.st, func(d jid.JID) (string, bool) { return secret, d == p.tr.jid })
	return &component.Handshake{}, err
}

// play goes through the sections and then closes the session.
func (p *player) play(session ender) {
	p.t.Helper()
	for _, s := range p.tr.steps {
		synctest.Wait()
		switch s.kind {
		case stepSend:
			p.expect(s)
		case stepWait:
			time.Sleep(s.wait)
		case stepRecv:
			p.nothing(fmt.Sprintf("line %d", s.line))
			_, _ = p.conn.Write(p.named(s.text)) // a session that has ended reads no more; what it sent at its end shows
		}
	}
	synctest.Wait()
	p.nothing("the end")
	_ = session.Close(context.WithoutCancel(p.t.Context())) // why a session ended is the transcript's to say
	p.running.Wait()
}

// named puts in the ids that were given names.
func (p *player) named(text string) []byte {
	for name, id := range p.names {
		text = strings.ReplaceAll(text, name, id)
	}
	return []byte(text)
}

// take returns the first n elements that the session has sent and that no section has told of, or as many as there are.
func (p *player) take(n int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	n = min(n, len(p.sent))
	got := p.sent[:n:n]
	p.sent = p.sent[n:]
	return got
}

// nothing fails the test if the session has sent something that no section tells of.
func (p *player) nothing(before string) {
	p.t.Helper()
	for _, text := range p.take(math.MaxInt) {
		p.t.Errorf("%s: sent before %s, but not in the transcript:\n%s", p.tr.file, before, text)
	}
}

// expect compares what the session has sent with what the transcript says.
func (p *player) expect(s step) {
	p.t.Helper()
	want, err := p.canonical(s.text)
	if err != nil {
		p.t.Fatalf("%s:%d: %v", p.tr.file, s.line, err)
	}
	sent := p.take(len(want))
	got, err := p.canonical(strings.Join(sent, ""))
	if err != nil {
		p.t.Fatalf("%s:%d: the session sent %q: %v", p.tr.file, s.line, sent, err)
	}
	for i := range min(len(want), len(got)) {
		p.unify(want[i], got[i])
	}
	if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
		p.t.Errorf("%s:%d: sent (-want +got):\n%s", p.tr.file, s.line, diff)
	}
}

// canonical reads elements as they stand in the transcript's stream. The closing tag becomes an element without a name.
func (p *player) canonical(text string) ([]*wire.Raw, error) {
	content := stream.NSClient
	if p.tr.component {
		content = stream.NSComponent
	}
	return parseStream(content, bytes.TrimSpace(p.named(text)))
}
