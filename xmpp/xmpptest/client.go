package xmpptest

import (
	"context"
	"crypto/rand"
	"crypto/tls"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// account is a user of the server. What it holds is guarded by the server's mu.
type account struct {
	jid      jid.JID
	creds    sasl.Account
	password string // for Server.Config
	contacts map[jid.JID]*contact
	version  int              // of the roster
	sessions map[string]*conn // by resource
}

const maxSessions = 100 // of one account

// client logs a client in and binds its resource.
func (c *conn) client(ctx context.Context) error {
	s := c.srv
	_, direct := c.st.Conn().(*tls.Conn)
	l := &login{
		st: c.st, domain: s.opt.domain, tls: s.starttls, secure: direct,
		sasl: s.login, mechanisms: s.opt.Mechanisms, limits: s.opt.Limits,
		c: c, opt: s.opt.Login, leaf: s.leaf,
	}
	user, err := l.run(ctx)
	if err != nil {
		return err
	}
	for !l.bound {
		iq, req, err := l.bindRequest(ctx)
		if err != nil {
			return err
		}
		reply := s.bind(c, user, iq, req.Resource)
		if reply == nil {
			break
		}
		if err := c.st.Send(ctx, reply); err != nil {
			return err
		}
	}
	c.rename(c.label + " " + c.jid.String())
	return nil
}

// bind answers the request for a resource, or returns the refusal.
func (s *Server) bind(c *conn, user string, iq *stanza.IQ, resource string) (refusal *stanza.IQ) {
	refused := s.seat(c, user, resource, func(full jid.JID) []wire.Element {
		return []wire.Element{&stanza.IQ{ID: iq.ID, Type: stanza.IQResult, Any: []wire.Element{&bind.Bind{JID: full}}}}
	})
	switch refused {
	case "":
		return nil
	case stanzaerrors.ConditionBadRequest:
		return errorReply(iq, stanza.ErrorModify, refused) // section 7.7.2.1
	}
	return errorReply(iq, stanza.ErrorWait, refused) // section 7.6.2.1
}

// seat makes c a session of the user's account and puts the answer into its outbox, before anything that others send it; or it returns why not. A resource that is
// taken is answered with another one: the first of the ways of RFC 6120, section 7.7.2.2.
func (s *Server) seat(c *conn, user, resource string, answer func(full jid.JID) []wire.Element) (refused stanzaerrors.Condition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	full, err := jid.New(user, s.opt.domain.Domain(), resource) // of the user who has logged in. guard: S50
	if err != nil {
		return stanzaerrors.ConditionBadRequest
	}
	a := s.accounts[full.Local()]
	if len(a.sessions) >= maxSessions {
		return stanzaerrors.ConditionResourceConstraint
	}
	if resource == "" || a.sessions[full.Resource()] != nil {
		full, _ = full.WithResource(rand.Text()) // letters and digits
	}
	c.jid, c.account = full, a
	a.sessions[full.Resource()] = c
	for _, el := range answer(full) {
		c.out.add(el)
	}
	return ""
}

// leave takes a bound connection out of the server. Whoever saw a client's presence is told that it is gone (RFC 6121, section 4.5.2).
func (s *Server) leave(c *conn) {
	s.turn(func(t *turn) {
		if c.account == nil {
			if s.components[c.jid.Domain()] == c {
				delete(s.components, c.jid.Domain())
			}
			return
		}
		delete(c.account.sessions, c.jid.Resource())
		t.unavailable(c, &stanza.Presence{From: c.jid, Type: stanza.PresenceUnavailable})
	})
}
