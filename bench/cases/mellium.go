package cases

import (
	"context"
	"encoding/xml"
	"io"

	"github.com/stanzakit/stanzakit/bench/ref"
	"github.com/stanzakit/stanzakit/bench/workload"
	"mellium.im/xmlstream"
	"mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/mux"
	"mellium.im/xmpp/stanza"
	"mellium.im/xmpp/stream"
)

// NOTE. mellium gives a handler the stanza's head, addresses parsed, and its tokens; the handler decodes them. Its mux calls the handlers of a message or presence
// once for each child that they ask for, so each kind has one handler, for a child that occurs once, and decodes the whole stanza there into mellium's type
// with the fields of package ref besides. Requests are answered with service-unavailable, into the void: they are nine of a hundred.

type melliumMessage struct {
	stanza.Message
	Body     []ref.Text     `xml:"jabber:client body"`
	Thread   *ref.Text      `xml:"jabber:client thread"`
	Active   *ref.Empty     `xml:"http://jabber.org/protocol/chatstates active"`
	Request  *ref.Empty     `xml:"urn:xmpp:receipts request"`
	OriginID *ref.OriginID  `xml:"urn:xmpp:sid:0 origin-id"`
	StanzaID *melliumID     `xml:"urn:xmpp:sid:0 stanza-id"`
	Result   *melliumResult `xml:"urn:xmpp:mam:2 result"`
	HTML     *ref.HTML      `xml:"http://jabber.org/protocol/xhtml-im html"`
}

type melliumID struct {
	ID string  `xml:"id,attr"`
	By jid.JID `xml:"by,attr"`
}

type melliumResult struct {
	ID        string `xml:"id,attr"`
	QueryID   string `xml:"queryid,attr,omitempty"`
	Forwarded struct {
		Delay   *ref.Delay      `xml:"urn:xmpp:delay delay"`
		Message *melliumMessage `xml:"jabber:client message"`
	} `xml:"urn:xmpp:forward:0 forwarded"`
}

type melliumPresence struct {
	stanza.Presence
	Show     string      `xml:"jabber:client show,omitempty"`
	Status   []ref.Text  `xml:"jabber:client status"`
	Priority *int8       `xml:"jabber:client priority"`
	Caps     *ref.Caps   `xml:"http://jabber.org/protocol/caps c"`
	MUC      *melliumMUC `xml:"http://jabber.org/protocol/muc#user x"`
}

type melliumMUC struct {
	Item []struct {
		Affiliation string  `xml:"affiliation,attr,omitempty"`
		Role        string  `xml:"role,attr,omitempty"`
		JID         jid.JID `xml:"jid,attr,omitempty"`
	} `xml:"http://jabber.org/protocol/muc#user item"`
	Status []ref.MUCStatus `xml:"http://jabber.org/protocol/muc#user status"`
}

type melliumRoster struct {
	Ver  *string `xml:"ver,attr"`
	Item []struct {
		JID          jid.JID  `xml:"jid,attr"`
		Name         string   `xml:"name,attr,omitempty"`
		Subscription string   `xml:"subscription,attr,omitempty"`
		Group        []string `xml:"jabber:iq:roster group"`
	} `xml:"jabber:iq:roster item"`
}

// melliumMux returns a mux that decodes everything, and calls seen for each stanza.
func melliumMux(seen func()) *mux.ServeMux {
	message := func(_ stanza.Message, t xmlstream.TokenReadEncoder) error {
		seen()
		return xml.NewTokenDecoder(t).Decode(new(melliumMessage))
	}
	presence := func(_ stanza.Presence, t xmlstream.TokenReadEncoder) error {
		seen()
		return xml.NewTokenDecoder(t).Decode(new(melliumPresence))
	}
	iq := func(payload func() any) mux.IQHandlerFunc {
		return func(_ stanza.IQ, t xmlstream.TokenReadEncoder, start *xml.StartElement) error {
			seen()
			return xml.NewTokenDecoder(xmlstream.MultiReader(xmlstream.Token(*start), t)).Decode(payload())
		}
	}
	other := func(v func() any) xmpp.HandlerFunc {
		return func(t xmlstream.TokenReadEncoder, start *xml.StartElement) error {
			seen()
			return xml.NewTokenDecoder(xmlstream.MultiReader(xmlstream.Token(*start), t)).Decode(v())
		}
	}
	return mux.New(stanza.NSClient,
		mux.MessageFunc(stanza.ChatMessage, xml.Name{Space: stanza.NSClient, Local: "body"}, message),
		mux.MessageFunc(stanza.NormalMessage, xml.Name{Space: "urn:xmpp:mam:2", Local: "result"}, message),
		mux.PresenceFunc(stanza.AvailablePresence, xml.Name{Space: "http://jabber.org/protocol/caps", Local: "c"}, presence),
		mux.PresenceFunc(stanza.AvailablePresence, xml.Name{Space: "http://jabber.org/protocol/muc#user", Local: "x"}, presence),
		mux.IQFunc(stanza.GetIQ, xml.Name{Space: "urn:xmpp:ping", Local: "ping"}, iq(func() any { return new(ref.Empty) })),
		mux.IQFunc(stanza.SetIQ, xml.Name{Space: "jabber:iq:roster", Local: "query"}, iq(func() any { return new(melliumRoster) })),
		mux.IQFunc(stanza.ResultIQ, xml.Name{Space: "http://jabber.org/protocol/disco#info", Local: "query"}, iq(func() any { return new(ref.Disco) })),
		mux.IQFunc(stanza.ResultIQ, xml.Name{Space: "http://jabber.org/protocol/pubsub#owner", Local: "pubsub"}, iq(func() any { return new(ref.Owner) })),
		mux.HandleFunc(xml.Name{Space: "urn:xmpp:sm:3", Local: "r"}, other(func() any { return new(ref.R) })),
		mux.HandleFunc(xml.Name{Space: "urn:xmpp:sm:3", Local: "a"}, other(func() any { return new(ref.A) })),
	)
}

// melliumDecode serves a stream with handlers that decode.
func melliumDecode(s *workload.Stream) (int, error) {
	n := 0
	return n, serveMellium(s, melliumMux(func() { n++ }))
}

// melliumServe serves a stream with a mux that has no handlers: nothing is decoded.
func melliumServe(s *workload.Stream) (int, error) {
	n, empty := 0, mux.New(stanza.NSClient)
	return n, serveMellium(s, xmpp.HandlerFunc(func(t xmlstream.TokenReadEncoder, start *xml.StartElement) error {
		n++
		return empty.HandleXMPP(t, start)
	}))
}

func serveMellium(s *workload.Stream, h xmpp.Handler) error {
	self := jid.MustParse("juliet@example.com/balcony.7Q2x")
	session, err := xmpp.NewSession(context.Background(), self.Domain(), self, s.Reader(), 0, headerOnly)
	if err != nil {
		return err
	}
	return session.Serve(h)
}

// headerOnly is a negotiation that consists of the peer's header.
func headerOnly(_ context.Context, in, out *stream.Info, s *xmpp.Session, _ any) (xmpp.SessionState, io.ReadWriter, any, error) {
	r := s.TokenReader()
	defer r.Close()
	for {
		tok, err := r.Token()
		if err != nil {
			return 0, nil, nil, err
		}
		if start, ok := tok.(xml.StartElement); ok {
			out.XMLNS = stanza.NSClient
			return xmpp.Ready, nil, nil, in.FromStartElement(start)
		}
	}
}
