package xmpptest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"

	"github.com/stanzakit/stanzakit/gen/bind0"
	"github.com/stanzakit/stanzakit/gen/carbons2"
	"github.com/stanzakit/stanzakit/gen/csi0"
	"github.com/stanzakit/stanzakit/gen/fast0"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// sasl2 reports whether SASL2 may be used: on a protected stream alone (XEP-0388, section 3), and not with a script, which has no connection of a server.
func (l *login) sasl2() bool { return l.c != nil && l.secure && !l.opt.Legacy }

// authentication is the feature of SASL2, with what can be done in the same round trip.
func (l *login) authentication(offer sasl.Offer) *sasl2.Authentication {
	f := &sasl2.Authentication{Mechanism: offer.Mechanisms, Inline: &sasl2.Inline{}}
	if !l.opt.NoBind2 {
		f.Inline.Any = append(f.Inline.Any, &bind0.Bind{Inline: &bind0.Inline{Feature: []bind0.Feature{{Var: carbons2.NS}, {Var: csi0.NS}}}})
	}
	if !l.opt.NoFAST {
		f.Inline.Any = append(f.Inline.Any, &fast0.Fast{Mechanism: sasl.TokenMechanisms(l.channel())})
	}
	return f
}

// attempt2 is one exchange of SASL2 (XEP-0388, section 2). A *sasl.Failure leaves the client its next attempt.
func (l *login) attempt2(ctx context.Context, req *sasl2.Authenticate) (user string, err error) {
	x, err := l.begin2(req)
	if err != nil {
		return "", err
	}
	for text := req.InitialResponse; ; {
		data, err := decode2(text)
		if err != nil {
			return "", &sasl.Failure{Condition: string(gensasl.ConditionIncorrectEncoding), Err: err}
		}
		challenge, done, err := x.Step(data)
		if err != nil {
			return "", err
		}
		if done {
			return x.Username(), l.succeed(ctx, req, x, challenge)
		}
		if err := l.st.Send(ctx, &sasl2.Challenge{Text: base64.StdEncoding.EncodeToString(challenge)}); err != nil {
			return "", err
		}
		if text, err = l.response2(ctx); err != nil {
			return "", err
		}
	}
}

// decode2 reads the base64 of SASL2, in which an empty text is an empty message (XEP-0388, section 2.2).
func decode2(text *string) ([]byte, error) {
	if text == nil {
		return nil, nil
	}
	if *text == "" {
		return []byte{}, nil
	}
	return sasl.Decode(*text)
}

// begin2 begins an exchange with a password or its like, or with a token.
func (l *login) begin2(req *sasl2.Authenticate) (*sasl.Exchange, error) {
	if fast, ok := wire.Find[fast0.Fast](req.Any); ok && !l.opt.NoFAST {
		return l.beginToken(req, fast)
	}
	offer := l.offer()
	offer.SASL2 = true
	return l.begin(req.Mechanism, offer)
}

// response2 reads the answer to a challenge.
func (l *login) response2(ctx context.Context) (*string, error) {
	el, err := l.st.Next(ctx)
	if err != nil {
		return nil, err
	}
	switch el := el.(type) {
	case *sasl2.Response:
		return &el.Text, nil
	case *sasl2.Abort: // XEP-0388, section 4.5
		return nil, &sasl.Failure{Condition: string(gensasl.ConditionAborted), Err: errors.New("aborted by the client")}
	}
	return nil, streamError(streamerrors.ConditionNotAuthorized, errBeforeLogin)
}

// succeed says success, with all that was asked for in the same round trip, and offers what is left (XEP-0388, section 2.6.1).
func (l *login) succeed(ctx context.Context, req *sasl2.Authenticate, x *sasl.Exchange, data []byte) error {
	account, err := jid.New(x.Username(), l.domain.Domain(), "")
	if err != nil {
		return &sasl.Failure{Condition: string(gensasl.ConditionNotAuthorized), Err: err}
	}
	l.st.SetLimits(l.limits)
	success := &sasl2.Success{AuthorizationIdentifier: account}
	if data != nil {
		success.AdditionalData = new(base64.StdEncoding.EncodeToString(data))
	}
	if token := l.issueToken(req, x); token != nil {
		success.Any = append(success.Any, token)
	}
	ask, ok := wire.Find[bind0.Bind](req.Any)
	if !ok || l.opt.NoBind2 {
		return errors.Join(l.st.Send(ctx, success), l.st.Send(ctx, &streams.Features{Any: l.after()}))
	}
	resource := rand.Text()
	if ask.Tag != "" {
		resource = ask.Tag + "/" + resource[:8]
	}
	refused := l.c.srv.seat(l.c, x.Username(), resource, func(full jid.JID) []wire.Element {
		l.bound = true
		success.AuthorizationIdentifier = full
		success.Any = append(success.Any, &bind0.Bound{})
		return []wire.Element{success, &streams.Features{Any: l.after()}}
	})
	switch refused {
	case "":
		return nil
	case stanzaerrors.ConditionBadRequest:
		return &sasl.Failure{Condition: sasl.MalformedRequest, Err: errors.New("unusable tag")}
	}
	return &sasl.Failure{Condition: string(gensasl.ConditionTemporaryAuthFailure), Err: errors.New(string(refused))}
}

// failure is the element for a failure of the profile that the client uses.
func failure(el wire.Element, condition string) wire.Element {
	if _, ok := el.(*sasl2.Authenticate); ok {
		return &sasl2.Failure{Condition: gensasl.Condition(condition)}
	}
	return &gensasl.Failure{Condition: gensasl.Condition(condition)}
}

// begin begins an exchange with a mechanism that was offered.
func (l *login) begin(mechanism string, offer sasl.Offer) (*sasl.Exchange, error) {
	if !slices.Contains(offer.Mechanisms, mechanism) {
		return nil, &sasl.Failure{Condition: sasl.InvalidMechanism, Err: errors.New("not offered")}
	}
	protect := &offer
	if l.opt.NoProtection {
		protect = nil
	}
	return l.sasl.BeginAny(mechanism, l.channel(), protect, l.other())
}
