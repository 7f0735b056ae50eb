package xmpptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/stanzakit/stanzakit/gen/framing"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. In a WebSocket each message is an element, and <open/> and <close/> stand for the tags of the stream (RFC 7395, section 3). The server's streams know nothing of that: a socket is a
// net.Conn on which they read the tags, and whose Write makes messages of what they write, which is always a number of whole tags and elements.

const websocketPath = "/xmpp-websocket"

// socket is the stream of one WebSocket.
type socket struct {
	net.Conn // of messages
	ws       *websocket.Conn
	in       []byte // of the message that was read last, what is left
	ended    bool   // <close/> has been read
}

// maxMessage bounds what one message may be; the stream's own limits are lower.
const maxMessage = 2 << 20

// serveWebSocket is the HTTP handler of WebSockets.
func (s *Server) serveWebSocket(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1) // the connection is counted until it becomes a WebSocket, so this is never the first while Close waits
	defer s.requests.Done()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}, InsecureSkipVerify: true}) // who is in a browser logs in as everybody does
	if err != nil {
		return // the client has been told
	}
	if ws.Subprotocol() != "xmpp" { // section 3.1
		_ = ws.Close(websocket.StatusPolicyViolation, "the subprotocol is xmpp")
		return
	}
	messages := websocket.NetConn(context.WithoutCancel(s.ctx), ws, websocket.MessageText)
	ws.SetReadLimit(maxMessage)
	s.serve(s.ctx, &socket{Conn: messages, ws: ws}, "c2s", (*conn).secured)
}

var errNoElement = errors.New("xmpptest: a message of a WebSocket that is no element")

// Read reads what the stream would be.
func (s *socket) Read(b []byte) (int, error) {
	for len(s.in) == 0 {
		if s.ended {
			return 0, io.EOF
		}
		if err := s.message(); err != nil {
			return 0, err
		}
	}
	n := copy(b, s.in)
	s.in = s.in[n:]
	return n, nil
}

// message reads a message. It must be one element, so that none can be completed by the next (section 3.3.3).
func (s *socket) message() error {
	_, data, err := s.ws.Read(context.Background()) // ended by Close
	if err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	el, err := wire.Unmarshal(data, nil)
	if err != nil {
		return errNoElement
	}
	raw, ok := el.(*wire.Raw)
	switch {
	case !ok || raw.Name.Space != framing.NS:
		s.in = data
	case raw.Name.Local == "open":
		s.in, err = wire.AppendHeader(nil, stream.NSClient, raw.Attrs)
	case raw.Name.Local == "close":
		s.in, s.ended = []byte(closing), true
	default:
		return errNoElement
	}
	return err
}

// Write sends each tag and element in b as a message.
func (s *socket) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		text, rest := cut(b)
		b = rest
		if text = frame(text); text == nil {
			continue
		}
		if err := s.ws.Write(context.Background(), websocket.MessageText, text); err != nil {
			return 0, fmt.Errorf("xmpptest: %w", err)
		}
	}
	return n, nil
}

// SetReadDeadline ends the connection: a read of a WebSocket that is given up cannot be taken up again. That is what deadlines are for here.
func (s *socket) SetReadDeadline(t time.Time) error {
	if t.IsZero() {
		return nil
	}
	return s.Close()
}

// Close ends the connection. What is to be said before, <close/> has said (section 3.6).
func (s *socket) Close() error {
	if err := s.ws.CloseNow(); err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	return nil
}

// cut cuts off the first tag of a stream, or the first element. What it cuts was written by our own encoder: there are no comments and no sections of CDATA in it.
func cut(b []byte) (first, rest []byte) {
	depth := 0
	for i := 0; i < len(b); {
		if b[i] != '<' {
			i++
			continue
		}
		end := i + tagLen(b[i:])
		tag := b[i:end]
		i = end
		switch {
		case bytes.HasPrefix(tag, []byte("<?")): // goes with the header behind it
			continue
		case bytes.HasPrefix(tag, []byte("<stream:stream")), bytes.Equal(tag, []byte(closing)):
			return b[:end], b[end:]
		case bytes.HasPrefix(tag, []byte("</")):
			depth--
		case !bytes.HasSuffix(tag, []byte("/>")):
			depth++
		}
		if depth == 0 {
			return b[:end], b[end:]
		}
	}
	return b, nil
}

// tagLen returns the length of the tag that b begins with. Values may have a > in them.
func tagLen(b []byte) int {
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(b)
}

// frame makes a message of a tag or an element: what the stream's header would declare, each declares itself (section 3.3.3). White space becomes nothing.
func frame(text []byte) []byte {
	text = bytes.TrimSpace(text)
	switch i := bytes.Index(text, []byte("<stream:stream")); {
	case len(text) == 0:
		return nil
	case bytes.Equal(text, []byte(closing)):
		return []byte("<close xmlns='" + framing.NS + "'/>")
	case i >= 0 && (i == 0 || text[1] == '?'):
		return open(text[i:])
	}
	name := bytes.IndexAny(text, " />")
	tag := text[:tagLen(text)]
	declare := " xmlns='" + stream.NSClient + "'"
	switch {
	case bytes.HasPrefix(text, []byte("<stream:")):
		declare = " xmlns:stream='" + stream.NSStreams + "'"
	case bytes.Contains(tag, []byte(" xmlns='")), bytes.Contains(tag, []byte(` xmlns="`)):
		declare = ""
	}
	return bytes.Join([][]byte{text[:name], []byte(declare), text[name:]}, nil)
}

// open makes the message that stands for a stream's header (section 3.4).
func open(header []byte) []byte {
	header = append(bytes.Clone(bytes.TrimSuffix(header, []byte(">"))), "/>"...) // what is behind it stays
	el, err := wire.Unmarshal(header, nil)
	if err != nil {
		return nil
	}
	raw, ok := el.(*wire.Raw)
	if !ok {
		return nil
	}
	b, err := wire.Append(nil, &wire.Raw{Name: (*framing.Open)(nil).ElementName(), Attrs: raw.Attrs})
	if err != nil {
		return nil
	}
	return b
}
