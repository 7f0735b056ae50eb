package xmpp

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// OnMessage adds a handler for messages that hold a T. It runs inline and must not wait; see package stream.
func OnMessage[T any, P wire.Ptr[T]](m *stream.Mux, h func(context.Context, *stanza.Message, P) error) *stream.Handler {
	stream.MustRegister[T, P](m)
	return stream.Match(m, stream.Pattern{Child: P(nil).ElementName()}, func(ctx context.Context, msg *stanza.Message) error {
		if p, ok := wire.Find[T, P](msg.Any); ok {
			return h(ctx, msg, p)
		}
		return nil // a child that could not be decoded
	})
}

// OnPresence adds a handler for presences that hold a T. It runs inline and must not wait; see package stream.
func OnPresence[T any, P wire.Ptr[T]](m *stream.Mux, h func(context.Context, *stanza.Presence, P) error) *stream.Handler {
	stream.MustRegister[T, P](m)
	return stream.Match(m, stream.Pattern{Child: P(nil).ElementName()}, func(ctx context.Context, p *stanza.Presence) error {
		if el, ok := wire.Find[T, P](p.Any); ok {
			return h(ctx, p, el)
		}
		return nil // a child that could not be decoded
	})
}

// Reply returns an empty message to the sender of m, of the same type and thread (RFC 6121, section 5.2). A message to a room goes to the room. It has a new id.
func Reply(m *stanza.Message) *stanza.Message {
	r := &stanza.Message{To: m.From, From: m.To, Type: m.Type, ID: rand.Text()}
	if m.Type == stanza.MessageGroupchat {
		r.To = m.From.Bare()
	}
	if m.Thread != nil {
		r.Thread = &stanza.Thread{Text: m.Thread.Text, Parent: m.Thread.Parent}
	}
	return r
}

// ReplyText is [Reply] with a body.
func ReplyText(m *stanza.Message, text string) *stanza.Message {
	r := Reply(m)
	r.Body = []stanza.Body{{Text: text}}
	return r
}

// Text returns the message's body: the one in the language, if there is one, else the first. It is empty if there is none.
func Text(m *stanza.Message, lang string) string {
	for _, b := range m.Body {
		if lang != "" && b.Lang == lang {
			return b.Text
		}
	}
	if len(m.Body) > 0 {
		return m.Body[0].Text
	}
	return ""
}

// Lang returns the language that text in a child is in: the nearest xml:lang of child, stanza and stream that is not empty (RFC 6120, section 8.1.5).
func Lang(child, stanza, stream string) string {
	switch {
	case child != "":
		return child
	case stanza != "":
		return stanza
	}
	return stream
}

// address fills in what a stanza needs to go out: the id of a message or an IQ, and a component's sender. The stanza itself is left as it is: what lacks something is copied.
func (s *Session) address(el wire.Element) (wire.Element, error) {
	switch st := el.(type) {
	case *stanza.Message:
		from, err := s.sender(st.From)
		if err != nil || st.ID != "" && from == st.From {
			return el, err
		}
		m := *st
		m.ID, m.From = orNewID(m.ID), from
		return &m, nil
	case *stanza.IQ:
		from, err := s.sender(st.From)
		if err != nil || st.ID != "" && from == st.From {
			return el, err
		}
		iq := *st
		iq.ID, iq.From = orNewID(iq.ID), from
		return &iq, nil
	case *stanza.Presence:
		from, err := s.sender(st.From)
		if err != nil || from == st.From {
			return el, err
		}
		p := *st
		p.From = from
		return &p, nil
	}
	return el, nil
}

func orNewID(id string) string {
	if id == "" {
		return NewID()
	}
	return id
}

// sender returns the sender that a stanza goes out with, given the one it has. A component's must be an address of its domain (XEP-0114, section 3).
func (s *Session) sender(from jid.JID) (jid.JID, error) {
	switch {
	case !s.component:
	case from.IsZero():
		return s.account, nil
	case from.Domain() != s.account.Domain(): // guard: S40
		return from, fmt.Errorf("xmpp: component %s cannot send as %s", s.account, from)
	}
	return from, nil
}
