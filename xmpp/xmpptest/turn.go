package xmpptest

import (
	"context"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// turn is the handling of one stanza. It holds the server's lock; what is sent in it goes into outboxes.
type turn struct {
	*Server
	sent []*conn        // whose outboxes were added to
	next []wire.Element // what services have sent, to be brought to its addressees when the stanza at hand has been dealt with
}

// turn runs f with the lock held and returns those who were sent something.
func (s *Server) turn(f func(*turn)) []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &turn{Server: s}
	f(t)
	for len(t.next) > 0 {
		el := t.next[0]
		t.next = t.next[1:]
		t.bring(el)
	}
	return t.sent
}

// send puts an element into a connection's outbox. From here on nobody may change it.
func (t *turn) send(c *conn, el wire.Element) {
	if !c.out.add(el) {
		c.end(streamError(streamerrors.ConditionResourceConstraint, errFull))
	}
	t.sent = append(t.sent, c)
}

var (
	errFrom  = errors.New("sender is not the peer's own address")
	errTo    = errors.New("stanza without sender or addressee")
	errNoTop = errors.New("no stanza")
)

// handle handles one element from a bound peer. It then waits for room where it has sent much, so that who sends faster than others read is slowed down.
func (s *Server) handle(ctx context.Context, c *conn, el wire.Element) *stream.Error {
	raw, isRaw := el.(*wire.Raw)
	if isRaw {
		var bad *stream.Error
		if el, bad = undecoded(raw); bad != nil {
			return bad
		}
	}
	var bad *stream.Error
	sent := s.turn(func(t *turn) {
		head, ok := el.(wire.Stanza)
		switch {
		case c.sm != nil && isClosed(c.sm.taken): // what the client has sent last on a stream that it has resumed elsewhere, and will send again
		case ok:
			bad = t.stanza(c, el, head.StanzaHead(), raw)
		default:
			if bad, ok = t.managed(c, el); !ok { // RFC 6120, section 4.9.3.24
				bad = streamError(streamerrors.ConditionUnsupportedStanzaType, fmt.Errorf("%w: %v", errNoTop, el.ElementName()))
			}
		}
	})
	for _, to := range sent {
		to.out.room(ctx)
	}
	return bad
}

// stanza handles a stanza from a bound peer; raw is what it was if it could not be decoded.
func (t *turn) stanza(c *conn, el wire.Element, head wire.StanzaHead, raw *wire.Raw) *stream.Error {
	if bad := c.sender(el, head); bad != nil {
		return bad
	}
	if c.sm != nil {
		c.sm.handled++ // in the turn that handles it: to be resumed elsewhere comes before or after both
	}
	switch {
	case raw != nil:
		t.refuse(el, raw)
	case c.account != nil && c.account.blocked(head.To): // XEP-0191, section 3.3
		t.refuseBlocked(c, el)
	default:
		t.route(c, el)
	}
	return nil
}

// sender checks whom a stanza says it is from, and stamps a client's with its full JID, which is never taken from the client (RFC 6120, section 8.1.2.1). A component speaks for
// its whole domain, and must say as whom (XEP-0114, section 3).
func (c *conn) sender(el wire.Element, head wire.StanzaHead) *stream.Error {
	if c.account == nil {
		switch {
		case head.From.IsZero() || head.To.IsZero(): // RFC 6120, section 4.9.3.7
			return streamError(streamerrors.ConditionImproperAddressing, errTo)
		case head.From.Domain() != c.jid.Domain(): // section 4.9.3.9. guard: S40
			return streamError(streamerrors.ConditionInvalidFrom, errFrom)
		}
		return nil
	}
	if !head.From.IsZero() && head.From != c.jid && head.From != c.account.jid {
		return streamError(streamerrors.ConditionInvalidFrom, errFrom)
	}
	switch el := el.(type) {
	case *stanza.Message:
		el.From = c.jid
		if el.To.IsZero() {
			el.To = c.account.jid // section 10.3.1
		}
	case *stanza.Presence:
		el.From = c.jid
	case *stanza.IQ:
		el.From = c.jid
	}
	return nil
}

// undecoded makes a stanza of one that could not be decoded because of a bad value in its attributes: enough of it to be answered. A sender that is no JID ends the stream.
func undecoded(raw *wire.Raw) (wire.Element, *stream.Error) {
	if text, _ := raw.Attr("", "from"); text != "" {
		if _, err := jid.Parse(text); err != nil {
			return nil, streamError(streamerrors.ConditionInvalidFrom, err)
		}
	}
	attr := func(local string) string {
		v, _ := raw.Attr("", local)
		return v
	}
	id, typ := attr("id"), attr("type")
	from, _ := jid.Parse(attr("from")) // parsed above, or absent
	to, _ := jid.Parse(attr("to"))     // may be what is wrong: the refusal then comes from the server
	switch raw.Name {
	case (*stanza.Message)(nil).ElementName():
		return &stanza.Message{ID: id, Type: stanza.MessageType(typ), From: from, To: to}, nil
	case (*stanza.Presence)(nil).ElementName():
		return &stanza.Presence{ID: id, Type: stanza.PresenceType(typ), From: from, To: to}, nil
	case (*stanza.IQ)(nil).ElementName():
		return &stanza.IQ{ID: id, Type: stanza.IQType(typ), From: from, To: to}, nil
	}
	return raw, nil
}

// refuse answers a stanza that could not be decoded.
func (t *turn) refuse(el wire.Element, raw *wire.Raw) {
	condition := stanzaerrors.ConditionBadRequest
	if text, _ := raw.Attr("", "to"); text != "" {
		if _, err := jid.Parse(text); err != nil {
			condition = stanzaerrors.ConditionJIDMalformed // RFC 6120, section 8.3.3.8
		}
	}
	t.bounce(el, stanza.ErrorModify, condition)
}

// route brings a stanza to its addressee (RFC 6120, section 10.5; RFC 6121, section 8.5).
func (t *turn) route(c *conn, el wire.Element) {
	switch el := el.(type) {
	case *stanza.Message:
		t.sentMessage(c, el)
	case *stanza.Presence:
		if c.account != nil {
			t.outgoing(c, el)
			return
		}
		t.presence(el)
	default:
		t.bring(el)
	}
}

// bring brings a stanza to its addressee that the server itself, or a component, has sent.
func (t *turn) bring(el wire.Element) {
	switch el := el.(type) {
	case *stanza.Message:
		t.message(el)
	case *stanza.IQ:
		t.iq(el)
	case *stanza.Presence:
		t.presence(el)
	}
}

// away brings a stanza to a component, or back if there is nobody to take it. It reports false if the addressee is the server or one of its accounts.
func (t *turn) away(el wire.Element, to jid.JID) bool {
	if to.Domain() == t.opt.domain.Domain() {
		return false
	}
	if svc := t.services[to.Domain()]; svc != nil {
		svc.handle(t, el)
		return true
	}
	c := t.components[to.Domain()]
	_, known := t.opt.components[to.Domain()]
	switch {
	case c != nil:
		t.send(c, el)
	case known: // RFC 6120, section 8.3.3.17: it may come back
		t.bounce(el, stanza.ErrorWait, stanzaerrors.ConditionRemoteServerTimeout)
	default: // section 8.3.3.16
		t.bounce(el, stanza.ErrorCancel, stanzaerrors.ConditionRemoteServerNotFound)
	}
	return true
}

// accountOf returns the account of an address of this domain, nil if there is none.
func (t *turn) accountOf(j jid.JID) *account {
	if j.Domain() != t.opt.domain.Domain() || j.Local() == "" {
		return nil
	}
	return t.accounts[j.Local()]
}
