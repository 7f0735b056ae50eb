package cases

import (
	"encoding/xml"
	"errors"
	"io"

	"github.com/stanzakit/stanzakit/bench/workload"
	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

// each reads a stream with one registry and calls f with every stanza.
func each(s *workload.Stream, reg *wire.Registry, f func(wire.Element)) error {
	d := wire.NewDecoder(s.Reader(), reg, wire.AfterAuth())
	if _, err := d.Header(); err != nil {
		return err
	}
	for {
		el, err := d.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		f(el)
	}
}

// counting returns a reader that decodes with the registry. What comes as XML where a type is known counts for nothing, so that the number of stanzas shows it.
func counting(reg *wire.Registry) func(*workload.Stream) (int, error) {
	return func(s *workload.Stream) (int, error) {
		n := 0
		err := each(s, reg, func(el wire.Element) {
			if raw, ok := el.(*wire.Raw); !ok || raw.Err == nil {
				n++
			}
		})
		return n, err
	}
}

// typed decodes everything into its type, addresses and unknown things included.
func typed() (func(*workload.Stream) (int, error), error) { return counting(gen.Registry()), nil }

// untyped decodes everything as XML.
func untyped() (func(*workload.Stream) (int, error), error) { return counting(wire.NewRegistry()), nil }

// skipped stands for the stanzas when nothing of them is wanted. There is no exported tokenizer: what a type's DecodeXML leaves unread, the decoder reads to its
// end, with all its checks and limits, and makes nothing of it. That is the tokenizer's pass.
type skipped struct{ name xml.Name }

// ElementName returns the name that the stanza had in the registry.
func (s *skipped) ElementName() xml.Name { return s.name }

// DecodeXML reads nothing.
func (*skipped) DecodeXML(*wire.Decoder, wire.Start) {}

// EncodeXML writes nothing.
func (*skipped) EncodeXML(*wire.Encoder) {}

// tokens reads a stream and builds nothing.
func tokens() (func(*workload.Stream) (int, error), error) {
	reg := wire.NewRegistry()
	for _, name := range []xml.Name{
		{Space: "jabber:client", Local: "message"}, {Space: "jabber:client", Local: "presence"}, {Space: "jabber:client", Local: "iq"},
		{Space: "urn:xmpp:sm:3", Local: "r"}, {Space: "urn:xmpp:sm:3", Local: "a"},
	} {
		el := &skipped{name}
		if err := reg.Add(wire.Type{Name: name, New: func() wire.Element { return el }}); err != nil {
			return nil, err
		}
	}
	return counting(reg), nil
}
