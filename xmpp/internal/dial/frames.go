package dial

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/gen/framing"
	"github.com/stanzakit/stanzakit/gen/streamerrors"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/wire"
)

const (
	nsClient  = "jabber:client"
	nsStreams = "http://etherx.jabber.org/streams"
)

// errFrame refuses a message that is not one element.
var errFrame = errors.New("dial: WebSocket message that is not one element")

// toMessage makes a message of what was written to the stream at its top level, nil if there is nothing to send (RFC 7395, 3.3.3): the stream's own tags
// become elements, and every other element is a document that declares its namespaces.
func toMessage(what event, item []byte) []byte {
	switch what {
	case opened:
		msg := []byte("<open xmlns='" + framing.NS + "'")
		for name, attr := range attributes(item) {
			if name != "xmlns" && name != "xmlns:stream" {
				msg = append(append(msg, ' '), attr...)
			}
		}
		return append(msg, "/>"...)
	case closed:
		return []byte("<close xmlns='" + framing.NS + "'/>")
	case element:
		return declare(item)
	}
	return nil
}

// declare adds the declaration that an element has from the stream's start tag, if it has none of its own.
func declare(item []byte) []byte {
	name, decl, missing := tagName(item), "xmlns", " xmlns='"+nsClient+"'"
	if len(name) > len("stream:") && name[:len("stream:")] == "stream:" {
		decl, missing = "xmlns:stream", " xmlns:stream='"+nsStreams+"'"
	}
	for attr := range attributes(item) {
		if attr == decl {
			return item
		}
	}
	return slices.Concat(item[:1+len(name)], []byte(missing), item[1+len(name):])
}

// fromFrame makes the stream's own tags of <open/> and <close/>. begun says whether the stream has been opened: it may be closed before that.
func fromFrame(msg []byte, begun bool) (text []byte, last bool, err error) {
	el, err := wire.Unmarshal(msg, wire.NewRegistry())
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", errFrame, err)
	}
	frame, ok := el.(*wire.Raw)
	if !ok || frame.Name.Space != framing.NS {
		return nil, false, fmt.Errorf("%w of the protocol: %v", errFrame, el.ElementName())
	}
	last = frame.Name.Local == "close"
	if !last || !begun {
		if text, err = wire.AppendHeader(nil, nsClient, without(frame.Attrs, "see-other-uri")); err != nil {
			return nil, false, err
		}
	}
	if !last {
		return text, false, nil
	}
	if uri, ok := frame.Attr("", "see-other-uri"); ok && uri != "" {
		enc := wire.NewStreamEncoder(nsClient)
		if err := enc.Encode(&streams.Error{Condition: streamerrors.ConditionSeeOtherHost, ConditionText: uri}); err != nil {
			return nil, false, err
		}
		text = append(text, enc.Bytes()...)
	}
	return append(text, "</stream:stream>"...), true, nil
}

func without(attrs []wire.Attr, local string) []wire.Attr {
	return slices.DeleteFunc(slices.Clone(attrs), func(a wire.Attr) bool { return a.Name == xml.Name{Local: local} })
}
