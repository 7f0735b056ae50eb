package workload

// words is what text, names and addresses are made of.
var words = []string{
	"anchor", "basket", "candle", "drizzle", "ember", "fable", "garden", "harbor", "island", "jigsaw", "kettle", "lantern", "meadow", "needle", "orchard",
	"pebble", "quarry", "ribbon", "saddle", "thimble", "umbrella", "violet", "willow", "yonder", "zephyr", "of", "the", "and", "to", "in", "is", "we", "go",
	"at", "it", "late", "soon", "when", "then", "there", "after", "slowly", "today", "walk", "bring", "leave", "listen", "write", "answer", "carry",
}

// features is what clients say they support; names of protocols as they are.
var features = []string{
	"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "http://jabber.org/protocol/caps", "http://jabber.org/protocol/muc",
	"http://jabber.org/protocol/chatstates", "http://jabber.org/protocol/xhtml-im", "http://jabber.org/protocol/bytestreams", "http://jabber.org/protocol/ibb",
	"http://jabber.org/protocol/nick+notify", "http://jabber.org/protocol/mood+notify", "http://jabber.org/protocol/tune+notify", "jabber:iq:version",
	"jabber:iq:last", "jabber:x:conference", "jabber:x:data", "jabber:x:oob", "urn:xmpp:ping", "urn:xmpp:time", "urn:xmpp:receipts", "urn:xmpp:carbons:2",
	"urn:xmpp:mam:2", "urn:xmpp:sid:0", "urn:xmpp:chat-markers:0", "urn:xmpp:message-correct:0", "urn:xmpp:idle:1", "urn:xmpp:hints", "urn:xmpp:jingle:1",
	"urn:xmpp:jingle:apps:rtp:1", "urn:xmpp:jingle:apps:rtp:audio", "urn:xmpp:jingle:apps:rtp:video", "urn:xmpp:jingle:apps:file-transfer:5",
	"urn:xmpp:jingle:transports:ice-udp:1", "urn:xmpp:jingle:transports:s5b:1", "urn:xmpp:jingle:transports:ibb:1", "urn:xmpp:http:upload:0",
	"urn:xmpp:bookmarks:1+notify", "urn:xmpp:avatar:metadata+notify", "urn:xmpp:reply:0", "urn:xmpp:reactions:0", "urn:xmpp:styling:0",
}
