package xmpptest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// recorder notes failures in place of the test's own.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestPlayerComplains(t *testing.T) {
	const (
		recv    = "-- recv --\n<iq type='get' id='1' from='bob@example.org/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
		payload = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\n"
		good    = "<iq type='error' id='1' to='bob@example.org/x'>" + payload
	)
	tests := []struct {
		name string
		text string
		want string // part of the failure; empty if there is none
	}{
		{"good", recv + "-- send --\n" + good, ""},
		{"written in another way", recv + "-- send --\n<c:iq xmlns:c='jabber:client' to=\"bob@example.org/x\"  id='&#49;' type='error'>\n " +
			strings.ReplaceAll(strings.TrimSuffix(payload, "</iq>\n"), "'", `"`) + "\n</c:iq>\n", ""},
		{"any id", recv + "-- send --\n" + strings.Replace(good, "'1'", "'*'", 1), ""},
		{"an id with a name", recv + "-- send --\n" + strings.Replace(good, "'1'", "'$id'", 1) +
			strings.Replace(recv, "'1'", "'$id'", 1) + "-- send --\n" + good, ""},
		{"another attribute", recv + "-- send --\n" + strings.Replace(good, "bob@", "carol@", 1), `to=`},
		{"another namespace", recv + "-- send --\n" + strings.Replace(good, "xmpp-stanzas", "xmpp-streams", 1), `xmpp-st`},
		{"a text too many", recv + "-- send --\n" + strings.Replace(good, "</iq>", "text</iq>", 1), `text`},
		{"not sent", "-- send --\n<presence/>\n", `presence`},
		{"sent at the end", recv, "sent before the end, but not in the transcript"},
		{"sent before the next", recv + recv + "-- send --\n" + good, "sent before line 3, but not in the transcript"},
		{"sent too often", recv + "-- send --\n" + good + good, "-"},
		{"a stream that ends", "-- recv --\n<a></b>\n", "not-well-formed"},
		{"a stream that is closed", "-- recv --\n</stream:stream>\n", "</stream:stream>"},
		{"a stream that is closed, as said", "-- recv --\n</stream:stream>\n-- send --\n</stream:stream>\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr, err := parseTranscript("test.txt", tt.text)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{TB: t}
				p := newPlayer(r, tr)
				p.play(p.dial(nil))
				got := strings.Join(r.failures, "\n")
				if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
					t.Errorf("failures %q, want %q in them", got, tt.want)
				}
			})
		})
	}
}

func TestParseTranscript(t *testing.T) {
	const send = "-- send --\n<presence/>\n"
	tests := []struct{ name, text, want string }{
		{"empty", "", "f.txt: nothing is received or sent"},
		{"comment alone", "comment\n", "f.txt: nothing is received or sent"},
		{"unknown section", "-- receive --\n", `f.txt:1: unknown section "receive"`},
		{"argument too many", "\n-- recv now --\n", `f.txt:2: unknown section "recv now"`},
		{"wait without time", "-- wait --\n", `f.txt:1: time: invalid duration ""`},
		{"text in wait", "-- wait 1s --\n<presence/>\n", "f.txt:1: text in a wait section"},
		{"unknown key", "-- config --\nname: x\n" + send, `f.txt: config: unknown key "name"`},
		{"component that is no domain", "-- config --\ncomponent: a@b\n" + send, "f.txt: config: xmpptest: jid: "},
		{"good", "comment\n-- config --\njid: bob@example.org/x\nsetup: a\n" + send + "-- wait 1s --\n\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseTranscript("f.txt", tt.text)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got[:min(len(got), max(len(tt.want), 1))]); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
