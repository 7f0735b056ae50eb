package sasl

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xdg-go/scram"
)

// TestDigest is the example of XEP-0474, section 5.3.
func TestDigest(t *testing.T) {
	offer := Offer{Mechanisms: []string{ScramSHA1Plus, ScramSHA1}, Bindings: []string{TLSServerEndPoint, TLSExporter}}
	if diff := cmp.Diff("G6k/rBLDqgOhRRaCuuatSDFkJ08=", offer.digest(scram.SHA1)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	offer.Bindings = nil
	if offer.digest(scram.SHA1) == (Offer{Mechanisms: offer.Mechanisms, Bindings: []string{}}).digest(scram.SHA1) {
		t.Error("an empty list of types counts as none")
	}
}

// TestS29_ListsChanged is the challenge of XEP-0474, section 5.3, to clients that have seen another offer than the server has made.
func TestS29_ListsChanged(t *testing.T) {
	const nonce = "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6"
	const first = "r=" + nonce + "a09117a6-ac50-4f2f-93f1-93799c2bddf6,s=QSXCR+Q6sek8bf92,i=4096"
	const hash = ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08="
	mechanisms, bindings := []string{ScramSHA1, ScramSHA1Plus}, []string{TLSServerEndPoint, TLSExporter}
	tests := []struct {
		name      string
		offer     Offer
		version   uint16
		challenge string
		want      string // of the refusal; empty for none
	}{
		{"as offered", Offer{mechanisms, bindings, true}, tls.VersionTLS13, first + hash + ",t=0304", ""},
		{"no protection", Offer{mechanisms, bindings, true}, tls.VersionTLS13, first, ""},
		{"lists alone", Offer{mechanisms, bindings, true}, tls.VersionTLS12, first + hash, ""},
		{"a mechanism taken out", Offer{mechanisms[:1], bindings, true}, tls.VersionTLS13, first + hash, "was changed"},
		{"a mechanism added", Offer{append([]string{Plain}, mechanisms...), bindings, true}, tls.VersionTLS13, first + hash, "was changed"},
		{"a type taken out", Offer{mechanisms, bindings[:1], true}, tls.VersionTLS13, first + hash, "was changed"},
		{"all types taken out", Offer{mechanisms, nil, false}, tls.VersionTLS13, first + hash, "was changed"},
		{"a hash that is cut", Offer{mechanisms, bindings, true}, tls.VersionTLS13, first + hash[:10], "was changed"},
		{"another TLS version", Offer{mechanisms, bindings, true}, tls.VersionTLS12, first + hash + ",t=0304", "somebody is between"},
		{"an older TLS version", Offer{mechanisms, bindings, true}, tls.VersionTLS13, first + hash + ",t=0303", "somebody is between"},
		{"the TLS version of no hash", Offer{mechanisms, bindings, true}, tls.VersionTLS13, first + ",t=0303", "somebody is between"},
		{"TLS on the server's side alone", Offer{mechanisms, bindings, true}, 0, first + hash + ",t=0304", "somebody is between"},
		{"capital letters", Offer{mechanisms, bindings, true}, 0x03ab, first + hash + ",t=03AB", "somebody is between"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			guard := protection{offer: tt.offer, version: tt.version}
			m, err := newSCRAM(entry{name: ScramSHA1, hash: scram.SHA1}, user(), guard, func() string { return nonce })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.Start(); err != nil {
				t.Fatal(err)
			}
			proof, err := m.Step([]byte(tt.challenge))
			if tt.want == "" {
				if err != nil || len(proof) == 0 {
					t.Fatalf("proof %q, %v", proof, err)
				}
				return
			}
			if _, ok := err.(*TrustError); !ok || !strings.Contains(err.Error(), tt.want) || proof != nil {
				t.Errorf("proof %q, %v; want a TrustError with %q and no proof", proof, err, tt.want)
			}
		})
	}
}

// TestS29_HashCannotBeTakenOut: h and t are under the signatures.
func TestS29_HashCannotBeTakenOut(t *testing.T) {
	offer := Offer{Mechanisms: []string{ScramSHA1}}
	m, err := Choose(offer, Conn{}, user(), Policy{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := verona(t).BeginAny(ScramSHA1, Conn{}, &offer, Other{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := m.Start()
	if err != nil {
		t.Fatal(err)
	}
	challenge, _, err := x.Step(first)
	if err != nil {
		t.Fatal(err)
	}
	bare, _, ok := strings.Cut(string(challenge), ",h=")
	if !ok {
		t.Fatalf("challenge %q without protection", challenge)
	}
	final, err := m.Step([]byte(bare))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = x.Step(final)
	checkCondition(t, NotAuthorized, err)
}
