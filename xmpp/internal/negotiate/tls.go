package negotiate

import (
	"context"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/starttls"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/dial"
)

// ErrNoTLS is returned when the server offers no TLS and the configuration demands it: somebody on the way may have taken the offer out.
var ErrNoTLS = errors.New("negotiate: the server offers no TLS")

func offersTLS(st *State) wire.Element {
	if st.Secure || dial.IsWebSocket(st.Stream.Conn()) { // there TLS is below, if at all (RFC 7395, section 3.9)
		return nil
	}
	return find[starttls.StartTLS](st)
}

func missesTLS(st *State) error {
	if !st.Secure && st.RequireTLS { // guard: S27
		return ErrNoTLS
	}
	return nil
}

// upgrade protects the stream (RFC 6120, section 5). After it, everything learned before is forgotten, and what was read ahead is dropped.
func upgrade(ctx context.Context, st *State, _ wire.Element) (Outcome, error) {
	if err := st.Stream.Send(ctx, &starttls.StartTLS{}); err != nil {
		return Finished, err
	}
	el, err := st.Stream.Next(ctx)
	if err != nil {
		return Finished, fmt.Errorf("negotiate: starttls: %w", err)
	}
	if _, ok := el.(*starttls.Proceed); !ok {
		return Finished, fmt.Errorf("negotiate: starttls refused: %v", el.ElementName())
	}
	if err := st.Stream.Flush(ctx); err != nil {
		return Finished, err
	}
	conn, err := dial.Upgrade(ctx, st.Stream.Conn(), st.TLS, st.Domain)
	if err != nil {
		return Finished, err
	}
	st.Secure = true
	return Restart, st.Stream.Restart(ctx, conn)
}
