package negotiate

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/csi0"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// ids are those of requests, which are random.
var ids = regexp.MustCompile(` id='[A-Z0-9]{26}'`)

// TestScripts plays whole negotiations.
func TestScripts(t *testing.T) {
	full := jid.MustParse("alice@example.org/1")
	enable := func(st *State) { st.SM.Enable = &sm3.Enable{Resume: new(true)} }
	again := func(st *State) {
		enable(st)
		st.SM.Resume, st.SM.JID = &sm3.Resume{PrevID: "old", H: 7}, full
	}
	const (
		request  = "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>" + initial
		enableEl = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>"
		resumeEl = "<resume xmlns='urn:xmpp:sm:3' previd='old' h='7'/>"
		enabled  = "<enabled xmlns='urn:xmpp:sm:3' id='new' resume='true'/>"
		resumed  = "<resumed xmlns='urn:xmpp:sm:3' previd='old' h='5'/>"
		failed   = "<failed xmlns='urn:xmpp:sm:3' h='6'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
		refused  = "<failed xmlns='urn:xmpp:sm:3'><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
		bindEl   = "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
	)
	tests := []struct {
		name    string
		change  func(*State)
		answers []string
		want    []string // what the client sends
		result  string   // bound JID, how stream management stands; or a part of the error
	}{
		{
			"Bind 2", func(st *State) {
				st.Tag, st.Agent = "bot", UserAgent{ID: "d4565fa7-4d72-4749-b3d3-740edbf87770", Software: "Bot", Device: "rack"}
				st.Inline = []wire.Element{&carbons2.Enable{}, &csi0.Inactive{}}
				enable(st)
			},
			[]string{features(modern(bind2), sasl1), success("alice@example.org/1", bound(enabled)) + features()},
			[]string{
				request + "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>Bot</software><device>rack</device></user-agent>" +
					"<bind xmlns='urn:xmpp:bind:0'><tag>bot</tag><enable xmlns='urn:xmpp:carbons:2'/>" + enableEl + "</bind></authenticate>",
			},
			"alice@example.org/1 enabled new",
		},
		{
			"Bind 2, stream management fails", enable,
			[]string{features(modern(bind2)), success("alice@example.org/1", bound(refused)) + features(smable)},
			[]string{request + "<bind xmlns='urn:xmpp:bind:0'>" + enableEl + "</bind></authenticate>"},
			"alice@example.org/1 refused internal-server-error",
		},
		{
			"Bind 2 without stream management in it", enable,
			[]string{features(modern("<bind xmlns='urn:xmpp:bind:0'/>")), success("alice@example.org/1", bound()) + features(smable), enabled},
			[]string{request + "<bind xmlns='urn:xmpp:bind:0'/></authenticate>", enableEl},
			"alice@example.org/1 enabled new",
		},
		{
			"SASL2, binding later", enable,
			[]string{features(modern()), success("alice@example.org") + features(bindable, smable), seated, enabled},
			[]string{request + "</authenticate>", bindEl, enableEl},
			"alice@example.org/1 enabled new",
		},
		{
			"resumed with the login", again,
			[]string{features(modern(bind2, smable)), success("alice@example.org/1", resumed)},
			[]string{request + resumeEl + "<bind xmlns='urn:xmpp:bind:0'>" + enableEl + "</bind></authenticate>"},
			"alice@example.org/1 resumed at 5",
		},
		{
			"not resumed with the login", again,
			[]string{features(modern(bind2, smable)), success("alice@example.org/2", failed, bound(enabled)) + features()},
			[]string{request + resumeEl + "<bind xmlns='urn:xmpp:bind:0'>" + enableEl + "</bind></authenticate>"},
			"alice@example.org/2 failed at 6 enabled new",
		},
		{
			"another session resumed", again,
			[]string{features(modern(bind2, smable)), success("alice@example.org/1", strings.ReplaceAll(resumed, "old", "x"))},
			[]string{request + resumeEl + "<bind xmlns='urn:xmpp:bind:0'>" + enableEl + "</bind></authenticate>"},
			"resumed a session that was not asked for",
		},
		{
			"resumed in place of binding", again,
			[]string{features(sasl1), success1, restart, features(bindable, smable), resumed},
			[]string{auth1, resumeEl},
			"alice@example.org/1 resumed at 5",
		},
		{
			"not resumed, so bound", again,
			[]string{features(sasl1), success1, restart, features(bindable, smable), failed, seated, refused},
			[]string{auth1, resumeEl, bindEl, enableEl},
			"alice@example.org/1 failed at 6 refused internal-server-error",
		},
		{
			"a session of RFC 3921", func(*State) {},
			[]string{features(sasl1), success1, restart, features(bindable, "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>"), seated, done},
			[]string{auth1, bindEl, "<iq type='set'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>"},
			"alice@example.org/1",
		},
		{
			"more is asked for", func(*State) {},
			[]string{features(modern()), "<continue xmlns='urn:xmpp:sasl:2'><tasks><task>HOTP-EXAMPLE</task></tasks><text>2FA</text></continue>", ""},
			[]string{request + "</authenticate>", "<abort xmlns='urn:xmpp:sasl:2'/>"},
			`asks for one of "HOTP-EXAMPLE" besides the login: 2FA`,
		},
		{
			"nothing to bind", func(*State) {}, []string{features(modern()), success("alice@example.org") + features()},
			[]string{request + "</authenticate>"}, "offers no resource binding",
		},
		{
			"answer of the other profile", func(*State) {}, []string{features(modern()), success1},
			[]string{request + "</authenticate>"}, "element that does not belong to a login",
		},
		{
			"answer of the other profile, SASL1", func(*State) {}, []string{features(sasl1), success("alice@example.org")},
			[]string{auth1}, "element that does not belong to a login",
		},
		{
			"a stanza for an answer", func(*State) {}, []string{features(modern()), "<message/>"},
			[]string{request + "</authenticate>"}, "element that does not belong to a login",
		},
		{
			"a challenge without end", func(*State) {}, []string{features(modern()), "<challenge xmlns='urn:xmpp:sasl:2'/>", ""},
			[]string{request + "</authenticate>", "<abort xmlns='urn:xmpp:sasl:2'/>"}, "unexpected challenge",
		},
		{
			"refused", func(*State) {},
			[]string{features(modern()), "<failure xmlns='urn:xmpp:sasl:2'><account-disabled xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>gone</text></failure>"},
			[]string{request + "</authenticate>"}, "login with PLAIN refused: account-disabled (gone)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := alice()
			tt.change(st)
			sent, err := script(t, st, Client(), tt.answers...)
			for i := range sent {
				sent[i] = ids.ReplaceAllString(sent[i], "")
			}
			if diff := cmp.Diff(tt.want, sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			if got := summary(st, err); err == nil && got != tt.result || err != nil && !strings.Contains(got, tt.result) {
				t.Errorf("result %q, want %q", got, tt.result)
			}
		})
	}
}

// summary says what came of a negotiation.
func summary(st *State, err error) string {
	if err != nil {
		return err.Error()
	}
	text := st.Bound.String()
	if st.SM.Resumed != nil {
		text += fmt.Sprintf(" resumed at %d", st.SM.Resumed.H)
	}
	if st.SM.Failed != nil {
		text += fmt.Sprintf(" failed at %d", *st.SM.Failed.H)
	}
	if st.SM.Enabled != nil {
		text += " enabled " + st.SM.Enabled.ID
	}
	if st.SM.Refused != nil {
		text += " refused " + string(st.SM.Refused.Condition)
	}
	return text
}

// TestOrder is the order in which a reader finds the table, and in which it is gone through.
func TestOrder(t *testing.T) {
	var names []string
	for _, f := range Client() {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"starttls", "sasl2", "mechanisms", "resume", "bind", "session", "enable"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !slices.IsSortedFunc(Client(), func(a, b Feature) int { return a.Order - b.Order }) {
		t.Error("not in order")
	}
}

// TestEndless is a server whose features never end.
func TestEndless(t *testing.T) {
	endless := Feature{
		Name: "endless", Order: -1, Find: func(st *State) wire.Element { return st.Features },
		Negotiate: func(context.Context, *State, wire.Element) (Outcome, error) { return Reread, nil },
	}
	_, err := script(t, alice(), append(Client(), endless), strings.Repeat(features(sasl1), maxRounds+1))
	if !errors.Is(err, errProgress) {
		t.Errorf("%v, want %v", err, errProgress)
	}
}

func TestFinal(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want bool
	}{
		{"none", nil, false},
		{"a wrong password", &AuthError{Condition: gensasl.ConditionNotAuthorized}, true},
		{"an account that is disabled", &AuthError{Condition: gensasl.ConditionAccountDisabled}, true},
		{"for now", &AuthError{Condition: gensasl.ConditionTemporaryAuthFailure}, false},
		{"no mechanism", fmt.Errorf("x: %w", &sasl.ChoiceError{}), true},
		{"no trust", fmt.Errorf("x: %w", &sasl.TrustError{}), true},
		{"a task", &TaskError{}, true},
		{"the network", errors.New("connection reset"), false},
		{"no TLS", ErrNoTLS, false}, // another server of the domain may have it
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Final(tt.err); got != tt.want {
				t.Errorf("Final(%v) = %v", tt.err, got)
			}
		})
	}
}
