package xmpptest

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
)

// linked plays something to alice's client, who is bound, and returns what it receives.
func linked(t *testing.T, play func(*Link) error) (got string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newConversation(t, t.Name())
		defer c.close()
		c.login("alice/desk")
		c.actors["alice/desk"].bind(t, "alice/desk")
		l, err := c.srv.Link(jid.MustParse("alice@example.org/desk"))
		if err != nil {
			t.Fatal(err)
		}
		if err := play(l); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		got = c.actors["alice/desk"].take()
	})
	return got
}

// TestSpoofs shows the bytes of each attack.
func TestSpoofs(t *testing.T) {
	mallory, bob, nick := jid.MustParse("mallory@example.net/x"), jid.MustParse("bob@example.org/hut"), jid.MustParse("coven@conference.example.org/O'Malley <3")
	const (
		to      = " to='alice@example.org/desk'"
		carbon  = "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='bob@example.org/hut' to='alice@example.org'><body>pay</body></message></forwarded></received>"
		witch   = " from='coven@conference.example.org/O&apos;Malley &lt;3'"
		evil    = " from='mallory@example.net/x'"
		mucUser = "<x xmlns='http://jabber.org/protocol/muc#user'>"
		leaving = "<presence type='unavailable'" + evil + to + ">" + mucUser + "<item affiliation='none' role='none'/><status code='110'/>"
	)
	tests := []struct {
		name  string
		spoof func(*Link) error
		want  string
	}{
		{"S01", func(l *Link) error { return l.SpoofRosterPush(mallory, mallory.Bare()) }, "<iq type='set' id='S01'" + evil + to + "><query xmlns='jabber:iq:roster'><item jid='mallory@example.net' subscription='both'/></query></iq>"},
		{"S02", func(l *Link) error { return l.SpoofCarbon(mallory, bob, "pay") }, "<message type='chat'" + evil + to + ">" + carbon + "</message>"},
		{"S03 in a carbon", func(l *Link) error { return l.SpoofNestedCarbon(bob, "pay") }, "<message type='chat' from='alice@example.org'" + to + "><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat'" + evil + to + ">" + carbon + "</message></forwarded></received></message>"},
		{"S03 in a room", func(l *Link) error { return l.SpoofRoomCarbon(nick, bob, "pay") }, "<message type='groupchat'" + witch + to + ">" + carbon + "</message>"},
		{"S04", func(l *Link) error { return l.SendSentCarbon(bob) }, "<message type='chat' from='alice@example.org'" + to + "><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' id='S04' from='alice@example.org/other' to='bob@example.org/hut'><body>hi</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/><active xmlns='http://jabber.org/protocol/chatstates'/></message></forwarded></sent></message>"},
		{"S05", func(l *Link) error { return l.SpoofArchive(mallory, "q", "hi") }, "<message" + evil + to + "><result xmlns='urn:xmpp:mam:2' queryid='q' id='S05'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/><message xmlns='jabber:client' type='chat' from='friend@example.net/x' to='alice@example.org'><body>hi</body></message></forwarded></result></message>"},
		{"S06", func(l *Link) error { return l.SpoofArchivedRealJID("q", nick, bob) }, "<message from='alice@example.org'" + to + "><result xmlns='urn:xmpp:mam:2' queryid='q' id='S06'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/><message xmlns='jabber:client' type='groupchat'" + witch + " to='alice@example.org'><body>hi</body>" + mucUser + "<item affiliation='owner' role='moderator' jid='bob@example.org/hut'/></x></message></forwarded></result></message>"},
		{"S07", func(l *Link) error { return l.SpoofReply(mallory, "7") }, "<iq type='result' id='7'" + evil + to + "/>"},
		{"S08", func(l *Link) error { return l.SendSameID(bob, "8") }, "<message id='8' from='bob@example.org/hut'" + to + " type='error'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message><presence id='8' from='bob@example.org/hut'" + to + "/>"},
		{"S10 from nobody", func(l *Link) error { return l.SendOwnReply(jid.JID{}, "10") }, "<iq type='result' id='10'" + to + "/>"},
		{"S10 from the domain", func(l *Link) error { return l.SendOwnReply(jid.MustParse("example.org"), "10") }, "<iq type='result' id='10' from='example.org'" + to + "/>"},
		{"S11", func(l *Link) error {
			return l.SpoofEvent(mallory, "urn:xmpp:bookmarks:1", "<conference xmlns='urn:xmpp:bookmarks:1'/>")
		}, "<message type='headline'" + evil + to + "><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'><item id='S11'><conference xmlns='urn:xmpp:bookmarks:1'/></item></items></event></message>"},
		{"S13 kick", func(l *Link) error { return l.SpoofKick(mallory) }, leaving + "<status code='307'/></x></presence>"},
		{"S13 ban", func(l *Link) error { return l.SpoofBan(mallory) }, leaving + "<status code='301'/></x></presence>"},
		{"S13 entry", func(l *Link) error { return l.SpoofSelfPresence(nick) }, "<presence" + witch + to + ">" + mucUser + "<item affiliation='owner' role='moderator'/><status code='110'/></x></presence>"},
		{"S13 subject", func(l *Link) error { return l.SpoofSubject(mallory, "mine") }, "<message type='groupchat'" + evil + to + "><subject>mine</subject></message>"},
		{"S13 configuration", func(l *Link) error { return l.SpoofRoomConfig(mallory) }, "<message type='groupchat'" + evil + to + ">" + mucUser + "<status code='104'/><status code='172'/></x></message>"},
		{"S14 marked", func(l *Link) error { return l.SendPrivateMessage(nick, "hi", true) }, "<message type='chat' id='S14'" + witch + to + "><body>hi</body>" + mucUser + "</x></message>"},
		{"S14 unmarked", func(l *Link) error { return l.SendPrivateMessage(nick, "hi", false) }, "<message type='chat' id='S14'" + witch + to + "><body>hi</body></message>"},
		{"S15", func(l *Link) error { return l.SendReusedNick(nick, "old", "other", "no") }, "<message type='groupchat' id='S15'" + witch + to + "><body>no</body><replace xmlns='urn:xmpp:message-correct:0' id='old'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='other'/></message>"},
		{"S16 of another", func(l *Link) error { return l.SpoofCorrection(mallory, "old", "no") }, "<message type='chat' id='S16'" + evil + to + "><body>no</body><replace xmlns='urn:xmpp:message-correct:0' id='old'/></message>"},
		{"S16 of itself", func(l *Link) error { return l.SendSelfCorrection(bob, "no") }, "<message type='chat' id='S16' from='bob@example.org/hut'" + to + "><body>no</body><replace xmlns='urn:xmpp:message-correct:0' id='S16'/></message>"},
		{"S17 retraction", func(l *Link) error { return l.SpoofRetraction(mallory, "old") }, "<message type='chat' id='S17'" + evil + to + "><retract xmlns='urn:xmpp:message-retract:1' id='old'/></message>"},
		{"S17 moderation", func(l *Link) error { return l.SpoofModeration(nick, "old") }, "<message type='groupchat' id='S17'" + witch + to + "><retract xmlns='urn:xmpp:message-retract:1' id='old'><moderated xmlns='urn:xmpp:message-moderate:1'/><reason>spam</reason></retract></message>"},
		{"S17 reaction", func(l *Link) error { return l.SpoofReaction(mallory, "old", "💘") }, "<message type='chat' id='S17'" + evil + to + "><reactions xmlns='urn:xmpp:reactions:0' id='old'><reaction>💘</reaction></reactions></message>"},
		{"S17 marker", func(l *Link) error { return l.SpoofMarker(mallory, "old") }, "<message type='chat' id='S17'" + evil + to + "><displayed xmlns='urn:xmpp:chat-markers:0' id='old'/></message>"},
		{"S18", func(l *Link) error { return l.SpoofStanzaID(bob, mallory.Bare(), "1", "hi") }, "<message type='chat' id='S18' from='bob@example.org/hut'" + to + "><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='mallory@example.net' id='1'/></message>"},
		{"S19", func(l *Link) error {
			return l.SpoofCaps(mallory, "http://psi-im.org", "q07IKJEyjvHSyhy//CH0CxmKi8w=", "urn:evil")
		}, "<presence" + evil + to + "><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://psi-im.org' ver='q07IKJEyjvHSyhy//CH0CxmKi8w='/></presence>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseStream(stream.NSClient, []byte(linked(t, tt.spoof)))
			if err != nil {
				t.Fatal(err)
			}
			want, err := parseStream(stream.NSClient, []byte(tt.want))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
		})
	}
}

func TestS09GuessedReplies(t *testing.T) {
	got := linked(t, func(l *Link) error { return l.SpoofGuessedReplies(jid.MustParse("example.org")) })
	for _, id := range []string{"0", "1", "99"} {
		if !strings.Contains(got, "id='"+id+"'") {
			t.Errorf("no answer with id %s", id)
		}
	}
}

// TestS19Answer asks what is behind the capabilities of somebody who is not there.
func TestS19Answer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConversation(t, t.Name())
		defer c.close()
		c.login("alice/desk")
		a := c.actors["alice/desk"]
		a.bind(t, "alice/desk")
		l, err := c.srv.Link(jid.MustParse("alice@example.org/desk"))
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SpoofCaps(jid.MustParse("mallory@example.net/x"), "http://psi-im.org", "q07IKJEyjvHSyhy//CH0CxmKi8w=", "urn:evil"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		a.take()
		a.say("<iq type='get' id='d' to='mallory@example.net/x'><query xmlns='http://jabber.org/protocol/disco#info' node='http://psi-im.org#q07IKJEyjvHSyhy//CH0CxmKi8w='/></iq>")
		if got := a.take(); !strings.Contains(got, "id='d'") || !strings.Contains(got, "type='result'") || !strings.Contains(got, "urn:evil") {
			t.Errorf("received %s", got)
		}
	})
}

// TestS12WithoutPublishOptions publishes with options at a service that does not know them.
func TestS12WithoutPublishOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConversation(t, t.Name())
		defer c.close()
		c.login("alice/desk")
		a := c.actors["alice/desk"]
		a.bind(t, "alice/desk")
		const ask = "<iq type='get' id='d' to='alice@example.org'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
		const feature = "http://jabber.org/protocol/pubsub#publish-options"
		a.say(ask)
		if got := a.take(); !strings.Contains(got, feature) {
			t.Errorf("not offered: %s", got)
		}
		if err := c.srv.WithoutPublishOptions("alice"); err != nil {
			t.Fatal(err)
		}
		a.say(ask)
		if got := a.take(); strings.Contains(got, feature) || !strings.Contains(got, "type='result'") {
			t.Errorf("still offered: %s", got)
		}
		if err := c.srv.WithoutPublishOptions("nobody"); err == nil {
			t.Error("nobody has a service")
		}
	})
}

// TestLinkStreamErrors ends streams with each of the conditions that there are (RFC 6120, section 4.9.3).
func TestLinkStreamErrors(t *testing.T) {
	for _, condition := range strings.Fields("bad-format bad-namespace-prefix conflict connection-timeout host-gone host-unknown improper-addressing internal-server-error invalid-from " +
		"invalid-namespace invalid-xml not-authorized not-well-formed policy-violation remote-connection-failed reset resource-constraint restricted-xml see-other-host " +
		"system-shutdown undefined-condition unsupported-encoding unsupported-feature unsupported-stanza-type unsupported-version") {
		t.Run(condition, func(t *testing.T) {
			e, inner := stream.Error{Condition: streamerrors.Condition(condition)}, "/>"
			if condition == "see-other-host" {
				e.OtherHost, inner = "[2001:db8::1]:9222", ">[2001:db8::1]:9222</see-other-host>"
			}
			got := linked(t, func(l *Link) error { l.Fail(e); return nil })
			want := "<stream:error><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'" + inner + "</stream:error></stream:stream>"
			if got != want {
				t.Errorf("received %q, want %q", got, want)
			}
		})
	}
}

func TestLinkWritesAnything(t *testing.T) {
	const text = "<!DOCTYPE lolz><message"
	if got := linked(t, func(l *Link) error { return l.Write(t.Context(), []byte(text)) }); got != text {
		t.Errorf("received %q, want %q", got, text)
	}
	linked(t, func(l *Link) error {
		if err := l.Send("<message>"); err == nil {
			t.Error("an element without its end was taken")
		}
		return nil
	})
}
