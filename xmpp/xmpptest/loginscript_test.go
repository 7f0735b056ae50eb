package xmpptest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/gen/fast0"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/gen/saslcb0"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// dialTLS is dialScript for scripts that begin behind TLS of a version.
func dialTLS(t *testing.T, version uint16, cfg xmpp.Config, run script) (sent string, client error) {
	t.Helper()
	ca, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	serverTLS, _, err := newTLS(ca, "example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(serverTLS.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	cfg.TLS = &tls.Config{RootCAs: roots, MinVersion: version, MaxVersion: version}
	return dialScript(t, cfg, func(ctx context.Context, l *login) error {
		l.tls, l.leaf = serverTLS, leaf
		if err := l.upgrade(ctx); err != nil {
			return err
		}
		return run(ctx, l)
	})
}

// plus are the mechanisms of a server that can bind.
func plus() []string { return []string{sasl.ScramSHA1, sasl.ScramSHA1Plus} }

func bindings(types ...string) *saslcb0.SASLChannelBinding {
	cb := &saslcb0.SASLChannelBinding{}
	for _, t := range types {
		cb.ChannelBinding = append(cb.ChannelBinding, saslcb0.ChannelBinding{Type: t})
	}
	return cb
}

// TestS32_TypesTakenOut is a server whose list of channel-binding types somebody has taken out: with SASL2 there is no login (XEP-0440, section 3, rule 4), and with SASL1
// only one that nobody in the middle could pass on.
func TestS32_TypesTakenOut(t *testing.T) {
	tests := []struct {
		name    string
		version uint16
		sasl1   bool
		want    string // in what the client sends; empty for no login
	}{
		{"SASL2 alone", tls.VersionTLS12, false, ""},
		{"SASL1 could be bound", tls.VersionTLS12, true, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1-PLUS'>cD10bHMtdW5pcXVl"}, // p=tls-unique
		{"SASL1 could not be bound", tls.VersionTLS13, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sent, got := dialTLS(t, tt.version, xmpp.Config{}, func(ctx context.Context, l *login) error {
				els := []wire.Element{&sasl2.Authentication{Mechanism: plus()}}
				if tt.sasl1 {
					els = append(els, &gensasl.Mechanisms{Mechanism: plus()})
				}
				if err := l.open(ctx, els...); err != nil {
					return err
				}
				_, _ = l.st.Next(ctx)
				l.st.Abort()
				return errBeforeLogin
			})
			_, distrust := errors.AsType[*xmpp.TrustError](got)
			if distrust != (tt.want == "") || distrust != xmpp.IsFinal(got) {
				t.Errorf("login: %v", got)
			}
			if !strings.Contains(sent, tt.want) || tt.want == "" && strings.Contains(sent, "<auth") {
				t.Errorf("sent %s", sent)
			}
		})
	}
}

// TestS29_OfferChanged has somebody on the way change what the server offers; the server's challenge tells (XEP-0474, XEP-0515), and no proof is sent.
func TestS29_OfferChanged(t *testing.T) {
	tests := []struct {
		name   string
		seen   []wire.Element // by the client
		change func(*login, *sasl.Offer)
		want   string
	}{
		{
			"-PLUS taken out", []wire.Element{&gensasl.Mechanisms{Mechanism: []string{sasl.ScramSHA1}}},
			func(_ *login, o *sasl.Offer) { o.Mechanisms = append(plus(), sasl.ScramSHA256Plus) }, "XEP-0474",
		},
		{
			"the strongest taken out", []wire.Element{&gensasl.Mechanisms{Mechanism: plus()}, bindings(sasl.TLSExporter)},
			func(_ *login, o *sasl.Offer) {
				o.Mechanisms, o.Bindings = append(plus(), sasl.ScramSHA512Plus), []string{sasl.TLSExporter}
			}, "XEP-0474",
		},
		{
			"the strongest type taken out", []wire.Element{&gensasl.Mechanisms{Mechanism: plus()}, bindings(sasl.TLSServerEndPoint)},
			func(_ *login, o *sasl.Offer) {
				o.Mechanisms, o.Bindings = plus(), []string{sasl.TLSServerEndPoint, sasl.TLSExporter}
			}, "XEP-0474",
		},
		{
			"all types but one that is no use", []wire.Element{&gensasl.Mechanisms{Mechanism: plus()}, bindings("x")},
			func(l *login, o *sasl.Offer) { l.opt.NoProtection = true }, "XEP-0440",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sent, got := dialTLS(t, tls.VersionTLS13, xmpp.Config{}, func(ctx context.Context, l *login) error {
				if err := l.open(ctx, tt.seen...); err != nil {
					return err
				}
				el, err := l.st.Next(ctx)
				if err != nil {
					return err
				}
				auth := el.(*gensasl.Auth)
				offer := sasl.Offer{Mechanisms: plus()}
				tt.change(l, &offer)
				var protect *sasl.Offer
				if !l.opt.NoProtection {
					protect = &offer
				}
				return challenge(ctx, l, auth, protect)
			})
			if _, ok := errors.AsType[*xmpp.TrustError](got); !ok || !strings.Contains(got.Error(), tt.want) || !xmpp.IsFinal(got) {
				t.Errorf("login: %v, want a final TrustError for %s", got, tt.want)
			}
			if strings.Contains(sent, "<response") || !strings.Contains(sent, "<abort") {
				t.Errorf("sent %s; want an end without a proof", sent)
			}
		})
	}
}

// challenge sends the challenge for a login, as a server does that has made this offer. Where the flag of the client alone gives the change away, the server would not go on;
// this one does.
func challenge(ctx context.Context, l *login, auth *gensasl.Auth, offer *sasl.Offer) error {
	first, err := sasl.Decode(auth.Text)
	if err != nil {
		return err
	}
	x, err := l.sasl.BeginAny(auth.Mechanism, l.channel(), offer, sasl.Other{})
	if err != nil {
		return err
	}
	data, _, err := x.Step([]byte(strings.Replace(string(first), "y,,", "n,,", 1)))
	if err != nil {
		return err
	}
	return l.st.Send(ctx, &gensasl.Challenge{Text: sasl.Encode(data)})
}

// TestTokenForNow keeps a token that was refused for now, and logs in with the password.
func TestTokenForNow(t *testing.T) {
	store := &xmpp.MemoryTokens{}
	account := jid.MustParse("alice@example.org")
	err := store.Save(t.Context(), &xmpp.Token{
		Account: account, Mechanism: "HT-SHA-256-NONE", Secret: "s", Agent: "u", Expiry: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	sent, got := dialTLS(t, tls.VersionTLS13, xmpp.Config{Login: xmpp.Login{Tokens: store}}, func(ctx context.Context, l *login) error {
		inline := &sasl2.Inline{Any: []wire.Element{&fast0.Fast{Mechanism: []string{"HT-SHA-256-NONE"}}}}
		if err := l.open(ctx, &sasl2.Authentication{Mechanism: []string{sasl.ScramSHA1}, Inline: inline}); err != nil {
			return err
		}
		for _, condition := range []gensasl.Condition{gensasl.ConditionTemporaryAuthFailure, gensasl.ConditionNotAuthorized} {
			if _, err := l.st.Next(ctx); err != nil {
				return err
			}
			if err := l.st.Send(ctx, &sasl2.Failure{Condition: condition}); err != nil {
				return err
			}
		}
		return nil
	})
	refused, ok := errors.AsType[*xmpp.AuthError](got)
	if !ok || refused.Mechanism != sasl.ScramSHA1 || refused.Temporary() || strings.Count(sent, "<authenticate") != 2 {
		t.Errorf("login: %v, sent %s", got, sent)
	}
	if kept, err := store.Load(t.Context(), account); kept == nil || kept.Count != 1 || err != nil {
		t.Errorf("the store has %v, %v", kept, err)
	}
}

// TestFeatureRestarts has a feature of a program begin the stream anew: once, though the server offers it again.
func TestFeatureRestarts(t *testing.T) {
	times := 0
	own := xmpp.Feature{
		Name: "own", Order: 50, Element: xml.Name{Space: "urn:example:own", Local: "own"}, Restart: true,
		Negotiate: func(ctx context.Context, n *xmpp.Negotiation, offer wire.Element) error {
			times++
			if err := n.Send(ctx, &wire.Raw{Name: offer.ElementName()}); err != nil {
				return err
			}
			_, err := n.Next(ctx)
			return err
		},
	}
	_, got := dialTLS(t, tls.VersionTLS13, xmpp.Config{Features: []xmpp.Feature{own}}, func(ctx context.Context, l *login) error {
		offer := &wire.Raw{Name: own.Element}
		if err := l.open(ctx, offer, l.mechanismsFeature()); err != nil {
			return err
		}
		if _, err := l.st.Next(ctx); err != nil {
			return err
		}
		if err := errors.Join(l.st.Send(ctx, offer), l.st.Restart(ctx, nil), l.open(ctx, offer, l.mechanismsFeature())); err != nil {
			return err
		}
		if _, _, err := l.authenticate(ctx); err != nil {
			return err
		}
		if err := errors.Join(l.st.Restart(ctx, nil), l.open(ctx, append(l.after(), offer)...)); err != nil {
			return err
		}
		return bindAs(ctx, l, "alice@example.org/desk")
	})
	if got != nil || times != 1 {
		t.Errorf("login: %v; negotiated %d times", got, times)
	}
}
