package stream_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/forward0"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

func TestOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := pipe(t, m, stream.Options{}, false)
		p.send(`<?xml version='1.0'?><s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams' from='example.org' to='juliet@example.org' id='i"1' version='1.0' xml:lang='de'>`)
		h := clientOpen
		h.From, h.Lang = jid.MustParse("juliet@example.org"), "en"
		got, err := s.Open(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		want := stream.Header{Content: stream.NSClient, From: jid.MustParse("example.org"), To: h.From, ID: `i"1`, Version: "1.0", Lang: "de"}
		if got != want || s.Peer() != want {
			t.Errorf("header: want %v, got %v and %v", want, got, s.Peer())
		}
		const wantTag = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' ` +
			`from='juliet@example.org' to='example.org' version='1.0' xml:lang='en'>`
		if diff := cmp.Diff(wantTag, p.heard()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

// answer is an Accept callback of a plain server.
func answer(h stream.Header) (stream.Header, *stream.Error) {
	return stream.Header{Content: h.Content, From: h.To, ID: "s1", Version: "1.0"}, nil
}

func TestHeaders(t *testing.T) {
	refuse := func(h stream.Header) (stream.Header, *stream.Error) {
		h, _ = answer(h)
		return h, &stream.Error{Condition: streamerrors.ConditionHostUnknown, Text: "not here"}
	}
	sent := func(condition string) string {
		return `<stream:error><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>` + byeTag
	}
	const xmlns = `xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'`
	tests := []struct {
		name, xml string
		reply     func(stream.Header) (stream.Header, *stream.Error)
		condition streamerrors.Condition // empty if accepted
		want      string                 // after the header
	}{
		{name: "good", xml: openTag},
		{name: "no version", xml: `<stream:stream ` + xmlns + `>`},
		{name: "leading zeros", xml: `<stream:stream ` + xmlns + ` version='01.00'>`},
		{name: "newer minor", xml: `<stream:stream ` + xmlns + ` version='1.15'>`},
		{name: "stream namespace as default", xml: `<stream xmlns='http://etherx.jabber.org/streams' version='1.0'>`},
		{name: "refused", xml: openTag, reply: refuse, condition: "host-unknown", want: `<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>` +
			`<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>not here</text></stream:error>` + byeTag},
		{name: "wrong root", xml: `<stream:flow ` + xmlns + ` to='example.org' version='1.0'>`, condition: "bad-format"},
		{name: "wrong namespace", xml: `<stream:stream xmlns='jabber:client' xmlns:stream='urn:x' to='example.org' version='1.0'>`, condition: "invalid-namespace"},
		{name: "no namespace", xml: `<stream to='example.org' version='1.0'>`, condition: "invalid-namespace"},
		{name: "bad from", xml: `<stream:stream ` + xmlns + ` from='@' to='example.org' version='1.0'>`, condition: "improper-addressing"},
		{name: "bad to", xml: `<stream:stream ` + xmlns + ` to='a@@b' version='1.0'>`, condition: "improper-addressing"},
		{name: "unsupported version", xml: `<stream:stream ` + xmlns + ` to='example.org' version='11.0'>`, condition: "unsupported-version"},
		{name: "no number", xml: `<stream:stream ` + xmlns + ` to='example.org' version='1.x'>`, condition: "unsupported-version"},
		{name: "bad encoding", xml: `<?xml version='1.0' encoding='ISO-8859-1'?>` + openTag[21:], condition: "unsupported-encoding"},
		{name: "no XML", xml: `GET / HTTP/1.1`, condition: "not-well-formed"},
		{name: "doctype", xml: `<!DOCTYPE x>`, condition: "restricted-xml"},
		{name: "unbound prefix", xml: `<stream:stream xmlns='jabber:client'>`, condition: "not-well-formed"},
		{name: "closed at once", xml: `<stream:stream ` + xmlns + `/>`, condition: "bad-format"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				s, p := pipe(t, m, stream.Options{}, false)
				p.send(tt.xml)
				if tt.reply == nil {
					tt.reply = answer
				}
				_, err := s.Accept(t.Context(), tt.reply)
				header, rest, ok := strings.Cut(p.heard(), ">")
				if header == "<?xml version='1.0'?" {
					header, rest, ok = strings.Cut(rest, ">")
				}
				if !ok || !strings.HasPrefix(header, "<stream:stream "+xmlns) || !strings.Contains(header, " id='") {
					t.Errorf("header: %s", header)
				}
				if tt.condition == "" {
					if err != nil || rest != "" || p.gone() {
						t.Errorf("accepted: %v, sent %s", err, rest)
					}
					return
				}
				e, ok := errors.AsType[*stream.Error](err)
				if !ok || e.Condition != tt.condition || !e.Local {
					t.Errorf("Accept: %v", err)
				}
				if tt.want == "" {
					tt.want = sent(string(tt.condition))
				}
				if diff := cmp.Diff(tt.want, rest); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				if !p.gone() {
					t.Error("the connection is open")
				}
			})
		})
	}
}

func TestOpenFails(t *testing.T) {
	tests := []struct {
		name, xml string
		want      string
	}{
		{"other content namespace", strings.Replace(serverTag, "jabber:client", "jabber:server", 1), "invalid-namespace"},
		{"other root", "<html>", "invalid-namespace"},
		{"cut", "<stream:st", stream.ErrCut.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				s, p := pipe(t, m, stream.Options{}, false)
				p.send(tt.xml)
				time.AfterFunc(time.Second, func() { _ = p.Close() })
				_, err := s.Open(t.Context(), clientOpen)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("Open: %v", err)
				}
				if got := p.heard(); strings.Count(got, "<stream:stream") != 1 {
					t.Errorf("sent: %s", got)
				}
			})
		})
	}
}

func TestRestart(t *testing.T) {
	const features = `<stream:features/>`
	tests := []struct {
		name  string
		other bool // after TLS: on another connection
	}{{"same connection", false}, {"S26: other connection", true}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newMux(t)
				s, p := connected(t, m, stream.Options{})
				p.send(`<proceed xmlns='urn:x'/>` + serverTag + features + `<injected xmlns='urn:x'/>`)
				if el, err := s.Next(t.Context()); err != nil || el.ElementName().Local != "proceed" {
					t.Fatalf("Next: %v, %v", el, err)
				}
				want := "injected"
				var conn net.Conn
				if tt.other {
					want = "protected"
					a, b := net.Pipe()
					conn, p = a, newPeer(b, false)
					t.Cleanup(p.hangUp)
					p.send(serverTag + features + `<protected xmlns='urn:x'/>`)
				}
				if err := s.Restart(t.Context(), conn); err != nil {
					t.Fatal(err)
				}
				if _, err := s.Open(t.Context(), clientOpen); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(openTag, p.heard()); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				if el, err := s.Next(t.Context()); err != nil {
					t.Errorf("Next: %v", err)
				} else if _, ok := el.(*streams.Features); !ok {
					t.Errorf("features: %T", el)
				}
				if el, err := s.Next(t.Context()); err != nil || el.ElementName().Local != want {
					t.Errorf("Next: %v, %v", el, err)
				}
				if conn != nil && s.Conn() != conn {
					t.Error("Conn is the old one")
				}
			})
		})
	}
}

func TestRestartFails(t *testing.T) { // an error after a restart needs a header of its own
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := pipe(t, m, stream.Options{}, false)
		p.send(openTag + `<auth xmlns='urn:x'/><broken>`)
		if _, err := s.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Restart(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		_ = p.heard()
		if _, err := s.Accept(t.Context(), answer); err == nil {
			t.Error("accepted")
		}
		if got := p.heard(); !strings.HasPrefix(got, "<?xml version='1.0'?><stream:stream ") || !strings.HasSuffix(got, "</stream:error>"+byeTag) {
			t.Errorf("sent: %s", got)
		}
	})
}

func TestContentNamespace(t *testing.T) {
	const tag = `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='c.example.org' id='s1'>`
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		stream.MustRegister[forward0.Forwarded](m)
		s, p := pipe(t, m, stream.Options{}, false)
		p.send(tag)
		if _, err := s.Open(t.Context(), stream.Header{Content: stream.NSComponent, To: jid.MustParse("c.example.org")}); err != nil {
			t.Fatal(err)
		}
		if got := p.heard(); !strings.Contains(got, `<stream:stream xmlns='jabber:component:accept'`) {
			t.Errorf("sent: %s", got)
		}
		var got *stanza.Message
		stream.On(m, func(_ context.Context, msg *stanza.Message) error {
			got = msg
			return nil
		})
		const text = `<message id='1'><body>outer</body><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' id='2'><body>inner</body></message></forwarded></message>`
		r := serve(t.Context(), s)
		p.send(text + `<message xmlns='jabber:client' id='3'/>` + `<message xmlns='jabber:server' id='4'/>`)
		synctest.Wait()
		if got == nil || got.ID != "3" || len(r.rest) != 3 {
			t.Fatalf("received: %v, in all %d", got, len(r.rest))
		}
		if _, ok := r.rest[2].(*wire.Raw); !ok {
			t.Errorf("a stanza of another namespace is a %T", r.rest[2])
		}
		first := r.rest[0].(*stanza.Message)
		fwd, ok := wire.Find[forward0.Forwarded](first.Any)
		if !ok || first.Body[0].Text != "outer" || fwd.Message.Body[0].Text != "inner" {
			t.Errorf("received: %+v", first)
		}
		if err := s.Send(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, p.heard()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
		s.Fail(t.Context(), &stream.Error{Condition: streamerrors.ConditionReset})
		if got := p.heard(); !strings.HasPrefix(got, "<stream:error><reset ") {
			t.Errorf("sent: %s", got)
		}
		_ = r.end()
	})
}

func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		var mu sync.Mutex // guards got
		var got []string
		s, p := pipe(t, m, stream.Options{Trace: func(dir stream.Direction, b []byte) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, fmt.Sprint(dir, " ", string(b)))
		}}, false)
		time.AfterFunc(time.Second, func() { p.send(serverTag) })
		if _, err := s.Open(t.Context(), clientOpen); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"1", "2"} {
			if err := s.Send(t.Context(), &stanza.Message{ID: id}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		p.send(`<message id='3'/> <presence/>`)
		r := serve(t.Context(), s)
		synctest.Wait()
		s.Fail(t.Context(), &stream.Error{Condition: streamerrors.ConditionReset})
		_ = r.end()
		want := []string{
			"1 " + openTag, "0 " + strings.TrimPrefix(serverTag, "<?xml version='1.0'?>"), "1 <message id='1'/>", "1 <message id='2'/>", "0 <message id='3'/>", "0 <presence/>",
			"1 <stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", "1 " + byeTag,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestNextContext(t *testing.T) { // the end of one ctx is not that of the stream
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		s, p := connected(t, m, stream.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		p.send(`<a xmlns='urn:x'/>`)
		if _, err := s.Next(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
		synctest.Wait()
		p.send(`<b xmlns='urn:x'/>`)
		if el, err := s.Next(t.Context()); err != nil || el.ElementName().Local != "b" {
			t.Errorf("Next: %v, %v", el, err)
		}
		why := errors.New("no more")
		ended, stop := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { stop(why) })
		if _, err := s.Next(ended); !errors.Is(err, why) {
			t.Errorf("Next: %v", err)
		}
	})
}

// slowConn takes its time to set a deadline.
type slowConn struct{ net.Conn }

func (c slowConn) SetReadDeadline(d time.Time) error {
	if !d.IsZero() {
		time.Sleep(time.Second)
	}
	return c.Conn.SetReadDeadline(d)
}

func TestNextLateDeadline(t *testing.T) { // what ends with one ctx does not reach into the next call
	synctest.Test(t, func(t *testing.T) {
		m, _ := newMux(t)
		a, b := net.Pipe()
		s, p := stream.New(slowConn{a}, m, stream.Options{}), newPeer(b, false)
		defer p.hangUp()
		defer s.Abort()
		p.send(serverTag)
		if _, err := s.Open(t.Context(), clientOpen); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, func() {
			cancel()
			p.send(`<a xmlns='urn:x'/>`)
		})
		if el, err := s.Next(ctx); err != nil || el.ElementName().Local != "a" {
			t.Fatalf("Next: %v, %v", el, err)
		}
		time.AfterFunc(time.Minute, func() { p.send(`<b xmlns='urn:x'/>`) })
		if el, err := s.Next(t.Context()); err != nil || el.ElementName().Local != "b" {
			t.Errorf("Next: %v, %v", el, err)
		}
	})
}
