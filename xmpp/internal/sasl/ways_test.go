package sasl

import (
	"bytes"
	"crypto/tls"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOtherWays logs in without a password.
func TestOtherWays(t *testing.T) {
	other := Other{
		Certified: "juliet",
		Bearer:    func(token string) (string, bool) { return "juliet", token == "vF9dft4qmT" },
		Anonymous: func() string { return "nobody" },
	}
	certified := Conn{TLS: true, Certificate: true}
	tests := []struct {
		name, mechanism string
		creds           Credentials
		conn            Conn
		first           string // what the client sends
		want            string // who is logged in
		condition       string
	}{
		{"EXTERNAL", External, Credentials{Username: "juliet"}, certified, "", "juliet", ""},
		{"EXTERNAL as oneself", External, Credentials{Username: "juliet", Authzid: "juliet@example.org"}, certified, "juliet@example.org", "juliet", ""},
		{"S50 EXTERNAL as another", External, Credentials{Username: "juliet", Authzid: "romeo@example.org"}, certified, "romeo@example.org", "", InvalidAuthzid},
		{"ANONYMOUS", Anonymous, Credentials{Anonymous: true}, Conn{TLS: true}, "", "nobody", ""},
		{"OAUTHBEARER", OAuthBearer, Credentials{Username: "juliet", Bearer: "vF9dft4qmT"}, Conn{TLS: true}, "n,,\x01auth=Bearer vF9dft4qmT\x01\x01", "juliet", ""},
		{
			"OAUTHBEARER as oneself", OAuthBearer, Credentials{Username: "juliet", Bearer: "vF9dft4qmT", Authzid: "juliet@example.org"}, Conn{TLS: true},
			"n,a=juliet@example.org,\x01auth=Bearer vF9dft4qmT\x01\x01", "juliet", "",
		},
		{"OAUTHBEARER, wrong token", OAuthBearer, Credentials{Username: "juliet", Bearer: "x"}, Conn{TLS: true}, "n,,\x01auth=Bearer x\x01\x01", "", NotAuthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Choose(Offer{Mechanisms: []string{tt.mechanism}}, tt.conn, tt.creds, Policy{})
			if err != nil {
				t.Fatal(err)
			}
			first, err := m.Start()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.first, string(first)); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			m, _ = Choose(Offer{Mechanisms: []string{tt.mechanism}}, tt.conn, tt.creds, Policy{})
			x, err := verona(t).BeginAny(tt.mechanism, tt.conn, nil, other)
			if err != nil {
				t.Fatal(err)
			}
			got, err := step(x, m)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("username (-want +got):\n%s", diff)
			}
			checkCondition(t, tt.condition, err)
			if tt.mechanism == OAuthBearer && tt.condition != "" && !strings.Contains(m.(*simple).Detail(), "invalid_token") {
				t.Errorf("detail %q", m.(*simple).Detail())
			}
		})
	}
}

// TestUnaskedWays offers what the credentials do not ask for.
func TestUnaskedWays(t *testing.T) {
	tests := []struct {
		name, mechanism string
		conn            Conn
		creds           Credentials
		policy          Policy
		want            string
	}{
		{"EXTERNAL without a certificate", External, Conn{TLS: true}, user(), Policy{}, "needs a certificate"},
		{"EXTERNAL without TLS", External, Conn{Certificate: true}, user(), Policy{}, "needs TLS"},
		{"OAUTHBEARER without a token", OAuthBearer, Conn{TLS: true}, user(), Policy{}, "needs a token"},
		{"S27 OAUTHBEARER without TLS", OAuthBearer, Conn{}, Credentials{Username: "juliet", Bearer: "x"}, Policy{}, "needs TLS"},
		{"S27 PLAIN without TLS", Plain, Conn{}, user(), Policy{Min: Plain}, "needs TLS"},
		{"ANONYMOUS", Anonymous, Conn{TLS: true}, user(), Policy{}, "not asked for"},
		{"a password for nobody", ScramSHA1, Conn{TLS: true}, Credentials{Username: "juliet", Password: secret, Anonymous: true}, Policy{}, "not asked for"},
		{"SCRAM with a token alone", ScramSHA1, Conn{TLS: true}, Credentials{Username: "juliet", Bearer: "x"}, Policy{}, "needs a password"},
		{"not bound", ScramSHA1, Conn{TLS: true}, user(), Policy{Bound: true}, "not bound to the channel"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Choose(Offer{Mechanisms: []string{tt.mechanism}}, tt.conn, tt.creds, tt.policy)
			if _, ok := err.(*ChoiceError); !ok || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want a ChoiceError with %q", err, tt.want)
			}
		})
	}
}

// TestS27_NothingReadable: without TLS a password is not shown, whatever is allowed.
func TestS27_NothingReadable(t *testing.T) {
	for _, name := range []string{Plain, OAuthBearer, External, ScramSHA1Plus} {
		creds := Credentials{Username: "juliet", Password: secret, Bearer: "x"}
		m, err := Choose(Offer{Mechanisms: []string{name}}, Conn{Certificate: true, Bindings: []Binding{{TLSUnique, []byte("u")}}}, creds, Policy{Min: Plain})
		if err == nil {
			t.Errorf("%s without TLS", m.Name())
		}
	}
}

// TestS29_StrippedToPlain offers PLAIN and nothing better.
func TestS29_StrippedToPlain(t *testing.T) {
	for _, policy := range []Policy{{}, {Min: ScramSHA1}, {Min: ScramSHA256}} {
		if m, err := Choose(Offer{Mechanisms: []string{Plain}}, Conn{TLS: true}, user(), policy); err == nil {
			t.Errorf("%s for %+v", m.Name(), policy)
		}
	}
}

// TestToken logs in with a token of FAST.
func TestToken(t *testing.T) {
	client, server := handshake(t, tls.VersionTLS12)
	for _, mechanism := range TokenMechanisms(server) {
		t.Run(mechanism, func(t *testing.T) {
			m, err := NewToken(mechanism, "juliet", "token", client)
			if err != nil {
				t.Fatal(err)
			}
			x, err := verona(t).BeginToken(mechanism, server, func(string) []string { return []string{"older", "token"} })
			if err != nil {
				t.Fatal(err)
			}
			got, err := step(x, m)
			if got != "juliet" || err != nil || x.Token() != "token" {
				t.Errorf("logged in as %q with %q: %v", got, x.Token(), err)
			}
		})
	}
	if diff := cmp.Diff([]string{"HT-SHA-256-EXPR", "HT-SHA-256-UNIQ", "HT-SHA-256-ENDP", "HT-SHA-256-NONE"}, TokenMechanisms(server)); diff != "" {
		t.Errorf("mechanisms (-want +got):\n%s", diff)
	}
}

// TestS33_TokenElsewhere uses a token where it was not given out for.
func TestS33_TokenElsewhere(t *testing.T) {
	client, server := handshake(t, tls.VersionTLS13)
	_, elsewhere := handshake(t, tls.VersionTLS13)
	for _, mechanism := range []string{"HT-SHA-256-EXPR", "HT-SHA-256-ENDP", "HT-SHA-256-NONE"} {
		for name, token := range map[string]string{"wrong token": "x", "other connection": "token"} {
			if mechanism == "HT-SHA-256-NONE" && token == "token" {
				continue // it is not bound
			}
			m, err := NewToken(mechanism, "juliet", token, client)
			if err != nil {
				t.Fatal(err)
			}
			x, err := verona(t).BeginToken(mechanism, elsewhere, func(string) []string { return []string{"token"} })
			if err != nil {
				t.Fatal(err)
			}
			if got, err := step(x, m); err == nil || got != "" {
				t.Errorf("%s, %s: logged in as %q, %v", mechanism, name, got, err)
			}
		}
		if _, err := NewToken(mechanism, "juliet", "token", Conn{Bindings: server.Bindings}); err == nil {
			t.Errorf("%s without TLS", mechanism)
		}
	}
	if _, err := NewToken("HT-SHA-256-UNIQ", "juliet", "token", client); err == nil {
		t.Error("a token bound to tls-unique on TLS 1.3")
	}
	for _, mechanism := range []string{Plain, ScramSHA256, "HT-SHA-1-NONE"} {
		if _, err := NewToken(mechanism, "juliet", "token", client); err == nil {
			t.Errorf("a token with %s", mechanism)
		}
	}
	if got := ChooseToken(TokenMechanisms(server), Conn{}); got != "" {
		t.Errorf("a token asked for by %s without TLS", got)
	}
}

// TestS30_TokenNotProved: a server that says success must know the token.
func TestS30_TokenNotProved(t *testing.T) {
	client, _ := handshake(t, tls.VersionTLS13)
	for name, data := range map[string][]byte{
		"no data": nil, "empty": {}, "zeros": make([]byte, 32), "our own message": tokenMAC("token", initiator, client.Bindings[0].Data),
		"another connection's": tokenMAC("token", responder, []byte("x")),
	} {
		m, err := NewToken("HT-SHA-256-EXPR", "juliet", "token", client)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Start(); err != nil {
			t.Fatal(err)
		}
		if _, ok := m.Success(data).(*TrustError); !ok {
			t.Errorf("success with %s was believed", name)
		}
	}
	m, err := NewToken("HT-SHA-256-EXPR", "juliet", "token", client)
	if err != nil {
		t.Fatal(err)
	}
	first, err := m.Start()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(first, []byte("juliet\x00")) || bytes.Contains(first, []byte("token")) {
		t.Errorf("message %q", first)
	}
	if _, err := m.Step(nil); err == nil || m.Success(tokenMAC("token", responder, client.Bindings[0].Data)) == nil {
		t.Error("a challenge was taken")
	}
}
