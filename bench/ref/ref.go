// Package ref holds the structs that encoding/xml decodes the workload into and encodes it from: the same fields that the generated types have a use for there, with
// tags, by hand, as a program without a toolkit would have them. What XHTML holds is left as it stands, and addresses are strings: both in its favour.
package ref

import (
	"encoding/xml"
	"fmt"
	"time"
)

// Message is a message with the extensions of the workload.
type Message struct {
	XMLName  xml.Name  `xml:"jabber:client message"`
	From     string    `xml:"from,attr,omitempty"`
	ID       string    `xml:"id,attr,omitempty"`
	To       string    `xml:"to,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	Lang     string    `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Subject  []Text    `xml:"jabber:client subject"`
	Body     []Text    `xml:"jabber:client body"`
	Thread   *Text     `xml:"jabber:client thread"`
	Active   *Empty    `xml:"http://jabber.org/protocol/chatstates active"`
	Request  *Empty    `xml:"urn:xmpp:receipts request"`
	OriginID *OriginID `xml:"urn:xmpp:sid:0 origin-id"`
	StanzaID *StanzaID `xml:"urn:xmpp:sid:0 stanza-id"`
	Result   *Result   `xml:"urn:xmpp:mam:2 result"`
	HTML     *HTML     `xml:"http://jabber.org/protocol/xhtml-im html"`
}

// Presence is a presence with the extensions of the workload.
type Presence struct {
	XMLName  xml.Name `xml:"jabber:client presence"`
	From     string   `xml:"from,attr,omitempty"`
	ID       string   `xml:"id,attr,omitempty"`
	To       string   `xml:"to,attr,omitempty"`
	Type     string   `xml:"type,attr,omitempty"`
	Lang     string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Show     string   `xml:"jabber:client show,omitempty"`
	Status   []Text   `xml:"jabber:client status"`
	Priority *int8    `xml:"jabber:client priority"`
	Caps     *Caps    `xml:"http://jabber.org/protocol/caps c"`
	MUC      *MUC     `xml:"http://jabber.org/protocol/muc#user x"`
}

// IQ is a request or a response with the payloads of the workload.
type IQ struct {
	XMLName xml.Name `xml:"jabber:client iq"`
	From    string   `xml:"from,attr,omitempty"`
	ID      string   `xml:"id,attr"`
	To      string   `xml:"to,attr,omitempty"`
	Type    string   `xml:"type,attr"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Ping    *Empty   `xml:"urn:xmpp:ping ping"`
	Roster  *Roster  `xml:"jabber:iq:roster query"`
	Disco   *Disco   `xml:"http://jabber.org/protocol/disco#info query"`
	Owner   *Owner   `xml:"http://jabber.org/protocol/pubsub#owner pubsub"`
}

// R asks for an acknowledgement.
type R struct {
	XMLName xml.Name `xml:"urn:xmpp:sm:3 r"`
}

// A acknowledges.
type A struct {
	XMLName xml.Name `xml:"urn:xmpp:sm:3 a"`
	H       uint32   `xml:"h,attr"`
}

// Empty is an element that says all by being there.
type Empty struct{}

// Text is text with a language.
type Text struct {
	Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

// OriginID is the sender's identifier.
type OriginID struct {
	ID string `xml:"id,attr"`
}

// StanzaID is the archive's identifier.
type StanzaID struct {
	ID string `xml:"id,attr"`
	By string `xml:"by,attr"`
}

// Result is a message out of the archive.
type Result struct {
	ID        string    `xml:"id,attr"`
	QueryID   string    `xml:"queryid,attr,omitempty"`
	Forwarded Forwarded `xml:"urn:xmpp:forward:0 forwarded"`
}

// Forwarded is a forwarded message.
type Forwarded struct {
	Delay   *Delay   `xml:"urn:xmpp:delay delay"`
	Message *Message `xml:"jabber:client message"`
}

// Delay is when a stanza was sent.
type Delay struct {
	Stamp time.Time `xml:"stamp,attr"`
	From  string    `xml:"from,attr,omitempty"`
	Text  string    `xml:",chardata"`
}

// HTML is text with markup.
type HTML struct {
	Body struct {
		Inner string `xml:",innerxml"`
	} `xml:"http://www.w3.org/1999/xhtml body"`
}

// Caps is what a client can do.
type Caps struct {
	Hash string `xml:"hash,attr"`
	Node string `xml:"node,attr"`
	Ver  string `xml:"ver,attr"`
	Ext  string `xml:"ext,attr,omitempty"`
}

// MUC is what a room says of an occupant.
type MUC struct {
	Item   []MUCItem   `xml:"http://jabber.org/protocol/muc#user item"`
	Status []MUCStatus `xml:"http://jabber.org/protocol/muc#user status"`
}

// MUCItem is an occupant.
type MUCItem struct {
	Affiliation string `xml:"affiliation,attr,omitempty"`
	Role        string `xml:"role,attr,omitempty"`
	JID         string `xml:"jid,attr,omitempty"`
	Nick        string `xml:"nick,attr,omitempty"`
}

// MUCStatus is a number that says what happened.
type MUCStatus struct {
	Code uint16 `xml:"code,attr"`
}

// Roster is a contact list.
type Roster struct {
	Ver  *string      `xml:"ver,attr"`
	Item []RosterItem `xml:"jabber:iq:roster item"`
}

// RosterItem is a contact.
type RosterItem struct {
	Ask          string   `xml:"ask,attr,omitempty"`
	JID          string   `xml:"jid,attr"`
	Name         string   `xml:"name,attr,omitempty"`
	Subscription string   `xml:"subscription,attr,omitempty"`
	Group        []string `xml:"jabber:iq:roster group"`
}

// Disco is what an entity is and can do.
type Disco struct {
	Node     string          `xml:"node,attr,omitempty"`
	Identity []DiscoIdentity `xml:"http://jabber.org/protocol/disco#info identity"`
	Feature  []DiscoFeature  `xml:"http://jabber.org/protocol/disco#info feature"`
}

// DiscoIdentity is what an entity is.
type DiscoIdentity struct {
	Category string `xml:"category,attr"`
	Type     string `xml:"type,attr"`
	Name     string `xml:"name,attr,omitempty"`
	Lang     string `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
}

// DiscoFeature is what it can do.
type DiscoFeature struct {
	Var string `xml:"var,attr"`
}

// Owner is how a node is configured.
type Owner struct {
	Configure struct {
		Node string `xml:"node,attr,omitempty"`
		Form *Form  `xml:"jabber:x:data x"`
	} `xml:"http://jabber.org/protocol/pubsub#owner configure"`
}

// Form is a data form.
type Form struct {
	Type         string      `xml:"type,attr"`
	Title        string      `xml:"jabber:x:data title,omitempty"`
	Instructions []string    `xml:"jabber:x:data instructions"`
	Field        []FormField `xml:"jabber:x:data field"`
}

// FormField is a question.
type FormField struct {
	Var    string       `xml:"var,attr,omitempty"`
	Type   string       `xml:"type,attr,omitempty"`
	Label  string       `xml:"label,attr,omitempty"`
	Desc   string       `xml:"jabber:x:data desc,omitempty"`
	Value  []string     `xml:"jabber:x:data value"`
	Option []FormOption `xml:"jabber:x:data option"`
}

// FormOption is an answer to choose.
type FormOption struct {
	Label string `xml:"label,attr,omitempty"`
	Value string `xml:"jabber:x:data value"`
}

// New returns a new struct for a stanza's name.
func New(name xml.Name) (any, error) {
	switch name.Local {
	case "message":
		return new(Message), nil
	case "presence":
		return new(Presence), nil
	case "iq":
		return new(IQ), nil
	case "r":
		return new(R), nil
	case "a":
		return new(A), nil
	}
	return nil, fmt.Errorf("ref: %v", name)
}
