package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Attempt is one target that was tried, and what came of it.
type Attempt struct {
	Target Target
	Err    error
}

// Error says that a domain could not be reached, and everything that was tried.
type Error struct {
	Domain   string
	Lookup   error // what went wrong with SRV records, nil if nothing
	Attempts []Attempt
}

// Error names every target and its failure.
func (e *Error) Error() string {
	var parts []string
	if e.Lookup != nil {
		parts = append(parts, strings.ReplaceAll(e.Lookup.Error(), "\n", "; "))
	}
	for _, a := range e.Attempts {
		parts = append(parts, fmt.Sprintf("%v: %v", a.Target, a.Err))
	}
	return fmt.Sprintf("dial: cannot reach %s: %s", e.Domain, strings.Join(parts, "; "))
}

// Unwrap returns the failures one by one, for errors.Is and errors.AsType.
func (e *Error) Unwrap() []error {
	var errs []error
	if e.Lookup != nil {
		errs = append(errs, e.Lookup)
	}
	for _, a := range e.Attempts {
		errs = append(errs, a.Err)
	}
	return errs
}

// NotFound reports whether DNS knows the domain not at all: no SRV records, no addresses, and no question unanswered.
func (e *Error) NotFound() bool {
	if e.Lookup != nil || len(e.Attempts) == 0 {
		return false
	}
	for _, a := range e.Attempts {
		if !notFound(a.Err) {
			return false
		}
	}
	return true
}

// Temporary reports whether the same call may succeed later, with nothing changed on this side. A name that does not exist, a
// service that is denied and a certificate of somebody else are not temporary; a server that is down is.
func (e *Error) Temporary() bool {
	for _, err := range e.Unwrap() {
		if !lasting(err) {
			return true
		}
	}
	return false
}

// lasting reports whether waiting will not help.
func lasting(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	return notFound(err) || errors.Is(err, ErrNoService) || errors.Is(err, ErrUnverified) || errors.Is(err, context.Canceled)
}

// notFound reports whether DNS answered that there is no such name or record, as opposed to not answering.
func notFound(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}
