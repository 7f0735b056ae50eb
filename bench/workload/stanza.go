package workload

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// generator makes stanzas out of a sequence of numbers that is always the same.
type generator struct {
	rng *rand.Rand
}

const own = "juliet@example.com/balcony.7Q2x"

// stanza appends one.
func (g *generator) stanza(to []byte, k Kind) []byte {
	switch k {
	case Chat:
		return g.chat(to)
	case Presence:
		return g.presence(to)
	case MUC:
		return g.muc(to)
	case SM:
		if g.rng.IntN(2) == 0 {
			return append(to, "<r xmlns='urn:xmpp:sm:3'/>"...)
		}
		return fmt.Appendf(to, "<a xmlns='urn:xmpp:sm:3' h='%d'/>", 1000+g.rng.IntN(9000))
	case MAM:
		return g.archived(to)
	case Ping:
		return fmt.Appendf(to, "<iq from='%s' to='%s' type='get' id='%s'><ping xmlns='urn:xmpp:ping'/></iq>", g.full(), own, g.id(24))
	case Roster:
		return g.push(to)
	case Disco:
		return g.disco(to)
	case Form:
		return g.form(to)
	}
	return g.long(to)
}

func (g *generator) chat(to []byte) []byte {
	id := g.id(24)
	return fmt.Appendf(to, "<message from='%s' to='%s' type='chat' id='%s' xml:lang='en'><body>%s</body>"+
		"<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='%[3]s'/>"+
		"<stanza-id xmlns='urn:xmpp:sid:0' id='%[5]s' by='juliet@example.com'/></message>", g.full(), own, id, g.text(60+g.rng.IntN(40)), g.id(20))
}

func (g *generator) presence(to []byte) []byte {
	return fmt.Appendf(to, "<presence from='%s' to='%s' id='%s' xml:lang='en'><show>%s</show><status>%s</status><priority>%d</priority>"+
		"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='%s' ver='%s='/></presence>",
		g.full(), own, g.id(16), g.one("away", "chat", "dnd", "xa"), g.text(50+g.rng.IntN(40)), g.rng.IntN(50), g.one(
			"https://client.example/", "https://talk.example/desktop", "https://pocket.example/app"), g.id(27))
}

func (g *generator) muc(to []byte) []byte {
	status := ""
	if g.rng.IntN(2) == 0 {
		status = "<status code='110'/>"
	}
	return fmt.Appendf(to, "<presence from='%s@rooms.example.org/%s' to='%s' id='%s'><show>%s</show><status>%s</status><x xmlns='http://jabber.org/protocol/muc#user'>"+
		"<item affiliation='%s' role='participant' jid='%s'/>%s</x></presence>", g.word(), g.word(), own, g.id(16), g.one("away", "chat", "dnd"), g.text(24),
		g.one("member", "none", "admin"), g.full(), status)
}

func (g *generator) archived(to []byte) []byte {
	who := g.full()
	return fmt.Appendf(to, "<message from='juliet@example.com' to='%s' id='%s'><result xmlns='urn:xmpp:mam:2' queryid='%s' id='%s'>"+
		"<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='%s'/><message xmlns='jabber:client' from='%s' to='juliet@example.com' "+
		"type='chat' id='%s' xml:lang='en'><body>%s</body><active xmlns='http://jabber.org/protocol/chatstates'/>"+
		"<origin-id xmlns='urn:xmpp:sid:0' id='%s'/></message></forwarded></result></message>",
		own, g.id(12), g.id(8), g.id(20), g.time(), who, g.id(24), g.text(40+g.rng.IntN(60)), g.id(24))
}

func (g *generator) push(to []byte) []byte {
	return fmt.Appendf(to, "<iq to='%s' type='set' id='%s'><query xmlns='jabber:iq:roster' ver='%s'><item jid='%s' name='%s' subscription='both'>"+
		"<group>%s</group><group>%s</group></item></query></iq>", own, g.id(16), g.id(12), g.bare(), g.text(12), g.word(), g.word())
}

func (g *generator) disco(to []byte) []byte {
	to = fmt.Appendf(to, "<iq from='%s' to='%s' type='result' id='%s'><query xmlns='http://jabber.org/protocol/disco#info' node='https://client.example/#%s='>"+
		"<identity category='client' type='pc' name='%s'/>", g.full(), own, g.id(20), g.id(27), g.text(12))
	for i := range 20 {
		to = fmt.Appendf(to, "<feature var='%s'/>", features[(i+g.rng.IntN(3)*20)%len(features)])
	}
	return append(to, "</query></iq>"...)
}

func (g *generator) form(to []byte) []byte {
	to = fmt.Appendf(to, "<iq from='pubsub.example.com' to='%s' type='result' id='%s'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>"+
		"<configure node='%s'><x xmlns='jabber:x:data' type='form'><title>%s</title><field var='FORM_TYPE' type='hidden'>"+
		"<value>http://jabber.org/protocol/pubsub#node_config</value></field>", own, g.id(20), g.word(), g.text(24))
	for i := range 8 {
		to = fmt.Appendf(to, "<field var='pubsub#%s_%s' type='%s' label='%s'><value>%s</value></field>", g.word(), g.word(),
			[...]string{"text-single", "boolean"}[i%2], g.text(24+g.rng.IntN(20)), g.one("1", "0", g.word()))
	}
	to = fmt.Appendf(to, "<field var='pubsub#access_model' type='list-single' label='%s'><value>open</value>", g.text(30))
	for _, option := range []string{"open", "presence", "whitelist"} {
		to = fmt.Appendf(to, "<option><value>%s</value></option>", option)
	}
	return append(to, "</field></x></configure></pubsub></iq>"...)
}

func (g *generator) long(to []byte) []byte {
	return fmt.Appendf(to, "<message from='%s' to='%s' type='chat' id='%s' xml:lang='en'><body>%s</body><html xmlns='http://jabber.org/protocol/xhtml-im'>"+
		"<body xmlns='http://www.w3.org/1999/xhtml'><p>%s</p><p>%s <em>%s</em> %s</p></body></html></message>",
		g.full(), own, g.id(24), g.text(4096), g.text(200), g.text(60), g.text(40), g.text(80))
}

func (g *generator) one(of ...string) string { return of[g.rng.IntN(len(of))] }
func (g *generator) word() string            { return words[g.rng.IntN(len(words))] }

// bare returns the address of one of some hundred contacts.
func (g *generator) bare() string {
	n := g.rng.IntN(120)
	return words[n%len(words)] + "." + words[(n*7+3)%len(words)] + "@" + [...]string{"example.net", "im.example.org", "chat.example.com"}[n%3]
}

// full returns the address of one of the contacts' clients.
func (g *generator) full() string {
	bare := g.bare()
	return bare + "/" + [...]string{"phone.4fT9", "desktop.Zq81", "web.e03b"}[len(bare)%3]
}

// id returns an identifier that occurs once.
func (g *generator) id(n int) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[g.rng.IntN(len(digits))]
	}
	return string(b)
}

func (g *generator) time() string {
	return time.Unix(1_700_000_000+g.rng.Int64N(80_000_000), 0).UTC().Format(time.RFC3339)
}

// text returns at least n bytes of words as they stand in XML. One word in 40 needs an entity, one in 40 is not ASCII.
func (g *generator) text(n int) string {
	var b strings.Builder
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		switch g.rng.IntN(80) {
		case 0:
			b.WriteString(g.one("&lt;3", "tea &amp; toast", "it&apos;s"))
		case 1:
			b.WriteString(g.one("café", "grüßen", "日本", "🙂", "naïve"))
		default:
			b.WriteString(g.word())
		}
	}
	return b.String()
}
