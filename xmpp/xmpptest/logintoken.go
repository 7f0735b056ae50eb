package xmpptest

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/stanzakit/stanzakit/gen/fast0"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// token is one of FAST (XEP-0484): whoever has it is the user, by one mechanism, until it expires.
type token struct {
	mechanism, secret string
	expiry            time.Time
	count             uint32 // the highest that was used
}

// holder is to whom tokens are given: one client of a user.
type holder struct{ user, agent string }

// tokens are those of a holder: the one that was used last, and one that is to follow it and was not used yet (XEP-0484, section 6).
type tokens struct{ current, next *token }

// valid lists those that a mechanism may use, the next one first.
func (t *tokens) valid(mechanism string) []*token {
	var list []*token
	for _, one := range []*token{t.next, t.current} {
		if one != nil && one.mechanism == mechanism && time.Now().Before(one.expiry) { // guard: S33
			list = append(list, one)
		}
	}
	return list
}

// beginToken begins an exchange with a token.
func (l *login) beginToken(req *sasl2.Authenticate, fast *fast0.Fast) (*sasl.Exchange, error) {
	if req.UserAgent == nil || req.UserAgent.ID == "" {
		return nil, &sasl.Failure{Condition: sasl.MalformedRequest, Err: errors.New("a token without the client that it was given to")}
	}
	return l.sasl.BeginToken(req.Mechanism, l.channel(), func(user string) []string {
		s := l.c.srv
		s.mu.Lock()
		defer s.mu.Unlock()
		var secrets []string
		for _, t := range s.tokensOf(holder{user, req.UserAgent.ID}).valid(req.Mechanism) {
			if fast.Count != nil && *fast.Count <= t.count { // guard: S46
				continue
			}
			secrets = append(secrets, t.secret)
		}
		return secrets
	})
}

// tokensOf returns the tokens of a holder. The server is locked.
func (s *Server) tokensOf(h holder) *tokens {
	if s.tokens == nil {
		s.tokens = make(map[holder]*tokens)
	}
	t := s.tokens[h]
	if t == nil {
		t = &tokens{}
		s.tokens[h] = t
	}
	return t
}

// issueToken notes that a token was used, and returns a new one if the client has asked for it or its own has become old; nil if not.
func (l *login) issueToken(req *sasl2.Authenticate, x *sasl.Exchange) *fast0.Token {
	if l.opt.NoFAST || req.UserAgent == nil || req.UserAgent.ID == "" {
		return nil
	}
	fast, _ := wire.Find[fast0.Fast](req.Any)
	asked, ok := wire.Find[fast0.RequestToken](req.Any)
	s := l.c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	mine := s.tokensOf(holder{x.Username(), req.UserAgent.ID})
	mechanism := ""
	if ok {
		mechanism = asked.Mechanism
	}
	if x.Token() != "" {
		forget := fast.Invalidate != nil && *fast.Invalidate
		mine.use(x.Token(), fast.Count, forget)
		if l.opt.RotateTokens && !forget && mechanism == "" {
			mechanism = req.Mechanism
		}
	}
	if mechanism == "" {
		return nil
	}
	life := l.opt.TokenLife
	if life == 0 {
		life = 24 * time.Hour
	}
	mine.next = &token{mechanism: mechanism, secret: "token-" + rand.Text(), expiry: time.Now().Add(life)}
	return &fast0.Token{Token: mine.next.secret, Expiry: mine.next.expiry.UTC()}
}

// use notes that a token was used: the next one becomes the current one, and what was before it is no use any more. One that is to be forgotten goes (XEP-0484, sections 3.4 and
// 3.5).
func (t *tokens) use(secret string, count *uint32, forget bool) {
	if t.next != nil && t.next.secret == secret {
		t.current, t.next = t.next, nil
	}
	switch {
	case forget:
		t.current = nil
	case count != nil:
		t.current.count = *count
	}
}
