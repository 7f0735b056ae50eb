package stream_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// clogged returns a stream whose peer has stopped reading, and whose queue is full.
func clogged(t *testing.T, m *stream.Mux) (*stream.Stream, *peer) {
	t.Helper()
	s, p := pipe(t, m, stream.Options{Queue: 100}, true)
	p.send(openTag)
	if _, err := s.Accept(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	synctest.Wait() // the opening tag is being written
	if err := s.Send(t.Context(), message("full"+strings.Repeat("x", 80))); err != nil {
		t.Fatal(err)
	}
	return s, p
}

func TestSendOrder(t *testing.T) {
	const senders, each = 8, 50
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := pipe(t, m, stream.Options{Queue: 300}, false)
		p.send(serverTag)
		if _, err := s.Open(t.Context(), clientOpen); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for g := range senders {
			all.Go(func() {
				for i := range each {
					if err := s.Send(t.Context(), &stanza.Message{ID: fmt.Sprintf("%d-%d", g, i), Body: []stanza.Body{{Text: strings.Repeat("x", i*10)}}}); err != nil {
						t.Errorf("Send: %v", err)
					}
				}
			})
		}
		all.Wait()
		if err := s.Flush(t.Context()); err != nil {
			t.Errorf("Flush: %v", err)
		}
		next := make(map[string]int)
		d := xml.NewDecoder(strings.NewReader(p.heard() + byeTag))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("stanzas are mixed up: %v", err)
			}
			if start, ok := tok.(xml.StartElement); ok && start.Name.Local == "message" {
				g, i, _ := strings.Cut(start.Attr[0].Value, "-")
				if want := fmt.Sprint(next[g]); i != want {
					t.Fatalf("sender %s: stanza %s in place of %s", g, i, want)
				}
				next[g]++
			}
		}
		for g := range senders {
			if next[fmt.Sprint(g)] != each {
				t.Errorf("sender %d: %d stanzas of %d", g, next[fmt.Sprint(g)], each)
			}
		}
	})
}

func TestSendWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := clogged(t, m)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if err := s.Send(ctx, message("given up")); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("Send: %v after %v", err, time.Since(start))
		}
		if err := s.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Flush: %v", err)
		}
		var all sync.WaitGroup
		for i, size := range []int{1000, 1, 1} { // the large one, which needs an empty queue, is not overtaken
			all.Go(func() {
				if err := s.Send(t.Context(), message(fmt.Sprintf("%d%s", i, strings.Repeat("x", size)))); err != nil {
					t.Errorf("Send: %v", err)
				}
			})
			synctest.Wait()
		}
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := s.Send(short, message("impatient")); !errors.Is(err, context.DeadlineExceeded) { // waits for its turn
			t.Errorf("Send: %v", err)
		}
		p.done.Go(p.read) // the peer wakes up
		all.Wait()
		var ids []string
		for _, part := range strings.Split(p.heard(), "<message id='")[1:] {
			id, _, _ := strings.Cut(part, "'")
			ids = append(ids, strings.TrimRight(id, "x"))
		}
		if diff := cmp.Diff([]string{"full", "0", "1", "2"}, ids); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestSendFair(t *testing.T) { // a small stanza that would fit does not overtake a large one that waits
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := pipe(t, m, stream.Options{Queue: 500}, true)
		p.send(openTag)
		if _, err := s.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i, size := range []int{300, 400, 1} {
			synctest.Wait()
			all.Go(func() {
				if err := s.Send(t.Context(), &stanza.Message{ID: fmt.Sprint(i), Lang: strings.Repeat("x", size)}); err != nil {
					t.Errorf("Send: %v", err)
				}
			})
		}
		synctest.Wait()
		p.done.Go(p.read)
		all.Wait()
		got := p.heard()
		first, second, third := strings.Index(got, "id='0'"), strings.Index(got, "id='1'"), strings.Index(got, "id='2'")
		if first < 0 || second < first || third < second {
			t.Errorf("order: %d, %d, %d", first, second, third)
		}
	})
}

func TestSendInline(t *testing.T) { // a stream handler never waits for room, nor for anything else
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		var s *stream.Stream
		errs := make(map[string]error)
		m.Handle(stream.Pattern{}, func(ctx context.Context, _ wire.Element) error {
			errs["Send"] = s.Send(ctx, message("1"))
			errs["Flush"] = s.Flush(ctx)
			errs["Close"] = s.Close(ctx)
			return nil
		})
		s, p := clogged(t, m)
		done := make(chan error)
		go func() {
			done <- s.Serve(t.Context(), func(ctx context.Context, _ wire.Element, _ bool) { errs["after"] = s.Send(ctx, message("2")) })
		}()
		start := time.Now()
		p.send(`<message/>` + byeTag)
		<-done
		want := map[string]error{"Send": stream.ErrWouldWait, "Flush": stream.ErrWouldWait, "Close": stream.ErrWouldWait, "after": stream.ErrWouldWait}
		if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(errs)); diff != "" || time.Since(start) > 0 {
			t.Errorf("after %v (-want +got):\n%s", time.Since(start), diff)
		}
		p.done.Go(p.read)
		synctest.Wait()
		if err := s.Send(stream.Waiting(t.Context()), message("3")); err != nil {
			t.Errorf("Send with room: %v", err)
		}
	})
}

func TestSendRoomInline(t *testing.T) { // with room, a handler may send
	synctest.Test(t, func(t *testing.T) {
		m, log := newMux(t)
		var s *stream.Stream
		stream.On(m, func(ctx context.Context, msg *stanza.Message) error {
			return s.Send(ctx, &stanza.Message{ID: "re" + msg.ID})
		})
		s, p := connected(t, m, stream.Options{})
		p.send(`<message id='1'/><message id='2'/>` + byeTag)
		_ = serve(t.Context(), s).end()
		if diff := cmp.Diff(`<message id='re1'/><message id='re2'/>`, p.heard()); diff != "" || log.String() != "" {
			t.Errorf("log %s (-want +got):\n%s", log, diff)
		}
	})
}

// brokenConn fails to write.
type brokenConn struct{ net.Conn }

var errBroken = errors.New("broken wire")

func (brokenConn) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		a, b := net.Pipe()
		s := stream.New(brokenConn{a}, m, stream.Options{})
		p := newPeer(b, false)
		defer p.hangUp()
		p.send(openTag)
		if _, err := s.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for _, err := range []error{s.Send(t.Context(), message("1")), s.Flush(t.Context()), s.Restart(t.Context(), nil), s.Close(t.Context())} {
			if !errors.Is(err, errBroken) {
				t.Errorf("want %v, got %v", errBroken, err)
			}
		}
		if err := s.Send(t.Context(), message("2")); !errors.Is(err, errBroken) {
			t.Errorf("Send: %v", err)
		}
	})
}

func TestSendEnds(t *testing.T) { // who waits for room is woken when the stream ends
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, _ := clogged(t, m)
		errs := make(chan error, 4)
		for range 3 {
			go func() { errs <- s.Send(t.Context(), message("1")) }()
		}
		go func() { errs <- s.Flush(t.Context()) }()
		synctest.Wait()
		s.Abort()
		for range 4 {
			if err := <-errs; !errors.Is(err, stream.ErrClosed) {
				t.Errorf("want %v, got %v", stream.ErrClosed, err)
			}
		}
		if err := s.Send(t.Context(), message("2")); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Send: %v", err)
		}
	})
}

func TestSendBad(t *testing.T) { // what cannot be written costs nothing but itself
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := connected(t, m, stream.Options{})
		var bad *wire.EncodeError
		if err := s.Send(t.Context(), &stanza.Message{ID: "1", Body: []stanza.Body{{Text: "\x00"}}}); !errors.As(err, &bad) {
			t.Errorf("Send: %v", err)
		}
		if err := s.Send(t.Context(), message("2")); err != nil {
			t.Errorf("Send: %v", err)
		}
		if diff := cmp.Diff(`<message id='2'><body>hello</body></message>`, p.heard()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestIdle counts goroutines: a stream has one only while there is something to write.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		ours, theirs := net.Pipe()
		defer theirs.Close()
		before := runtime.NumGoroutine()
		s := stream.New(ours, m, stream.Options{})
		if n := runtime.NumGoroutine(); n != before {
			t.Errorf("a new stream has %d goroutines", n-before)
		}
		for range 2 {
			if err := s.Send(t.Context(), message("1")); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // it waits for the peer
			if n := runtime.NumGoroutine(); n != before+1 {
				t.Errorf("a stream that writes has %d goroutines", n-before)
			}
			if _, err := theirs.Read(make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if n := runtime.NumGoroutine(); n != before {
				t.Errorf("an idle stream has %d goroutines", n-before)
			}
		}
		s.Abort()
	})
}
