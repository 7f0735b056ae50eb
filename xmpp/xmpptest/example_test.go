package xmpptest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// Two clients talk through a server of their own.
func Example() {
	srv, err := xmpptest.Start(xmpptest.Options{Users: map[string]string{"alice": "secret", "bob": "hunter2"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	alice, err := xmpp.Dial(ctx, srv.Config("alice"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer alice.Close(ctx)
	bob, err := xmpp.Dial(ctx, srv.Config("bob"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer bob.Close(ctx)

	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	if err := alice.Send(ctx, &stanza.Message{To: bob.JID(), Body: []stanza.Body{{Text: "hello"}}}); err != nil {
		fmt.Println(err)
		return
	}
	m, err := inbox.Next(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.From.Bare(), "says", xmpp.Text(m, ""))

	// Output: alice@localhost says hello
}
