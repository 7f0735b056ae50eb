package stream

import (
	"encoding/xml"
	"fmt"
	"strconv"
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
	// Content is the namespace of the stanzas: NSClient, NSComponent. Ours may be left empty, for NSClient; a peer's is empty if its header does not tell
	// because the default namespace is that of streams (section 4.8.5).
	Content string
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

// parseHeader checks a peer's opening tag and reads it. The error is the stream error that answers a bad one; the header then holds what could be read.
func parseHeader(raw *wire.Raw) (Header, *Error) {
	var h Header
	switch {
	case raw.Name.Space != NSStreams: // RFC 6120, section 4.9.3.10
		return h, localError(streamerrors.ConditionInvalidNamespace, fmt.Errorf("stream namespace %.80q", raw.Name.Space))
	case raw.Name.Local != "stream":
		return h, localError(streamerrors.ConditionBadFormat, fmt.Errorf("root element <%.80s/>", raw.Name.Local))
	}
	for _, p := range raw.Prefixes {
		if p.Prefix == "" && p.Space != NSStreams {
			h.Content = p.Space
		}
	}
	h.ID, _ = raw.Attr("", "id")
	h.Version, _ = raw.Attr("", "version")
	h.Lang, _ = raw.Attr("http://www.w3.org/XML/1998/namespace", "lang")
	to, badTo := address(raw, "to")
	from, badFrom := address(raw, "from")
	h.To, h.From = to, from
	for _, err := range []error{badTo, badFrom} {
		if err != nil { // RFC 6120, section 4.9.3.7
			return h, localError(streamerrors.ConditionImproperAddressing, err)
		}
	}
	if !supported(h.Version) { // RFC 6120, section 4.9.3.25
		return h, localError(streamerrors.ConditionUnsupportedVersion, fmt.Errorf("version %.20q", h.Version))
	}
	return h, nil
}

// address reads a JID of the opening tag; an empty one counts as absent.
func address(raw *wire.Raw, local string) (jid.JID, error) {
	text, _ := raw.Attr("", local)
	if text == "" {
		return jid.JID{}, nil
	}
	return jid.Parse(text)
}

// supported reports whether we speak the version: 1.x, or 0.9, which is what none means (RFC 6120, section 4.7.5). Its two numbers are compared as numbers, leading
// zeros ignored.
func supported(version string) bool {
	if version == "" {
		return true
	}
	major, minor, _ := strings.Cut(version, ".")
	n, err := strconv.ParseUint(major, 10, 32)
	if _, bad := strconv.ParseUint(minor, 10, 32); err != nil || bad != nil {
		return false
	}
	return n <= 1
}
