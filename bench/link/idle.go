package link

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
)

// Idle says what a link holds while nothing happens.
type Idle struct {
	Heap, Stack float64 // live bytes of the heap, bytes of stacks
	RSS         float64 // what the process grew by
}

// Kinds of links, and how many of each are measured.
const (
	Plain      = "conn"          // a connection and a goroutine that reads: the floor
	Component  = "component"     // ours
	ComponentT = "component-tls" // ours, inside TLS
	Client     = "client"        // ours: bound, its roster fetched
	Links      = 1000
)

// ServeIdle is the peer of links of a kind. It returns when the listener is closed, and all links with it.
func ServeIdle(l net.Listener, kind string) error {
	auth, err := scramServer()
	if err != nil {
		return err
	}
	secured, err := selfSigned()
	if err != nil {
		return err
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			return nil //nolint:nilerr // the listener is closed: that is the end
		}
		go func() { // ends with the connection, which the measured process closes by ending
			defer conn.Close()
			switch kind {
			case Component:
				err = acceptComponent(conn)
			case ComponentT:
				conn = tls.Server(conn, secured)
				err = acceptComponent(conn)
			case Client:
				_ = acceptClient(conn, auth) // until it goes
				return
			}
			if err == nil {
				_, _ = io.Copy(io.Discard, conn)
			}
		}()
	}
}

// MeasureIdle opens links to addr and says what one holds. The first ones are not counted: they bring what all share.
func MeasureIdle(kind, addr string) (Idle, error) {
	const first = 10
	var keep []any
	open := func(n int) error {
		for range n {
			link, err := dial(kind, addr)
			if err != nil {
				return err
			}
			keep = append(keep, link)
		}
		return nil
	}
	if err := open(first); err != nil {
		return Idle{}, err
	}
	before := held()
	if err := open(Links); err != nil {
		return Idle{}, err
	}
	after := held()
	runtime.KeepAlive(keep)
	return Idle{(after.Heap - before.Heap) / Links, (after.Stack - before.Stack) / Links, (after.RSS - before.RSS) / Links}, nil
}

// held returns what the process holds after the garbage is gone.
func held() Idle {
	runtime.GC()
	runtime.GC() // what the first one only marked as pooled
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var size, rss float64
	if b, err := os.ReadFile("/proc/self/statm"); err == nil {
		_, _ = fmt.Sscan(string(b), &size, &rss)
	}
	return Idle{float64(m.HeapAlloc), float64(m.StackInuse), rss * float64(os.Getpagesize())}
}

func dial(kind, addr string) (any, error) {
	ctx := context.Background()
	cfg := xmpp.ComponentConfig{Domain: jid.MustParse(component), Secret: secret, Addr: addr}
	switch kind {
	case Component:
		return xmpp.DialComponent(ctx, cfg)
	case ComponentT:
		cfg.DialContext = (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext //nolint:gosec // the certificate is of no interest here
		return xmpp.DialComponent(ctx, cfg)
	case Client:
		c, err := xmpp.Dial(ctx, xmpp.Config{JID: jid.MustParse(account + "/desk"), Password: secret, Addr: addr, AllowPlaintext: true})
		if err == nil {
			_, err = c.Roster().Fetch(ctx)
		}
		return c, err
	}
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		go func() { // ends with the process
			_, _ = conn.Read(make([]byte, 1))
		}()
	}
	return conn, err
}
