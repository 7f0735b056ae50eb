package wire

import (
	"errors"
	"io"
	"slices"
)

// Find returns the first element of type T. A [*Raw] of one of T's names is decoded, so what no registry knew is found too; one that T cannot
// hold is not.
func Find[T any, P Ptr[T]](els []Element) (P, bool) {
	names := NamesOf(P(nil))
	for _, el := range els {
		if p, ok := el.(P); ok {
			return p, true
		}
		raw, ok := el.(*Raw)
		if !ok || raw.Err != nil || !slices.Contains(names, raw.Name) {
			continue
		}
		if p, err := As[T, P](raw); err == nil {
			return p, true
		}
	}
	return nil, false
}

// As decodes a raw element into T.
func As[T any, P Ptr[T]](raw *Raw) (P, error) {
	data, err := Marshal(raw)
	if err != nil {
		return nil, err
	}
	p := P(new(T))
	if err := UnmarshalInto(data, nil, p); err != nil {
		return nil, err
	}
	return p, nil
}

// UnmarshalInto decodes the document data into el, whatever the name of its root. A bad value is a [*ValueError].
func UnmarshalInto(data []byte, reg *Registry, el interface{ DecodeXML(*Decoder, Start) }) error {
	d := NewDocumentDecoder(data, reg, Limits{Bytes: len(data) + 1, Elements: len(data) + 1})
	return d.into(el)
}

// into decodes the document into el.
func (d *Decoder) into(el interface{ DecodeXML(*Decoder, Start) }) error {
	d.begin()
	d.skipBlank()
	if d.token() != tokStart {
		return d.cause(errNotRoot)
	}
	s := d.start()
	el.DecodeXML(d, s)
	good := d.settle(s)
	if err := d.trailing(); !errors.Is(err, io.EOF) {
		return err
	}
	if !good {
		return d.bad
	}
	return nil
}
