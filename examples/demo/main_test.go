package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestDemo runs the demo and looks for the steps of each walk, in order.
func TestDemo(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	rest := out.String()
	for _, want := range []string{
		"a message to bot@demo.example",
		"bot        bytes    <message", "<body>hello &lt;world&gt; &amp; all</body>",
		"bot        type     *stanza.Message",
		"bot        reply    <message", "echo: hello &lt;world&gt; &amp; all",
		`you        got back "echo: hello <world> & all" from bot@demo.example`,
		"component  bytes    <message",
		`you        got back "echo: hello <world> & all" from echo@weather.demo.example`,
		"bot        type     *stanza.IQ of type get, payload [*ping.Ping]",
		"you        got back pong",
		"component  type     *stanza.IQ of type get, payload [*weather.Ask]",
		"component  handler  xmpp.HandleIQ of *weather.Ask",
		"component  reply    <iq", "<report xmlns='urn:example:weather' station='EDDM'",
		"you        got back *weather.Report: 21.5",
		"done: the bot runs demo bot 1.0",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is missing, or out of order, in:\n%s", want, out.String())
		}
		rest = after
	}
}
