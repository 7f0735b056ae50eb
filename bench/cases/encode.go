package cases

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/stanzakit/stanzakit/bench/workload"
	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
	gosrc "gosrc.io/xmpp/stanza"
)

func encoding() []Case {
	noMAM := func() *workload.Stream { return workload.New(few, workload.Without(workload.MAM)...) }
	all := func() *workload.Stream { return workload.New(few) }
	return []Case{
		encode("encode/stanzakit", all, encodeOurs),
		encode("encode/xml.Encoder", all, encodeXML),
		encode("encode/xml.Marshal", all, marshalXML),
		encode("encode/mellium", all, encodeMellium),
		encode("encode:noMAM/stanzakit", noMAM, encodeOurs),
		encode("encode:noMAM/gosrc", noMAM, encodeGosrc),
	}
}

// encode is a case that writes the stanzas of a stream; prepare decodes them and returns what writes all of them once.
func encode(name string, stream func() *workload.Stream, prepare func(*workload.Stream) (func() error, error)) Case {
	return Case{name, func() (Run, error) {
		s := stream()
		write, err := prepare(s)
		if err != nil {
			return nil, err
		}
		return func() (Work, error) { return Work{Units: s.Len()}, write() }, nil
	}}
}

// encodeOurs appends each stanza to a buffer that is used again.
func encodeOurs(s *workload.Stream) (func() error, error) {
	els, err := elements(s)
	if err != nil {
		return nil, err
	}
	enc := wire.NewStreamEncoder("jabber:client")
	buf := make([]byte, 0, workload.Chunk)
	return func() error {
		for _, el := range els {
			enc.Reset(buf[:0])
			if err := enc.Encode(el); err != nil {
				return err
			}
			buf = enc.Bytes()
		}
		return nil
	}, nil
}

// elements decodes a stream into our types.
func elements(s *workload.Stream) ([]wire.Element, error) {
	reg := gen.Registry()
	var els []wire.Element
	err := each(s, reg, func(el wire.Element) { els = append(els, el) })
	return els, err
}

// structs decodes a stream into tagged structs.
func structs(s *workload.Stream) ([]any, error) {
	var vs []any
	err := eachXML(s, func(v any) { vs = append(vs, v) })
	return vs, err
}

func encodeXML(s *workload.Stream) (func() error, error) {
	vs, err := structs(s)
	if err != nil {
		return nil, err
	}
	enc := xml.NewEncoder(io.Discard)
	return func() error {
		for _, v := range vs {
			if err := enc.Encode(v); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func marshalXML(s *workload.Stream) (func() error, error) {
	vs, err := structs(s)
	return marshalAll(vs), err
}

func marshalAll[T any](vs []T) func() error {
	return func() error {
		for _, v := range vs {
			if _, err := xml.Marshal(v); err != nil {
				return err
			}
		}
		return nil
	}
}

func encodeGosrc(s *workload.Stream) (func() error, error) {
	var packets []gosrc.Packet
	err := eachGosrc(s, func(p gosrc.Packet) { packets = append(packets, p) })
	return marshalAll(packets), err
}

// bridging is encoding/xml on generated types, which call the codec, and on tagged structs.
func bridging() []Case {
	all := func() *workload.Stream { return workload.New(few) }
	return []Case{
		encode("marshal/stanzakit", all, func(s *workload.Stream) (func() error, error) {
			els, err := elements(s)
			return marshalAll(els), err
		}),
		encode("marshal/tags", all, marshalXML),
		encode("unmarshal/stanzakit", all, unmarshalOurs),
		encode("unmarshal/tags", all, func(s *workload.Stream) (func() error, error) {
			return func() error {
				_, err := xmlUnmarshal(s)
				return err
			}, nil
		}),
	}
}

func unmarshalOurs(s *workload.Stream) (func() error, error) {
	els, err := elements(s)
	if err != nil {
		return nil, err
	}
	reg := gen.Registry()
	for i, el := range els {
		if !bytes.HasPrefix(s.Stanza(i), []byte("<"+el.ElementName().Local)) {
			return nil, errors.New("cases: stanzas out of step")
		}
	}
	return func() error {
		for i, el := range els {
			v := reg.New(el.ElementName())
			if err := unmarshal(s.Stanza(i), v); err != nil {
				return fmt.Errorf("%s: %w", s.Stanza(i), err)
			}
		}
		return nil
	}, nil
}
