package xmpptest

import (
	"context"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // XEP-0114 prescribes it; the secret is what protects
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/stanzakit/stanzakit/gen/component"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
)

var (
	errHandshake = errors.New("wrong handshake")
	errConnected = errors.New("the component is connected already")
)

// component shakes hands with a component (XEP-0114, section 3).
func (c *conn) component(ctx context.Context) error {
	s := c.srv
	name, err := acceptComponent(ctx, c.st, func(d jid.JID) (string, bool) {
		secret, ok := s.opt.components[d.Domain()]
		return secret, ok
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	taken := s.components[name.Domain()] != nil
	if !taken {
		c.jid = name
		s.components[name.Domain()] = c
		c.out.add(&component.Handshake{}) // before anything that others send it
	}
	s.mu.Unlock()
	if taken {
		return streamError(streamerrors.ConditionConflict, errConnected)
	}
	c.rename(c.label + " " + name.String())
	c.st.SetLimits(s.opt.Limits)
	return nil
}

// acceptComponent reads a component's header and handshake and returns who it is. It leaves the answer to the caller.
func acceptComponent(ctx context.Context, st *stream.Stream, secretOf func(jid.JID) (string, bool)) (jid.JID, error) {
	id := rand.Text()
	peer, err := st.Accept(ctx, func(peer stream.Header) (stream.Header, *stream.Error) {
		h := stream.Header{Content: stream.NSComponent, From: peer.To, ID: id}
		if peer.Content != stream.NSComponent {
			return h, streamError(streamerrors.ConditionInvalidNamespace, fmt.Errorf("content namespace %.80q", peer.Content))
		}
		if _, ok := secretOf(peer.To); !ok || peer.To != peer.To.DomainJID() {
			return h, streamError(streamerrors.ConditionHostUnknown, fmt.Errorf("component %q", peer.To))
		}
		return h, nil
	})
	if err != nil {
		return jid.JID{}, err
	}
	el, err := st.Next(ctx)
	if err != nil {
		return jid.JID{}, err
	}
	h, ok := el.(*component.Handshake)
	if !ok {
		return jid.JID{}, streamError(streamerrors.ConditionNotAuthorized, errHandshake)
	}
	secret, _ := secretOf(peer.To)
	sum := sha1.Sum([]byte(id + secret)) //nolint:gosec // see the import
	want := hex.EncodeToString(sum[:])
	if subtle.ConstantTimeCompare([]byte(h.Text), []byte(want)) != 1 { // guard: S42
		return jid.JID{}, streamError(streamerrors.ConditionNotAuthorized, errHandshake)
	}
	return peer.To, nil
}
