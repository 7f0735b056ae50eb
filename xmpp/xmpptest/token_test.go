package xmpptest_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// token returns what a store has for alice.
func token(t *testing.T, store xmpp.TokenStore) *xmpp.Token {
	t.Helper()
	got, err := store.Load(within(t), jid.MustParse("alice@example.org"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// again logs alice in and out, and returns how.
func again(t *testing.T, cfg xmpp.Config) xmpp.LoginInfo {
	t.Helper()
	c, err := xmpp.Dial(within(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	info := c.Login()
	if err := c.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	return info
}

// TestToken logs in with a password once and with tokens ever after.
func TestToken(t *testing.T) {
	for version, mechanism := range map[uint16]string{tls.VersionTLS12: "HT-SHA-256-EXPR", tls.VersionTLS13: "HT-SHA-256-EXPR"} {
		for _, rotate := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, rotation %v", tls.VersionName(version), rotate), func(t *testing.T) {
				var heard record
				srv := start(t, func(o *xmpptest.Options) { o.Login.RotateTokens, o.Trace = rotate, heard.trace })
				store := &xmpp.MemoryTokens{}
				cfg := srv.Config("alice")
				cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
				cfg.Login.Tokens = store
				if first := again(t, cfg); first.Token || !strings.HasPrefix(first.Mechanism, "SCRAM-") {
					t.Fatalf("first login: %+v", first)
				}
				kept := token(t, store)
				if kept == nil || kept.Mechanism != mechanism || kept.Count != 0 || !kept.Expiry.After(time.Now()) {
					t.Fatalf("kept %+v", kept)
				}
				cfg.Password = ""
				for i := range 3 {
					if got := again(t, cfg); !got.Token || got.Mechanism != mechanism || !got.SASL2 {
						t.Errorf("login %d: %+v", i+2, got)
					}
				}
				now := token(t, store)
				if rotated := now.Secret != kept.Secret; rotated != rotate || now.Agent != kept.Agent || !rotate && now.Count != 3 {
					t.Errorf("kept %v with count %d, agent the same: %v", now, now.Count, now.Agent == kept.Agent)
				}
				if strings.Count(heard.String(), "<authenticate ") != 4 || strings.Count(heard.String(), "<challenge ") != 1 {
					t.Errorf("not one round trip each: %s", heard.String())
				}
			})
		}
	}
}

// TestS33_TokenRefused falls back to the password on the same stream, and throws the token away.
func TestS33_TokenRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(*xmpp.Token)
	}{
		{"unknown", func(t *xmpp.Token) { t.Secret = "x" }},
		{"of another client", func(t *xmpp.Token) { t.Agent = "d4565fa7-4d72-4749-b3d3-740edbf87770" }},
		{"given out for another mechanism", func(t *xmpp.Token) { t.Mechanism = "HT-SHA-256-NONE" }},
		{"expired", func(t *xmpp.Token) { t.Expiry = time.Now().Add(-time.Second) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := start(t, nil)
			store := &xmpp.MemoryTokens{}
			cfg := srv.Config("alice")
			cfg.Login.Tokens = store
			again(t, cfg)
			bad := token(t, store)
			tt.change(bad)
			if err := store.Save(within(t), bad); err != nil {
				t.Fatal(err)
			}
			if got := again(t, cfg); got.Token {
				t.Errorf("logged in with the token: %+v", got)
			}
			if now := token(t, store); now == nil || now.Secret == bad.Secret {
				t.Errorf("the store has %v, want a new token", now)
			}
			if got := again(t, cfg); !got.Token {
				t.Errorf("next login: %+v", got)
			}
		})
	}
}

// TestS33_TokenOfAnother has a store that mixes up accounts, and servers that do not offer what the token is for.
func TestS33_TokenOfAnother(t *testing.T) {
	tests := []struct {
		name   string
		login  xmpptest.LoginOptions
		change func(*xmpp.Token)
	}{
		{"another account", xmpptest.LoginOptions{}, func(t *xmpp.Token) { t.Account = jid.MustParse("bob@example.org") }},
		{"another host", xmpptest.LoginOptions{}, func(t *xmpp.Token) { t.Account = jid.MustParse("alice@example.net") }},
		{"a mechanism that is not offered", xmpptest.LoginOptions{}, func(t *xmpp.Token) { t.Mechanism = "HT-SHA-256-UNIQ" }},
		{"no mechanism for tokens", xmpptest.LoginOptions{}, func(t *xmpp.Token) { t.Mechanism = "PLAIN" }},
		{"no FAST", xmpptest.LoginOptions{NoFAST: true}, func(*xmpp.Token) {}},
		{"no SASL2", xmpptest.LoginOptions{Legacy: true}, func(*xmpp.Token) {}},
		{"nothing to bind to", xmpptest.LoginOptions{NoBinding: true}, func(*xmpp.Token) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var heard record
			srv := start(t, func(o *xmpptest.Options) { o.Login, o.Trace = tt.login, heard.trace })
			bad := &xmpp.Token{
				Account: jid.MustParse("alice@example.org"), Mechanism: "HT-SHA-256-EXPR", Secret: "s", Agent: "u", Expiry: time.Now().Add(time.Hour),
			}
			tt.change(bad)
			cfg := srv.Config("alice")
			cfg.Login.Tokens = mixed{bad}
			if got := again(t, cfg); got.Token {
				t.Errorf("logged in with the token: %+v", got)
			}
			if strings.Contains(heard.String(), "mechanism='HT-") && strings.Contains(heard.String(), "<fast xmlns='urn:xmpp:fast:0' count=") {
				t.Errorf("the token was used: %s", heard.String())
			}
		})
	}
}

// mixed is a store that has one token for everybody.
type mixed struct{ t *xmpp.Token }

func (m mixed) Load(context.Context, jid.JID) (*xmpp.Token, error) { return m.t, nil }
func (m mixed) Save(context.Context, *xmpp.Token) error            { return nil }
func (m mixed) Delete(context.Context, jid.JID) error              { return nil }

// TestS46_TokenReplayed sends the bytes of a login with a token a second time: the count has been used (XEP-0484, section 3.3).
func TestS46_TokenReplayed(t *testing.T) {
	var heard record
	srv := start(t, func(o *xmpptest.Options) { o.Login.NoBinding, o.Trace = true, heard.trace })
	store := &xmpp.MemoryTokens{}
	cfg := srv.Config("alice")
	cfg.Login.Tokens = store
	again(t, cfg)
	if got := again(t, cfg); got.Mechanism != "HT-SHA-256-NONE" {
		t.Fatalf("second login: %+v", got)
	}
	request := regexp.MustCompile(`<authenticate [^>]*HT-SHA-256-NONE.*</authenticate>`).FindString(heard.String())
	if !strings.Contains(request, "count='1'") {
		t.Fatalf("request %q", request)
	}
	conn := rawTLS(t, srv)
	write(t, conn, header+request)
	readUntil(t, conn, "<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>")
	// And a store that has lost its count is refused like whoever replays; the password then makes it good.
	old := token(t, store)
	old.Count = 0
	if err := store.Save(within(t), old); err != nil {
		t.Fatal(err)
	}
	if got := again(t, cfg); got.Token {
		t.Errorf("logged in with a count that was used: %+v", got)
	}
}

// TestForgetToken has the token invalidated on both sides (XEP-0484, section 3.5).
func TestForgetToken(t *testing.T) {
	srv := start(t, nil)
	store := &xmpp.MemoryTokens{}
	cfg := srv.Config("alice")
	cfg.Login.Tokens = store
	again(t, cfg)
	stolen := token(t, store)
	if err := xmpp.ForgetToken(within(t), cfg); err != nil {
		t.Fatal(err)
	}
	if left := token(t, store); left != nil {
		t.Errorf("the store still has %v", left)
	}
	if err := xmpp.ForgetToken(within(t), cfg); err == nil {
		t.Error("forgot what is not there")
	}
	cfg.Password = ""
	stolen.Count = 10
	if err := store.Save(within(t), stolen); err != nil {
		t.Fatal(err)
	}
	c, err := xmpp.Dial(within(t), cfg)
	if err == nil {
		_ = c.Close(within(t))
		t.Fatal("logged in with a token that was invalidated")
	}
	if _, ok := errors.AsType[*xmpp.AuthError](err); !ok {
		t.Errorf("login: %v, want the server's refusal", err)
	}
}

// broken is a store that fails.
type broken struct {
	xmpp.MemoryTokens
	load, save error
}

func (b *broken) Load(ctx context.Context, account jid.JID) (*xmpp.Token, error) {
	t, err := b.MemoryTokens.Load(ctx, account)
	return t, errors.Join(err, b.load)
}

func (b *broken) Save(ctx context.Context, t *xmpp.Token) error {
	if b.save != nil {
		return b.save
	}
	return b.MemoryTokens.Save(ctx, t)
}

// TestTokenStoreFails: a login does not depend on the store, and a count that cannot be kept is not used.
func TestTokenStoreFails(t *testing.T) {
	srv := start(t, nil)
	store := &broken{}
	cfg := srv.Config("alice")
	cfg.Login.Tokens = store
	again(t, cfg)
	for _, change := range []func(){
		func() { store.load = errors.New("no disk") },
		func() { store.load, store.save = nil, errors.New("no room") },
	} {
		change()
		if got := again(t, cfg); got.Token {
			t.Errorf("logged in with the token: %+v", got)
		}
	}
	store.save = nil
	if got := token(t, store); got.Count != 0 {
		t.Errorf("count %d", got.Count)
	}
}

// TestTokenDoesNotPrint prints a token in every way a log line might; to store it, its fields are there.
func TestTokenDoesNotPrint(t *testing.T) {
	tok := xmpp.Token{Account: jid.MustParse("alice@example.org"), Mechanism: "HT-SHA-256-NONE", Secret: "sesame", Count: 3}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %q %d %x", tok, tok, tok, tok, tok, tok, tok), fmt.Sprint(&tok), tok.LogValue().String()} {
		if strings.Contains(text, "sesame") || strings.Contains(text, "736573616d65") || !strings.Contains(text, "alice@example.org") {
			t.Errorf("printed %s", text)
		}
	}
	data, err := json.Marshal(tok)
	if err != nil {
		t.Fatal(err)
	}
	var back xmpp.Token
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tok.Secret, back.Secret); diff != "" || back.Account != tok.Account {
		t.Errorf("stored as %s: %s", data, diff)
	}
}
