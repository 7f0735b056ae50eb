package dial

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// NOTE. RFC 7395 has no stream: each message is an element, and <open/> and <close/> stand for the stream's tags. To the rest of the program a webSocketConn is a
// connection with a stream on it like any other: Write cuts what it is given into elements, and Read puts the tags back. Messages pass through Read piece by piece, so that
// the limits of the stream's decoder bound them.

const (
	maxFrame  = 8 << 10     // bytes of an <open/> or <close/>
	lastWords = time.Second // that a peer gets to end the WebSocket in order
)

// openWebSocket opens the target's URL. The certificate must be that of the URL's host, which only the user and the domain's own host-meta name.
func (d *Dialer) openWebSocket(ctx context.Context, t Target) (net.Conn, error) {
	var raw net.Conn
	transport := d.transport(func(conn net.Conn) { raw = conn })
	ws, _, err := websocket.Dial(ctx, t.URL, &websocket.DialOptions{
		HTTPClient: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Subprotocols:    []string{"xmpp"},
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		transport.CloseIdleConnections()
		return nil, failures{{Target: t, Stage: StageWebSocket, Err: cause(ctx, err)}}
	}
	if !strings.EqualFold(ws.Subprotocol(), "xmpp") { // RFC 7395, 3.1
		_ = ws.CloseNow()
		return nil, failures{{Target: t, Stage: StageWebSocket, Err: errors.New("dial: the server does not speak XMPP there")}}
	}
	ws.SetReadLimit(-1) // see the NOTE
	return &webSocketConn{Conn: raw, ws: ws, in: bufio.NewReaderSize(nil, 512)}, nil
}

// webSocketConn is the stream of a WebSocket. Its addresses and the deadline for writing are the embedded connection's.
type webSocketConn struct {
	net.Conn
	ws *websocket.Conn

	// The reader's.
	in    *bufio.Reader // the message that is being read
	more  bool          // there is one
	text  []byte        // of the stream, to be read before more of the message
	at    scan
	whole bool // the message's element has ended
	begun bool // <open/> has been read
	ended bool // so has <close/>

	// The writer's.
	rest []byte // written, and not a whole element yet

	mu      sync.Mutex // guards what follows
	bye     bool       // <close/> has been sent
	closing bool
}

// IsWebSocket reports whether a connection is one.
func IsWebSocket(conn net.Conn) bool {
	_, ok := conn.(*webSocketConn)
	return ok
}

// ConnectionState is that of TLS, for channel binding; the zero state without TLS.
func (c *webSocketConn) ConnectionState() tls.ConnectionState {
	if secured, ok := c.Conn.(*tls.Conn); ok {
		return secured.ConnectionState()
	}
	return tls.ConnectionState{}
}

// Read reads what the stream would be.
func (c *webSocketConn) Read(p []byte) (int, error) {
	for {
		switch {
		case len(p) == 0:
			return 0, nil
		case len(c.text) > 0:
			n := copy(p, c.text)
			c.text = c.text[n:]
			return n, nil
		case c.ended:
			return 0, io.EOF
		}
		if !c.more {
			if err := c.message(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := c.in.Read(p)
		if bad := c.check(p[:n], err == io.EOF); bad != nil {
			return 0, bad
		}
		switch {
		case err == io.EOF:
			c.more = false
		case err != nil:
			return n, failure(err)
		}
		if n > 0 {
			return n, nil
		}
	}
}

// message begins the next message, and reads it if it is a frame of the protocol itself.
func (c *webSocketConn) message() error {
	kind, r, err := c.ws.Reader(context.Background()) // ended by the deadline or Close
	if err != nil {
		return failure(err)
	}
	if kind != websocket.MessageText {
		return fmt.Errorf("%w: binary data", errFrame)
	}
	c.in.Reset(r)
	c.at, c.whole, c.more = scan{}, false, true
	start, err := c.in.Peek(len("<close>"))
	if err != nil && !errors.Is(err, io.EOF) {
		return failure(err)
	}
	if name := tagName(start); name != "open" && name != "close" {
		return nil
	}
	c.more = false
	frame, err := io.ReadAll(io.LimitReader(c.in, maxFrame+1))
	switch {
	case err != nil:
		return failure(err)
	case len(frame) > maxFrame:
		return fmt.Errorf("%w: more than %d bytes", errFrame, maxFrame)
	}
	c.text, c.ended, err = fromFrame(frame, c.begun)
	c.begun = true
	return err
}

// check makes sure that a message is one element (RFC 7395, 3.3.3): two would do no harm, a part of one would be completed by the next message.
func (c *webSocketConn) check(b []byte, last bool) error {
	for _, char := range b {
		if c.whole && !strings.ContainsRune(" \t\r\n", rune(char)) || !c.whole && c.at == (scan{}) && char != '<' {
			return errFrame
		}
		switch c.at.step(char) {
		case element:
			c.whole = true
		case closed, other:
			return errFrame
		}
	}
	if last && !c.whole {
		return errFrame
	}
	return nil
}

// failure is an error of the WebSocket as one of a connection.
func failure(err error) error {
	switch code := websocket.CloseStatus(err); {
	case code == websocket.StatusNormalClosure, code == websocket.StatusGoingAway, code == websocket.StatusNoStatusRcvd, errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF // no <close/> came before it
	}
	return err
}

// Write sends the elements in p, each as a message. White space between elements is not sent: it keeps no WebSocket alive (RFC 7395, 3.8).
func (c *webSocketConn) Write(p []byte) (int, error) {
	c.rest = append(c.rest, p...)
	for {
		what, item, rest, ok := next(c.rest)
		if !ok {
			c.rest = append(c.rest[:0], rest...)
			return len(p), nil
		}
		msg := toMessage(what, item)
		c.rest = rest
		if msg == nil {
			continue
		}
		if what == closed {
			c.mu.Lock()
			c.bye = true
			c.mu.Unlock()
		}
		if err := c.ws.Write(context.Background(), websocket.MessageText, msg); err != nil { // ended by the deadline or Close
			return 0, err
		}
	}
}

// SetReadDeadline is that of a connection, but for the reading under way in Close, whose time is short.
func (c *webSocketConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return net.ErrClosed
	}
	return c.Conn.SetReadDeadline(t)
}

// SetDeadline sets those for reading and writing.
func (c *webSocketConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// Close ends the WebSocket: in order if the stream was, at once if not.
func (c *webSocketConn) Close() error {
	c.mu.Lock()
	orderly := c.bye && !c.closing
	c.closing = true
	if orderly {
		_ = c.Conn.SetDeadline(time.Now().Add(lastWords))
	}
	c.mu.Unlock()
	if orderly {
		_ = c.ws.Close(websocket.StatusNormalClosure, "") // a peer that does not answer it is no error
		return nil
	}
	if err := c.ws.CloseNow(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
