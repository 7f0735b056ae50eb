package xmpptest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
)

// Setup makes the plugins of the session that a transcript is played to. It is called once for each transcript.
type Setup func(t testing.TB) []xmpp.Plugin

// Hooks is a plugin made of functions, for a [Setup]: handlers to register, and the user's side of a conversation.
type Hooks struct {
	Before func(h *xmpp.Host) error                   // called before the stream opens; may be nil
	Bound  func(ctx context.Context, s *xmpp.Session) // run once the session is bound; ctx ends with it; may be nil
}

// Setup calls Before.
func (p *Hooks) Setup(h *xmpp.Host) error {
	if p.Before == nil {
		return nil
	}
	return p.Before(h)
}

// Run calls Bound.
func (p *Hooks) Run(ctx context.Context, s *xmpp.Session) {
	if p.Bound != nil {
		p.Bound(ctx, s)
	}
}

// RunTranscripts plays the transcripts that match the pattern (as in filepath.Glob), each as a subtest in a bubble of [synctest], to a session that has logged in over a pipe. A
// transcript is a text file of sections:
//
//	The client answers a ping (XEP-0199, section 4.1).
//
//	-- config --
//	jid: alice@example.org/desk
//	setup: ping
//	-- recv --
//	<iq type='get' id='1' from='example.org'><ping xmlns='urn:xmpp:ping'/></iq>
//	-- send --
//	<iq type='result' id='1' to='example.org'/>
//
// What stands before the first section is a comment. The sections are:
//
//	config     jid: the full JID of the client, alice@example.org/desk if left out; or component: the domain of a component;
//	           setup: the key of the setup whose plugins the session has; none if left out
//	recv       what the session receives, byte for byte, within a stream whose default namespace is that of its stanzas
//	send       what it must have sent by then, in this order, and nothing else: compared as XML, white space between elements left aside
//	wait 30s   lets time pass
//
// In a send section the value * of an attribute, or as the whole text of an element, stands for any value, and $name for one that is repeated wherever $name stands later. A
// stream that ends is written </stream:stream>. Whatever the session sends that the transcript does not tell of is a failure.
func RunTranscripts(t *testing.T, pattern string, setups map[string]Setup) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("xmpptest: no transcripts %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tr, err := parseTranscript(file, string(data))
			if err != nil {
				t.Fatal(err)
			}
			tr.run(t, setups)
		})
	}
}

// transcript is a conversation to be played.
type transcript struct {
	file      string
	jid       jid.JID // of the client or the component
	component bool
	setup     string
	steps     []step
}

// step is a section of a transcript.
type step struct {
	line int // of its header
	kind string
	wait time.Duration
	text string
}

const (
	stepRecv = "recv"
	stepSend = "send"
	stepWait = "wait"
)

// run plays the transcript.
func (tr *transcript) run(t *testing.T, setups map[string]Setup) {
	t.Helper()
	setup, ok := setups[tr.setup]
	if tr.setup != "" && !ok {
		t.Fatalf("%s: no setup %q", tr.file, tr.setup)
	}
	synctest.Test(t, func(t *testing.T) {
		var plugins []xmpp.Plugin
		if setup != nil {
			plugins = setup(t)
		}
		p := newPlayer(t, tr)
		p.play(p.dial(plugins))
	})
}

// parseTranscript reads a transcript.
func parseTranscript(file, text string) (*transcript, error) {
	tr := &transcript{file: file, jid: jid.MustParse("alice@example.org/desk")}
	var config strings.Builder
	into := new(strings.Builder) // what stands before the first section
	var texts []*strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		n++
		head, ok := header(line)
		switch {
		case !ok:
			into.WriteString(line)
		case head == "config":
			into = &config
		default:
			s, err := newStep(n, head)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, n, err)
			}
			into = new(strings.Builder)
			tr.steps, texts = append(tr.steps, s), append(texts, into)
		}
	}
	for i, b := range texts {
		if tr.steps[i].text = b.String(); tr.steps[i].kind == stepWait && strings.TrimSpace(tr.steps[i].text) != "" {
			return nil, fmt.Errorf("%s:%d: text in a wait section", file, tr.steps[i].line)
		}
	}
	if len(tr.steps) == 0 {
		return nil, fmt.Errorf("%s: nothing is received or sent", file)
	}
	return tr, tr.configure(config.String())
}

// header returns the name of the section that a line begins.
func header(line string) (string, bool) {
	line = strings.TrimSpace(line)
	inner, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, " --")
}

func newStep(line int, head string) (step, error) {
	kind, arg, _ := strings.Cut(head, " ")
	s := step{line: line, kind: kind}
	switch {
	case kind == stepWait:
		var err error
		s.wait, err = time.ParseDuration(arg)
		return s, err
	case (kind == stepRecv || kind == stepSend) && arg == "":
		return s, nil
	}
	return s, fmt.Errorf("unknown section %q", head)
}

// configure reads the config section.
func (tr *transcript) configure(text string) error {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		var err error
		switch key {
		case "jid":
			tr.jid, err = jid.Parse(value)
		case "component":
			tr.component = true
			tr.jid, err = domain(value)
		case "setup":
			tr.setup = value
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return fmt.Errorf("%s: config: %w", tr.file, err)
		}
	}
	return nil
}
