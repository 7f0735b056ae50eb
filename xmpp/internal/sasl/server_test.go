package sasl

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xdg-go/scram"
)

// verona is a server with one user, juliet.
func verona(t *testing.T) *Server {
	t.Helper()
	account, err := NewAccount(secret, minIterations)
	if err != nil {
		t.Fatal(err)
	}
	return NewServer("example.org", func(user string) (Account, bool) {
		if user != "juliet" && user != "IX" {
			return Account{}, false
		}
		return account, true
	})
}

// exchange runs client against server until one of them fails or both are content.
func exchange(s *Server, m Mechanism, conn Conn) (username string, err error) {
	x, err := s.Begin(m.Name(), conn)
	if err != nil {
		return "", err
	}
	return step(x, m)
}

// step lets the two sides answer one another.
func step(x *Exchange, m Mechanism) (username string, err error) {
	message, err := m.Start()
	for err == nil {
		challenge, done, serr := x.Step(message)
		if serr != nil {
			return x.Username(), serr
		}
		if done {
			return x.Username(), m.Success(challenge)
		}
		message, err = m.Step(challenge)
	}
	return x.Username(), err
}

func TestExchange(t *testing.T) {
	tests := []struct {
		name      string
		mechanism string
		creds     Credentials
		conn      Conn
		want      string // username
		condition string
	}{
		{"SHA-1", ScramSHA1, user(), Conn{}, "juliet", ""},
		{"SHA-256", ScramSHA256, user(), Conn{TLS: true}, "juliet", ""},
		{"SHA-512", ScramSHA512, user(), Conn{TLS: true, Bindings: []Binding{{TLSExporter, []byte("x")}}}, "juliet", ""},
		{"PLAIN", Plain, user(), Conn{TLS: true}, "juliet", ""},
		{"username prepared, SCRAM", ScramSHA256, Credentials{Username: "I\u00adX", Password: secret}, Conn{}, "IX", ""},
		{"username prepared, PLAIN", Plain, Credentials{Username: "I\u00adX", Password: secret}, Conn{TLS: true}, "IX", ""},
		{"password prepared, PLAIN", Plain, Credentials{Username: "juliet", Password: "correct\u00a0horse battery staple"}, Conn{TLS: true}, "juliet", ""},
		{"own authzid, SCRAM", ScramSHA1, Credentials{Username: "juliet", Password: secret, Authzid: "juliet@example.org"}, Conn{}, "juliet", ""},
		{"own authzid, PLAIN", Plain, Credentials{Username: "juliet", Password: secret, Authzid: "juliet@example.org"}, Conn{TLS: true}, "juliet", ""},
		{"S50 other authzid, SCRAM", ScramSHA1, Credentials{Username: "juliet", Password: secret, Authzid: "romeo@example.org"}, Conn{}, "", InvalidAuthzid},
		{"S50 other authzid, PLAIN", Plain, Credentials{Username: "juliet", Password: secret, Authzid: "romeo@example.org"}, Conn{TLS: true}, "", InvalidAuthzid},
		{"wrong password, SCRAM", ScramSHA256, Credentials{Username: "juliet", Password: "wrong"}, Conn{}, "", NotAuthorized},
		{"wrong password, PLAIN", Plain, Credentials{Username: "juliet", Password: "wrong"}, Conn{TLS: true}, "", NotAuthorized},
		{"unknown user, SCRAM", ScramSHA256, Credentials{Username: "tybalt", Password: secret}, Conn{}, "", NotAuthorized},
		{"unknown user, PLAIN", Plain, Credentials{Username: "tybalt", Password: secret}, Conn{TLS: true}, "", NotAuthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Choose(Offer{Mechanisms: []string{tt.mechanism}}, tt.conn, tt.creds, Policy{Min: Plain})
			if err != nil {
				t.Fatal(err)
			}
			got, err := exchange(verona(t), m, tt.conn)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("username (-want +got):\n%s", diff)
			}
			checkCondition(t, tt.condition, err)
		})
	}
}

func checkCondition(t *testing.T, want string, err error) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	f, ok := errors.AsType[*Failure](err)
	if !ok {
		t.Fatalf("error %v is no Failure", err)
	}
	if diff := cmp.Diff(want, f.Condition); diff != "" {
		t.Errorf("condition (-want +got):\n%s", diff)
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the error holds the password: %v", err)
	}
}

func TestServerOffer(t *testing.T) {
	s := verona(t)
	if diff := cmp.Diff([]string{ScramSHA512, ScramSHA256, ScramSHA1, Plain}, s.Offer(Conn{TLS: true})); diff != "" {
		t.Errorf("with TLS (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{ScramSHA512, ScramSHA256, ScramSHA1}, s.Offer(Conn{})); diff != "" {
		t.Errorf("without TLS (-want +got):\n%s", diff)
	}
	_, err := s.Begin(Plain, Conn{})
	checkCondition(t, EncryptionRequired, err)
	_, err = s.Begin("GSSAPI", Conn{TLS: true})
	checkCondition(t, InvalidMechanism, err)
}

func TestServerRefusesMalformedMessages(t *testing.T) {
	tests := []struct {
		name, mechanism, message, condition string
	}{
		{"PLAIN empty", Plain, "", MalformedRequest},
		{"PLAIN two parts", Plain, "juliet\x00" + secret, MalformedRequest},
		{"PLAIN four parts", Plain, "\x00juliet\x00" + secret + "\x00", MalformedRequest},
		{"PLAIN no username", Plain, "\x00\x00" + secret, MalformedRequest},
		{"PLAIN no password", Plain, "\x00juliet\x00", MalformedRequest},
		{"PLAIN username SASLprep prohibits", Plain, "\x00jul\u0007iet\x00" + secret, NotAuthorized},
		{"PLAIN password SASLprep prohibits", Plain, "\x00juliet\x00" + secret + "\u0007", NotAuthorized},
		{"PLAIN too long", Plain, "\x00juliet\x00" + strings.Repeat("a", maxMessage), MalformedRequest},
		{"SCRAM empty", ScramSHA1, "", MalformedRequest},
		{"SCRAM bound", ScramSHA1, "p=tls-exporter,,n=juliet,r=abc", MalformedRequest},
		{"SCRAM mandatory extension", ScramSHA1, "n,,m=1,n=juliet,r=abc", MalformedRequest},
		{"SCRAM bad escape", ScramSHA1, "n,,n=jul=iet,r=abc", MalformedRequest},
		{"SCRAM no username", ScramSHA1, "n,,n=,r=abc", NotAuthorized},
		{"SCRAM username SASLprep prohibits", ScramSHA1, "n,,n=jul\u0007iet,r=abc", MalformedRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, err := verona(t).Begin(tt.mechanism, Conn{TLS: true})
			if err != nil {
				t.Fatal(err)
			}
			_, done, err := x.Step([]byte(tt.message))
			if done {
				t.Fatal("done")
			}
			checkCondition(t, tt.condition, err)
			_, _, err = x.Step([]byte("\x00juliet\x00" + secret))
			checkCondition(t, MalformedRequest, err) // the attempt is over
		})
	}
}

func TestServerRefusesChangedProof(t *testing.T) {
	s := verona(t)
	tests := []struct {
		name   string
		change func(final string) string
	}{
		{"other nonce", func(f string) string { return strings.Replace(f, ",r=", ",r=x", 1) }},
		{"other gs2 header", func(f string) string { return strings.Replace(f, "c=biws", "c=eSws", 1) }},
		{"no proof", func(f string) string { return f[:strings.LastIndex(f, ",")] }},
		{"empty proof", func(f string) string { return f[:strings.LastIndex(f, "p=")] + "p=" }},
		{"empty", func(string) string { return "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := newSCRAM(entry{name: ScramSHA1, hash: scram.SHA1}, user(), protection{}, nonce)
			if err != nil {
				t.Fatal(err)
			}
			x, err := s.Begin(ScramSHA1, Conn{})
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
			final, err := m.Step(challenge)
			if err != nil {
				t.Fatal(err)
			}
			_, done, err := x.Step([]byte(tt.change(string(final))))
			if done || x.Username() != "" {
				t.Fatal("authenticated")
			}
			checkCondition(t, NotAuthorized, err)
		})
	}
}

func TestServerAsksForInitialResponseOnce(t *testing.T) {
	x, err := verona(t).Begin(Plain, Conn{TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	challenge, done, err := x.Step(nil)
	if err != nil || done || challenge == nil || len(challenge) != 0 {
		t.Fatalf("challenge %q, done %v, error %v, want an empty challenge", challenge, done, err)
	}
	_, _, err = x.Step(nil)
	checkCondition(t, MalformedRequest, err)
}

func TestDecoyLooksLikeAnAccount(t *testing.T) {
	s := verona(t)
	challenge := func(user string) string {
		x, err := s.Begin(ScramSHA512, Conn{})
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := x.Step([]byte("n,,n=" + user + ",r=abc"))
		if err != nil {
			t.Fatal(err)
		}
		_, afterNonce, _ := strings.Cut(string(c), ",")
		return afterNonce
	}
	if diff := cmp.Diff(challenge("tybalt"), challenge("tybalt")); diff != "" {
		t.Errorf("the salt of an unknown user changes (-first +second):\n%s", diff)
	}
	if challenge("tybalt") == challenge("paris") {
		t.Error("two unknown users have the same salt")
	}
	if len(challenge("tybalt")) != len(challenge("juliet")) {
		t.Error("the challenge for an unknown user differs in length")
	}
}

func TestNewAccountRefuses(t *testing.T) {
	tests := []struct {
		name       string
		password   string
		iterations int
	}{
		{"too few iterations", secret, minIterations - 1},
		{"too many iterations", secret, maxIterations + 1},
		{"no password", "", minIterations},
		{"password SASLprep prohibits", "\u0007", minIterations},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := NewAccount(tt.password, tt.iterations); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestPlainOutOfOrder(t *testing.T) {
	fresh := func() *simple {
		p, err := newSimple(Plain, user())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	started := func() *simple {
		p := fresh()
		if _, err := p.Start(); err != nil {
			t.Fatal(err)
		}
		return p
	}
	tests := []struct {
		name string
		run  func() error
	}{
		{"success before start", func() error { return fresh().Success(nil) }},
		{"second start", func() error { _, err := started().Start(); return err }},
		{"challenge", func() error { _, err := started().Step(nil); return err }},
		{"success with data", func() error { return started().Success([]byte("x")) }},
		{"success after a challenge", func() error {
			p := started()
			if _, err := p.Step(nil); err == nil {
				t.Fatal("a challenge was answered")
			}
			return p.Success(nil)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.run(); err == nil {
				t.Error("no error")
			}
		})
	}
}
