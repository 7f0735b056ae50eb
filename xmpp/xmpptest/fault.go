package xmpptest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. What a test does to a live connection it does through a Link. Faults on the way to the peer are functions from an element to those that are sent in its place; they stand behind the
// outbox, so that stream management has counted what a fault then loses, as it would be on a network.

// Link is one connection, of a client or of a component, for tests that want it to suffer. Its methods may be called by any goroutine.
type Link struct{ c *conn }

// ErrNoLink is returned for an address that no connection is bound to.
var ErrNoLink = errors.New("xmpptest: no connection has that address")

// Link returns the connection of a client, by its full JID, or of a component, by its domain. A client whose stream has been resumed has another connection since.
func (s *Server) Link(of jid.JID) (*Link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.components[of.Domain()]; c != nil && of == c.jid {
		return &Link{c}, nil
	}
	if a := s.accounts[of.Local()]; a != nil && of.Domain() == s.opt.domain.Domain() && a.sessions[of.Resource()] != nil {
		return &Link{a.sessions[of.Resource()]}, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoLink, of)
}

// fault makes of an element those that are sent in its place.
type fault func(el wire.Element) []wire.Element

// Cut cuts the connection as a network does: no stream error, no closing tag.
func (l *Link) Cut() {
	if w := tapped(l.c.st.Conn()); w != nil {
		_ = w.Conn.Close() // TLS would say goodbye
		return
	}
	_ = l.c.st.Conn().Close()
}

// CutAfter cuts the connection when n more bytes have gone in a direction (stream.Out: to the peer), those of TLS counted. It has no effect on connections of WebSocket.
func (l *Link) CutAfter(dir stream.Direction, n int) {
	if w := tapped(l.c.st.Conn()); w != nil {
		w.cutAfter(dir, n)
	}
}

// Fail ends the stream with a stream error (RFC 6120, section 4.9.3). See-other-host takes its host from e.OtherHost.
func (l *Link) Fail(e stream.Error) {
	e.Local = true
	l.c.end(&e)
}

// Send sends the peer elements as they stand in the text, in a stream whose default namespace is that of its stanzas, with their senders and addressees and whatever else is in them.
func (l *Link) Send(text string) error {
	content := stream.NSClient
	if l.c.isComponent() {
		content = stream.NSComponent
	}
	els, err := parseStream(content, []byte(text+closing)) // which shows an element that has no end
	if err != nil {
		return err
	}
	els = els[:len(els)-1]
	l.c.srv.turn(func(t *turn) {
		for _, raw := range els {
			t.send(l.c, asStanza(raw))
		}
	})
	return nil
}

// Write writes bytes to the connection, behind all that was sent: for what is no XML. They may come between the elements of others.
func (l *Link) Write(ctx context.Context, b []byte) error {
	if err := l.c.st.Flush(ctx); err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	if _, err := l.c.st.Conn().Write(b); err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	return nil
}

func (c *conn) isComponent() bool {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	return c.account == nil
}

// rawStanza is a stanza that is sent as it was read.
type rawStanza struct{ *wire.Raw }

// StanzaHead says that it is a stanza, which stream management counts; nothing else looks at it.
func (rawStanza) StanzaHead() wire.StanzaHead { return wire.StanzaHead{} }

func asStanza(raw *wire.Raw) wire.Element {
	switch raw.Name {
	case (*stanza.Message)(nil).ElementName(), (*stanza.Presence)(nil).ElementName(), (*stanza.IQ)(nil).ElementName():
		return rawStanza{raw}
	}
	return raw
}

// Drop loses the next n stanzas to the peer.
func (l *Link) Drop(n int) {
	l.add(func(el wire.Element) []wire.Element {
		if n > 0 {
			n--
			return nil
		}
		return []wire.Element{el}
	})
}

// Duplicate sends the next n stanzas to the peer twice.
func (l *Link) Duplicate(n int) {
	l.add(func(el wire.Element) []wire.Element {
		if n > 0 {
			n--
			return []wire.Element{el, el}
		}
		return []wire.Element{el}
	})
}

// Reorder sends the next n stanzas to the peer in reverse order, when all of them are there.
func (l *Link) Reorder(n int) {
	var kept []wire.Element
	l.add(func(el wire.Element) []wire.Element {
		if n == 0 {
			return []wire.Element{el}
		}
		kept = append([]wire.Element{el}, kept...)
		if n--; n > 0 {
			return nil
		}
		return kept
	})
}

// Delay lets every stanza to the peer from now on, and so all that is behind it, wait for some time; 0 ends that.
func (l *Link) Delay(d time.Duration) {
	l.c.faults.mu.Lock()
	defer l.c.faults.mu.Unlock()
	l.c.faults.delay = d
}

// add puts a fault behind those that are there.
func (l *Link) add(f fault) {
	l.c.faults.mu.Lock()
	defer l.c.faults.mu.Unlock()
	l.c.faults.list = append(l.c.faults.list, f)
}

// suffer returns what is sent in the place of an element, and how long that waits. Elements of stream management are no stanzas: they go through.
func (c *conn) suffer(el wire.Element) ([]wire.Element, time.Duration) {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	if _, isStanza := el.(wire.Stanza); !isStanza {
		return []wire.Element{el}, 0
	}
	els := []wire.Element{el}
	for _, f := range c.faults.list {
		var next []wire.Element
		for _, el := range els {
			next = append(next, f(el)...)
		}
		els = next
	}
	return els, c.faults.delay
}
