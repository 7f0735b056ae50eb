package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// alpn is the protocol name of direct TLS for clients (XEP-0368, 3).
const alpn = "xmpp-client"

// ErrUnverified refuses a configuration that would accept any certificate (RFC 7590, 3.4; RFC 9525).
var ErrUnverified = errors.New("dial: InsecureSkipVerify without VerifyConnection or VerifyPeerCertificate")

// TLSConfig returns a copy of base, nil being an empty one, to talk to the domain: the certificate must be the domain's (its
// A-label; SNI is the same), and TLS older than 1.2 is not spoken (RFC 7590, 3.1). It refuses a base that skips the check
// without one of its own.
func TLSConfig(base *tls.Config, domain string) (*tls.Config, error) {
	name, err := ascii(domain)
	if err != nil {
		return nil, err
	}
	cfg := new(tls.Config)
	if base != nil {
		cfg = base.Clone()
	}
	if cfg.InsecureSkipVerify && cfg.VerifyConnection == nil && cfg.VerifyPeerCertificate == nil { // guard: S28
		return nil, ErrUnverified
	}
	if cfg.MaxVersion != 0 && cfg.MaxVersion < tls.VersionTLS12 {
		return nil, errors.New("dial: TLS older than 1.2")
	}
	cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
	cfg.ServerName = name
	cfg.NextProtos = nil // those of base are of another protocol; direct TLS sets its own
	return cfg, nil
}

// Upgrade does the TLS handshake after <proceed/> (RFC 6120, 5.4.3) and returns when the peer has proved to be the domain. It
// closes conn if that fails or ctx ends first.
//
// conn must be the bare connection. Whatever the caller has read from it and not used, a read buffer or a parser's rest, it
// must throw away: an attacker may have put it behind <proceed/>, and after the handshake it would pass for the server's
// word (RFC 6120, 5.4.3.3 and 13.15).
func Upgrade(ctx context.Context, conn net.Conn, base *tls.Config, domain string) (*tls.Conn, error) {
	return handshake(ctx, conn, base, domain)
}

// handshake makes conn a TLS connection to the domain, or closes it.
func handshake(ctx context.Context, conn net.Conn, base *tls.Config, domain string, protos ...string) (*tls.Conn, error) {
	cfg, err := TLSConfig(base, domain)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	cfg.NextProtos = protos
	secured := tls.Client(conn, cfg)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error is the one to report
		return nil, cause(ctx, fmt.Errorf("dial: TLS with %s: %w", domain, err))
	}
	return secured, nil
}
