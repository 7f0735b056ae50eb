package disco_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

func TestTranscripts(t *testing.T) {
	xmpptest.RunTranscripts(t, "testdata/*.txt", map[string]xmpptest.Setup{
		"zero":    func(testing.TB) []xmpp.Plugin { return []xmpp.Plugin{new(disco.Plugin)} },
		"exodus":  func(testing.TB) []xmpp.Plugin { return []xmpp.Plugin{newExodus()} },
		"present": present,
		"curious": curious,
	})
}

// newExodus returns the plugin of the software of XEP-0115, section 5.2, with a node beside.
func newExodus() *disco.Plugin {
	d := &disco.Plugin{Identity: exodus.Identity, Node: exodusTells.Node}
	d.AddFeature("http://jabber.org/protocol/muc", "urn:example:gone")
	d.RemoveFeature("urn:example:gone")
	desk := jid.MustParse("alice@example.org/desk")
	d.AddItem(discoitems.Item{JID: desk, Node: "menu", Name: "Menu"})
	d.AddItem(discoitems.Item{JID: desk, Node: "gone"})
	d.RemoveItem(desk, "gone")
	d.Handle("menu", disco.Node{
		Info: func(context.Context, *stanza.IQ, *discoinfo.Query) (*discoinfo.Query, error) {
			return &discoinfo.Query{Identity: []discoinfo.Identity{{Category: "automation", Type: "command-list"}}}, nil
		},
		Items: func(context.Context, *stanza.IQ, *discoitems.Query) (*discoitems.Query, error) {
			return &discoitems.Query{Item: []discoitems.Item{{JID: desk, Node: "menu/soup"}}}, nil
		},
	})
	return d
}

// present tells everybody that it is available.
func present(t testing.TB) []xmpp.Plugin {
	return []xmpp.Plugin{newExodus(), &xmpptest.Hooks{Bound: func(ctx context.Context, s *xmpp.Session) {
		if err := s.Send(ctx, &stanza.Presence{}); err != nil {
			t.Error(err)
		}
	}}}
}

// curious asks everybody whose presence arrives what they can do, and tells them.
func curious(t testing.TB) []xmpp.Plugin {
	d := new(disco.Plugin)
	return []xmpp.Plugin{d, &xmpptest.Hooks{Before: func(h *xmpp.Host) error {
		bus.On(h.Bus(), func(ctx context.Context, p *stanza.Presence) {
			body := "rooms: unknown"
			if info, err := d.Caps(ctx, p.From); err == nil {
				body = "rooms: " + strconv.FormatBool(disco.HasFeature(info, "http://jabber.org/protocol/muc"))
			}
			if err := h.Session().Send(ctx, &stanza.Message{To: p.From, Body: []stanza.Body{{Text: body}}}); err != nil {
				t.Error(err)
			}
		})
		return nil
	}}}
}
