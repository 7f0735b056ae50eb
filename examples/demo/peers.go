package main

import (
	"context"
	"time"

	"github.com/stanzakit/stanzakit/examples/demo/weather"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/handlers/ping"
	"github.com/stanzakit/stanzakit/handlers/version"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// startBot logs in a bot that sends back what it is sent. The echo is an event handler: it may wait.
func startBot(ctx context.Context, srv *xmpptest.Server, w *walk) (*xmpp.Client, error) {
	cfg := srv.Config("bot")
	cfg.Trace = w.bytes("bot")
	cfg.Plugins = []xmpp.Plugin{&disco.Plugin{}, &ping.Plugin{}, &version.Plugin{Name: "demo bot", Version: "1.0"}}
	bot, err := xmpp.Dial(ctx, cfg)
	if err != nil {
		return nil, err
	}
	w.types("bot", bot.Session)
	echo(bot.Session, "bot", w)
	return bot, bot.Send(ctx, &stanza.Presence{})
}

// startComponent connects a component that echoes messages and answers questions after the weather.
func startComponent(ctx context.Context, srv *xmpptest.Server, w *walk) (*xmpp.Component, error) {
	cfg := srv.ComponentConfig("weather.demo.example")
	cfg.Trace = w.bytes("component")
	comp, err := xmpp.DialComponent(ctx, cfg)
	if err != nil {
		return nil, err
	}
	w.types("component", comp.Session)
	echo(comp.Session, "component", w)
	xmpp.HandleIQ(comp.Mux(), stanza.IQGet, func(_ context.Context, iq *stanza.IQ, ask *weather.Ask) (*weather.Report, error) {
		w.step("component", "handler", "xmpp.HandleIQ of %T from %s", ask, iq.From)
		taken := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		return &weather.Report{
			Station: ask.Station, Taken: &taken, Sky: []string{"clear"},
			Temperature: weather.ReportTemperature{Value: 21.5, Unit: weather.ReportTemperatureUnitCelsius},
		}, nil
	})
	return comp, nil
}

// echo answers messages: a stream handler sees them inline, an event handler on its own goroutine.
func echo(s *xmpp.Session, who string, w *walk) {
	stream.On(s.Mux(), func(_ context.Context, m *stanza.Message) error {
		w.step(who, "handler", "stream.On of %T, inline on the reader", m)
		return nil
	})
	bus.On(s.Bus(), func(ctx context.Context, m *stanza.Message) {
		w.step(who, "event", "bus.On of %T, on its own goroutine", m)
		if len(m.Body) == 0 || m.Type == stanza.MessageError {
			return
		}
		if err := s.Send(ctx, xmpp.ReplyText(m, "echo: "+xmpp.Text(m, ""))); err != nil {
			w.step(who, "error", "%v", err)
		}
	})
}
