package wire

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
)

// NOTE. encoding/xml has no way in for XML that is written already, nor one out for XML that has not been read yet. MarshalXML gives it the root's start tag, which it
// writes itself, and as the root's content what the encoder wrote. UnmarshalXML writes the tokens that it gives as XML again, and decodes that.

// MarshalXML writes el to an encoder of encoding/xml. Generated types call it from their method of the same name.
func MarshalXML(enc *xml.Encoder, el Element) error {
	d := newDocument()
	defer d.free()
	if err := d.Encode(el); err != nil {
		return err
	}
	return d.handOver(enc, el.ElementName())
}

// MarshalXMLAs writes x, whose type has no name of its own, to an encoder of encoding/xml.
func MarshalXMLAs(enc *xml.Encoder, name xml.Name, x interface {
	EncodeXMLAs(e *Encoder, space, local string)
}) error {
	d := newDocument()
	defer d.free()
	if x.EncodeXMLAs(&d.Encoder, name.Space, name.Local); d.err != nil {
		return d.err
	}
	return d.handOver(enc, name)
}

// handOver gives a document to an encoder of encoding/xml, under its own name.
func (d *document) handOver(enc *xml.Encoder, name xml.Name) error {
	end := bytes.IndexByte(d.buf, '>') // which no value has, escaped as they are
	tag, empty := bytes.CutSuffix(d.buf[len("<"):end], []byte("/"))
	start := xml.StartElement{Name: name, Attr: make([]xml.Attr, 0, 8)}
	for _, rest, more := bytes.Cut(tag, []byte(" ")); more; {
		var local, value []byte
		local, rest, _ = bytes.Cut(rest, []byte("='"))
		value, rest, _ = bytes.Cut(rest, []byte("'"))
		rest, more = bytes.CutPrefix(rest, []byte(" "))
		if string(local) == "xmlns" {
			continue // name says it
		}
		if bytes.IndexByte(value, '&') >= 0 {
			var err error
			if value, err = unescape(nil, value, true); err != nil {
				return err
			}
		}
		// With the prefix that it has: encoding/xml would make up its own, which may be taken.
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: view(local)}, Value: view(value)})
	}
	if d.inner.XML = nil; !empty {
		d.inner.XML = d.buf[end+1 : bytes.LastIndexByte(d.buf, '<')]
	}
	return enc.EncodeElement(&d.inner, start)
}

// UnmarshalXML reads el, whose start tag was read last, from a decoder of encoding/xml. Generated types call it from their method of the same name.
func UnmarshalXML(dec *xml.Decoder, start xml.StartElement, el Element) error {
	if name := el.ElementName(); name != start.Name && !slices.Contains(NamesOf(el), start.Name) {
		return fmt.Errorf("wire: element {%s}%s where {%s}%s was expected", start.Name.Space, start.Name.Local, name.Space, name.Local)
	}
	return UnmarshalXMLAs(dec, start, el)
}

// UnmarshalXMLAs is UnmarshalXML for a type without a name of its own.
func UnmarshalXMLAs(dec *xml.Decoder, start xml.StartElement, x interface{ DecodeXML(*Decoder, Start) }) error {
	d := newDocument()
	defer d.free()
	if err := d.collect(dec, start); err != nil {
		return err
	}
	return d.decode(x)
}

// collect reads tokens up to the end of the element and writes them.
func (d *document) collect(dec *xml.Decoder, start xml.StartElement) error {
	d.known.passing = true
	d.startToken(start)
	for d.err == nil && len(d.frames) > 0 {
		t, err := dec.Token()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			d.startToken(t)
		case xml.EndElement:
			d.End()
		case xml.CharData:
			d.Text(view(t))
		}
	}
	return d.err
}

// startToken writes a start tag of encoding/xml, whose names are resolved.
func (d *document) startToken(t xml.StartElement) {
	d.Start(t.Name.Space, t.Name.Local, nil)
	if most := AfterAuth().Attrs; len(t.Attr) > most {
		d.Fail(fmt.Errorf("more than %d attributes", most))
	}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" {
			d.Prefix(a.Name.Local, a.Value)
		}
	}
	for i, a := range t.Attr {
		same := func(b xml.Attr) bool { return b.Name == a.Name }
		switch {
		case d.err != nil:
			return
		case a.Name.Space == "xmlns" || a.Name == xml.Name{Local: "xmlns"}:
		case slices.ContainsFunc(t.Attr[:i], same): // encoding/xml lets that pass; the first one counts
		case a.Name.Space == "":
			d.attr(a.Name.Local, a.Value)
		default:
			d.prefixed(d.prefixFor(a.Name.Space), a.Name.Local, a.Value)
		}
	}
}
