package xmpptest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/bind"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/starttls"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// login takes a client's stream through its features up to resource binding: the receiving side of xmpp/internal/negotiate.
type login struct {
	st         *stream.Stream
	domain     jid.JID
	tls        *tls.Config // nil if the connection needs none
	secure     bool        // TLS is up
	sasl       *sasl.Server
	mechanisms []string
	limits     wire.Limits    // for who has logged in
	features   []wire.Element // to offer with resource binding

	// The rest has its zero value in scripts, which log in as in RFC 6120 and with nothing else.

	c     *conn // that logs in
	opt   LoginOptions
	leaf  *x509.Certificate // the server's, to bind logins to
	bound bool              // a resource was bound together with the login (XEP-0386)
}

const maxAttempts = 3 // to log in on one stream (RFC 6120, section 6.4.5)

var (
	errBeforeTLS   = errors.New("TLS comes first")
	errBeforeLogin = errors.New("login comes first")
	errBeforeBind  = errors.New("resource binding comes first")
	errAttempts    = errors.New("too many attempts to log in")
)

// run negotiates TLS and SASL and offers resource binding (RFC 6120, sections 5 to 7), unless a resource is bound already. It returns the user who has logged in.
func (l *login) run(ctx context.Context) (user string, err error) {
	if !l.secure && l.tls != nil {
		if err := l.upgrade(ctx); err != nil {
			return "", err
		}
	}
	if err := l.open(ctx, l.before()...); err != nil {
		return "", err
	}
	user, features, err := l.authenticate(ctx)
	if err != nil || features {
		return user, err
	}
	l.st.SetLimits(l.limits)
	if err := l.st.Restart(ctx, nil); err != nil {
		return "", err
	}
	return user, l.open(ctx, l.after()...)
}

// open answers the client's header and offers features (RFC 6120, sections 4.2 and 4.3).
func (l *login) open(ctx context.Context, features ...wire.Element) error {
	_, err := l.st.Accept(ctx, func(peer stream.Header) (stream.Header, *stream.Error) {
		h := stream.Header{Content: stream.NSClient, From: l.domain, To: peer.From, ID: rand.Text(), Version: "1.0", Lang: "en"}
		return h, l.check(peer)
	})
	if err != nil {
		return err
	}
	return l.st.Send(ctx, &streams.Features{Any: features})
}

// check says what is wrong with a client's header.
func (l *login) check(h stream.Header) *stream.Error {
	switch {
	case h.Content != stream.NSClient: // RFC 6120, section 4.9.3.10
		return streamError(streamerrors.ConditionInvalidNamespace, fmt.Errorf("content namespace %.80q", h.Content))
	case h.To != l.domain: // section 4.9.3.6
		return streamError(streamerrors.ConditionHostUnknown, fmt.Errorf("stream to %q", h.To))
	case h.Version == "" || h.Version[0] == '0': // section 4.9.3.25
		return streamError(streamerrors.ConditionUnsupportedVersion, fmt.Errorf("version %q", h.Version))
	}
	return nil
}

// upgrade protects the stream (RFC 6120, section 5.4). What the client has sent behind its request came unprotected, and is dropped.
func (l *login) upgrade(ctx context.Context) error {
	if err := l.open(ctx, &starttls.StartTLS{Required: true}); err != nil {
		return err
	}
	el, err := l.st.Next(ctx)
	if err != nil {
		return err
	}
	if _, ok := el.(*starttls.StartTLS); !ok {
		return streamError(streamerrors.ConditionNotAuthorized, errBeforeTLS)
	}
	if err := errors.Join(l.st.Send(ctx, &starttls.Proceed{}), l.st.Flush(ctx)); err != nil {
		return err
	}
	conn := tls.Server(l.st.Conn(), l.tls)
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	l.secure = true
	return l.st.Restart(ctx, conn) // guard: S26
}

func (l *login) mechanismsFeature() *gensasl.Mechanisms {
	return &gensasl.Mechanisms{Mechanism: l.offer().Mechanisms}
}

// authenticate lets the client try to log in (RFC 6120, section 6.4; XEP-0388). features says that the client has been told what is offered next: there is no restart after
// SASL2.
func (l *login) authenticate(ctx context.Context) (user string, features bool, err error) {
	for attempts := 0; attempts < maxAttempts; {
		el, err := l.st.Next(ctx)
		if err != nil {
			return "", false, err
		}
		if ok, err := l.register(ctx, el); ok || err != nil {
			if err != nil {
				return "", false, err
			}
			continue
		}
		attempts++
		user, err := l.try(ctx, el)
		failed, ok := errors.AsType[*sasl.Failure](err)
		if !ok {
			_, features := el.(*sasl2.Authenticate)
			return user, features, err
		}
		if err := l.st.Send(ctx, failure(el, failed.Condition)); err != nil {
			return "", false, err
		}
	}
	return "", false, streamError(streamerrors.ConditionPolicyViolation, errAttempts)
}

// try is one attempt, in the profile that the client chooses.
func (l *login) try(ctx context.Context, el wire.Element) (user string, err error) {
	switch el := el.(type) {
	case *gensasl.Auth:
		return l.attempt(ctx, el)
	case *sasl2.Authenticate:
		if l.sasl2() {
			return l.attempt2(ctx, el)
		}
	}
	return "", streamError(streamerrors.ConditionNotAuthorized, errBeforeLogin)
}

// attempt is one exchange of SASL. A *sasl.Failure leaves the client its next attempt.
func (l *login) attempt(ctx context.Context, auth *gensasl.Auth) (user string, err error) {
	x, err := l.begin(auth.Mechanism, l.offer())
	if err != nil {
		return "", err
	}
	for text := auth.Text; ; {
		data, err := sasl.Decode(text)
		if err != nil {
			return "", &sasl.Failure{Condition: string(gensasl.ConditionIncorrectEncoding), Err: err}
		}
		challenge, done, err := x.Step(data)
		if err != nil {
			return "", err
		}
		if done {
			return x.Username(), l.st.Send(ctx, &gensasl.Success{Text: sasl.Encode(challenge)})
		}
		if err := l.st.Send(ctx, &gensasl.Challenge{Text: sasl.Encode(challenge)}); err != nil {
			return "", err
		}
		if text, err = l.response(ctx); err != nil {
			return "", err
		}
	}
}

// response reads the answer to a challenge.
func (l *login) response(ctx context.Context) (string, error) {
	el, err := l.st.Next(ctx)
	if err != nil {
		return "", err
	}
	switch el := el.(type) {
	case *gensasl.Response:
		return el.Text, nil
	case *gensasl.Abort: // RFC 6120, section 6.4.4
		return "", &sasl.Failure{Condition: string(gensasl.ConditionAborted), Err: errors.New("aborted by the client")}
	}
	return "", streamError(streamerrors.ConditionNotAuthorized, errBeforeLogin)
}

// bindRequest reads the client's request for a resource, before which it may send nothing else (RFC 6120, section 7.1).
func (l *login) bindRequest(ctx context.Context) (*stanza.IQ, *bind.Bind, error) {
	el, err := l.st.Next(ctx)
	if err != nil {
		return nil, nil, err
	}
	if iq, ok := el.(*stanza.IQ); ok && iq.Type == stanza.IQSet && len(iq.Any) == 1 {
		if b, ok := iq.Any[0].(*bind.Bind); ok {
			return iq, b, nil
		}
	}
	return nil, nil, streamError(streamerrors.ConditionNotAuthorized, errBeforeBind)
}
