package fuzz

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/wire"
)

// spaces is how the parsers are made to agree: encoding/xml does not normalise the white space of attribute values (XML 1.0, section 3.3.3).
var spaces = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// lines collects tokens, one a line: text joined, attributes sorted.
type lines struct {
	out  []string
	text string
}

func (l *lines) flush() {
	if l.text != "" {
		l.out = append(l.out, fmt.Sprintf("text %q", l.text))
	}
	l.text = ""
}

func (l *lines) start(name xml.Name, attrs []wire.Attr) {
	l.flush()
	l.out = append(l.out, fmt.Sprintf("start %q", name))
	from := len(l.out)
	for _, a := range attrs {
		l.out = append(l.out, fmt.Sprintf("attr %q %q", a.Name, spaces.Replace(a.Value)))
	}
	slices.Sort(l.out[from:])
}

func (l *lines) end() {
	l.flush()
	l.out = append(l.out, "end")
}

// theirTokens returns what encoding/xml reads of a document, or of a stream up to its end: without the white space between its children.
func theirTokens(doc string, stream bool) ([]string, error) {
	dec := xml.NewDecoder(strings.NewReader(doc))
	var l lines
	var server []bool // of the elements that are open: a stanza of a server's namespace, or in one
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) || stream && len(server) == 0 && len(l.out) > 0 {
			return l.out, nil
		}
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			var attrs []wire.Attr
			for _, a := range tok.Attr {
				if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) {
					attrs = append(attrs, wire.Attr(a))
				}
			}
			inside := len(server) > 0 && server[len(server)-1]
			server = append(server, !stream && (inside || slices.Contains([]string{"message", "presence", "iq"}, tok.Name.Local)))
			l.start(client(tok.Name, server[len(server)-1]), attrs)
			server[len(server)-1] = server[len(server)-1] && tok.Name.Space != client(tok.Name, true).Space
		case xml.EndElement:
			l.end()
			server = server[:len(server)-1]
		case xml.CharData:
			if len(server) > 1 || len(server) == 1 && !stream {
				l.text += string(tok)
			}
		}
	}
}

// client reads the namespace of a server's or a component's stanzas as jabber:client.
func client(name xml.Name, stanza bool) xml.Name {
	if stanza && (name.Space == "jabber:server" || name.Space == "jabber:component:accept") {
		name.Space = "jabber:client"
	}
	return name
}

// raw adds the tokens of an untyped element.
func (l *lines) raw(x *wire.Raw) {
	l.start(x.Name, x.Attrs)
	for _, n := range x.Nodes {
		if n.Elem != nil {
			l.raw(n.Elem.(*wire.Raw))
		}
		l.text += n.Text
	}
	l.end()
}

// unlimited are limits that no input of a fuzzer meets.
var unlimited = wire.Limits{Bytes: 1 << 30, Depth: 1 << 20, Elements: 1 << 30, Attrs: 1 << 20}

// ourTokens returns what this module reads of a document or a stream.
func ourTokens(doc string, stream bool) ([]string, error) {
	var l lines
	var d *wire.Decoder
	if stream {
		d = wire.NewDecoder(strings.NewReader(doc), nil, unlimited)
		head, err := d.Header()
		if err != nil {
			return nil, err
		}
		l.start(head.Name, head.Attrs)
	} else {
		d = wire.NewDocumentDecoder([]byte(doc), nil, unlimited)
	}
	for {
		el, err := d.Next()
		if errors.Is(err, io.EOF) && stream {
			l.end()
		}
		if errors.Is(err, io.EOF) {
			return l.out, nil
		}
		if err != nil {
			return nil, err
		}
		l.raw(el.(*wire.Raw))
	}
}
