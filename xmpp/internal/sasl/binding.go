package sasl

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
)

// Types of channel binding (RFC 5929, RFC 9266).
const (
	TLSExporter       = "tls-exporter"
	TLSUnique         = "tls-unique"
	TLSServerEndPoint = "tls-server-end-point"
)

// Binding ties a login to the TLS connection it is made on: who stands between two connections has another one.
type Binding struct {
	Type string
	Data []byte
}

// OverTLS returns what a login may rely on over a TLS connection whose handshake is done. server is the certificate that the server has shown.
func OverTLS(state tls.ConnectionState, server *x509.Certificate) Conn {
	conn := Conn{TLS: true, Version: state.Version}
	if !state.HandshakeComplete {
		return conn
	}
	// RFC 9266, section 4: the context is of length zero, which for TLS 1.2 is not the same as none; without extended master secret Go refuses.
	if data, err := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32); err == nil {
		conn.Bindings = append(conn.Bindings, Binding{TLSExporter, data})
	}
	if state.Version < tls.VersionTLS13 && len(state.TLSUnique) > 0 { // undefined for TLS 1.3 (RFC 9266, section 3)
		conn.Bindings = append(conn.Bindings, Binding{TLSUnique, state.TLSUnique})
	}
	if data := endPoint(server); data != nil {
		conn.Bindings = append(conn.Bindings, Binding{TLSServerEndPoint, data})
	}
	return conn
}

// endPoint hashes the server's certificate (RFC 5929, section 4.1): with the hash of its signature, but for MD5 and SHA-1 with SHA-256. nil where the signature has
// no hash, as Ed25519, for which the type is undefined.
func endPoint(cert *x509.Certificate) []byte {
	if cert == nil {
		return nil
	}
	switch cert.SignatureAlgorithm {
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		sum := sha512.Sum384(cert.Raw)
		return sum[:]
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		sum := sha512.Sum512(cert.Raw)
		return sum[:]
	case x509.UnknownSignatureAlgorithm, x509.PureEd25519:
		return nil
	}
	sum := sha256.Sum256(cert.Raw)
	return sum[:]
}
