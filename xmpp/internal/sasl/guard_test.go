package sasl

import (
	"errors"
	"strings"
	"testing"
)

// TestS31_ScramChallengeGuards covers S30 (nonce) and S31 (iterations): nothing below reaches the key derivation.
func TestS31_ScramChallengeGuards(t *testing.T) {
	const nonce = "fyko+d2lbbFgONRv9qkxdawL"
	tests := []struct {
		name, challenge, want string
	}{
		{"i=2^31", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=2147483648", "above"},
		{"i just above the ceiling", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=2000001", "above"},
		{"i beyond 64 bits", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=99999999999999999999", "above"},
		{"i below the floor", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=4095", "below"},
		{"i zero", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=0", "below"},
		{"i negative", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=-4096", "not a number"},
		{"i with sign", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=+4096", "not a number"},
		{"i empty", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=", "not a number"},
		{"nonce not extended", "r=" + nonce + ",s=QSXCR+Q6sek8bf92,i=4096", "extend"},
		{"nonce of somebody else", "r=AAAA" + nonce + ",s=QSXCR+Q6sek8bf92,i=4096", "extend"},
		{"nonce cut", "r=fyko,s=QSXCR+Q6sek8bf92,i=4096", "extend"},
		{"nonce not printable", "r=" + nonce + "\x01,s=QSXCR+Q6sek8bf92,i=4096", "printable"},
		{"mandatory extension first", "m=x,r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=4096", "extension"},
		{"mandatory extension last", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=4096,m=x", "extension"},
		{"salt empty", "r=" + nonce + "x,s=,i=4096", "salt"},
		{"salt not base64", "r=" + nonce + "x,s=?,i=4096", "salt"},
		{"wrong order", "s=QSXCR+Q6sek8bf92,r=" + nonce + "x,i=4096", "malformed"},
		{"count missing", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92", "malformed"},
		{"empty", "", "malformed"},
		{"no attribute", "r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=4096,x", "malformed"},
		{"server-final-message instead", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "malformed"},
		{"too long", "r=" + nonce + strings.Repeat("x", maxMessage) + ",s=QSXCR+Q6sek8bf92,i=4096", "longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := vectors()[0].client(t)
			response, err := m.Step([]byte(tt.challenge))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %q", err, tt.want)
			}
			if response != nil {
				t.Errorf("response %q went out", response)
			}
			if m.Success([]byte(vectors()[0].serverFinal)) == nil {
				t.Error("success was believed after a failure")
			}
		})
	}
}

func TestScramChallengeWithOptionalExtension(t *testing.T) {
	v := vectors()[0]
	// RFC 5802, 5.1: unknown optional extensions are ignored.
	if _, err := v.client(t).Step([]byte(v.serverFirst + ",x=ignored")); err != nil {
		t.Fatal(err)
	}
}

// TestS30_ScramServerMustProveItself is S30: success counts only behind the right signature.
func TestS30_ScramServerMustProveItself(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"no data", nil, "has not proved"},
		{"empty data", []byte{}, "has not proved"},
		{"wrong signature", []byte("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="), "missing or wrong"},
		{"empty signature", []byte("v="), "missing or wrong"},
		{"cut signature", []byte("v=rmF9pqV8S7suAoZWja4dJRkF"), "missing or wrong"},
		{"signature of no attribute", []byte("rmF9pqV8S7suAoZWja4dJRkFsKQ="), "missing or wrong"},
		{"signature not first", []byte("x=1,v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "missing or wrong"},
		{"error", []byte("e=invalid-proof"), `server error "invalid-proof"`},
		{"error of the server's own making", []byte("e=" + strings.Repeat("A", 100)), `"` + strings.Repeat("A", 40) + `"`},
		{"too long", []byte(vectors()[0].serverFinal + ",x=" + strings.Repeat("A", maxMessage)), "longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := vectors()[0].proved(t)
			if err := m.Success(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Success: error %v, want one with %q", err, tt.want)
			}
			if len(tt.data) > 0 {
				if _, err := vectors()[0].proved(t).Step(tt.data); err == nil {
					t.Error("Step took it")
				}
			}
			if m.Success([]byte(vectors()[0].serverFinal)) == nil {
				t.Error("a second try was believed")
			}
		})
	}
}

func TestScramOutOfOrder(t *testing.T) {
	v := vectors()[0]
	fresh := func(t *testing.T) *scramClient {
		m, err := newSCRAM(v.mechanism, Credentials{Username: "user", Password: "pencil"}, protection{}, nonce)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	tests := []struct {
		name string
		run  func(t *testing.T) error
		want error
	}{
		{"success before start", func(t *testing.T) error { return fresh(t).Success(nil) }, errOrder},
		{"success before any challenge", func(t *testing.T) error { return v.client(t).Success(nil) }, errNotProved},
		{"signature before any challenge", func(t *testing.T) error { return v.client(t).Success([]byte(v.serverFinal)) }, errNotProved},
		{"step before start", func(t *testing.T) error { _, err := fresh(t).Step(nil); return err }, errOrder},
		{"second start", func(t *testing.T) error { _, err := v.client(t).Start(); return err }, errOrder},
		{"signature twice", func(t *testing.T) error {
			m := v.proved(t)
			if _, err := m.Step([]byte(v.serverFinal)); err != nil {
				t.Fatal(err)
			}
			return m.Success([]byte(v.serverFinal))
		}, errOrder},
		{"a third challenge", func(t *testing.T) error {
			m := v.proved(t)
			if _, err := m.Step([]byte(v.serverFinal)); err != nil {
				t.Fatal(err)
			}
			_, err := m.Step([]byte(v.serverFinal))
			return err
		}, errOrder},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.run(t); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func FuzzScramChallenge(f *testing.F) {
	for _, v := range vectors() {
		f.Add(v.serverFirst, v.nonce)
	}
	f.Add("m=1,r=x,s=,i=", "x")
	f.Fuzz(func(t *testing.T, message, nonce string) {
		if checkServerFirst(message, nonce) != nil {
			return
		}
		if !strings.HasPrefix(message, "r="+nonce) || strings.HasPrefix(message, "r="+nonce+",") {
			t.Errorf("accepted %q for nonce %q", message, nonce)
		}
	})
}
