package xmpptest

import (
	"net"
	"sync"

	"github.com/stanzakit/stanzakit/stream"
)

// wiretap is the transport of a connection, below TLS, which can be cut at any byte.
type wiretap struct {
	net.Conn

	mu   sync.Mutex               // guards what follows
	left map[stream.Direction]int // bytes until the connection is cut; a direction that is not in it is never cut
}

// tapped returns the transport of a connection, nil if it is not one of the listeners' or of a test's that made it one.
func tapped(nc net.Conn) *wiretap {
	for {
		switch c := nc.(type) {
		case *wiretap:
			return c
		case interface{ NetConn() net.Conn }: // *tls.Conn
			nc = c.NetConn()
		default:
			return nil
		}
	}
}

// cutAfter cuts the connection when n more bytes have gone in a direction.
func (w *wiretap) cutAfter(dir stream.Direction, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left == nil {
		w.left = make(map[stream.Direction]int)
	}
	w.left[dir] = n
}

// allow returns how many of n bytes may go in a direction, and whether the connection is cut behind them.
func (w *wiretap) allow(dir stream.Direction, n int) (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	left, ok := w.left[dir]
	if !ok {
		return n, false
	}
	w.left[dir] = max(0, left-n)
	return min(n, left), left <= n
}

// Write implements net.Conn.
func (w *wiretap) Write(b []byte) (int, error) {
	n, cut := w.allow(stream.Out, len(b))
	done, err := w.Conn.Write(b[:n])
	if cut {
		_ = w.Conn.Close()
	}
	if err == nil && done < len(b) {
		err = net.ErrClosed
	}
	return done, err
}

// Read implements net.Conn.
func (w *wiretap) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	n, cut := w.allow(stream.In, n)
	if cut {
		_ = w.Conn.Close()
		if n == 0 {
			err = net.ErrClosed
		}
	}
	return n, err
}

// CloseWrite ends the one direction, where the transport can.
func (w *wiretap) CloseWrite() error {
	if half, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return net.ErrClosed
}
