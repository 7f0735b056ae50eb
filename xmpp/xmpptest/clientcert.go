package xmpptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net/url"
	"time"
)

// acceptCertificates lets clients show certificates of the server's own authority, and remembers the server's, which logins are bound to.
func (s *Server) acceptCertificates() (err error) {
	for _, cfg := range []*tls.Config{s.starttls, s.direct} {
		cfg.ClientAuth, cfg.ClientCAs = tls.VerifyClientCertIfGiven, s.RootCAs()
	}
	s.leaf, err = x509.ParseCertificate(s.starttls.Certificates[0].Certificate[0])
	return err
}

// ClientCertificate makes a certificate that logs the user in (EXTERNAL, XEP-0178), for tls.Config.Certificates of a client. It names the user in a URI, xmpp:user@domain.
func (s *Server) ClientCertificate(local string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("xmpptest: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: "xmpptest client"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(lifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		URIs:         []*url.URL{{Scheme: "xmpp", Opaque: local + "@" + s.opt.domain.Domain()}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, s.ca.cert, key.Public(), s.ca.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("xmpptest: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
