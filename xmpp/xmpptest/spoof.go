package xmpptest

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. Each function sends a client, in the name of somebody else, what a server that checks nothing would let through. The stanzas are written out, so that a test shows what is on
// the wire. What a client must make of them stands in the comment of each.

// spoof sends a text in which $me is the client's full JID, $account its bare JID, and each of the pairs a name and what it stands for, all of them escaped.
func (l *Link) spoof(text string, pairs ...string) error {
	l.c.srv.mu.Lock()
	me := l.c.jid
	l.c.srv.mu.Unlock()
	pairs = append(pairs, "$me", me.String(), "$account", me.Bare().String())
	for i := 1; i < len(pairs); i += 2 {
		var b strings.Builder
		if err := xml.EscapeText(&b, []byte(pairs[i])); err != nil {
			return fmt.Errorf("xmpptest: %w", err)
		}
		pairs[i] = b.String()
	}
	return l.Send(strings.NewReplacer(pairs...).Replace(text))
}

// SpoofRosterPush pushes a contact into the roster in somebody else's name. The roster must stay as it is, and nothing may be answered that tells who is there (RFC 6121, section
// 2.1.6). S01.
func (l *Link) SpoofRosterPush(from, contact jid.JID) error {
	return l.spoof("<iq type='set' id='S01' from='$from' to='$me'><query xmlns='jabber:iq:roster'><item jid='$contact' subscription='both'/></query></iq>",
		"$from", from.String(), "$contact", contact.String())
}

// SpoofCarbon sends a copy of a message that friend is said to have sent, from somebody who is not the account. It must be dropped (XEP-0280, section 11). S02.
func (l *Link) SpoofCarbon(from, friend jid.JID, body string) error {
	return l.spoof("<message type='chat' from='$from' to='$me'>"+receivedCarbon+"</message>", "$from", from.String(), "$friend", friend.String(), "$body", body)
}

const receivedCarbon = "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" +
	"<message xmlns='jabber:client' type='chat' from='$friend' to='$account'><body>$body</body></message></forwarded></received>"

// SpoofNestedCarbon sends a copy inside a copy that the account is said to have made: the outer one is good, the inner message is not one that has arrived (XEP-0297, section 7). S03.
func (l *Link) SpoofNestedCarbon(friend jid.JID, body string) error {
	return l.spoof("<message type='chat' from='$account' to='$me'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"+
		"<message xmlns='jabber:client' type='chat' from='mallory@example.net/x' to='$me'>"+receivedCarbon+"</message></forwarded></received></message>",
		"$friend", friend.String(), "$body", body)
}

// SpoofRoomCarbon sends a copy inside a message of a room. S03.
func (l *Link) SpoofRoomCarbon(occupant, friend jid.JID, body string) error {
	return l.spoof("<message type='groupchat' from='$from' to='$me'>"+receivedCarbon+"</message>", "$from", occupant.String(), "$friend", friend.String(), "$body", body)
}

// SendSentCarbon sends a true copy of a message that another client of the account has sent, with all that asks for an answer in it. None may be given: it was not asked of us (XEP-0280,
// section 10.4). S04.
func (l *Link) SendSentCarbon(to jid.JID) error {
	return l.spoof("<message type='chat' from='$account' to='$me'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"+
		"<message xmlns='jabber:client' type='chat' id='S04' from='$account/other' to='$to'><body>hi</body><request xmlns='urn:xmpp:receipts'/>"+
		"<markable xmlns='urn:xmpp:chat-markers:0'/><active xmlns='http://jabber.org/protocol/chatstates'/></message></forwarded></sent></message>",
		"$to", to.String())
}

// SpoofArchive sends a result of an archive in somebody else's name, or for a query that was never made. It must be dropped (XEP-0313, section 8.2). S05.
func (l *Link) SpoofArchive(from jid.JID, queryID, body string) error {
	return l.spoof("<message from='$from' to='$me'><result xmlns='urn:xmpp:mam:2' queryid='$query' id='S05'><forwarded xmlns='urn:xmpp:forward:0'>"+
		"<delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/><message xmlns='jabber:client' type='chat' from='friend@example.net/x' to='$account'>"+
		"<body>$body</body></message></forwarded></result></message>", "$from", from.String(), "$query", queryID, "$body", body)
}

// SpoofArchivedRealJID sends a result of the user's own archive with a message that says whose it was in a room. Only the room's own archive may say that (XEP-0313, section 8.4). S06.
func (l *Link) SpoofArchivedRealJID(queryID string, occupant, real jid.JID) error {
	return l.spoof("<message from='$account' to='$me'><result xmlns='urn:xmpp:mam:2' queryid='$query' id='S06'><forwarded xmlns='urn:xmpp:forward:0'>"+
		"<delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='$occupant' to='$account'><body>hi</body>"+
		"<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator' jid='$real'/></x></message></forwarded></result></message>",
		"$query", queryID, "$occupant", occupant.String(), "$real", real.String())
}

// SpoofReply answers a request in somebody else's name. The request must stay open (RFC 6120, section 8.1.2.1). S07.
func (l *Link) SpoofReply(from jid.JID, id string) error {
	return l.spoof("<iq type='result' id='$id' from='$from' to='$me'/>", "$from", from.String(), "$id", id)
}

// SendSameID sends a message and a presence with the id of a request that is open, from whom it went to. They are not its answer (CVE-2024-46957). S08.
func (l *Link) SendSameID(from jid.JID, id string) error {
	return l.spoof("<message id='$id' from='$from' to='$me' type='error'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"+
		"<presence id='$id' from='$from' to='$me'/>", "$from", from.String(), "$id", id)
}

// SpoofGuessedReplies answers, from whom requests went to, requests with ids that can be guessed. Ids must be such that none is hit. S09.
func (l *Link) SpoofGuessedReplies(from jid.JID) error {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "<iq type='result' id='%d' from='$from' to='$me'/>", i)
	}
	return l.spoof(b.String(), "$from", from.String())
}

// SendOwnReply answers a request to the user's own account from an address that stands for it: none, the bare JID or the domain. No other is good (RFC 6120, section 8.1.2.1;
// RFC 3920, errata). S10.
func (l *Link) SendOwnReply(from jid.JID, id string) error {
	if from.IsZero() {
		return l.spoof("<iq type='result' id='$id' to='$me'/>", "$id", id)
	}
	return l.SpoofReply(from, id)
}

// SpoofEvent sends an event of an account's node in somebody else's name. Own bookmarks, devices and the like must not change (XEP-0402, section 6; CVE-2023-28686). S11.
func (l *Link) SpoofEvent(from jid.JID, node, payload string) error {
	text := "<message type='headline' from='$from' to='$me'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='$node'><item id='S11'>" + payload +
		"</item></items></event></message>"
	return l.spoof(text, "$from", from.String(), "$node", node)
}

// WithoutPublishOptions makes the service of an account one that ignores the options of a publication, and says so. What is private must then not be published (XEP-0223, section 5;
// CVE-2019-1000021). S12.
func (s *Server) WithoutPublishOptions(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[user]
	if a == nil {
		return fmt.Errorf("xmpptest: no account %q", user)
	}
	a.pep.NoPublishOptions = true
	return nil
}

// impostor answers questions of service discovery that are put to an address.
type impostor func(iq *stanza.IQ) wire.Element

// SpoofCaps sends a presence with the hash of capabilities that another program has, and answers the question what is behind it with features that do not have that hash. They must
// not be believed of anybody else with that hash (XEP-0115, sections 5.4 and 9.3). S19.
func (l *Link) SpoofCaps(from jid.JID, node, ver string, features ...string) error {
	l.c.srv.turn(func(t *turn) {
		t.impostors[from] = func(iq *stanza.IQ) wire.Element {
			q := &discoinfo.Query{Identity: []discoinfo.Identity{{Category: "client", Type: "pc"}}}
			if asked, ok := iq.Any[0].(*discoinfo.Query); ok {
				q.Node = asked.Node
			}
			for _, f := range features {
				q.Feature = append(q.Feature, discoinfo.Feature{Var: f})
			}
			return q
		}
	})
	return l.spoof("<presence from='$from' to='$me'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='$node' ver='$ver'/></presence>",
		"$from", from.String(), "$node", node, "$ver", ver)
}
