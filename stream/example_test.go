package stream_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/receipts"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// server returns a connection to a server that says what it is told to and ends the stream.
func server(says string) net.Conn {
	ours, theirs := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, theirs) }()                   // ends with the connection
	go func() { _, _ = io.WriteString(theirs, serverTag+says+byeTag) }() // likewise
	return ours
}

func Example() {
	conn := server(`<message from='romeo@example.org/garden'><body>Art thou not Romeo?</body></message>`)

	mux := stream.NewMux(stream.Config{})
	defer mux.Close()
	stream.On(mux, func(_ context.Context, m *stanza.Message) error {
		fmt.Println(m.From, "says:", m.Body[0].Text)
		return nil
	})

	ctx := context.Background()
	st := stream.New(conn, mux, stream.Options{})
	defer st.Abort()
	peer, err := st.Open(ctx, stream.Header{To: jid.MustParse("example.org"), Version: "1.0"})
	fmt.Println("stream", peer.ID, "of", peer.From, err)
	fmt.Println(st.Serve(ctx, nil))
	// Output:
	// stream s1 of example.org <nil>
	// romeo@example.org/garden says: Art thou not Romeo?
	// stream: closed
}

// dispatchAll gives the mux elements as a stream would.
func dispatchAll(m *stream.Mux, texts ...string) {
	for _, text := range texts {
		d := wire.NewDocumentDecoder([]byte(text), m.Registry(), wire.Limits{})
		if el, err := d.Next(); err == nil {
			m.Dispatch(context.Background(), el, d.Outline())
		}
	}
}

// A pattern and filters together: chat messages that hold a receipt request and a body.
func ExampleMatch() {
	mux := stream.NewMux(stream.Config{})
	wantsReceipt := stream.Pattern{Type: "chat", Child: (*receipts.Request)(nil).ElementName()}
	hasBody := func(m *stanza.Message) bool { return len(m.Body) > 0 }
	stream.Match(mux, wantsReceipt, func(_ context.Context, m *stanza.Message) error {
		fmt.Println("receipt wanted for", m.ID)
		return nil
	}, hasBody)
	dispatchAll(mux,
		`<message xmlns='jabber:client' type='chat' id='1'><body>hi</body></message>`,
		`<message xmlns='jabber:client' type='chat' id='2'><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>`,
	)
	// Output: receipt wanted for 2
}

// A handler that may wait has a goroutine of its own.
func ExampleGo() {
	mux := stream.NewMux(stream.Config{})
	stream.Go(mux, func(ctx context.Context, m *stanza.Message) error {
		fmt.Println(m.ID, "may wait:", stream.MayWait(ctx) == nil)
		return nil
	})
	dispatchAll(mux, `<message xmlns='jabber:client' id='1'/>`)
	mux.Close() // waits for the handler
	// Output: 1 may wait: true
}

// Expect before asking, so that the answer cannot come too early.
func ExampleExpect() {
	mux := stream.NewMux(stream.Config{})
	fromRomeo := func(p *stanza.Presence) bool { return p.From.Local() == "romeo" }
	w := stream.Expect(mux, fromRomeo)
	dispatchAll(mux,
		`<presence xmlns='jabber:client' from='juliet@example.org/balcony'/>`,
		`<presence xmlns='jabber:client' from='romeo@example.org/garden'/>`,
	)
	p, err := w.Wait(context.Background())
	fmt.Println(p.From, err)
	// Output: romeo@example.org/garden <nil>
}

// The first reply comes from somebody who was not asked.
func ExampleMux_Await() {
	mux := stream.NewMux(stream.Config{})
	stream.MustRegister[stanza.IQ](mux)
	stream.MustRegister[ping.Ping](mux)
	asked := jid.MustParse("romeo@example.org/garden")
	call, err := mux.Await((*stanza.IQ)(nil).ElementName(), "42", func(from jid.JID) bool { return from == asked })
	if err != nil {
		fmt.Println(err)
		return
	}
	dispatchAll(mux,
		`<iq xmlns='jabber:client' type='result' id='42' from='tybalt@example.org/street'/>`,
		`<iq xmlns='jabber:client' type='result' id='42' from='romeo@example.org/garden'/>`,
	)
	reply, err := call.Wait(context.Background())
	fmt.Println(reply.(*stanza.IQ).From, err)
	// Output: romeo@example.org/garden <nil>
}

func ExampleOnRaw() {
	mux := stream.NewMux(stream.Config{})
	stream.OnRaw(mux, stream.Pattern{}, func(_ context.Context, raw *wire.Raw) error {
		text, err := wire.Marshal(raw)
		fmt.Println(string(text))
		return err
	})
	dispatchAll(mux, `<message xmlns="jabber:client"><body>as XML</body></message>`)
	// Output: <message xmlns='jabber:client'><body>as XML</body></message>
}

// A filter returns a changed copy, and never changes what it is given.
func ExampleFilter() {
	mux := stream.NewMux(stream.Config{})
	stream.Filter(mux, stream.In, 0, func(_ context.Context, el wire.Element) (wire.Element, error) {
		m, ok := el.(*stanza.Message)
		if !ok || len(m.Body) == 0 {
			return el, nil
		}
		loud := *m
		loud.Body = []stanza.Body{{Text: strings.ToUpper(m.Body[0].Text)}}
		return &loud, nil
	})
	stream.On(mux, func(_ context.Context, m *stanza.Message) error {
		fmt.Println(m.Body[0].Text)
		return nil
	})
	st := stream.New(server(`<message><body>wherefore</body></message>`), mux, stream.Options{})
	defer st.Abort()
	ctx := context.Background()
	if _, err := st.Open(ctx, stream.Header{To: jid.MustParse("example.org"), Version: "1.0"}); err != nil {
		fmt.Println(err)
	}
	_ = st.Serve(ctx, nil)
	// Output: WHEREFORE
}
