package xmpp

import (
	"context"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// Login is how to log in other than with a password, and what goes with a login. Its zero value takes Config.Password to the strongest mechanism there is, bound to the TLS
// connection where the server can do that, and logs in with SASL2 (XEP-0388) and Bind 2 (XEP-0386) where it offers those. A certificate of Config.TLS is preferred to
// all else (EXTERNAL).
type Login struct {
	// Bearer is a token of OAuth 2.0 (OAUTHBEARER, RFC 7628), for servers that take one and no password.
	Bearer string
	// Anonymous logs in as nobody (ANONYMOUS, RFC 4505): the server makes an account that ends with the session.
	Anonymous bool
	// RequireBinding refuses every login that is not bound to the TLS connection, or made with a certificate.
	RequireBinding bool
	// Min is the weakest mechanism that the password may be shown to, by name; empty means SCRAM-SHA-1. A session that has logged in with SCRAM never uses PLAIN later,
	// whatever is allowed.
	Min string
	// Mechanisms, if not empty, are the only ones to use, by name. What is not allowed otherwise is not allowed by being named here.
	Mechanisms []string
	// Tokens keeps what a server gives out for the next login, which then takes one round trip and no password (FAST, XEP-0484). nil asks for none.
	Tokens TokenStore
	// Agent is told to the server and to nobody else. Without an ID, one is made and kept with the token.
	Agent UserAgent
	// Tag begins the resource that the server makes (XEP-0386). Everybody can see it, so it should name the program and neither user nor machine.
	Tag string
	// Inline are enabled together with the resource, where the server can: &carbons2.Enable{}, &csi0.Inactive{}. LoginInfo.Inlined says what was.
	Inline []wire.Element
}

// UserAgent is what logs in (XEP-0388, section 2.3).
type UserAgent = negotiate.UserAgent

// Token logs in to an account in place of a password (XEP-0484). It is as secret as one.
type Token = negotiate.Token

// TokenStore keeps a [Token] for each account; see [MemoryTokens]. It is called while a login goes on, by one goroutine for each session.
type TokenStore = negotiate.TokenStore

// LoginInfo says how a login was made, and what the server told on the way.
type LoginInfo struct {
	// Mechanism is that of SASL. Binding is the type of channel binding, empty if the login was not bound to the TLS connection.
	Mechanism, Binding string
	// SASL2 says that the login was one of XEP-0388; Token that a token was used in place of a password (XEP-0484).
	SASL2, Token bool
	// Archive is where the account's archive began and ended when the resource was bound, nil if the server did not say (XEP-0386): what came after is in the archive and
	// nowhere else.
	Archive *mam2.Metadata
	// MaxBytes is the largest stanza that the server takes, IdleSeconds after how long a silence it may end the stream; 0 if it did not say (XEP-0478).
	MaxBytes, IdleSeconds uint32

	inlined []string
}

// Inlined reports whether the elements of a namespace among Login.Inline were enabled together with the resource (XEP-0386). What was not has to be enabled as ever.
func (i *LoginInfo) Inlined(namespace string) bool {
	return slices.Contains(i.inlined, namespace)
}

// Login says how the client has logged in.
func (c *Client) Login() LoginInfo { return *c.login.Load() }

// result keeps what came of a negotiation.
func result(st *negotiate.State) *LoginInfo {
	r := st.Result
	return &LoginInfo{
		Mechanism: r.Mechanism, Binding: r.Binding, SASL2: r.SASL2, Token: r.Token, Archive: r.Archive, MaxBytes: r.MaxBytes, IdleSeconds: r.IdleSeconds,
		inlined: r.Inlined,
	}
}

// login says how to log in. last is how the session has done so before, nil if it has not.
func (cfg *Config) login(st *negotiate.State, last *LoginInfo) {
	l := cfg.Login
	st.Creds = sasl.Credentials{Username: cfg.JID.Local(), Password: cfg.Password, Bearer: l.Bearer, Anonymous: l.Anonymous}
	st.Policy = sasl.Policy{Min: l.Min, Bound: l.RequireBinding, Only: l.Mechanisms}
	// XEP-0474, section 7: who has used SCRAM once does not fall back to PLAIN.
	pinned := last != nil && strings.HasPrefix(last.Mechanism, "SCRAM-")
	if cfg.AllowPlain && l.Min == "" && !pinned { // guard: S29
		st.Policy.Min = sasl.Plain
	}
	st.Forget = cfg.forget
	st.Tokens, st.Agent, st.Tag, st.Inline = l.Tokens, l.Agent, l.Tag, l.Inline
}

// table is the order of negotiation, with what the program adds.
func (cfg *Config) table(mux *stream.Mux) []negotiate.Feature {
	table := negotiate.Client()
	for _, f := range cfg.Features {
		table = append(table, f.row(mux, cfg))
	}
	return table
}

// ForgetToken logs in with the account's token and has the server invalidate it (XEP-0484, section 3.5), for when a user logs out for good. The store throws it away too. No
// resource is bound, and running sessions go on.
func ForgetToken(ctx context.Context, cfg Config) error {
	cfg.forget = true
	s, err := newSession(base{nil, nil, cfg.Logger, nil, cfg.JID.Bare(), cfg.Requests}, false)
	if err != nil {
		return err
	}
	defer s.release()
	st, err := cfg.connect(ctx, s)
	if err != nil {
		return err
	}
	st.Stream.Abort() // all is said
	return st.Result.TokenErr
}
