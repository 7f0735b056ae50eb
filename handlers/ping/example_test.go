package ping_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/handlers/ping"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// Bob answers pings, and watches the server. Alice only asks.
func Example() {
	srv, err := xmpptest.Start(xmpptest.Options{Users: map[string]string{"alice": "secret", "bob": "secret"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx := context.Background()
	alice, err := xmpp.Dial(ctx, srv.Config("alice"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = alice.Close(ctx) }()
	cfg := srv.Config("bob")
	cfg.Plugins = []xmpp.Plugin{&ping.Plugin{Interval: time.Minute}}
	bob, err := xmpp.Dial(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = bob.Close(ctx) }()

	took, err := ping.Send(ctx, alice.Session, bob.JID())
	fmt.Println(took > 0, err)
	_, err = ping.Send(ctx, bob.Session, alice.JID()) // who has no plugin
	fmt.Println(errors.Is(err, &xmpp.StanzaError{Condition: stanzaerrors.ConditionServiceUnavailable}))
	// Output:
	// true <nil>
	// true
}
