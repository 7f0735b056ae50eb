package sasl

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"

	"github.com/xdg-go/scram"
)

// Account is what a server keeps of a user's password: a salt, a count and derived keys for each hash, never the password
// (RFC 5802, 3). Copies share the keys.
type Account struct {
	// stored returns the keys for one SCRAM mechanism. It is a function because fmt cannot look into one: an Account that
	// gets printed shows no key.
	stored func(mechanism string) scram.StoredCredentials
}

// newAccount holds the keys by mechanism.
func newAccount(keys map[string]scram.StoredCredentials) Account {
	return Account{stored: func(mechanism string) scram.StoredCredentials { return keys[mechanism] }}
}

// NewAccount derives the keys of a password with a fresh salt. 4096 iterations are the least that SCRAM allows and quick
// enough for tests.
func NewAccount(password string, iterations int) (Account, error) {
	if iterations < minIterations || iterations > maxIterations {
		return Account{}, fmt.Errorf("sasl: %d iterations are not between %d and %d", iterations, minIterations, maxIterations)
	}
	if password == "" {
		return Account{}, errors.New("sasl: no password")
	}
	factors := scram.KeyFactors{Salt: rand.Text(), Iters: iterations}
	keys := map[string]scram.StoredCredentials{}
	for _, e := range mechanisms() {
		if e.hash == nil || e.plus {
			continue
		}
		stored, err := derive(e.hash, password, factors)
		if err != nil {
			return Account{}, err
		}
		keys[e.name] = stored
	}
	return newAccount(keys), nil
}

// derive computes the keys of a password. The user's name has no part in them.
func derive(hash scram.HashGeneratorFcn, password string, factors scram.KeyFactors) (scram.StoredCredentials, error) {
	client, err := hash.NewClient("", password, "")
	if err != nil {
		return scram.StoredCredentials{}, fmt.Errorf("sasl: %w", err)
	}
	return client.GetStoredCredentialsWithError(factors)
}

// matches reports whether the password is the account's.
func (a Account) matches(password string) bool {
	want := a.stored(ScramSHA256)
	got, err := derive(scram.SHA256, password, want.KeyFactors)
	return err == nil && subtle.ConstantTimeCompare(got.StoredKey, want.StoredKey) == 1
}

// decoy makes the account of a user who does not exist: always the same salt for the same name, and keys no password
// leads to. An attempt on it runs and fails like one with a wrong password, so that a name cannot be probed where accounts
// are made with the least number of iterations.
func decoy(secret []byte, user string) Account {
	part := func(label string) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(label + "\x00" + user))
		return mac.Sum(nil)
	}
	salt := base32.StdEncoding.EncodeToString(part("salt"))[:len(rand.Text())] // of the kind NewAccount makes
	keys := map[string]scram.StoredCredentials{}
	for _, e := range mechanisms() {
		if e.hash == nil || e.plus {
			continue
		}
		size := e.hash().Size()
		fill := append(part(e.name+" a"), part(e.name+" b")...)
		keys[e.name] = scram.StoredCredentials{
			KeyFactors: scram.KeyFactors{Salt: salt, Iters: minIterations},
			StoredKey:  fill[:size],
			ServerKey:  fill[:size],
		}
	}
	return newAccount(keys)
}
