package stream_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// errorTag returns a stream error as it is written, with the closing tag.
func errorTag(condition string) string {
	return `<stream:error><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>` + byeTag
}

func TestEnds(t *testing.T) {
	enough := errors.New("enough")
	tests := []struct {
		name      string
		xml       string                              // what the peer sends
		act       func(*peer, *stream.Stream, func()) // and what happens then; the last stops Serve's context
		want      error                               // of Serve
		condition streamerrors.Condition              // or this one's
		local     bool
		sent      string
	}{
		{name: "closed by the peer", xml: byeTag, want: stream.ErrClosed},
		{name: "closed twice by the peer", xml: byeTag + byeTag, want: stream.ErrClosed},
		{name: "cut", act: func(p *peer, _ *stream.Stream, _ func()) { _ = p.Close() }, want: stream.ErrCut},
		{name: "cut in a stanza", xml: `<message><body>`, act: func(p *peer, _ *stream.Stream, _ func()) { _ = p.Close() }, want: stream.ErrCut},
		{name: "context ends", act: func(_ *peer, _ *stream.Stream, stop func()) { stop() }, want: enough},
		{name: "connection closed behind our back", act: func(_ *peer, s *stream.Stream, _ func()) { _ = s.Conn().Close() }, want: stream.ErrCut},
		{name: "aborted", act: func(_ *peer, s *stream.Stream, _ func()) { s.Abort() }, want: stream.ErrCut},
		{name: "peer's stream error", xml: errorTag("conflict"), condition: "conflict"},
		{name: "peer's stream error without a condition", xml: `<stream:error/>` + byeTag, condition: "undefined-condition"},
		{
			name: "our stream error", act: func(_ *peer, s *stream.Stream, _ func()) {
				s.Fail(context.Background(), &stream.Error{Condition: "system-shutdown"})
			},
			condition: "system-shutdown", local: true, sent: errorTag("system-shutdown"),
		},
		{
			name: "our stream error that is no XML", act: func(_ *peer, s *stream.Stream, _ func()) {
				s.Fail(context.Background(), &stream.Error{Condition: "system-shutdown", Text: "\x00"})
			},
			condition: "system-shutdown", local: true, sent: byeTag,
		},
		{name: "our stream error without a condition", act: func(_ *peer, s *stream.Stream, _ func()) {
			s.Fail(context.Background(), &stream.Error{})
		}, condition: "undefined-condition", local: true, sent: errorTag("undefined-condition")},
		{name: "not well-formed", xml: `<message><body></message>`, condition: "not-well-formed", local: true, sent: errorTag("not-well-formed")},
		{name: "S20: encoding", xml: "<message><body>\xff</body></message>", condition: "not-well-formed", local: true, sent: errorTag("not-well-formed")},
		{name: "S21: duplicate attribute", xml: `<message to='a' to='b'/>`, condition: "not-well-formed", local: true, sent: errorTag("not-well-formed")},
		{name: "S23: comment", xml: `<message><!-- --></message>`, condition: "restricted-xml", local: true, sent: errorTag("restricted-xml")},
		{name: "S23: entity", xml: `<message><body>&x;</body></message>`, condition: "restricted-xml", local: true, sent: errorTag("restricted-xml")},
		{name: "S24: too large", xml: `<message><body>` + strings.Repeat("x", 3000) + `</body></message>`, condition: "policy-violation", local: true, sent: errorTag("policy-violation")},
		{name: "S24: too deep", xml: `<message>` + strings.Repeat("<x>", 30), condition: "policy-violation", local: true, sent: errorTag("policy-violation")},
		{name: "text between stanzas", xml: `text<message/>`, condition: "bad-format", local: true, sent: errorTag("bad-format")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				var seen []string
				m.Handle(stream.Pattern{}, func(_ context.Context, el wire.Element) error {
					seen = append(seen, el.(*stanza.Message).ID)
					return nil
				})
				s, p := connected(t, m, stream.Options{Limits: wire.Limits{Bytes: 2000, Depth: 20}})
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				r := serve(ctx, s)
				p.send(`<message id='good'/>` + tt.xml)
				synctest.Wait()
				if tt.act != nil {
					tt.act(p, s, func() { cancel(enough) })
				}
				err := r.end()
				if diff := cmp.Diff([]string{"good"}, seen); diff != "" {
					t.Errorf("dispatched (-want +got):\n%s", diff)
				}
				if tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("Serve: want %v, got %v", tt.want, err)
				}
				if e, ok := errors.AsType[*stream.Error](err); tt.want == nil && (!ok || e.Condition != tt.condition || e.Local != tt.local) {
					t.Errorf("Serve: want %s, got %v", tt.condition, err)
				}
				if diff := cmp.Diff(tt.sent, p.heard()); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				if tt.local && !p.gone() {
					t.Error("the connection is open after our stream error")
				}
				again := serve(ctx, s).end() // the stream stays ended
				if again == nil {
					t.Error("Serve again: nil")
				}
			})
		})
	}
}

func TestPeerError(t *testing.T) {
	const ns = ` xmlns='urn:ietf:params:xml:ns:xmpp-streams'`
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := connected(t, m, stream.Options{})
		p.send(`<stream:error><see-other-host` + ns + `>[2001:db8::1]:5222</see-other-host><text` + ns + `>moved</text><own xmlns='urn:x'/></stream:error>` + byeTag)
		_, err := s.Next(t.Context())
		e, ok := errors.AsType[*stream.Error](err)
		if !ok || e.OtherHost != "[2001:db8::1]:5222" || e.Text != "moved" || len(e.Any) != 1 || e.Local {
			t.Errorf("Next: %+v", err)
		}
		if diff := cmp.Diff("stream: peer ended the stream: see-other-host (moved)", err.Error()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if _, err := s.Next(t.Context()); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Next: %v", err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		last := ""
		stream.On(m, func(_ context.Context, msg *stanza.Message) error {
			last = msg.ID
			return nil
		})
		s, p := connected(t, m, stream.Options{})
		r := serve(t.Context(), s)
		closed := make(chan error, 2)
		for range 2 {
			go func() { closed <- s.Close(t.Context()) }()
		}
		if diff := cmp.Diff(byeTag, p.heard()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
		if err := s.Send(t.Context(), message("late")); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Send behind the closing tag: %v", err)
		}
		p.send(`<message id='last'/>`) // RFC 6120, section 4.4: what is on its way is processed
		if p.gone() || last != "last" {
			t.Errorf("closed without the peer's closing tag, last stanza %q", last)
		}
		p.send(byeTag)
		for range 2 {
			if err := <-closed; err != nil {
				t.Errorf("Close: %v", err)
			}
		}
		if err := r.end(); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
		if err := s.Close(t.Context()); err != nil || !p.gone() || p.heard() != "" {
			t.Errorf("third Close: %v", err)
		}
		s.Fail(t.Context(), &stream.Error{Condition: "reset"})
		s.Abort()
	})
}

func TestCloseAnswers(t *testing.T) { // the peer closes first
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := connected(t, m, stream.Options{})
		r := serve(t.Context(), s)
		p.send(byeTag)
		if err := r.end(); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
		if got := p.heard(); got != "" || p.gone() {
			t.Errorf("Serve closed the stream: %s", got)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		if diff := cmp.Diff(byeTag, p.heard()); diff != "" || !p.gone() {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

func TestCloseGone(t *testing.T) { // a peer that has closed need not hear that we do
	for _, cut := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m, _ := newMux(t)
			a, b := net.Pipe()
			s := stream.New(a, m, stream.Options{})
			p := newPeer(b, true) // reads nothing any more
			defer p.hangUp()
			p.send(openTag + byeTag)
			go func() { _, _ = io.ReadFull(b, make([]byte, 10)) }() // ends with the connection
			_, _ = s.Accept(t.Context(), answer)
			_, err := s.Next(t.Context())
			if !errors.Is(err, stream.ErrClosed) {
				t.Errorf("Next: %v", err)
			}
			if cut {
				_ = b.Close()
			}
			start := time.Now()
			if err := s.Close(context.Background()); err != nil || time.Since(start) > time.Second {
				t.Errorf("Close: %v after %v", err, time.Since(start))
			}
		})
	}
}

func TestCloseUnanswered(t *testing.T) {
	tests := []struct {
		name string
		deaf bool
	}{{"peer never answers", false}, {"peer does not read", true}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				s, p := pipe(t, m, stream.Options{}, tt.deaf)
				p.send(openTag)
				if _, err := s.Accept(t.Context(), answer); err != nil {
					t.Fatal(err)
				}
				r := serve(t.Context(), s)
				tired := errors.New("tired")
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, tired)
				defer cancel()
				start := time.Now()
				second := make(chan error)
				go func() {
					synctest.Wait()
					short, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					second <- s.Close(short)
				}()
				err := s.Close(ctx)
				if d := time.Since(start); !errors.Is(err, tired) || d != time.Minute {
					t.Errorf("Close: %v after %v", err, d)
				}
				if err := <-second; !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("second Close: %v", err)
				}
				if err := r.end(); !errors.Is(err, stream.ErrClosed) {
					t.Errorf("Serve: %v", err)
				}
				if err := s.Close(t.Context()); err != nil {
					t.Errorf("third Close: %v", err)
				}
			})
		})
	}
}

func TestAbortWhileClosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, _ := connected(t, m, stream.Options{})
		r := serve(t.Context(), s)
		closed := make(chan error)
		go func() { closed <- s.Close(t.Context()) }()
		synctest.Wait()
		start := time.Now()
		s.Abort()
		if err := <-closed; err != nil || time.Since(start) > 0 {
			t.Errorf("Close: %v after %v", err, time.Since(start))
		}
		if err := r.end(); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestCloseUnopened(t *testing.T) { // no closing tag without an opening one
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := pipe(t, m, stream.Options{}, false)
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		if got := p.heard(); got != "" || !p.gone() {
			t.Errorf("sent: %s", got)
		}
	})
}

func TestFailDeaf(t *testing.T) { // a peer that does not read gets a second
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := pipe(t, m, stream.Options{}, true)
		p.send(openTag)
		if _, err := s.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		r := serve(t.Context(), s)
		start := time.Now()
		s.Fail(t.Context(), &stream.Error{Condition: "reset"})
		if d := time.Since(start); d != time.Second {
			t.Errorf("Fail took %v", d)
		}
		if e, ok := errors.AsType[*stream.Error](r.end()); !ok || e.Condition != "reset" {
			t.Errorf("Serve: %v", r.err)
		}
	})
}

func TestFailInline(t *testing.T) { // a handler may end the stream; nothing is dispatched after that
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		var s *stream.Stream
		runs := 0
		stream.On(m, func(ctx context.Context, _ *stanza.Message) error {
			runs++
			s.Fail(ctx, &stream.Error{Condition: "policy-violation"})
			return nil
		})
		s, p := connected(t, m, stream.Options{})
		p.send(`<message/><message/>`)
		err := serve(t.Context(), s).end()
		if e, ok := errors.AsType[*stream.Error](err); !ok || e.Condition != "policy-violation" || runs != 1 {
			t.Errorf("Serve: %v after %d stanzas", err, runs)
		}
		if diff := cmp.Diff(errorTag("policy-violation"), p.heard()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

func TestFailShared(t *testing.T) { // one error may end many streams
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		shutdown := &stream.Error{Condition: "system-shutdown"}
		for range 3 {
			s, _ := connected(t, m, stream.Options{})
			go s.Fail(t.Context(), shutdown) // ends at once; waited for by Serve
			if err := serve(t.Context(), s).end(); err == nil {
				t.Error("Serve: nil")
			}
		}
		if shutdown.Local {
			t.Error("the caller's error has been changed")
		}
	})
}

// loopback returns both ends of a TCP connection.
func loopback(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ours, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = ours.Close()
		_ = theirs.Close()
	})
	return ours, theirs
}

func TestLastWords(t *testing.T) { // over TCP, what the peer is still sending must not cost it our stream error
	m, _ := newMux(t)
	ours, theirs := loopback(t)
	s := stream.New(ours, m, stream.Options{Limits: wire.Limits{Bytes: 1000}})
	sent := make(chan struct{})
	go func() { // ends when all is written; waited for below
		defer close(sent)
		_, _ = io.WriteString(theirs, openTag+`<message><body>`+strings.Repeat("x", 300_000))
	}()
	if _, err := s.Accept(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	served := serve(t.Context(), s)
	<-sent
	time.Sleep(50 * time.Millisecond) // the peer is slow to read: the kernel, which no bubble holds, must have seen the close
	got, err := io.ReadAll(theirs)
	if err != nil || !strings.HasSuffix(string(got), errorTag("policy-violation")) {
		t.Errorf("received %.300s, %v", got, err)
	}
	_ = theirs.Close()
	if err := served.end(); err == nil {
		t.Error("Serve: nil")
	}
}
