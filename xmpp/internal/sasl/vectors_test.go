package sasl

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xdg-go/scram"
)

// vector is a whole exchange as printed in an RFC.
type vector struct {
	name        string
	mechanism   entry
	nonce       string // the client's
	more        string // what the server appends
	salt        string // decoded
	first       string
	serverFirst string
	final       string
	serverFinal string
}

func vectors() []vector {
	return []vector{{
		name:        "RFC 5802, 5",
		mechanism:   entry{name: ScramSHA1, hash: scram.SHA1},
		nonce:       "fyko+d2lbbFgONRv9qkxdawL",
		more:        "3rfcNHYJY1ZVvWVs7j",
		salt:        "\x41\x25\xc2\x47\xe4\x3a\xb1\xe9\x3c\x6d\xff\x76",
		first:       "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
		serverFirst: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
		final:       "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
		serverFinal: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
	}, {
		name:        "RFC 7677, 3",
		mechanism:   entry{name: ScramSHA256, hash: scram.SHA256},
		nonce:       "rOprNGfwEbeRWgbNEkqO",
		more:        "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
		salt:        "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81",
		first:       "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
		serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		final:       "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	}}
}

// client starts the vector's exchange.
func (v vector) client(t *testing.T) *scramClient {
	t.Helper()
	m, err := newSCRAM(v.mechanism, Credentials{Username: "user", Password: "pencil"}, protection{}, func() string { return v.nonce })
	if err != nil {
		t.Fatal(err)
	}
	initial, err := m.Start()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.first, string(initial)); diff != "" {
		t.Fatalf("client-first-message (-want +got):\n%s", diff)
	}
	return m
}

// proved takes the exchange to the point where the server has to prove itself.
func (v vector) proved(t *testing.T) *scramClient {
	t.Helper()
	m := v.client(t)
	response, err := m.Step([]byte(v.serverFirst))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.final, string(response)); diff != "" {
		t.Fatalf("client-final-message (-want +got):\n%s", diff)
	}
	return m
}

func TestVectorsClient(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.name+" signature with success", func(t *testing.T) {
			if err := v.proved(t).Success([]byte(v.serverFinal)); err != nil {
				t.Fatal(err)
			}
		})
		t.Run(v.name+" signature in a challenge", func(t *testing.T) {
			m := v.proved(t)
			response, err := m.Step([]byte(v.serverFinal))
			if err != nil {
				t.Fatal(err)
			}
			if response == nil || len(response) != 0 {
				t.Errorf("response to the signature is %q, want empty but not nil", response)
			}
			if err := m.Success(nil); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestVectorsServer(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.name, func(t *testing.T) {
			stored, err := derive(v.mechanism.hash, "pencil", scram.KeyFactors{Salt: v.salt, Iters: 4096})
			if err != nil {
				t.Fatal(err)
			}
			account := newAccount(map[string]scram.StoredCredentials{v.mechanism.name: stored})
			server := NewServer("example.org", func(user string) (Account, bool) { return account, user == "user" })
			server.nonce = func() string { return v.more }
			x, err := server.Begin(v.mechanism.name, Conn{})
			if err != nil {
				t.Fatal(err)
			}
			challenge, done, err := x.Step([]byte(v.first))
			if err != nil || done {
				t.Fatalf("first step: done %v, error %v", done, err)
			}
			if diff := cmp.Diff(v.serverFirst, string(challenge)); diff != "" {
				t.Fatalf("server-first-message (-want +got):\n%s", diff)
			}
			final, done, err := x.Step([]byte(v.final))
			if err != nil || !done {
				t.Fatalf("last step: done %v, error %v", done, err)
			}
			if diff := cmp.Diff(v.serverFinal, string(final)); diff != "" {
				t.Errorf("server-final-message (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("user", x.Username()); diff != "" {
				t.Errorf("username (-want +got):\n%s", diff)
			}
		})
	}
}
