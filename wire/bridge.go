package wire

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
)

// MarshalXML writes el to an encoder of encoding/xml. Generated types call it from their method of the same name.
func MarshalXML(enc *xml.Encoder, el Element) error {
	data, err := Marshal(el)
	if err != nil {
		return err
	}
	return marshalRoot(enc, data)
}

// MarshalXMLAs writes x, whose type has no name of its own, to an encoder of encoding/xml.
func MarshalXMLAs(enc *xml.Encoder, name xml.Name, x interface {
	EncodeXMLAs(e *Encoder, space, local string)
}) error {
	var e Encoder
	x.EncodeXMLAs(&e, name.Space, name.Local)
	if e.err != nil {
		return e.err
	}
	return marshalRoot(enc, e.buf)
}

// marshalRoot hands a document over: its root's name and attributes as tokens, what stands in the root as it is.
func marshalRoot(enc *xml.Encoder, data []byte) error {
	d := NewDocumentDecoder(data, nil, Limits{Bytes: len(data) + 1, Elements: len(data) + 1, Attrs: len(data)})
	d.begin()
	if d.token() != tokStart {
		return d.cause(errNotRoot)
	}
	f := d.frames[0]
	start := xml.StartElement{Name: d.frameName(&f)}
	for _, p := range d.declared(&f) { // with the prefixes it has: encoding/xml would make up its own, which may be taken
		if p.Prefix != "" {
			start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: "xmlns:" + p.Prefix}, Value: p.Space})
		}
	}
	for _, v := range d.attrs[:d.nattrs] {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: string(v.written())}, Value: string(v.b)})
	}
	var inner struct {
		XML []byte `xml:",innerxml"`
	}
	if !d.closing {
		inner.XML = data[d.src.pos : len(data)-len("</>")-f.width]
	}
	return enc.EncodeElement(inner, start)
}

// UnmarshalXML reads el, whose start tag was read last, from a decoder of encoding/xml. Generated types call it from their method of the same name.
func UnmarshalXML(dec *xml.Decoder, start xml.StartElement, el Element) error {
	if names := NamesOf(el); !slices.Contains(names, start.Name) {
		return fmt.Errorf("wire: element {%s}%s where {%s}%s was expected", start.Name.Space, start.Name.Local, names[0].Space, names[0].Local)
	}
	return UnmarshalXMLAs(dec, start, el)
}

// UnmarshalXMLAs is UnmarshalXML for a type without a name of its own.
func UnmarshalXMLAs(dec *xml.Decoder, start xml.StartElement, x interface{ DecodeXML(*Decoder, Start) }) error {
	data, err := collect(dec, start)
	if err != nil {
		return err
	}
	return UnmarshalInto(data, nil, x)
}

// collect reads tokens up to the end of the element and writes them as a document.
func collect(dec *xml.Decoder, start xml.StartElement) ([]byte, error) {
	var e Encoder
	e.token(start)
	for e.err == nil && len(e.frames) > 0 {
		t, err := dec.Token()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		e.token(t)
	}
	return e.buf, e.err
}

// token writes a token of encoding/xml.
func (e *Encoder) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		e.Start(t.Name.Space, t.Name.Local, nil)
		for _, a := range t.Attr {
			if a.Name.Space == "xmlns" && e.err == nil {
				e.Prefix(a.Name.Local, a.Value)
			}
		}
		for _, a := range t.Attr {
			if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) {
				e.Attrs([]Attr{{Name: a.Name, Value: a.Value}})
			}
		}
	case xml.EndElement:
		e.End()
	case xml.CharData:
		e.Text(string(t))
	}
}
