package xmpptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"

	"golang.org/x/net/idna"
)

// authority is a certificate authority made for one server. Its key is never stored.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

const lifetime = 24 * time.Hour // of certificates: no test lasts longer

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "xmpptest authority"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(lifetime),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert, key}, err
}

// leaf makes a server's certificate for a domain (RFC 6120, section 13.7.1.2): DNS names are A-labels. spoil, if it is not nil, changes what is certified.
func (a *authority) leaf(domain string, spoil func(*x509.Certificate)) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: "xmpptest server"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(lifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(domain); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		name, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return tls.Certificate{}, err
		}
		template.DNSNames = []string{name}
	}
	if spoil != nil {
		spoil(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func serial() *big.Int { return new(big.Int).SetBytes([]byte(rand.Text())[:16]) }

// RootCAs returns a pool that holds the server's certificate authority alone.
func (s *Server) RootCAs() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.ca.cert)
	return pool
}

// TLSConfig returns the TLS configuration of a client that trusts this server and no other.
func (s *Server) TLSConfig() *tls.Config {
	return &tls.Config{RootCAs: s.RootCAs(), MinVersion: tls.VersionTLS12}
}

// WriteCA writes the certificate of the server's authority to a PEM file, for clients that are not written in Go.
func (s *Server) WriteCA(file string) error {
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.ca.cert.Raw})
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return fmt.Errorf("xmpptest: %w", err)
	}
	return nil
}

// newTLS makes the server's side: for STARTTLS, and for direct TLS with its protocol name (XEP-0368, section 5).
// bad, if it is not nil and returns one, chooses another certificate than the domain's.
func newTLS(ca *authority, domain string, bad func(*tls.ClientHelloInfo) (*tls.Certificate, error)) (starttls, direct *tls.Config, err error) {
	cert, err := ca.leaf(domain, nil)
	if err != nil {
		return nil, nil, err
	}
	starttls = &tls.Config{Certificates: []tls.Certificate{cert}, GetCertificate: bad, MinVersion: tls.VersionTLS12}
	direct = starttls.Clone()
	direct.NextProtos = []string{"xmpp-client"}
	return starttls, direct, nil
}
