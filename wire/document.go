package wire

import (
	"bytes"
	"sync"
)

// document is an encoder with a buffer of its own, and a decoder.
type document struct {
	Encoder
	decoder *Decoder // of what has been written; nil if none was needed yet
	reader  bytes.Reader
	own     []byte
	inner   struct { // of the root, for encoding/xml
		XML []byte `xml:",innerxml"`
	}
}

// maxOwn is how large a buffer may be that waits for the next document.
const maxOwn = 64 << 10

// documents are those that nobody uses.
var documents = sync.Pool{New: func() any { return new(document) }}

// newDocument returns an encoder that writes into its own buffer.
func newDocument() *document {
	d := documents.Get().(*document)
	d.Reset(d.own)
	return d
}

// free gives the encoder back, and the buffer with what it has written.
func (d *document) free() {
	if d.own = d.buf[:0]; cap(d.own) > maxOwn {
		d.own = nil
	}
	d.Reset(nil)
	d.inner.XML, d.known.passing = nil, false
	documents.Put(d)
}

// decode decodes what has been written into x.
func (d *document) decode(x interface{ DecodeXML(*Decoder, Start) }) error {
	if d.decoder == nil {
		d.decoder = NewDocumentDecoder(nil, nil, Limits{})
	}
	d.reader.Reset(d.buf)
	d.decoder.Restart(&d.reader)
	d.decoder.SetLimits(Limits{Bytes: len(d.buf) + 1, Elements: len(d.buf) + 1})
	d.decoder.src.base, d.decoder.origin, d.decoder.elements = 0, 0, 0
	err := d.decoder.into(x)
	d.decoder.Restart(nil)
	d.decoder.begin() // which lets go of x
	return err
}

// Marshal returns the element as a document.
func Marshal(el Element) ([]byte, error) {
	d := newDocument()
	defer d.free()
	if err := d.Encode(el); err != nil {
		return nil, err
	}
	return append([]byte(nil), d.buf...), nil
}

// Append appends the element, as a document, to dst. On an error it returns dst as it was.
func Append(dst []byte, el Element) ([]byte, error) {
	d := newDocument() // an encoder writes behind its end, which may be somebody's memory here
	defer d.free()
	if err := d.Encode(el); err != nil {
		return dst, err
	}
	return append(dst, d.buf...), nil
}
