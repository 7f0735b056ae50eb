package live_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/schemas/validate"
	"github.com/stanzakit/stanzakit/schemas/validate/live"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// A client cannot send what is against the schemas.
func Example() {
	v, err := validate.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	srv, err := xmpptest.Start(xmpptest.Options{Users: map[string]string{"alice": "secret"}})
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
	live.Attach(alice.Mux(), v, live.Config{Out: live.Refuse})

	err = alice.Send(ctx, &stanza.Message{To: alice.JID().Bare(), Type: "shout", Body: []stanza.Body{{Text: "hello"}}})
	if fault, ok := errors.AsType[*live.Error](err); ok {
		for _, f := range fault.Findings {
			fmt.Println(f.Path+":", f.Message)
		}
	}
	// Output: message/@type: value "shout" is not allowed; expected one of: chat, error, groupchat, headline, normal
}
