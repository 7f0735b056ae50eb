package wire

import (
	"encoding/xml"

	"github.com/stanzakit/stanzakit/jid"
)

// Element is a typed XML element: a pointer to a generated struct, or a [*Raw].
type Element interface {
	// ElementName returns the element's name; it may be called on a nil pointer.
	ElementName() xml.Name
	// DecodeXML fills the element from the decoder, which stands behind the start tag s.
	DecodeXML(d *Decoder, s Start)
	// EncodeXML writes the element.
	EncodeXML(e *Encoder)
}

// Ptr constrains P to be *T and an [Element], so that a type parameter T can be created and decoded.
type Ptr[T any] interface {
	*T
	Element
}

// decodable is the part of [Ptr] that a child needs; a named type without an element name of its own has no more.
type decodable[T any] interface {
	*T
	DecodeXML(d *Decoder, s Start)
}

// GetPayload is an element that may be the payload of an IQ request of type get.
type GetPayload interface {
	Element
	IQGet()
}

// SetPayload is an element that may be the payload of an IQ request of type set.
type SetPayload interface {
	Element
	IQSet()
}

// Stanza is a message, a presence or an IQ.
type Stanza interface {
	Element
	StanzaHead() StanzaHead
}

// StanzaHead is what a stream needs to know of a stanza (RFC 6120, section 8.1).
type StanzaHead struct {
	ID   string
	From jid.JID
	To   jid.JID
	Type string
}

// namer is implemented by a type that stands for the same element in several namespaces.
type namer interface{ ElementNames() []xml.Name }

// maker is implemented by a type that decoders make in one piece with what most of its elements hold. It may be called on a nil pointer.
type maker interface{ MakeElement() Element }

// Trim makes a slice nil if it is empty: no more than room for what did not come.
func Trim[T any](s *[]T) {
	if len(*s) == 0 {
		*s = nil
	}
}

// NamesOf returns every name that el's type stands for; el may be a nil pointer.
func NamesOf(el Element) []xml.Name {
	if n, ok := el.(namer); ok {
		return n.ElementNames()
	}
	return []xml.Name{el.ElementName()}
}

// Attr is an attribute that no field holds. Space is empty for an attribute without a prefix.
type Attr struct {
	Name  xml.Name
	Value string
}

// Node is one piece of mixed content: an element, or text if Elem is nil.
type Node struct {
	Elem Element
	Text string
}

// Extra keeps what the fields of a generated struct cannot hold, so that encoding writes it again.
type Extra struct {
	Attrs    []Attr     // unknown attributes, and known ones that were present but empty
	Children []Kept     // children that no field holds
	Text     string     // non-blank text in element-only content
	Missing  []xml.Name // required attributes (Space is empty) and children that the wire lacked
}

// Kept is a child element that no field holds.
type Kept struct {
	// Elem is the child: a *Raw with its Err set if a value in it was bad.
	Elem Element
	// Index is the number of children of the same name, held in a field, that stood before it; -1 for a shadow of an empty value.
	Index int
	// Shadow says that a field holds the child's value too: Elem is written in place of the field's own element as long as the field stands for
	// Text, as it did when it was read. It keeps the attributes and children of a child that Go sees as a plain value.
	Shadow bool
	// Text is also, of a child in simple content, the piece of the content that stood before it.
	Text string
}

// unheld is the Index of a shadow whose field says nothing of it: the child was there but empty. It is written if the field still is empty.
const unheld = -1

// lacks reports whether the wire lacked the required attribute or child.
func (x *Extra) lacks(space, local string) bool {
	for _, n := range x.Missing {
		if n.Local == local && n.Space == space {
			return true
		}
	}
	return false
}

// hasEmpty reports whether a child of this name was there but empty.
func (x *Extra) hasEmpty(space, local string) bool {
	for i := range x.Children {
		if x.Children[i].Index != unheld {
			continue
		}
		if n := x.Children[i].Elem.ElementName(); n.Local == local && n.Space == space {
			return true
		}
	}
	return false
}
