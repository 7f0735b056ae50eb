package xmpptest

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"time"
)

// Certificate is what a server shows of itself.
type Certificate int

const (
	// GoodCertificate is one for the server's domain, by the authority of [Server.RootCAs].
	GoodCertificate Certificate = iota
	// OtherDomain is one of the same authority for example.net: that of the host that SRV records lead to, say.
	OtherDomain
	// Expired is one that was good until an hour ago.
	Expired
	// NotYetValid is one that will be good in an hour.
	NotYetValid
	// CommonNameOnly is one that has the domain as its common name and nowhere else (RFC 6125, section 6.4.4).
	CommonNameOnly
	// UnknownAuthority is one for the domain by an authority that nobody trusts.
	UnknownAuthority
	// ForClients is one for the domain that may not be used by a server.
	ForClients
)

// ShowCertificate makes the server show a certificate to whoever connects from now on (RFC 6120, section 13.7.2).
func (s *Server) ShowCertificate(kind Certificate) error {
	if kind == GoodCertificate {
		s.bad.Store(nil)
		return nil
	}
	name, ca := s.opt.domain.Domain(), s.ca
	if kind == OtherDomain {
		name = "example.net"
	}
	if kind == UnknownAuthority {
		var err error
		if ca, err = newAuthority(); err != nil {
			return fmt.Errorf("xmpptest: %w", err)
		}
	}
	cert, err := ca.leaf(name, func(c *x509.Certificate) { spoil(c, kind, name) })
	if err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	s.bad.Store(&cert)
	return nil
}

// spoil makes a certificate bad.
func spoil(c *x509.Certificate, kind Certificate, domain string) {
	switch kind {
	case Expired:
		c.NotBefore, c.NotAfter = time.Now().Add(-lifetime), time.Now().Add(-time.Hour)
	case NotYetValid:
		c.NotBefore = time.Now().Add(time.Hour)
	case CommonNameOnly:
		c.Subject, c.DNSNames, c.IPAddresses = pkix.Name{CommonName: domain}, nil, nil
	case ForClients:
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
}

// badCertificate returns the certificate to show, nil for the good one.
func (s *Server) badCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return s.bad.Load(), nil
}
