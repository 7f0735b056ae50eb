package negotiate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/stanzakit/stanzakit/gen/fast0"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// Token logs in to an account in place of a password (XEP-0484). It is as secret as that: however it is printed or logged, the secret does not show. Only what marshals
// its fields, such as encoding/json, sees it, so that it can be stored.
type Token struct {
	Account   jid.JID   // bare
	Mechanism string    // the only one it may be used with
	Secret    string    // what the server has given out
	Expiry    time.Time // no use any more from then on
	Count     uint32    // how often it was used
	Agent     string    // the UUID of the client that it was given to
}

// String names the account and hides the secret.
func (t Token) String() string {
	return fmt.Sprintf("Token{Account: %q, Mechanism: %q, Secret: redacted}", t.Account, t.Mechanism)
}

// Format writes String for every verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue is the same for log/slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// TokenStore keeps a token for each account.
type TokenStore interface {
	// Load returns the token of an account, nil if there is none.
	Load(ctx context.Context, account jid.JID) (*Token, error)
	// Save keeps a token in place of any that the account had.
	Save(ctx context.Context, t *Token) error
	// Delete throws the token of an account away.
	Delete(ctx context.Context, account jid.JID) error
}

// errNoToken is why Forget fails where nothing is to be forgotten.
var errNoToken = errors.New("negotiate: no token that the server would take")

// withToken logs in with a token. ok is false, and nothing has happened, if there is none to use; or if the server has refused it, and it is forgotten.
func (a *attempt) withToken(ctx context.Context) (ok bool, err error) {
	st := a.st
	if st.Tokens == nil || st.Creds.Anonymous {
		return false, nil
	}
	t, m, err := a.token(ctx)
	if err != nil {
		st.Result.TokenErr = err
	}
	if m == nil && st.Forget {
		return false, errors.Join(errNoToken, err)
	}
	if m == nil {
		return false, nil
	}
	st.Agent.ID = t.Agent
	fast := &fast0.Fast{Count: &t.Count}
	if st.Forget {
		fast.Invalidate = &st.Forget
	}
	a.used = t
	err = a.run(ctx, m, fast)
	refused, is := errors.AsType[*AuthError](err)
	if !is {
		st.Result.Token = err == nil
		return true, err
	}
	// The stream is as it was before (XEP-0388, section 2.6.2), and the token is no use (XEP-0484, section 4).
	a.used, a.refused = nil, refused
	if !refused.Temporary() {
		st.Result.TokenErr = st.Tokens.Delete(ctx, st.Account)
	}
	if st.Forget {
		return false, refused
	}
	return false, nil
}

// token returns the token to log in with, and how; a nil mechanism means that there is none. Its count is raised and kept before it is used, so that no count is used
// twice, whatever happens in between (XEP-0484, section 3.3).
func (a *attempt) token(ctx context.Context) (*Token, sasl.Mechanism, error) {
	st := a.st
	fast := inline[fast0.Fast](a.offer)
	kept, err := st.Tokens.Load(ctx, st.Account)
	if err != nil || kept == nil || fast == nil {
		return nil, nil, err
	}
	t := *kept
	switch {
	case t.Account != st.Account: // guard: S33
		return nil, nil, fmt.Errorf("negotiate: the store gave the token of %s for %s", t.Account, st.Account)
	case !slices.Contains(fast.Mechanism, t.Mechanism): // guard: S33
		return nil, nil, nil
	case st.Agent.ID != "" && st.Agent.ID != t.Agent:
		return nil, nil, nil // given to another client
	case !time.Now().Before(t.Expiry):
		return nil, nil, st.Tokens.Delete(ctx, st.Account)
	}
	m, err := sasl.NewToken(t.Mechanism, st.Creds.Username, t.Secret, a.conn)
	if err != nil {
		return nil, nil, err
	}
	t.Count++
	if err := st.Tokens.Save(ctx, &t); err != nil {
		return nil, nil, err
	}
	return &t, m, nil
}

// keepToken keeps the token that came with a success: asked for, or in place of one that has become old (XEP-0484, sections 3.2 and 3.4). The old one is of use until
// then, so it stays where it is until the new one is there.
func (a *attempt) keepToken(ctx context.Context, success *sasl2.Success) {
	st := a.st
	got, ok := wire.Find[fast0.Token](success.Any)
	mechanism := a.requested
	if a.used != nil {
		mechanism = a.used.Mechanism
	}
	switch {
	case st.Tokens == nil:
	case st.Forget:
		st.Result.TokenErr = st.Tokens.Delete(ctx, st.Account)
	case ok && mechanism != "" && got.Token != "":
		t := &Token{Account: st.Account, Mechanism: mechanism, Secret: got.Token, Expiry: got.Expiry, Agent: st.Agent.ID}
		st.Result.TokenErr = st.Tokens.Save(ctx, t)
	}
}

// newUUID makes a UUID of version 4 (RFC 9562, section 5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
