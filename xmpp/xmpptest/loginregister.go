package xmpptest

import (
	"context"

	"github.com/stanzakit/stanzakit/gen/register"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/wire"
)

// register answers what a client asks before its login: to make an account (XEP-0077, section 3.1). ok is false if el is no such request.
func (l *login) register(ctx context.Context, el wire.Element) (ok bool, err error) {
	iq, is := el.(*stanza.IQ)
	if !is || !l.opt.Register || len(iq.Any) != 1 {
		return false, nil
	}
	query, is := iq.Any[0].(*register.Query)
	if !is {
		return false, nil
	}
	reply := &stanza.IQ{ID: iq.ID, Type: stanza.IQResult}
	switch {
	case iq.Type == stanza.IQGet:
		reply.Any = []wire.Element{&register.Query{Instructions: "Choose a name and a password.", Username: new(""), Password: new("")}}
	case query.Username == nil || query.Password == nil:
		reply = errorReply(iq, stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable)
	case l.c.srv.has(*query.Username):
		reply = errorReply(iq, stanza.ErrorCancel, stanzaerrors.ConditionConflict)
	case l.c.srv.AddUser(*query.Username, *query.Password) != nil:
		reply = errorReply(iq, stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable)
	}
	return true, l.st.Send(ctx, reply)
}

// has reports whether there is such an account.
func (s *Server) has(user string) bool {
	_, ok := s.credentials(user)
	return ok
}
