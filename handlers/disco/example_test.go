package disco_test

import (
	"context"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// A server is asked what it can do.
func ExampleInfo() {
	srv, err := xmpptest.Start(xmpptest.Options{Users: map[string]string{"alice": "secret"}})
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

	info, err := disco.Info(ctx, alice.Session, srv.Domain(), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("a server:", disco.HasIdentity(info, "server", "im"))
	fmt.Println("knows pings:", disco.HasFeature(info, "urn:xmpp:ping"))
	// Output:
	// a server: true
	// knows pings: true
}

// A component says what it is. Another plugin would add what it brings in its Setup. Nodes below the entity are answered for by functions.
func ExamplePlugin() {
	srv, err := xmpptest.Start(xmpptest.Options{
		Users: map[string]string{"alice": "secret"}, Components: map[string]string{"lunch.localhost": "secret"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx := context.Background()

	d := &disco.Plugin{Identity: []discoinfo.Identity{{Category: "directory", Type: "group", Name: "Lunch"}}}
	d.AddFeature("urn:example:lunch")
	d.Handle("menu", disco.Node{
		Items: func(_ context.Context, iq *stanza.IQ, _ *discoitems.Query) (*discoitems.Query, error) {
			return &discoitems.Query{Item: []discoitems.Item{{JID: iq.To, Node: "menu/soup", Name: "Soup"}}}, nil
		},
	})
	cfg := srv.ComponentConfig("lunch.localhost")
	cfg.Plugins = []xmpp.Plugin{d}
	lunch, err := xmpp.DialComponent(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = lunch.Close(ctx) }()
	alice, err := xmpp.Dial(ctx, srv.Config("alice"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = alice.Close(ctx) }()

	info, err := disco.Info(ctx, alice.Session, lunch.JID(), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Identity[0].Name, disco.HasFeature(info, "urn:example:lunch"))
	menu, err := disco.Items(ctx, alice.Session, lunch.JID(), "menu")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(menu.Item[0].Name)
	// Output:
	// Lunch true
	// Soup
}

// What an entity says of itself has a hash by which others recognise it.
func ExampleVer() {
	ver, err := disco.Ver(&discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "client", Type: "pc", Name: "Exodus 0.9.1"}},
		Feature: []discoinfo.Feature{
			{Var: "http://jabber.org/protocol/caps"},
			{Var: "http://jabber.org/protocol/disco#info"},
			{Var: "http://jabber.org/protocol/disco#items"},
			{Var: "http://jabber.org/protocol/muc"},
		},
	}, "sha-1")
	fmt.Println(ver, err)
	// Output: QgayPKawpkPSDYmwT/WM94uAlu0= <nil>
}
