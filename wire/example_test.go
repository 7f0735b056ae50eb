package wire_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/stanzakit/stanzakit/wire"
)

// Unmarshal decodes a document into the types that the registry knows; what has no type is a Raw.
func Example() {
	registry := wire.NewRegistry()
	if err := wire.Register[Message](registry); err != nil {
		fmt.Println(err)
		return
	}
	el, err := wire.Unmarshal([]byte("<message xmlns='jabber:client' to='juliet@example.com'><body>Hello</body><new xmlns='urn:new'/></message>"), registry)
	if err != nil {
		fmt.Println(err)
		return
	}
	if msg, ok := el.(*Message); ok {
		fmt.Println(msg.To, msg.Body[0].Text, msg.Any[0].ElementName().Space)
		msg.Body[0].Text = "Bye"
	}
	out, err := wire.Marshal(el)
	fmt.Println(string(out), err)
	// Output:
	// juliet@example.com Hello urn:new
	// <message xmlns='jabber:client' to='juliet@example.com'><body>Bye</body><new xmlns='urn:new'/></message> <nil>
}

// A Decoder reads a stream: its header, then its children until it ends.
func ExampleDecoder() {
	stream := `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='example.com'>
		<message from='romeo@example.net'><body>Good night</body></message>
		<message><body>&unknown;</body></message></stream:stream>`
	registry := wire.NewRegistry()
	if err := wire.Register[Message](registry); err != nil {
		fmt.Println(err)
		return
	}
	d := wire.NewDecoder(strings.NewReader(stream), registry, wire.BeforeAuth())
	head, err := d.Header()
	if err != nil {
		fmt.Println(err)
		return
	}
	from, _ := head.Attr("", "from")
	fmt.Println("stream from", from)
	for {
		el, err := d.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if msg, ok := el.(*Message); ok {
			fmt.Println("message from", msg.From)
		}
	}
	// Output:
	// stream from example.com
	// message from romeo@example.net
	// wire: restricted-xml at byte 201: entity reference &unknown;
}

// An Encoder for a stream leaves out what the stream's header has declared.
func ExampleEncoder() {
	e := wire.NewStreamEncoder("jabber:client")
	if err := e.Encode(&Message{ID: "1", Body: []Body{{Text: "a < b"}}}); err != nil {
		fmt.Println(err)
	}
	err := e.Encode(&Message{Body: []Body{{Text: "\x00"}}})
	fmt.Println(string(e.Bytes()))
	fmt.Println(err)
	// Output:
	// <message id='1'><body>a &lt; b</body></message>
	// wire: encode message/body: character U+0000 is not allowed in XML
}

// Find looks for an element by its type, in a message's Any for instance.
func ExampleFind() {
	els := []wire.Element{
		&wire.Raw{Name: xml.Name{Space: "urn:other", Local: "x"}},
		&wire.Raw{Name: xml.Name{Space: "urn:example", Local: "item"}, Attrs: []wire.Attr{{Name: xml.Name{Local: "jid"}, Value: "Romeo@example.net"}}},
	}
	if item, ok := wire.Find[Item](els); ok {
		fmt.Println(item.JID)
	}
	// Output: romeo@example.net
}

// A bad value costs the smallest element that its parent can do without.
func ExampleValueError() {
	var x Query
	err := wire.UnmarshalInto([]byte("<query xmlns='urn:example' count='2'><size>3</size><item asked='perhaps'/><item asked='true'/></query>"), nil, &x)
	fmt.Println(len(x.Item), err)
	for _, k := range x.Extra.Children {
		fmt.Println(k.Elem.(*wire.Raw).Err)
	}
	// Output:
	// 1 <nil>
	// wire: query/item[@asked]: "perhaps" is no boolean
}
