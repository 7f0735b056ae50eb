package sasl

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const secret = "correct horse battery staple"

func user() Credentials { return Credentials{Username: "juliet", Password: secret} }

func TestChoose(t *testing.T) {
	all := []string{"PLAIN", "SCRAM-SHA-1", "X-OAUTH2", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}
	tests := []struct {
		name    string
		offered []string
		conn    Conn
		policy  Policy
		want    string // mechanism
		wantErr string
	}{
		{"strongest wins", all, Conn{TLS: true}, Policy{}, ScramSHA256, ""},
		{"strongest wins with PLAIN allowed", all, Conn{TLS: true}, Policy{Min: Plain}, ScramSHA256, ""},
		{"SHA-512 before SHA-256", []string{"SCRAM-SHA-256", "SCRAM-SHA-512"}, Conn{TLS: true}, Policy{}, ScramSHA512, ""},
		{"SCRAM without TLS", all, Conn{}, Policy{}, ScramSHA256, ""},
		{"SHA-1 when there is no better", []string{"PLAIN", "SCRAM-SHA-1"}, Conn{TLS: true}, Policy{}, ScramSHA1, ""},
		{"S29 stripped to PLAIN", []string{"PLAIN"}, Conn{TLS: true}, Policy{}, "", `"PLAIN" (weaker than SCRAM-SHA-1)`},
		{"PLAIN allowed", []string{"PLAIN"}, Conn{TLS: true}, Policy{Min: Plain}, Plain, ""},
		{"PLAIN never without TLS", []string{"PLAIN"}, Conn{}, Policy{Min: Plain}, "", `"PLAIN" (needs TLS)`},
		{"pinned", []string{"PLAIN", "SCRAM-SHA-1"}, Conn{TLS: true}, Policy{Min: ScramSHA256}, "", `"SCRAM-SHA-1" (weaker than SCRAM-SHA-256)`},
		{"nothing offered", nil, Conn{TLS: true}, Policy{Min: Plain}, "", "offers no mechanism"},
		{"nothing known", []string{"GSSAPI"}, Conn{TLS: true}, Policy{Min: Plain}, "", `"GSSAPI" (not supported)`},
		{"names are case sensitive", []string{"scram-sha-1"}, Conn{TLS: true}, Policy{}, "", "not supported"},
		{"only PLUS", []string{"SCRAM-SHA-1-PLUS"}, Conn{TLS: true}, Policy{}, "", "no channel binding in common"},
		{"only one allowed", all, Conn{TLS: true}, Policy{Only: []string{ScramSHA1}}, ScramSHA1, ""},
		{"only one allowed, and PLAIN is not", all, Conn{TLS: true}, Policy{Only: []string{Plain}}, "", `"PLAIN" (weaker than SCRAM-SHA-1)`},
		{"none of those allowed", all, Conn{TLS: true}, Policy{Only: []string{ScramSHA512}}, "", `"SCRAM-SHA-1" (not allowed)`},
		{
			"only one allowed, and binding is not", []string{ScramSHA1, ScramSHA1Plus}, Conn{TLS: true, Bindings: []Binding{{TLSUnique, []byte("u")}}},
			Policy{Only: []string{ScramSHA1}}, ScramSHA1, "",
		},
		{"unknown minimum", all, Conn{TLS: true}, Policy{Min: "BEST"}, "", `unknown minimum mechanism "BEST"`},
		{"names are bounded", []string{strings.Repeat("A\n", 500)}, Conn{TLS: true}, Policy{}, "", `"` + strings.Repeat(`A\n`, 10) + `"`},
		{"list is bounded", make([]string, 100), Conn{TLS: true}, Policy{}, "", "and 84 more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Choose(Offer{Mechanisms: tt.offered}, tt.conn, user(), tt.policy)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("error %v, want one with %q", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, m.Name()); diff != "" {
				t.Errorf("mechanism (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChoiceErrorTellsWhatWasOffered(t *testing.T) {
	_, err := Choose(Offer{Mechanisms: []string{"PLAIN", "GSSAPI"}}, Conn{TLS: true}, user(), Policy{})
	refused, ok := errors.AsType[*ChoiceError](err)
	if !ok {
		t.Fatalf("error %v is no ChoiceError", err)
	}
	if diff := cmp.Diff([]string{"PLAIN", "GSSAPI"}, refused.Offered); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGS2Flag(t *testing.T) {
	tests := []struct {
		name    string
		offered []string
		conn    Conn
		authzid string
		want    string
	}{
		{"cannot bind", []string{"SCRAM-SHA-1"}, Conn{TLS: true}, "", "n,,"},
		{"can bind, server offers none", []string{"SCRAM-SHA-1"}, Conn{TLS: true, Bindings: []Binding{{TLSExporter, []byte("x")}}}, "", "y,,"},
		{"can bind, server offers some", []string{"SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"}, Conn{TLS: true, Bindings: []Binding{{TLSExporter, []byte("x")}}}, "", "n,,"},
		{"acting as another", []string{"SCRAM-SHA-1"}, Conn{TLS: true}, "a=b,c@example.org", "n,a=a=3Db=2Cc@example.org,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			creds := user()
			creds.Authzid = tt.authzid
			m, err := Choose(Offer{Mechanisms: tt.offered}, tt.conn, creds, Policy{})
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
		})
	}
}

func TestNoncesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		n := nonce()
		if seen[n] || len(n) < 22 || strings.Contains(n, ",") {
			t.Fatalf("nonce %q", n)
		}
		seen[n] = true
	}
}

func TestCredentialsRefused(t *testing.T) {
	tests := []struct {
		name      string
		mechanism string
		creds     Credentials
		want      string
	}{
		{"no username", ScramSHA1, Credentials{Password: secret}, "no username"},
		{"no password", ScramSHA1, Credentials{Username: "juliet"}, "no password"},
		{"password SASLprep prohibits", ScramSHA1, Credentials{Username: "juliet", Password: secret + "\u0007"}, "SASLprep"},
		{"username SASLprep prohibits", ScramSHA1, Credentials{Username: "jul\u0007iet", Password: secret}, "SASLprep"},
		{"PLAIN with NUL in the password", Plain, Credentials{Username: "juliet", Password: secret + "\x00"}, "NUL"},
		{"PLAIN with NUL in the username", Plain, Credentials{Username: "a\x00b", Password: secret}, "NUL"},
		{"PLAIN not UTF-8", Plain, Credentials{Username: "juliet", Password: secret + "\xff"}, "UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Choose(Offer{Mechanisms: []string{tt.mechanism}}, Conn{TLS: true}, tt.creds, Policy{Min: Plain})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %q", err, tt.want)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("the error holds the password")
			}
		})
	}
}

// TestSecretsDoNotPrint prints what holds a password in every way a log line might.
func TestSecretsDoNotPrint(t *testing.T) {
	account, err := NewAccount(secret, minIterations)
	if err != nil {
		t.Fatal(err)
	}
	key := string(account.stored(ScramSHA256).StoredKey)
	creds := user()
	values := map[string]any{"credentials": creds, "pointer": &creds, "in a struct": struct{ C Credentials }{creds}, "account": account}
	for _, name := range []string{ScramSHA256, Plain} {
		if values[name], err = Choose(Offer{Mechanisms: []string{name}}, Conn{TLS: true}, creds, Policy{Min: Plain}); err != nil {
			t.Fatal(err)
		}
	}
	for name, v := range values {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			fmt.Fprintf(&out, "%v %+v %#v %s %q %d %x", v, v, v, v, v, v, v)
			slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
			slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
			for _, hidden := range []string{secret, key, fmt.Sprintf("%x", secret), fmt.Sprintf("%x", key), fmt.Sprint([]byte(key))} {
				if strings.Contains(out.String(), hidden) {
					t.Errorf("printed: %s", out.String())
				}
			}
		})
	}
}

func TestText(t *testing.T) {
	tests := []struct {
		name    string
		message []byte
		text    string
	}{
		{"none", nil, ""},
		{"empty", []byte{}, "="},
		{"some", []byte("n,,n=user"), "biwsbj11c2Vy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.text, Encode(tt.message)); diff != "" {
				t.Errorf("Encode (-want +got):\n%s", diff)
			}
			got, err := Decode(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.message, got); diff != "" {
				t.Errorf("Decode (-want +got):\n%s", diff)
			}
		})
	}
	for _, bad := range []string{"a", "====", "biws\nbj11", "bi ws", "biwsbj1=", strings.Repeat("A", 2*maxMessage)} {
		if got, err := Decode(bad); err == nil {
			t.Errorf("Decode(%.20q) = %q, want an error", bad, got)
		}
	}
}
