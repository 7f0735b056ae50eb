package xmpp

import (
	"context"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// Get asks an entity for something (RFC 6120, section 8.2.3): the request's reply of type Resp, or a [*StanzaError]. The zero to is the own account on the
// server. It waits until ctx ends and must not be called from a stream handler.
func Get[Resp any, P wire.Ptr[Resp]](ctx context.Context, s *Session, to jid.JID, req wire.GetPayload) (P, error) {
	return ask[Resp, P](ctx, s, to, stanza.IQGet, req)
}

// Set asks an entity to change something (RFC 6120, section 8.2.3). It is [Get] but for the type of the request.
func Set[Resp any, P wire.Ptr[Resp]](ctx context.Context, s *Session, to jid.JID, req wire.SetPayload) (P, error) {
	return ask[Resp, P](ctx, s, to, stanza.IQSet, req)
}

// None is the type of a reply that has no payload: xmpp.Set[xmpp.None](ctx, s, to, req) does not look at what the reply holds.
type None struct{ wire.Raw }

// ask sends a request and waits for its reply.
func ask[Resp any, P wire.Ptr[Resp]](ctx context.Context, s *Session, to jid.JID, t stanza.IQType, req wire.Element) (P, error) {
	if err := stream.MayWait(ctx); err != nil {
		return nil, err
	}
	if _, none := any(P(nil)).(*None); !none {
		if err := wire.Register[Resp, P](s.mux.Registry()); err != nil {
			return nil, err
		}
	}
	reply, err := s.Request(ctx, &stanza.IQ{To: to, Type: t, Any: []wire.Element{req}})
	if err != nil {
		return nil, err
	}
	return payload[Resp, P](reply)
}

// payload takes the payload out of a reply.
func payload[Resp any, P wire.Ptr[Resp]](reply *stanza.IQ) (P, error) {
	if p := P(new(Resp)); isNone(p) {
		return p, nil
	}
	if p, ok := wire.Find[Resp, P](reply.Any); ok {
		return p, nil
	}
	for _, el := range reply.Any {
		if raw, ok := el.(*wire.Raw); ok && raw.Err != nil {
			return nil, fmt.Errorf("xmpp: reply from %s: %w", reply.From, raw.Err)
		}
	}
	return nil, fmt.Errorf("xmpp: reply from %s has no %v", reply.From, P(nil).ElementName())
}

func isNone(el wire.Element) bool {
	_, ok := el.(*None)
	return ok
}

// Request sends an IQ of type get or set and returns the reply of type result; an error reply is a [*StanzaError]. An id is made if there is none. The reply must fit in
// kind, id and sender (RFC 6120, section 8.1.3).
func (s *Session) Request(ctx context.Context, iq *stanza.IQ) (*stanza.IQ, error) {
	if iq.Type != stanza.IQGet && iq.Type != stanza.IQSet {
		return nil, fmt.Errorf("xmpp: a request of type %q", iq.Type)
	}
	req := *iq
	if req.ID == "" {
		req.ID = NewID()
	}
	call, err := s.mux.Await(req.ElementName(), req.ID, s.answersFor(req.To))
	if err != nil {
		return nil, err
	}
	defer call.Cancel()
	if err := s.Send(ctx, &req); err != nil {
		return nil, err
	}
	el, err := call.Wait(ctx)
	if err != nil {
		return nil, err
	}
	reply, ok := el.(*stanza.IQ)
	if !ok {
		return nil, errors.New("xmpp: reply is no IQ")
	}
	if reply.Type == stanza.IQError {
		return nil, stanzaError(reply)
	}
	return reply, nil
}

// answersFor returns who may answer a request to this address (RFC 6120, section 8.1.2.1): the addressee, and for the own account, its server too, or nobody named.
func (s *Session) answersFor(to jid.JID) func(jid.JID) bool {
	own := s.JID()
	server := own.DomainJID()
	if s.component || !to.IsZero() && to != own.Bare() && to != server && to != own {
		return func(from jid.JID) bool { return from == to }
	}
	return func(from jid.JID) bool { // guard: S10
		switch {
		case from.IsZero(), from == to:
			return true
		case to == server:
			return false
		case to == own:
			return false
		}
		return from == own.Bare() || from == server
	}
}

// HandleIQ makes h answer the requests of type t whose payload is a Req. It may wait: requests of one sender run one after another, those of
// different senders in parallel (RFC 6120, section 10.1). What it returns is the reply: a payload, nil for an empty result, or an error: a [*StanzaError] as it is, any other as
// internal-server-error. A second handler for the same requests is a programmer's mistake and panics.
func HandleIQ[Req, Resp any, PReq wire.Ptr[Req], PResp wire.Ptr[Resp]](
	m *stream.Mux, t stanza.IQType, h func(context.Context, *stanza.IQ, PReq) (PResp, error),
) *stream.Handler {
	stream.MustRegister[Req, PReq](m)
	stream.MustRegister[stanza.IQ](m)
	p := stream.Pattern{Name: (*stanza.IQ)(nil).ElementName(), Type: string(t), Child: PReq(nil).ElementName()}
	return m.Claim(p, func(ctx context.Context, el wire.Element) error {
		iq, ok := el.(*stanza.IQ)
		s := from(ctx)
		if !ok || s == nil {
			return nil
		}
		req, bad := request[Req, PReq](iq)
		if bad != nil {
			return s.refuse(ctx, iq, bad)
		}
		run := func(ctx context.Context) (wire.Element, error) {
			resp, err := h(ctx, iq, req)
			if resp == nil {
				return nil, err // a typed nil would not be nil any more
			}
			return resp, err
		}
		return s.answers.submit(ctx, s, iq, run)
	})
}

// request takes the payload out of a request, which must have exactly one (RFC 6120, section 8.2.3).
func request[Req any, P wire.Ptr[Req]](iq *stanza.IQ) (P, *StanzaError) {
	if len(iq.Any) != 1 {
		return nil, BadRequest("a request has exactly one payload")
	}
	if p, ok := iq.Any[0].(P); ok {
		return p, nil
	}
	if raw, ok := iq.Any[0].(*wire.Raw); ok && raw.Err != nil {
		return nil, BadRequest(raw.Err.Error())
	}
	return nil, BadRequest("payload of another type")
}
