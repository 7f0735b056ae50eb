package version_test

import (
	"context"
	"fmt"

	"github.com/stanzakit/stanzakit/handlers/version"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// Bob says what he runs when he is asked.
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
	cfg.Plugins = []xmpp.Plugin{&version.Plugin{Name: "Lunch", Version: "1.2"}}
	bob, err := xmpp.Dial(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = bob.Close(ctx) }()

	v, err := version.Get(ctx, alice.Session, bob.JID())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(v.Name, v.Version)
	// Output:
	// Lunch 1.2
}
