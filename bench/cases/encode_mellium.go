package cases

import (
	"encoding/xml"
	"errors"
	"io"

	"github.com/stanzakit/stanzakit/bench/workload"
	"mellium.im/xmlstream"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
)

// NOTE. mellium's types write themselves as token readers: the stanza's head wraps what its payload's TokenReader gives, which wraps what its parts give. There are
// such types for some of the workload only; here every payload does as they do, from a tree.

// tree is an element of a payload.
type tree struct {
	start    xml.StartElement
	children []any // *tree, or xml.CharData
}

// TokenReader is what the types of mellium have.
func (t *tree) TokenReader() xml.TokenReader {
	inner := make([]xml.TokenReader, len(t.children))
	for i, c := range t.children {
		if child, ok := c.(*tree); ok {
			inner[i] = child.TokenReader()
		} else {
			inner[i] = xmlstream.Token(c)
		}
	}
	return xmlstream.Wrap(xmlstream.MultiReader(inner...), t.start)
}

// melliumStanza is a stanza and its payload.
type melliumStanza struct {
	wrap    func(xml.TokenReader) xml.TokenReader
	payload []*tree
}

func (s *melliumStanza) tokens() xml.TokenReader {
	inner := make([]xml.TokenReader, len(s.payload))
	for i, t := range s.payload {
		inner[i] = t.TokenReader()
	}
	return s.wrap(xmlstream.MultiReader(inner...))
}

func encodeMellium(s *workload.Stream) (func() error, error) {
	all, err := trees(s)
	if err != nil {
		return nil, err
	}
	stanzas := make([]*melliumStanza, len(all))
	for i, t := range all {
		if stanzas[i], err = melliumFrom(t); err != nil {
			return nil, err
		}
	}
	enc := xml.NewEncoder(io.Discard)
	return func() error {
		for _, m := range stanzas {
			if _, err := xmlstream.Copy(enc, m.tokens()); err != nil {
				return err
			}
			if err := enc.Flush(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// trees reads the stanzas of a stream.
func trees(s *workload.Stream) ([]*tree, error) {
	d := xml.NewDecoder(s.Reader())
	root := &tree{}
	open := []*tree{root}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			t := &tree{start: withoutDeclarations(tok)}
			top.children = append(top.children, t)
			open = append(open, t)
		case xml.CharData:
			top.children = append(top.children, tok.Copy())
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	stream, ok := root.children[len(root.children)-1].(*tree)
	if !ok {
		return nil, errors.New("cases: no stream")
	}
	all := make([]*tree, len(stream.children))
	for i, c := range stream.children {
		all[i] = c.(*tree)
	}
	return all, nil
}

// withoutDeclarations returns a start tag without namespace declarations, which the encoder writes itself.
func withoutDeclarations(s xml.StartElement) xml.StartElement {
	out := xml.StartElement{Name: s.Name}
	for _, a := range s.Attr {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
			out.Attr = append(out.Attr, a)
		}
	}
	return out
}

// melliumFrom returns a stanza as mellium's type with its payload.
func melliumFrom(t *tree) (*melliumStanza, error) {
	m := &melliumStanza{}
	for _, c := range t.children {
		m.payload = append(m.payload, c.(*tree))
	}
	switch t.start.Name.Local {
	case "message":
		msg, err := stanza.NewMessage(t.start)
		m.wrap = msg.Wrap
		return m, err
	case "presence":
		p, err := stanza.NewPresence(t.start)
		m.wrap = p.Wrap
		return m, err
	case "iq":
		iq, err := stanza.NewIQ(t.start)
		m.wrap = iq.Wrap
		return m, err
	}
	m.wrap = func(xml.TokenReader) xml.TokenReader { return t.TokenReader() }
	return m, nil
}

// melliumParse parses addresses.
func melliumParse(s string) error {
	_, err := jid.Parse(s)
	return err
}
