package xmpp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// A bot that sends back what it is sent, and somebody who talks to it.
func ExampleDial() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	srv, err := xmpptest.Start(xmpptest.Options{Domain: "example.org", Users: map[string]string{"bot": "secret", "alice": "wonderland"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	bot, err := xmpp.Dial(ctx, srv.Config("bot")) // in a program: xmpp.Config{JID: …, Password: …}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer bot.Close(ctx)
	bus.On(bot.Bus(), func(ctx context.Context, m *stanza.Message) {
		if len(m.Body) > 0 && m.Type != stanza.MessageError {
			_ = bot.Send(ctx, xmpp.ReplyText(m, "you said: "+xmpp.Text(m, "")))
		}
	})

	alice, err := xmpp.Dial(ctx, srv.Config("alice"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer alice.Close(ctx)
	replies := bus.Subscribe[*stanza.Message](alice.Bus())
	_ = alice.Send(ctx, &stanza.Message{To: bot.JID(), Type: stanza.MessageChat, Body: []stanza.Body{{Text: "hello"}}})
	m, err := replies.Next(ctx)
	fmt.Println(xmpp.Text(m, ""), err)
	// Output: you said: hello <nil>
}

// A component that answers requests after its version.
func ExampleHandleIQ() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	srv, err := xmpptest.Start(xmpptest.Options{
		Domain: "example.org", Users: map[string]string{"alice": "wonderland"}, Components: map[string]string{"clock.example.org": "s3cret"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	clock, err := xmpp.DialComponent(ctx, srv.ComponentConfig("clock.example.org"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer clock.Close(ctx)
	xmpp.HandleIQ(clock.Mux(), stanza.IQGet, func(context.Context, *stanza.IQ, *version.Query) (*version.Query, error) {
		return &version.Query{Name: "clock", Version: "1.0"}, nil
	})

	alice, err := xmpp.Dial(ctx, srv.Config("alice"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer alice.Close(ctx)
	v, err := xmpp.Get[version.Query](ctx, alice.Session, jid.MustParse("clock.example.org"), &version.Query{})
	fmt.Println(v.Name, v.Version, err)
	// Output: clock 1.0 <nil>
}
