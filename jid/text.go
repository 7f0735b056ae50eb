package jid

import "encoding/xml"

// AppendText implements [encoding.TextAppender]; the zero JID appends nothing.
func (j JID) AppendText(b []byte) ([]byte, error) { return append(b, j.s...), nil }

// MarshalText implements [encoding.TextMarshaler]; the zero JID becomes the empty text.
func (j JID) MarshalText() ([]byte, error) { return []byte(j.s), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: [Parse], but for the empty text, which
// is the zero JID.
func (j *JID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*j = JID{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*j = parsed
	return nil
}

// MarshalXMLAttr implements [xml.MarshalerAttr]: the zero JID writes no attribute, which
// omitempty on its own does not do for a struct. An empty "from" is no address (RFC 7622, 3.1).
func (j JID) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	if j.IsZero() {
		return xml.Attr{}, nil
	}
	return xml.Attr{Name: name, Value: j.s}, nil
}
