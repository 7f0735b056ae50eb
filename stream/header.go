package stream

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// Namespaces of streams (RFC 6120, section 4.8).
const (
	NSStreams   = "http://etherx.jabber.org/streams"
	NSClient    = "jabber:client"
	NSComponent = "jabber:component:accept"
)

// Header is what a stream's opening tag says (RFC 6120, section 4.7).
type Header struct {
	Content string // namespace of the stanzas, the default namespace: NSClient, NSComponent
	From    jid.JID
	To      jid.JID
	ID      string
	Version string // "1.0"; empty if there was none
	Lang    string // xml:lang
}

// append writes the opening tag.
func (h Header) append(dst []byte) ([]byte, error) {
	attrs := []wire.Attr{
		{Name: xml.Name{Local: "from"}, Value: h.From.String()},
		{Name: xml.Name{Local: "to"}, Value: h.To.String()},
		{Name: xml.Name{Local: "id"}, Value: h.ID},
		{Name: xml.Name{Local: "version"}, Value: h.Version},
		{Name: xml.Name{Space: "http://www.w3.org/XML/1998/namespace", Local: "lang"}, Value: h.Lang},
	}
	return wire.AppendHeader(dst, h.Content, attrs)
}

// parseHeader checks a peer's opening tag and reads it. The error is the stream error that answers a bad one.
func parseHeader(raw *wire.Raw) (Header, *Error) {
	var h Header
	switch {
	case raw.Name.Local != "stream":
		return h, localError(streamerrors.ConditionBadFormat, fmt.Errorf("root element <%s/>", raw.Name.Local))
	case raw.Name.Space != NSStreams:
		return h, localError(streamerrors.ConditionInvalidNamespace, fmt.Errorf("stream namespace %.80q", raw.Name.Space))
	}
	for _, p := range raw.Prefixes {
		if p.Prefix == "" {
			h.Content = p.Space
		}
	}
	h.ID, _ = raw.Attr("", "id")
	h.Version, _ = raw.Attr("", "version")
	h.Lang, _ = raw.Attr("http://www.w3.org/XML/1998/namespace", "lang")
	for local, dst := range map[string]*jid.JID{"from": &h.From, "to": &h.To} {
		text, _ := raw.Attr("", local)
		if text == "" {
			continue
		}
		var err error
		if *dst, err = jid.Parse(text); err != nil {
			return h, localError(streamerrors.ConditionImproperAddressing, err)
		}
	}
	if major, _, _ := strings.Cut(h.Version, "."); h.Version != "" && major != "1" && major != "0" {
		return h, localError(streamerrors.ConditionUnsupportedVersion, fmt.Errorf("version %.20q", h.Version))
	}
	return h, nil
}
