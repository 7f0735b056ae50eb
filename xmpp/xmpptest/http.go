package xmpptest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// serveHTTP starts the HTTP server: WebSockets (RFC 7395), uploads (XEP-0363) and where the former are to be found (XEP-0156).
func (s *Server) serveHTTP() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	s.httpAddr, s.host = l.Addr().String(), net.JoinHostPort(s.opt.domain.Domain(), port)
	routes := http.NewServeMux()
	routes.HandleFunc("GET "+websocketPath, s.serveWebSocket)
	routes.HandleFunc("PUT /upload/{slot}/{name}", s.files.put)
	routes.HandleFunc("GET /upload/{slot}/{name}", s.files.get)
	routes.HandleFunc("GET /.well-known/host-meta.json", s.hostMeta)
	s.http = &http.Server{
		Handler: routes, ReadHeaderTimeout: 10 * time.Second,
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.requests.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.requests.Done()
			}
		},
		ErrorLog: silent(),
	}
	secured := s.starttls.Clone()
	secured.NextProtos = []string{"http/1.1"}
	s.running.Go(func() { _ = s.http.Serve(tls.NewListener(l, secured)) }) // ends when Close closes the server; waited for there
	return nil
}

// hostMeta says where WebSockets are (XEP-0156, section 4).
func (s *Server) hostMeta(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":%q}]}`, s.WebSocketURL())
}

// WebSocketURL returns where clients connect that speak XMPP over WebSocket (RFC 7395). Its host is the server's domain, for which the certificate is: the
// client of HTTPClient finds it.
func (s *Server) WebSocketURL() string { return "wss://" + s.host + websocketPath }

// HTTPClient returns a client that reaches the server's WebSockets and files, whatever its domain is, and trusts it and no other. CloseIdleConnections is for the caller.
func (s *Server) HTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: s.TLSConfig(),
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.httpAddr)
		},
	}}
}
