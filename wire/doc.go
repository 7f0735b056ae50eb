// Package wire turns XMPP's XML into typed elements and back. It is the runtime of the generated packages under gen/ and the only place that
// touches XML bytes.
//
// A [Decoder] reads one stream (or one document) with a tokenizer that accepts the XML that RFC 6120, section 11 allows and nothing
// else; the [Registry] says which Go type an element becomes; an [Encoder] writes elements whose output is always well-formed. The typical call
// on a document is
//
//	el, err := wire.Unmarshal(data, registry)
//	if msg, ok := el.(*stanza.Message); ok { ... }
//
// Rules:
//
//   - Nothing is lost. What a type's fields cannot hold stands in its [Extra]; an element without a registered type is a [*Raw].
//   - A bad value costs the smallest element its parent can do without: that one becomes a [*Raw] that carries the error.
//   - Bad syntax costs the stream: a [*SyntaxError] names the offset and the stream error condition.
//   - Errors are sticky: generated code checks none, [Decoder] and [Encoder] remember the first.
package wire

// Version1 is what code generated for this version of the package refers to. A compile error that names it means that the generated code and the
// package do not fit: regenerate, or update the module.
const Version1 = true

// Namespaces that the package itself must know.
const (
	nsXML     = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS   = "http://www.w3.org/2000/xmlns/"
	nsClient  = "jabber:client"
	nsServer  = "jabber:server"
	nsAccept  = "jabber:component:accept"
	nsStreams = "http://etherx.jabber.org/streams"
)
