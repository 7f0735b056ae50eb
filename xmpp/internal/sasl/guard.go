package sasl

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The iteration count is the server's choice and the client's work. Below the floor a stolen exchange is cheap to search
// (RFC 5802, 5.1); above the ceiling the server makes the client compute for many seconds, and PBKDF2 cannot be
// cancelled. Servers use 4096 to 10,000, recommendations for stored passwords end near 1,400,000.
const (
	minIterations = 4096
	maxIterations = 2_000_000
)

// checkServerFirst refuses what must not reach the key derivation: the library computes with any count from the floor up,
// and takes a nonce that equals the client's own (RFC 5802, 5.1 and 7).
//
//	server-first-message = nonce "," salt "," iteration-count ["," extensions]
func checkServerFirst(message, clientNonce string) error {
	fields := strings.Split(message, ",")
	for _, f := range fields {
		// A mandatory extension that is not known must end the exchange, wherever it stands (RFC 5802, 5.1, "m").
		if strings.HasPrefix(f, "m=") {
			return errors.New("sasl: server demands a SCRAM extension that is not supported")
		}
		if len(f) < 2 || f[1] != '=' {
			return errors.New("sasl: malformed SCRAM challenge")
		}
	}
	if len(fields) < 3 || fields[0][0] != 'r' || fields[1][0] != 's' || fields[2][0] != 'i' {
		return errors.New("sasl: malformed SCRAM challenge")
	}
	if err := checkNonce(fields[0][2:], clientNonce); err != nil {
		return err
	}
	if salt, err := base64.StdEncoding.DecodeString(fields[1][2:]); err != nil || len(salt) == 0 {
		return errors.New("sasl: SCRAM challenge without a usable salt")
	}
	return checkIterations(fields[2][2:])
}

// checkNonce wants the client's nonce, then something of the server's, all printable (RFC 5802, 5.1, "r").
func checkNonce(got, own string) error {
	if len(got) <= len(own) || !strings.HasPrefix(got, own) { // guard: S30
		return errors.New("sasl: server nonce does not extend the client's")
	}
	for i := range len(got) {
		if got[i] < 0x21 || got[i] > 0x7e {
			return errors.New("sasl: server nonce is not printable")
		}
	}
	return nil
}

// checkIterations wants a posit-number within the limits; ParseUint takes neither sign nor space.
func checkIterations(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		n = maxIterations + 1
	case err != nil:
		return errors.New("sasl: SCRAM iteration count is not a number")
	}
	if n < minIterations {
		return fmt.Errorf("sasl: SCRAM iteration count %d is below %d", n, minIterations)
	}
	if n > maxIterations { // guard: S31
		return fmt.Errorf("sasl: SCRAM iteration count is above %d", maxIterations)
	}
	return nil
}
