package cases

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/stanzakit/stanzakit/bench/ref"
	"github.com/stanzakit/stanzakit/bench/workload"
)

func decoding() []Case {
	noMAM := func() *workload.Stream { return workload.New(20_000, workload.Without(workload.MAM)...) }
	small := func() *workload.Stream { return workload.New(few) }
	return []Case{
		reading("tokens/stanzakit", mix, tokens),
		reading("tokens/xml.RawToken", mix, plain(func(s *workload.Stream) (int, error) { return xmlTokens(s, (*xml.Decoder).RawToken) })),
		reading("tokens/xml.Token", mix, plain(func(s *workload.Stream) (int, error) { return xmlTokens(s, (*xml.Decoder).Token) })),
		reading("decode/stanzakit", mix, typed),
		reading("decode/stanzakit.Raw", mix, untyped),
		reading("decode/xml.Decode", mix, plain(xmlDecode)),
		reading("decode/xml.Unmarshal", mix, plain(xmlUnmarshal)),
		reading("decode/mellium", mix, plain(melliumDecode)),
		reading("decode/mellium.Serve", mix, plain(melliumServe)),
		reading("decode/xmppo", mix, plain(xmppoRecv)),
		reading("decode:noMAM/stanzakit", noMAM, typed),
		reading("decode:noMAM/gosrc", noMAM, plain(gosrcNext)),
		reading("tokens:1000/stanzakit", small, tokens), // what expat is compared with
		reading("decode:1000/stanzakit", small, typed),  // and Slixmpp
	}
}

func perKind() []Case {
	var all []Case
	for _, k := range workload.Kinds() {
		stream := func() *workload.Stream { return workload.New(few, k) }
		all = append(all,
			reading(fmt.Sprintf("tokens:%v/stanzakit", k), stream, tokens),
			reading(fmt.Sprintf("decode:%v/stanzakit", k), stream, typed),
			reading(fmt.Sprintf("decode:%v/xml.Decode", k), stream, plain(xmlDecode)),
			encode(fmt.Sprintf("encode:%v/stanzakit", k), stream, encodeOurs),
			encode(fmt.Sprintf("encode:%v/xml.Encoder", k), stream, encodeXML),
		)
	}
	return all
}

// xmlTokens counts the children of the root. RawToken gives a self-closed element no end, so depth is what names say.
func xmlTokens(s *workload.Stream, next func(*xml.Decoder) (xml.Token, error)) (int, error) {
	d := xml.NewDecoder(s.Reader())
	depth, stanzas := 0, 0
	for {
		tok, err := next(d)
		if errors.Is(err, io.EOF) {
			return stanzas, nil
		}
		if err != nil {
			return stanzas, err
		}
		switch tok.(type) {
		case xml.StartElement:
			if depth++; depth == 2 {
				stanzas++
			}
		case xml.EndElement:
			depth--
		}
	}
}

// xmlDecode decodes a stream into tagged structs.
func xmlDecode(s *workload.Stream) (int, error) {
	n := 0
	return n, eachXML(s, func(any) { n++ })
}

// eachXML calls f with every stanza as a tagged struct.
func eachXML(s *workload.Stream, f func(any)) error {
	d := xml.NewDecoder(s.Reader())
	root := false
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !root {
			root = true
			continue
		}
		v, err := ref.New(start.Name)
		if err != nil {
			return err
		}
		if err := d.DecodeElement(v, &start); err != nil {
			return err
		}
		f(v)
	}
}

// target returns a new tagged struct for a kind.
func target(s *workload.Stream, i int) any {
	switch s.Kinds[i] {
	case workload.Chat, workload.MAM, workload.Long:
		return new(ref.Message)
	case workload.Presence, workload.MUC:
		return new(ref.Presence)
	case workload.SM:
		if bytes.HasPrefix(s.Stanza(i), []byte("<r")) {
			return new(ref.R)
		}
		return new(ref.A)
	}
	return new(ref.IQ)
}

// xmlUnmarshal decodes the stanzas one by one, as who frames them first does. It is xml.Unmarshal, but for the default namespace, which stanzas do not say.
func xmlUnmarshal(s *workload.Stream) (int, error) {
	for i := range s.Len() {
		if err := unmarshal(s.Stanza(i), target(s, i)); err != nil {
			return i, err
		}
	}
	return s.Len(), nil
}

func unmarshal(b []byte, v any) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.DefaultSpace = "jabber:client"
	return d.Decode(v)
}
