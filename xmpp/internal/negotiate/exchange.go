package negotiate

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// AuthError is the server's refusal of a login (RFC 6120, section 6.5).
type AuthError struct {
	Mechanism string
	Condition gensasl.Condition
	Text      string
}

// Error names the mechanism and the condition.
func (e *AuthError) Error() string {
	text := "negotiate: login with " + e.Mechanism + " refused: " + string(e.Condition)
	if e.Text != "" {
		text += " (" + e.Text + ")"
	}
	return text
}

// Temporary reports whether the same login may go well later (RFC 6120, section 6.5.10).
func (e *AuthError) Temporary() bool { return e.Condition == gensasl.ConditionTemporaryAuthFailure }

// TaskError is a login that is right but not enough: the server asks for more, such as a second factor (XEP-0388, section 2.6.3).
type TaskError struct {
	Tasks []string // any one of them
	Text  string
}

// Error names the tasks.
func (e *TaskError) Error() string {
	return fmt.Sprintf("negotiate: the server asks for one of %.100q besides the login: %s", strings.Join(e.Tasks, ", "), e.Text)
}

// Final reports whether another try, here or on another server of the domain, would end the same way, or should not be made before somebody has looked at why: a refused
// login, nothing to log in with, a server that is not believed.
func Final(err error) bool {
	refused, is := errors.AsType[*AuthError](err)
	_, choice := errors.AsType[*sasl.ChoiceError](err)
	_, distrust := errors.AsType[*sasl.TrustError](err)
	_, task := errors.AsType[*TaskError](err)
	return is && !refused.Temporary() || choice || distrust || task
}

var (
	errSteps   = errors.New("negotiate: login without end")
	errUnasked = errors.New("negotiate: element that does not belong to a login")
)

// maxExchange bounds the challenges in one login; SCRAM has two.
const maxExchange = 8

// exchange answers challenges until the server says success and has proved that it knows the secret too. It is the same in both profiles of SASL, which differ in their
// elements.
func exchange(ctx context.Context, st *State, m sasl.Mechanism) (success wire.Element, err error) {
	for range maxExchange {
		el, err := st.Stream.Next(ctx)
		if err != nil {
			return nil, fmt.Errorf("negotiate: login: %w", err)
		}
		switch el := el.(type) {
		case *gensasl.Challenge, *sasl2.Challenge:
			if err := answer(ctx, st, m, el); err != nil {
				return nil, err
			}
		case *gensasl.Success, *sasl2.Success:
			return el, proved(m, el)
		case *gensasl.Failure:
			return nil, refusal(m, el.Condition, el.Text)
		case *sasl2.Failure:
			return nil, refusal(m, el.Condition, text(el.Text))
		case *sasl2.Continue:
			if err := proved(m, el); err != nil {
				return nil, err
			}
			return nil, abort(ctx, st, &TaskError{Tasks: el.Tasks.Task, Text: text(el.Text).Text}, true)
		default:
			return nil, fmt.Errorf("%w: %v", errUnasked, el.ElementName())
		}
	}
	return nil, abort(ctx, st, errSteps, st.Result.SASL2)
}

// answer answers a challenge.
func answer(ctx context.Context, st *State, m sasl.Mechanism, challenge wire.Element) error {
	data, err := payload(challenge)
	if err == nil {
		data, err = m.Step(data)
	}
	_, modern := challenge.(*sasl2.Challenge)
	if err != nil {
		return abort(ctx, st, err, modern)
	}
	if modern {
		return st.Stream.Send(ctx, &sasl2.Response{Text: base64.StdEncoding.EncodeToString(data)})
	}
	return st.Stream.Send(ctx, &gensasl.Response{Text: sasl.Encode(data)})
}

// proved is the server's part of the proof.
func proved(m sasl.Mechanism, success wire.Element) error {
	data, err := payload(success)
	if err != nil {
		return err
	}
	if err := m.Success(data); err != nil { // guard: S30
		return err
	}
	return nil
}

// payload returns the SASL message that an element carries, nil for none. In SASL1 "=" is an empty one; in SASL2 the element's presence tells (XEP-0388, section 2.2).
func payload(el wire.Element) ([]byte, error) {
	decode := func(text *string) ([]byte, error) {
		if text == nil {
			return nil, nil
		}
		if *text == "" {
			return []byte{}, nil
		}
		return sasl.Decode(*text)
	}
	switch el := el.(type) {
	case *gensasl.Challenge:
		return sasl.Decode(el.Text)
	case *gensasl.Success:
		return sasl.Decode(el.Text)
	case *sasl2.Challenge:
		return decode(&el.Text)
	case *sasl2.Success:
		return decode(el.AdditionalData)
	case *sasl2.Continue:
		return decode(el.AdditionalData)
	}
	return nil, errUnasked
}

// abort tells the server that the login ends here (RFC 6120, section 6.4.4; XEP-0388, section 4.5).
func abort(ctx context.Context, st *State, cause error, modern bool) error {
	var el wire.Element = &gensasl.Abort{}
	if modern {
		el = &sasl2.Abort{}
	}
	return errors.Join(cause, st.Stream.Send(ctx, el), st.Stream.Flush(ctx))
}

// text is the text of an element of SASL2 in the type of SASL1.
func text(t *sasl2.Text) *gensasl.Text {
	if t == nil {
		return &gensasl.Text{}
	}
	return &gensasl.Text{Lang: t.Lang, Text: t.Text}
}

// refusal makes an error of the server's.
func refusal(m sasl.Mechanism, condition gensasl.Condition, t *gensasl.Text) error {
	e := &AuthError{Mechanism: m.Name(), Condition: condition}
	if e.Condition == "" {
		e.Condition = gensasl.ConditionNotAuthorized // RFC 6120, section 6.5: what an unknown one means
	}
	if t != nil {
		e.Text = t.Text
	}
	if d, ok := m.(interface{ Detail() string }); ok && e.Text == "" {
		e.Text = d.Detail()
	}
	return e
}
