package xmpptest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/xml"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/csi0"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/mam"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/pubsub"
)

// account is a user of the server. What it holds is guarded by the server's mu.
type account struct {
	jid       jid.JID
	creds     sasl.Account
	password  string // for Server.Config
	contacts  map[jid.JID]*contact
	version   int                // of the roster
	sessions  map[string]*conn   // by resource
	expired   map[string]*uint32 // what streams had handled that can no longer be resumed, by their id
	offline   []*stanza.Message  // what waits for the user, the oldest first
	blocklist map[jid.JID]bool
	private   map[xml.Name]wire.Element // private storage
	vCard     wire.Element              // nil if there is none
	archive   mam.Archive
	pep       *pubsub.Service
	prefs     mam.Prefs
}

func newAccount(j jid.JID) *account {
	return &account{
		jid: j, contacts: make(map[jid.JID]*contact), sessions: make(map[string]*conn), expired: make(map[string]*uint32),
		blocklist: make(map[jid.JID]bool), private: make(map[xml.Name]wire.Element),
		archive: mam.Archive{Owner: j}, pep: pubsub.New(j, true),
	}
}

const maxSessions = 100 // of one account

// client logs a client in and binds its resource, or resumes a stream.
func (c *conn) client(ctx context.Context) error {
	_, direct := c.st.Conn().(*tls.Conn)
	return c.admit(ctx, direct)
}

// secured is client on a connection that nobody else can read.
func (c *conn) secured(ctx context.Context) error { return c.admit(ctx, true) }

func (c *conn) admit(ctx context.Context, secure bool) error {
	s := c.srv
	l := &login{
		st: c.st, domain: s.opt.domain, tls: s.starttls, secure: secure,
		sasl: s.login, mechanisms: s.opt.Mechanisms, limits: s.opt.Limits, features: []wire.Element{&sm3.SM{}, &csi0.Csi{}},
		c: c, opt: s.opt.Login, leaf: s.leaf,
	}
	user, err := l.run(ctx)
	if err != nil {
		return err
	}
	for !c.isBound() {
		el, err := c.st.Next(ctx)
		if err != nil {
			return err
		}
		reply, bad := s.enter(c, user, el)
		if bad != nil {
			return bad
		}
		if reply != nil {
			if err := c.st.Send(ctx, reply); err != nil {
				return err
			}
		}
	}
	c.rename(c.label + " " + c.jid.String())
	return nil
}

// isBound reports whether a client has a session, which it then keeps.
func (c *conn) isBound() bool {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	return c.account != nil
}

// enter handles what a client sends that has logged in: it binds a resource (RFC 6120, section 7.1) or resumes a stream (XEP-0198, section 5). What is to be answered before
// that is returned.
func (s *Server) enter(c *conn, user string, el wire.Element) (reply wire.Element, bad *stream.Error) {
	switch el := el.(type) {
	case *stanza.IQ:
		if el.Type == stanza.IQSet && len(el.Any) == 1 {
			if req, ok := el.Any[0].(*bind.Bind); ok {
				if refusal := s.bind(c, user, el, req.Resource); refusal != nil {
					return refusal, nil
				}
				return nil, nil
			}
		}
	case *sm3.Resume:
		refusal, bad := s.resume(c, user, el)
		if refusal != nil {
			return refusal, nil
		}
		return nil, bad
	case *sm3.Enable: // XEP-0198, section 3: not before the bind
		return &sm3.Failed{Condition: stanzaerrors.ConditionUnexpectedRequest}, nil
	default:
		if isClientState(el) { // XEP-0352, section 5: of no effect, and no error
			return nil, nil
		}
	}
	return nil, streamError(streamerrors.ConditionNotAuthorized, errBeforeBind)
}

// isClientState reports whether an element says how a client is (XEP-0352), for which there is no answer. The server holds nothing back, whatever it says.
func isClientState(el wire.Element) bool {
	switch el.(type) {
	case *csi0.Active, *csi0.Inactive:
		return true
	}
	return false
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
		if c.sm != nil {
			if isClosed(c.sm.taken) {
				return
			}
			c.account.expire(c.sm)
		}
		delete(c.account.sessions, c.jid.Resource())
		t.unavailable(c, &stanza.Presence{From: c.jid, Type: stanza.PresenceUnavailable})
		_, lost := c.out.handover()
		t.undelivered(c, lost)
	})
}
