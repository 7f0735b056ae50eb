package negotiate

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// restart stands in a script where the client begins the stream anew.
const restart = "restart"

// script plays a server: features, then one answer to each element that the client sends, until there are no more. Behind restart the next answer is to the client's header.
// It returns what the client has sent, header aside, and what came of its negotiation.
func script(t *testing.T, st *State, table []Feature, answers ...string) (sent []string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	near, far := net.Pipe()
	client, server := newStream(t, near, nil), newStream(t, far, func(b []byte) { sent = append(sent, string(b)) })
	done := make(chan struct{})
	go func() { // ends with the script or the connection; waited for below
		defer close(done)
		defer server.Abort()
		serve(ctx, server, answers)
	}()
	st.Stream = client
	err = Run(ctx, st, table)
	client.Abort()
	<-done
	return sent, err
}

func newStream(t *testing.T, conn net.Conn, heard func([]byte)) *stream.Stream {
	t.Helper()
	mux := stream.NewMux(stream.Config{Registry: wire.NewRegistry()})
	t.Cleanup(mux.Close)
	if err := Register(mux.Registry()); err != nil {
		t.Fatal(err)
	}
	return stream.New(conn, mux, stream.Options{Trace: func(dir stream.Direction, b []byte) {
		if heard != nil && dir == stream.In && !strings.HasPrefix(string(b), "<stream:stream") && !strings.HasPrefix(string(b), "</") {
			heard(b)
		}
	}})
}

func serve(ctx context.Context, s *stream.Stream, answers []string) {
	begin := true
	for _, answer := range answers {
		var err error
		switch {
		case answer == restart:
			begin, err = true, s.Restart(ctx, nil)
		case begin:
			begin = false
			_, err = s.Accept(ctx, func(stream.Header) (stream.Header, *stream.Error) {
				return stream.Header{Content: stream.NSClient, ID: "1", Version: "1.0"}, nil
			})
			err = errors.Join(err, s.Flush(ctx), write(s, answer))
		default:
			var el wire.Element
			if el, err = s.Next(ctx); err == nil {
				err = write(s, reply(el, answer))
			}
		}
		if err != nil {
			return
		}
	}
	_, _ = s.Next(ctx) // until the client has gone
}

// reply gives an answer to a request the id of that, which is random.
func reply(el wire.Element, answer string) string {
	if iq, ok := el.(*stanza.IQ); ok {
		return strings.ReplaceAll(answer, "ID", iq.ID)
	}
	return answer
}

func write(s *stream.Stream, text string) error {
	_, err := io.WriteString(s.Conn(), text)
	return err
}

// alice logs in with PLAIN over a stream that passes for protected.
func alice() *State {
	account := jid.MustParse("alice@example.org")
	return &State{
		Header:  stream.Header{Content: stream.NSClient, From: account, To: account.DomainJID(), Version: "1.0"},
		Creds:   sasl.Credentials{Username: "alice", Password: "wonderland"},
		Policy:  sasl.Policy{Min: sasl.Plain},
		Account: account, Domain: "example.org", Secure: true,
	}
}

// Elements of the scripts.
const (
	sasl1    = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"
	success1 = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
	bindable = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
	smable   = "<sm xmlns='urn:xmpp:sm:3'/>"
	auth1    = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNlAHdvbmRlcmxhbmQ=</auth>"
	initial  = "<initial-response>AGFsaWNlAHdvbmRlcmxhbmQ=</initial-response>"
)

func features(els ...string) string {
	return "<stream:features xmlns:stream='" + stream.NSStreams + "'>" + strings.Join(els, "") + "</stream:features>"
}

// modern is a server's offer of SASL2.
func modern(inline ...string) string {
	return "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline>" + strings.Join(inline, "") + "</inline></authentication>"
}

// bind2 is a server's offer of Bind 2 among them.
const bind2 = "<bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/><feature var='urn:xmpp:sm:3'/></inline></bind>"

// success is the end of SASL2.
func success(id string, els ...string) string {
	return "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" + id + "</authorization-identifier>" + strings.Join(els, "") + "</success>"
}

// answers to requests.
const (
	done   = "<iq type='result' id='ID'/>"
	seated = "<iq type='result' id='ID'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/1</jid></bind></iq>"
)

// bound is the answer of Bind 2.
func bound(els ...string) string {
	return "<bound xmlns='urn:xmpp:bind:0'>" + strings.Join(els, "") + "</bound>"
}
