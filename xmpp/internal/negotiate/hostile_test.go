package negotiate

import (
	"errors"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// TestS27_SASL2WithoutTLS: SASL2 is for protected streams alone (XEP-0388, section 3), and a password for them too.
func TestS27_SASL2WithoutTLS(t *testing.T) {
	st := alice()
	st.Secure = false
	sent, err := script(t, st, Client(), features(modern(bind2), sasl1))
	if _, ok := errors.AsType[*sasl.ChoiceError](err); !ok || len(sent) > 0 {
		t.Errorf("sent %q, %v; want nothing and no login", sent, err)
	}
	st = alice()
	st.Secure = false
	scram := strings.NewReplacer("PLAIN", "SCRAM-SHA-256")
	sent, _ = script(t, st, Client(), scram.Replace(features(modern(bind2), sasl1)), "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	if len(sent) != 1 || !strings.HasPrefix(sent[0], "<auth ") {
		t.Errorf("sent %q; want a login with SASL1", sent)
	}
}

// TestS30_SuccessNotProved says success to a client that waits for the server's proof.
func TestS30_SuccessNotProved(t *testing.T) {
	scram := func(offer string) string { return strings.ReplaceAll(offer, "PLAIN", "SCRAM-SHA-256") }
	signed := "<additional-data>dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBPQ==</additional-data>"
	tests := []struct {
		name, offer, answer string
	}{
		{"SASL1", sasl1, success1},
		{"SASL1, empty", sasl1, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</success>"},
		{"SASL2", modern(bind2), success("alice@example.org/1", bound()) + features()},
		{"SASL2, empty", modern(bind2), success("alice@example.org/1", "<additional-data/>", bound()) + features()},
		{"SASL2, made up", modern(bind2), success("alice@example.org/1", signed, bound()) + features()},
		{"SASL2, more asked for", modern(bind2), "<continue xmlns='urn:xmpp:sasl:2'><tasks><task>PASSWORD</task></tasks></continue>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := alice()
			sent, err := script(t, st, Client(), features(scram(tt.offer)), tt.answer)
			if _, ok := errors.AsType[*sasl.TrustError](err); !ok || st.Done || !st.Bound.IsZero() || len(sent) != 1 {
				t.Errorf("sent %q, %v; want success not to be believed", sent, err)
			}
		})
	}
}

// TestS50_AnotherIdentity tells the client that it is somebody else.
func TestS50_AnotherIdentity(t *testing.T) {
	tests := []struct {
		id string
		ok bool
	}{
		{"alice@example.org/1", true},
		{"alice@example.org", false}, // with a resource bound
		{"bob@example.org/1", false},
		{"alice@example.net/1", false},
		{"example.org/1", false},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			st := alice()
			_, err := script(t, st, Client(), features(modern(bind2)), success(tt.id, bound())+features())
			if (err == nil) != tt.ok || !tt.ok && !errors.Is(err, errBound) || tt.ok == st.Bound.IsZero() {
				t.Errorf("bound %q, %v", st.Bound, err)
			}
		})
	}
	t.Run("nobody of another domain", func(t *testing.T) {
		st := alice()
		st.Creds.Anonymous, st.Account = true, st.Account.DomainJID()
		offer := strings.ReplaceAll(modern(bind2), "PLAIN", "ANONYMOUS")
		if _, err := script(t, st, Client(), features(offer), success("x@example.net/1", bound())+features()); !errors.Is(err, errBound) {
			t.Errorf("bound %q, %v", st.Bound, err)
		}
	})
	t.Run("without a resource", func(t *testing.T) {
		_, err := script(t, alice(), Client(), features(modern()), success("bob@example.org")+features(bindable))
		if !errors.Is(err, errBound) {
			t.Errorf("%v, want %v", err, errBound)
		}
	})
}

// TestS29_NoWayBackToSASL1 takes the channel-binding types out: the client must not fall back to a login that is bound to nothing.
func TestS29_NoWayBackToSASL1(t *testing.T) {
	lists := "<mechanism>SCRAM-SHA-256</mechanism><mechanism>SCRAM-SHA-256-PLUS</mechanism>"
	st := alice()
	better := func() bool { return st.better() }
	sent, err := script(t, st, Client(), features(
		"<authentication xmlns='urn:xmpp:sasl:2'><mechanism>X</mechanism></authentication>",
		"<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"+lists+"</mechanisms>",
	))
	if _, ok := errors.AsType[*sasl.ChoiceError](err); !ok || len(sent) > 0 || better() {
		t.Errorf("sent %q, %v", sent, err)
	}
}
