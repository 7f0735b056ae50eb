// Demo shows a stanza's whole way: it starts an embedded server, logs in a bot and a component, sends them a message, an IQ and a private extension that is
// generated from schemas/weather.xsd, and prints the walk of each: bytes, type, handler, event, reply.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/stanzakit/stanzakit/examples/demo/weather"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/handlers/ping"
	"github.com/stanzakit/stanzakit/handlers/version"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

//go:generate go run ../../cmd/stanzagen generate --schemas schemas --out .

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	srv, err := xmpptest.Start(xmpptest.Options{
		Domain:     "demo.example",
		Users:      map[string]string{"you": "secret", "bot": "hunter2"},
		Components: map[string]string{"weather.demo.example": "s3cret"},
	})
	if err != nil {
		return err
	}
	defer srv.Close()

	w := &walk{out: out}
	bot, err := startBot(ctx, srv, w)
	if err != nil {
		return err
	}
	defer bot.Close(ctx)
	comp, err := startComponent(ctx, srv, w)
	if err != nil {
		return err
	}
	defer comp.Close(ctx)
	you, err := xmpp.Dial(ctx, srv.Config("you"))
	if err != nil {
		return err
	}
	defer you.Close(ctx)
	return talk(ctx, you, bot.JID(), w)
}

// talk sends one of each and waits for the answers.
func talk(ctx context.Context, you *xmpp.Client, bot jid.JID, w *walk) error {
	replies := bus.Subscribe[*stanza.Message](you.Bus())
	for _, to := range []jid.JID{bot, jid.MustParse("echo@weather.demo.example")} {
		w.title("a message to %s", to)
		if err := you.Send(ctx, &stanza.Message{To: to, Type: stanza.MessageChat, Body: []stanza.Body{{Text: "hello <world> & all"}}}); err != nil {
			return err
		}
		m, err := replies.Next(ctx)
		if err != nil {
			return err
		}
		w.step("you", "got back", "%q from %s", xmpp.Text(m, ""), m.From)
	}
	w.title("an IQ to %s: XEP-0199 ping, answered by a plugin", bot)
	d, err := ping.Send(ctx, you.Session, bot)
	if err != nil {
		return err
	}
	w.step("you", "got back", "pong after %v", d.Round(time.Microsecond))

	w.title("a private extension to weather.demo.example, from examples/demo/schemas/weather.xsd")
	r, err := xmpp.Get[weather.Report](ctx, you.Session, jid.MustParse("weather.demo.example"), &weather.Ask{Station: "EDDM"})
	if err != nil {
		return err
	}
	w.step("you", "got back", "%T: %v° %s at %s, sky %v", r, r.Temperature.Value, r.Temperature.Unit, r.Station, r.Sky)
	v, err := version.Get(ctx, you.Session, bot)
	if err != nil {
		return err
	}
	w.title("done: the bot runs %s %s", v.Name, v.Version)
	return nil
}
