package stream_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

const (
	openTag   = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>`
	serverTag = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s1' version='1.0'>`
	byeTag    = `</stream:stream>`
)

var (
	iqName      = (*stanza.IQ)(nil).ElementName()
	messageName = (*stanza.Message)(nil).ElementName()
	clientOpen  = stream.Header{To: jid.MustParse("example.org"), Version: "1.0"}
)

func name(space, local string) xml.Name { return xml.Name{Space: space, Local: local} }

// logBook is a logger's output.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newMux returns a mux that knows stanzas, and what it logs.
func newMux(t testing.TB) (*stream.Mux, *logBook) {
	t.Helper()
	log := new(logBook)
	m := stream.NewMux(stream.Config{Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err := m.Registry().Add(stanza.Elements...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m, log
}

// decode reads one element as a stream of m's would.
func decode(t testing.TB, m *stream.Mux, text string) (wire.Element, *wire.Outline) {
	t.Helper()
	d := wire.NewDocumentDecoder([]byte(text), m.Registry(), wire.Limits{})
	el, err := d.Next()
	if err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return el, d.Outline()
}

// dispatch reads one element and dispatches it.
func dispatch(t testing.TB, m *stream.Mux, text string) (claimed bool) {
	t.Helper()
	el, outline := decode(t, m, text)
	return m.Dispatch(context.Background(), el, outline)
}

// peer is the other end of a stream's connection, in plain text. It reads everything at once, unless it is deaf.
type peer struct {
	net.Conn
	out  chan string
	done sync.WaitGroup
	mu   sync.Mutex // guards what follows
	got  strings.Builder
	err  error // why reading ended
}

func newPeer(conn net.Conn, deaf bool) *peer {
	p := &peer{Conn: conn, out: make(chan string, 100)}
	p.done.Go(func() { // ends when the connection or out is closed
		for text := range p.out {
			if _, err := conn.Write([]byte(text)); err != nil {
				return
			}
		}
	})
	if !deaf {
		p.done.Go(p.read) // ends when the connection is closed
	}
	return p
}

func (p *peer) read() {
	b := make([]byte, 4096)
	for {
		n, err := p.Conn.Read(b)
		p.mu.Lock()
		p.got.Write(b[:n])
		p.err = err
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// send writes, some time.
func (p *peer) send(text string) { p.out <- text }

// heard waits until nothing moves any more and returns what has come since it was called last.
func (p *peer) heard() string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.got.Reset()
	return p.got.String()
}

// gone reports whether the stream has closed the connection.
func (p *peer) gone() bool {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err != nil
}

// hangUp closes the connection.
func (p *peer) hangUp() {
	_ = p.Conn.Close()
	close(p.out)
	p.done.Wait()
}

// pipe returns a stream that is not open and its peer. Both end with the test.
func pipe(t *testing.T, m *stream.Mux, opt stream.Options, deaf bool) (*stream.Stream, *peer) {
	t.Helper()
	a, b := net.Pipe()
	s, p := stream.New(a, m, opt), newPeer(b, deaf)
	t.Cleanup(func() {
		s.Abort()
		p.hangUp()
	})
	return s, p
}

// connected returns an open stream that has been opened by us.
func connected(t *testing.T, m *stream.Mux, opt stream.Options) (*stream.Stream, *peer) {
	t.Helper()
	s, p := pipe(t, m, opt, false)
	p.send(serverTag)
	if _, err := s.Open(t.Context(), clientOpen); err != nil {
		t.Fatal(err)
	}
	if got := p.heard(); got != openTag {
		t.Fatalf("opening tag: %s", got)
	}
	return s, p
}

// served is a Serve that runs.
type served struct {
	done chan struct{}
	err  error
	rest []wire.Element // unclaimed
}

func serve(ctx context.Context, s *stream.Stream) *served {
	r := &served{done: make(chan struct{})}
	go func() { // ends with the stream; waited for in end
		defer close(r.done)
		r.err = s.Serve(ctx, func(_ context.Context, el wire.Element, claimed bool) {
			if !claimed {
				r.rest = append(r.rest, el)
			}
		})
	}()
	return r
}

// end waits for Serve and returns what it returned.
func (r *served) end() error {
	<-r.done
	return r.err
}

func message(id string) *stanza.Message {
	return &stanza.Message{ID: id, Body: []stanza.Body{{Text: "hello"}}}
}
