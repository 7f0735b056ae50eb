package sasl

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// certify makes a certificate that is signed with its own key.
func certify(t *testing.T, key crypto.Signer, algorithm x509.SignatureAlgorithm) (*x509.Certificate, tls.Certificate) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"example.org"}, SignatureAlgorithm: algorithm,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return leaf, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func ecdsaKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// handshake returns both sides of a new TLS connection.
func handshake(t *testing.T, version uint16) (client, server Conn) {
	t.Helper()
	leaf, cert := certify(t, ecdsaKey(t), 0)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close(); far.Close() })
	s := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: version, MaxVersion: version})
	c := tls.Client(near, &tls.Config{RootCAs: roots, ServerName: "example.org", MinVersion: version, MaxVersion: version})
	done := make(chan error, 1)
	go func() { done <- s.HandshakeContext(t.Context()) }() // ends with the handshake; waited for below
	if err := c.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	state := c.ConnectionState()
	return OverTLS(state, state.PeerCertificates[0]), OverTLS(s.ConnectionState(), leaf)
}

func types(bs []Binding) (names []string) {
	for _, b := range bs {
		names = append(names, b.Type)
	}
	return names
}

func TestBindings(t *testing.T) {
	tests := []struct {
		name    string
		version uint16
		want    []string
	}{
		{"TLS 1.2", tls.VersionTLS12, []string{TLSExporter, TLSUnique, TLSServerEndPoint}},
		{"TLS 1.3", tls.VersionTLS13, []string{TLSExporter, TLSServerEndPoint}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, server := handshake(t, tt.version)
			if diff := cmp.Diff(tt.want, types(client.Bindings)); diff != "" {
				t.Errorf("types (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(client, server); diff != "" {
				t.Errorf("the two sides differ (-client +server):\n%s", diff)
			}
			other, _ := handshake(t, tt.version)
			for i, b := range client.Bindings {
				if len(b.Data) == 0 || cmp.Equal(b.Data, other.Bindings[i].Data) {
					t.Errorf("%s: %x on two connections", b.Type, b.Data)
				}
			}
		})
	}
	if got := OverTLS(tls.ConnectionState{}, nil); got.Bindings != nil {
		t.Errorf("without a handshake: %v", got.Bindings)
	}
}

func TestEndPoint(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sum256 := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	sum384 := func(b []byte) []byte { s := sha512.Sum384(b); return s[:] }
	sum512 := func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }
	none := func([]byte) []byte { return nil }
	tests := []struct {
		algorithm x509.SignatureAlgorithm
		key       crypto.Signer
		hash      func([]byte) []byte
	}{
		{x509.SHA256WithRSA, rsaKey, sum256},
		{x509.SHA384WithRSA, rsaKey, sum384},
		{x509.SHA512WithRSA, rsaKey, sum512},
		{x509.SHA512WithRSAPSS, rsaKey, sum512},
		{x509.ECDSAWithSHA256, ecdsaKey(t), sum256},
		{x509.ECDSAWithSHA384, ecdsaKey(t), sum384},
		{x509.PureEd25519, edKey, none}, // RFC 5929, section 4.1 leaves it undefined
	}
	for _, tt := range tests {
		t.Run(tt.algorithm.String(), func(t *testing.T) {
			leaf, _ := certify(t, tt.key, tt.algorithm)
			if diff := cmp.Diff(tt.hash(leaf.Raw), endPoint(leaf)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	old := &x509.Certificate{Raw: []byte("x"), SignatureAlgorithm: x509.SHA1WithRSA}
	if diff := cmp.Diff(sum256(old.Raw), endPoint(old)); diff != "" {
		t.Errorf("SHA-1 (-want +got):\n%s", diff)
	}
}

// TestPlus logs in with each hash and each type of channel binding.
func TestPlus(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := handshake(t, version)
		for _, mechanism := range []string{ScramSHA512Plus, ScramSHA256Plus, ScramSHA1Plus} {
			for _, binding := range types(client.Bindings) {
				t.Run(tls.VersionName(version)+" "+mechanism+" "+binding, func(t *testing.T) {
					offer := Offer{Mechanisms: []string{mechanism}, Bindings: []string{binding}, SASL2: true}
					m, err := Choose(offer, client, user(), Policy{Bound: true})
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff([]string{mechanism, binding}, []string{m.Name(), m.(*scramClient).Binding()}); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
					got, err := exchangeOffer(verona(t), m, server, &offer)
					if got != "juliet" || err != nil {
						t.Errorf("logged in as %q: %v", got, err)
					}
				})
			}
		}
	}
}

// exchangeOffer is exchange with a server that protects what it offers.
func exchangeOffer(s *Server, m Mechanism, conn Conn, offer *Offer) (username string, err error) {
	x, err := s.BeginAny(m.Name(), conn, offer, Other{})
	if err != nil {
		return "", err
	}
	return step(x, m)
}

// TestS29_ServerInTheMiddle has a certificate that the client believes, and passes on what it hears: its connection to the server is not the client's.
func TestS29_ServerInTheMiddle(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, _ := handshake(t, version)
		_, server := handshake(t, version)
		for _, binding := range types(client.Bindings) {
			t.Run(tls.VersionName(version)+" "+binding, func(t *testing.T) {
				m, err := Choose(Offer{Mechanisms: []string{ScramSHA256Plus}, Bindings: []string{binding}}, client, user(), Policy{})
				if err != nil {
					t.Fatal(err)
				}
				got, err := exchange(verona(t), m, server)
				if got != "" {
					t.Errorf("logged in as %q through somebody in the middle", got)
				}
				checkCondition(t, NotAuthorized, err)
			})
		}
	}
}

// TestS32_BindingRules is XEP-0440, section 3.
func TestS32_BindingRules(t *testing.T) {
	both := []string{ScramSHA1, ScramSHA1Plus}
	tls12 := Conn{TLS: true, Bindings: []Binding{{TLSExporter, []byte("e")}, {TLSUnique, []byte("u")}, {TLSServerEndPoint, []byte("s")}}}
	tls13 := Conn{TLS: true, Bindings: []Binding{{TLSExporter, []byte("e")}, {TLSServerEndPoint, []byte("s")}}}
	tests := []struct {
		name  string
		conn  Conn
		offer Offer
		want  string // gs2 header, empty for an abort
	}{
		{"rule 2: cannot bind", Conn{TLS: true}, Offer{both, []string{TLSExporter}, true}, "n,,"},
		{"rule 3: nothing announced, SASL1", tls13, Offer{both[:1], nil, false}, "y,,"},
		{"rule 3: nothing announced, SASL2", tls13, Offer{both[:1], nil, true}, "y,,"},
		{"rule 4: types taken out, SASL2", tls12, Offer{both, nil, true}, ""},
		{"rule 4: empty list, SASL2", tls12, Offer{both, []string{}, true}, ""},
		{"rule 4: no types, SASL1, TLS 1.2", tls12, Offer{both, nil, false}, "p=tls-unique,,"},
		{"rule 4: no types, SASL1, TLS 1.3", tls13, Offer{both, nil, false}, "n,,"},
		{"rule 5: mechanisms taken out, SASL1", tls13, Offer{both[:1], []string{TLSExporter}, false}, ""},
		{"rule 5: mechanisms taken out, SASL2", tls13, Offer{both[:1], []string{TLSExporter}, true}, ""},
		{"rule 5: and PLAIN is no way out", tls13, Offer{[]string{ScramSHA1, Plain}, []string{TLSExporter}, true}, ""},
		{"rule 6: no type in common", tls13, Offer{both, []string{"tls-unique"}, true}, "n,,"}, // and see TestS32_ListMustBeProved
		{"rule 6: a type nobody knows", tls13, Offer{both, []string{"x"}, false}, "n,,"},
		{"rule 7: the strongest type", tls13, Offer{both, []string{TLSServerEndPoint, TLSExporter}, true}, "p=tls-exporter,,"},
		{"rule 7: the strongest type, SASL1", tls12, Offer{both, []string{TLSServerEndPoint, TLSUnique}, false}, "p=tls-unique,,"},
		{"rule 1: the least type", tls13, Offer{both, []string{TLSServerEndPoint, TLSUnique}, true}, "p=tls-server-end-point,,"},
		{"bound with a hash we lack", tls13, Offer{[]string{ScramSHA1, "SCRAM-SHA3-512-PLUS"}, []string{TLSExporter}, true}, "n,,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Choose(tt.offer, tt.conn, user(), Policy{Min: Plain})
			if tt.want == "" {
				if _, ok := err.(*TrustError); !ok {
					t.Fatalf("%v, %v; want a TrustError", m, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			initial, err := m.Start()
			if err != nil {
				t.Fatal(err)
			}
			got, _, _ := strings.Cut(string(initial), "n=juliet")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("gs2 header (-want +got):\n%s", diff)
			}
			if plus := strings.HasPrefix(tt.want, "p="); plus != (m.Name() == ScramSHA1Plus) {
				t.Errorf("mechanism %s", m.Name())
			}
		})
	}
}

// TestS32_ListMustBeProved has no type in common with the server: then the server must prove that the list is its own (XEP-0474, section 7).
func TestS32_ListMustBeProved(t *testing.T) {
	client, _ := handshake(t, tls.VersionTLS13)
	offer := Offer{Mechanisms: []string{ScramSHA1, ScramSHA1Plus}, Bindings: []string{"x"}, SASL2: true}
	for _, protect := range []*Offer{nil, &offer} {
		m, err := Choose(offer, client, user(), Policy{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = exchangeOffer(verona(t), m, client, protect)
		_, refused := err.(*TrustError)
		if refused != (protect == nil) || !refused && err != nil {
			t.Errorf("server that protects its list: %v; login: %v", protect != nil, err)
		}
	}
}

// TestS29_ClientSawNoBinding: somebody took the -PLUS mechanisms out, and the server learns of it by the flag y.
func TestS29_ClientSawNoBinding(t *testing.T) {
	client, server := handshake(t, tls.VersionTLS13)
	m, err := Choose(Offer{Mechanisms: []string{ScramSHA1}}, client, user(), Policy{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = exchangeOffer(verona(t), m, server, &Offer{Mechanisms: []string{ScramSHA1, ScramSHA1Plus}})
	checkCondition(t, NotAuthorized, err)
}
