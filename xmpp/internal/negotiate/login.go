package negotiate

import (
	"context"
	"errors"
	"fmt"

	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
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

var (
	errNoLogin = errors.New("negotiate: the server offers no login")
	errSteps   = errors.New("negotiate: login without end")
	errUnasked = errors.New("negotiate: element that does not belong to a login")
)

// maxExchange bounds the challenges in one login; SCRAM has two.
const maxExchange = 8

// mechanisms logs in (RFC 6120, section 6). It restarts the stream on the same connection.
func mechanisms() Feature {
	return Feature{
		Name: "mechanisms", Order: 20,
		Find: func(st *State) wire.Element {
			if st.Done {
				return nil
			}
			return find[gensasl.Mechanisms](st)
		},
		Missing: func(st *State) error {
			if !st.Done {
				return errNoLogin
			}
			return nil
		},
		Negotiate: login,
	}
}

func login(ctx context.Context, st *State, offer wire.Element) (restart bool, err error) {
	m, err := sasl.Choose(offer.(*gensasl.Mechanisms).Mechanism, sasl.Conn{TLS: st.Secure}, st.Creds, st.Policy)
	if err != nil {
		return false, err
	}
	initial, err := m.Start()
	if err != nil {
		return false, err
	}
	if err := st.Stream.Send(ctx, &gensasl.Auth{Mechanism: m.Name(), Text: sasl.Encode(initial)}); err != nil {
		return false, err
	}
	if err := exchange(ctx, st, m); err != nil {
		return false, err
	}
	st.Done = true
	st.Stream.SetLimits(st.Limits)
	return true, st.Stream.Restart(ctx, nil)
}

// exchange answers challenges until the server says success and has proved that it knows the password too.
func exchange(ctx context.Context, st *State, m sasl.Mechanism) error {
	for range maxExchange {
		el, err := st.Stream.Next(ctx)
		if err != nil {
			return fmt.Errorf("negotiate: login: %w", err)
		}
		switch el := el.(type) {
		case *gensasl.Challenge:
			data, err := sasl.Decode(el.Text)
			if err != nil {
				return abort(ctx, st, err)
			}
			answer, err := m.Step(data)
			if err != nil {
				return abort(ctx, st, err)
			}
			if err := st.Stream.Send(ctx, &gensasl.Response{Text: sasl.Encode(answer)}); err != nil {
				return err
			}
		case *gensasl.Success:
			data, err := sasl.Decode(el.Text)
			if err != nil {
				return err
			}
			return m.Success(data) // guard: S30
		case *gensasl.Failure:
			return refusal(m.Name(), el)
		default:
			return fmt.Errorf("%w: %v", errUnasked, el.ElementName())
		}
	}
	return abort(ctx, st, errSteps)
}

// abort tells the server that the login ends here (RFC 6120, section 6.4.4).
func abort(ctx context.Context, st *State, cause error) error {
	return errors.Join(cause, st.Stream.Send(ctx, &gensasl.Abort{}))
}

func refusal(mechanism string, f *gensasl.Failure) error {
	e := &AuthError{Mechanism: mechanism, Condition: f.Condition}
	if e.Condition == "" {
		e.Condition = gensasl.ConditionNotAuthorized // RFC 6120, section 6.5: what an unknown one means
	}
	if f.Text != nil {
		e.Text = f.Text.Text
	}
	return e
}
