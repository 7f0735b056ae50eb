package xmpptest

import (
	"crypto/rand"
	"crypto/tls"
	"slices"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/featuresregister"
	"github.com/stanzakit/stanzakit/gen/preapproval"
	"github.com/stanzakit/stanzakit/gen/rosterver"
	"github.com/stanzakit/stanzakit/gen/saslcb0"
	"github.com/stanzakit/stanzakit/gen/session"
	"github.com/stanzakit/stanzakit/gen/streamlimits0"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// LoginOptions say how clients may log in besides SASL with the mechanisms of Options. The zero value offers SASL2 with Bind 2 and FAST, binds logins to the channel and
// protects them against downgrades, and announces no limits.
type LoginOptions struct {
	// Legacy leaves SASL2 out (XEP-0388), and so Bind 2 (XEP-0386) and FAST (XEP-0484). NoBind2 and NoFAST leave one of these out.
	Legacy, NoBind2, NoFAST bool
	// NoBinding leaves the -PLUS mechanisms and their types out (XEP-0440).
	NoBinding bool
	// NoProtection leaves the protection against downgrades out (XEP-0474, XEP-0515).
	NoProtection bool
	// Anonymous lets people log in as nobody (RFC 4505). Their accounts stay until the server is closed.
	Anonymous bool
	// Bearer lets people log in with a token of OAuth 2.0 (RFC 7628): user by token.
	Bearer map[string]string
	// Register lets people make accounts (XEP-0077).
	Register bool
	// TokenLife is how long a token of FAST lives; 0 means a day. RotateTokens gives out a new one at each login with a token.
	TokenLife    time.Duration
	RotateTokens bool
	// MaxBytes and IdleSeconds are announced (XEP-0478), and not enforced; 0 announces nothing. See Options.Limits.
	MaxBytes, IdleSeconds uint32
}

// channel is what a login may rely on in the connection.
func (l *login) channel() sasl.Conn {
	conn := sasl.Conn{TLS: l.secure}
	c, ok := l.st.Conn().(*tls.Conn)
	if !ok {
		return conn
	}
	conn.Version = c.ConnectionState().Version
	if l.leaf == nil || l.opt.NoBinding {
		return conn
	}
	return sasl.OverTLS(c.ConnectionState(), l.leaf)
}

// certified is whom the client's certificate is for, empty if it has shown none.
func (l *login) certified() string {
	c, ok := l.st.Conn().(*tls.Conn)
	if !ok || len(c.ConnectionState().VerifiedChains) == 0 {
		return ""
	}
	for _, uri := range c.ConnectionState().PeerCertificates[0].URIs {
		if j, err := jid.Parse(uri.Opaque); err == nil && uri.Scheme == "xmpp" && j.DomainJID() == l.domain {
			return j.Local()
		}
	}
	return ""
}

// offer lists the mechanisms, and the types that a login can be bound with.
func (l *login) offer() sasl.Offer {
	o := sasl.Offer{}
	conn := l.channel()
	for _, m := range l.sasl.Offer(conn) {
		if slices.Contains(l.mechanisms, m) {
			o.Mechanisms = append(o.Mechanisms, m)
		}
	}
	if l.certified() != "" {
		o.Mechanisms = append(o.Mechanisms, sasl.External)
	}
	if l.opt.Bearer != nil && l.secure {
		o.Mechanisms = append(o.Mechanisms, sasl.OAuthBearer)
	}
	if l.opt.Anonymous {
		o.Mechanisms = append(o.Mechanisms, sasl.Anonymous)
	}
	if !slices.ContainsFunc(o.Mechanisms, func(m string) bool { return strings.HasSuffix(m, "-PLUS") }) {
		return o
	}
	for _, b := range conn.Bindings {
		o.Bindings = append(o.Bindings, b.Type)
	}
	return o
}

// other is what is known of who logs in without a password.
func (l *login) other() sasl.Other {
	o := sasl.Other{Certified: l.certified()}
	if l.opt.Bearer != nil {
		o.Bearer = func(token string) (string, bool) {
			user, ok := l.opt.Bearer[token]
			return user, ok
		}
	}
	if l.opt.Anonymous {
		o.Anonymous = l.stranger
	}
	return o
}

// stranger makes an account for somebody who does not say who it is.
func (l *login) stranger() string {
	user := strings.ToLower(rand.Text())
	if err := l.c.srv.AddUser(user, rand.Text()); err != nil {
		panic("xmpptest: " + err.Error()) // letters and digits are a name
	}
	return user
}

// before lists the features that are offered before the login.
func (l *login) before() []wire.Element {
	offer := l.offer()
	els := []wire.Element{l.mechanismsFeature()}
	if l.sasl2() {
		els = append(els, l.authentication(offer))
	}
	if offer.Bindings != nil {
		cb := &saslcb0.SASLChannelBinding{}
		for _, t := range offer.Bindings {
			cb.ChannelBinding = append(cb.ChannelBinding, saslcb0.ChannelBinding{Type: t})
		}
		els = append(els, cb)
	}
	if l.opt.Register {
		els = append(els, &featuresregister.Register{})
	}
	return slices.Concat(els, l.features, l.announced())
}

// after lists the features that are offered after the login.
func (l *login) after() []wire.Element {
	els := []wire.Element{&rosterver.Ver{}, &preapproval.Sub{}}
	if !l.bound {
		els = append(els, &bind.Bind{}, &session.Session{Optional: true})
	}
	return slices.Concat(els, l.features, l.announced())
}

// announced are the limits (XEP-0478).
func (l *login) announced() []wire.Element {
	if l.opt.MaxBytes == 0 && l.opt.IdleSeconds == 0 {
		return nil
	}
	limits := &streamlimits0.Limits{}
	if l.opt.MaxBytes > 0 {
		limits.MaxBytes = &l.opt.MaxBytes
	}
	if l.opt.IdleSeconds > 0 {
		limits.IdleSeconds = &l.opt.IdleSeconds
	}
	return []wire.Element{limits}
}
