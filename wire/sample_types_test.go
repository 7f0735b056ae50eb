package wire_test

import (
	"encoding/xml"
	"time"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// The types here and the methods in sample_codec_test.go are what the generator would write; they use every shape that it knows.

const (
	NS     = "urn:example"
	NSFwd  = "urn:example:fwd"
	NSForm = "urn:example:form"
	NSErr  = "urn:example:errors"
	NSHTML = "http://www.w3.org/1999/xhtml"
	nsC    = "jabber:client"
	nsLang = "http://www.w3.org/XML/1998/namespace"
)

const _ = wire.Version1

var sampleTypes = []wire.Type{
	{Name: xml.Name{Space: NS, Local: "query"}, New: func() wire.Element { return new(Query) }},
	{Name: xml.Name{Space: NS, Local: "item"}, New: func() wire.Element { return new(Item) }},
	{Name: xml.Name{Space: NS, Local: "strict"}, New: func() wire.Element { return new(Strict) }},
	{Name: xml.Name{Space: NSFwd, Local: "forwarded"}, New: func() wire.Element { return new(Forwarded) }},
	{Name: xml.Name{Space: NSForm, Local: "form"}, New: func() wire.Element { return new(Form) }},
	{Name: xml.Name{Space: NSHTML, Local: "body"}, New: func() wire.Element { return new(HTML) }},
	{Name: xml.Name{Space: nsC, Local: "message"}, New: func() wire.Element { return new(Message) }},
}

func samples() *wire.Registry {
	r := wire.NewRegistry()
	if err := r.Add(sampleTypes...); err != nil {
		panic(err)
	}
	return r
}

type (
	QueryType string
	Show      string
	Condition string
)

// Query has a field of every kind.
type Query struct {
	XMLName       struct{}       `xml:"urn:example query"`
	From          jid.JID        `xml:"from,attr,omitempty"`
	Type          QueryType      `xml:"type,attr,omitempty"`
	Ver           *string        `xml:"ver,attr"`
	Max           *uint32        `xml:"max,attr"`
	Count         uint32         `xml:"count,attr"` // required
	Tags          []string       `xml:"tags,attr,omitempty"`
	Hash          []byte         `xml:"hash,attr"`
	Lang          string         `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Item          []Item         `xml:"urn:example item"`
	Thread        *Thread        `xml:"urn:example thread"`
	Point         *Point         `xml:"urn:example point"`
	Group         []string       `xml:"urn:example group"`
	Level         []int16        `xml:"urn:example level"`
	Show          Show           `xml:"urn:example show,omitempty"`
	Owner         jid.JID        `xml:"urn:example owner"`
	Prio          *int8          `xml:"urn:example prio"`
	Stamp         *time.Time     `xml:"urn:example stamp"`
	Data          []byte         `xml:"urn:example data"`
	Size          uint64         `xml:"urn:example size"` // required
	FlipPage      bool           `xml:"-"`
	Condition     Condition      `xml:"-"`
	ConditionText string         `xml:"-"`
	Any           []wire.Element `xml:"-"`
	Extra         *wire.Extra    `xml:"-"`
}

// Item may stand in a Query or alone.
type Item struct {
	XMLName struct{}    `xml:"urn:example item"`
	JID     jid.JID     `xml:"jid,attr"`
	Asked   *bool       `xml:"asked,attr"`
	Group   []string    `xml:"urn:example group"`
	Item    []Item      `xml:"urn:example item"`
	Extra   *wire.Extra `xml:"-"`
}

// Thread has simple content.
type Thread struct {
	XMLName struct{}    `xml:"urn:example thread"`
	Parent  string      `xml:"parent,attr,omitempty"`
	Text    string      `xml:",chardata"`
	Extra   *wire.Extra `xml:"-"`
}

// Point is a named complex type, which has no element name of its own.
type Point struct {
	X       int64       `xml:"x,attr"` // required
	AnyAttr []wire.Attr `xml:"-"`
	Value   float64     `xml:",chardata"`
	Extra   *wire.Extra `xml:"-"`
}

// Strict has required parts of every kind.
type Strict struct {
	XMLName struct{}    `xml:"urn:example strict"`
	On      bool        `xml:"on,attr"`
	At      time.Time   `xml:"at,attr"`
	Fwd     Forwarded   `xml:"urn:example:fwd forwarded"`
	Ready   bool        `xml:"urn:example ready"`
	Extra   *wire.Extra `xml:"-"`
}

// Forwarded requires a child that requires an attribute.
type Forwarded struct {
	XMLName struct{}       `xml:"urn:example:fwd forwarded"`
	Delay   Delay          `xml:"urn:example:fwd delay"`
	Any     []wire.Element `xml:"-"`
	Extra   *wire.Extra    `xml:"-"`
}

// Delay has a required number.
type Delay struct {
	XMLName struct{}    `xml:"urn:example:fwd delay"`
	Seconds int32       `xml:"seconds,attr"` // required
	Final   bool        `xml:"-"`
	Extra   *wire.Extra `xml:"-"`
}

// Form has an ordered choice.
type Form struct {
	XMLName struct{}       `xml:"urn:example:form form"`
	Choice  []wire.Element `xml:"-"`
	Extra   *wire.Extra    `xml:"-"`
}

// Label is a branch of the choice.
type Label struct {
	XMLName struct{}    `xml:"urn:example:form label"`
	Text    string      `xml:",chardata"`
	Extra   *wire.Extra `xml:"-"`
}

// Field is the other branch.
type Field struct {
	XMLName struct{}    `xml:"urn:example:form field"`
	Max     *uint8      `xml:"max,attr"`
	Extra   *wire.Extra `xml:"-"`
}

// HTML has mixed content.
type HTML struct {
	XMLName struct{}    `xml:"http://www.w3.org/1999/xhtml body"`
	Content []wire.Node `xml:"-"`
	Extra   *wire.Extra `xml:"-"`
}

// Message is a stanza.
type Message struct {
	XMLName struct{}       `xml:"jabber:client message"`
	From    jid.JID        `xml:"from,attr,omitempty"`
	ID      string         `xml:"id,attr,omitempty"`
	To      jid.JID        `xml:"to,attr,omitempty"`
	Type    string         `xml:"type,attr,omitempty"`
	Body    []Body         `xml:"jabber:client body"`
	Err     *StanzaError   `xml:"jabber:client error"`
	Any     []wire.Element `xml:"-"`
	Extra   *wire.Extra    `xml:"-"`
}

// Body is the text of a message.
type Body struct {
	XMLName struct{}    `xml:"jabber:client body"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Text    string      `xml:",chardata"`
	Extra   *wire.Extra `xml:"-"`
}

// StanzaError has a choice of another namespace, collapsed and without text.
type StanzaError struct {
	XMLName   struct{}       `xml:"jabber:client error"`
	Type      string         `xml:"type,attr,omitempty"`
	Condition Condition      `xml:"-"`
	Any       []wire.Element `xml:"-"`
	Extra     *wire.Extra    `xml:"-"`
}
