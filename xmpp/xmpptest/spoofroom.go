package xmpptest

import "github.com/stanzakit/stanzakit/jid"

// SpoofKick sends a client the news that it was removed from a room, from an address that is not its occupant JID there. It must stay in the room (XEP-0045, section 8.2). S13.
func (l *Link) SpoofKick(from jid.JID) error { return l.spoofLeave(from, "307") }

// SpoofBan is SpoofKick with a ban (XEP-0045, section 9.1). S13.
func (l *Link) SpoofBan(from jid.JID) error { return l.spoofLeave(from, "301") }

func (l *Link) spoofLeave(from jid.JID, code string) error {
	return l.spoof("<presence type='unavailable' from='$from' to='$me'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/>"+
		"<status code='110'/><status code='$code'/></x></presence>", "$from", from.String(), "$code", code)
}

// SpoofSelfPresence sends a client the presence that says it is in a room, though it never entered (XEP-0045, section 7.2.2). S13.
func (l *Link) SpoofSelfPresence(occupant jid.JID) error {
	return l.spoof("<presence from='$from' to='$me'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/><status code='110'/></x></presence>",
		"$from", occupant.String())
}

// SpoofSubject changes the subject of a room in somebody else's name (XEP-0045, section 8.1). S13.
func (l *Link) SpoofSubject(from jid.JID, subject string) error {
	return l.spoof("<message type='groupchat' from='$from' to='$me'><subject>$subject</subject></message>", "$from", from.String(), "$subject", subject)
}

// SpoofRoomConfig says that a room has become one that shows everybody's address, in somebody else's name (XEP-0045, section 10.2.1). S13.
func (l *Link) SpoofRoomConfig(from jid.JID) error {
	return l.spoof("<message type='groupchat' from='$from' to='$me'><x xmlns='http://jabber.org/protocol/muc#user'><status code='104'/><status code='172'/></x></message>",
		"$from", from.String())
}

// SendPrivateMessage sends a message of one occupant of a room to the client alone. It is no message of a contact (XEP-0045, section 7.5). mark says whether the room marks it. S14.
func (l *Link) SendPrivateMessage(occupant jid.JID, body string, mark bool) error {
	text := "<message type='chat' id='S14' from='$from' to='$me'><body>$body</body><x xmlns='http://jabber.org/protocol/muc#user'/></message>"
	if !mark {
		text = "<message type='chat' id='S14' from='$from' to='$me'><body>$body</body></message>"
	}
	return l.spoof(text, "$from", occupant.String(), "$body", body)
}

// SendReusedNick corrects a message of an occupant who has left, from another one who has taken the nickname, as the other identifier tells. It must be refused (XEP-0421; XEP-0308,
// section 4). S15.
func (l *Link) SendReusedNick(occupant jid.JID, id, occupantID, body string) error {
	return l.spoof("<message type='groupchat' id='S15' from='$from' to='$me'><body>$body</body><replace xmlns='urn:xmpp:message-correct:0' id='$id'/>"+
		"<occupant-id xmlns='urn:xmpp:occupant-id:0' id='$occ'/></message>", "$from", occupant.String(), "$id", id, "$occ", occupantID, "$body", body)
}

// SpoofCorrection corrects a message in somebody else's name. It must be refused (XEP-0308, section 4; CVE-2022-39835). S16.
func (l *Link) SpoofCorrection(from jid.JID, id, body string) error {
	return l.spoof("<message type='chat' id='S16' from='$from' to='$me'><body>$body</body><replace xmlns='urn:xmpp:message-correct:0' id='$id'/></message>",
		"$from", from.String(), "$id", id, "$body", body)
}

// SendSelfCorrection sends a message that corrects itself, on which a careless client goes round in circles (CVE-2021-41055). S16.
func (l *Link) SendSelfCorrection(from jid.JID, body string) error {
	return l.spoof("<message type='chat' id='S16' from='$from' to='$me'><body>$body</body><replace xmlns='urn:xmpp:message-correct:0' id='S16'/></message>",
		"$from", from.String(), "$body", body)
}

// SpoofRetraction takes a message back in somebody else's name (XEP-0424, section 5). S17.
func (l *Link) SpoofRetraction(from jid.JID, id string) error {
	return l.spoof("<message type='chat' id='S17' from='$from' to='$me'><retract xmlns='urn:xmpp:message-retract:1' id='$id'/></message>", "$from", from.String(), "$id", id)
}

// SpoofModeration says that a moderator has taken a message back, though it does not come from the room (XEP-0425, section 5). S17.
func (l *Link) SpoofModeration(from jid.JID, stanzaID string) error {
	return l.spoof("<message type='groupchat' id='S17' from='$from' to='$me'><retract xmlns='urn:xmpp:message-retract:1' id='$id'>"+
		"<moderated xmlns='urn:xmpp:message-moderate:1'/><reason>spam</reason></retract></message>", "$from", from.String(), "$id", stanzaID)
}

// SpoofReaction reacts to a message in somebody else's name (XEP-0444, section 4). S17.
func (l *Link) SpoofReaction(from jid.JID, id, emoji string) error {
	return l.spoof("<message type='chat' id='S17' from='$from' to='$me'><reactions xmlns='urn:xmpp:reactions:0' id='$id'><reaction>$emoji</reaction></reactions></message>",
		"$from", from.String(), "$id", id, "$emoji", emoji)
}

// SpoofMarker says that a message was displayed, in the name of somebody it was not sent to (XEP-0333, section 6). S17.
func (l *Link) SpoofMarker(from jid.JID, id string) error {
	return l.spoof("<message type='chat' id='S17' from='$from' to='$me'><displayed xmlns='urn:xmpp:chat-markers:0' id='$id'/></message>", "$from", from.String(), "$id", id)
}

// SpoofStanzaID sends a message with an identifier that claims to be of an archive, by whom the sender chooses. Only those of the own account, or of the room that the message comes from, and
// only where the one that gave it says it does so, may be used (XEP-0359, section 6). S18.
func (l *Link) SpoofStanzaID(from, by jid.JID, id, body string) error {
	return l.spoof("<message type='chat' id='S18' from='$from' to='$me'><body>$body</body><stanza-id xmlns='urn:xmpp:sid:0' by='$by' id='$id'/></message>",
		"$from", from.String(), "$by", by.String(), "$id", id, "$body", body)
}
