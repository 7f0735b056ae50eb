package dial

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
)

const (
	maxRedirects  = 3
	maxHTTPHeader = 16 << 10
)

// errCleartext refuses HTTP without TLS.
var errCleartext = errors.New("dial: HTTP without TLS")

// httpClient returns a client for HTTPS alone, which is not sent away from it either. Its connections are made as those of XMPP are; each certificate must
// be that of the URL's host.
func (d *Dialer) httpClient() *http.Client {
	return &http.Client{
		Transport: d.transport(nil),
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			switch {
			case req.URL.Scheme != "https": // guard: S35
				return errCleartext
			case len(via) > maxRedirects:
				return errors.New("dial: too many redirects")
			}
			return nil
		},
	}
}

// transport makes HTTP connections as those of XMPP are made; opened, unless it is nil, is told of each and may keep it.
func (d *Dialer) transport(opened func(net.Conn)) *http.Transport {
	note := func(conn net.Conn, err error) (net.Conn, error) {
		if err == nil && opened != nil {
			opened(conn)
		}
		return conn, err
	}
	return &http.Transport{
		DialTLSContext:         func(ctx context.Context, _, addr string) (net.Conn, error) { return note(d.https(ctx, addr)) },
		DialContext:            func(ctx context.Context, _, addr string) (net.Conn, error) { return note(d.cleartext(ctx, addr)) },
		MaxResponseHeaderBytes: maxHTTPHeader,
		DisableCompression:     true, // what a file unpacks to is not bounded by its size
		DisableKeepAlives:      opened == nil,
	}
}

// https opens a TLS connection to the host of a URL.
func (d *Dialer) https(ctx context.Context, addr string) (net.Conn, error) {
	t, err := hostPort(addr, true)
	if err != nil {
		return nil, err
	}
	conn, err := d.tcp(ctx, t)
	if err != nil {
		return nil, err
	}
	secured, err := handshake(ctx, conn, d.TLS, t.Host, "http/1.1")
	if err != nil { // a nil *tls.Conn is no nil net.Conn
		return nil, err
	}
	return secured, nil
}

// cleartext opens a connection for a ws:// URL, if the user has given one.
func (d *Dialer) cleartext(ctx context.Context, addr string) (net.Conn, error) {
	if u, err := url.Parse(d.Addr); !d.Plaintext || err != nil || u.Scheme != "ws" { // guard: S35
		return nil, errCleartext
	}
	t, err := hostPort(addr, false)
	if err != nil {
		return nil, err
	}
	return d.tcp(ctx, t)
}
