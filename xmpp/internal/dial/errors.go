package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// Stage is how far an attempt got: what failed.
type Stage string

// The stages, in the order of their happening.
const (
	StageDNS       Stage = "address of host" // the name of the target
	StageTCP       Stage = "TCP"
	StageTLS       Stage = "TLS"
	StageHostMeta  Stage = "host-meta" // finding a WebSocket
	StageWebSocket Stage = "WebSocket"
	StageXMPP      Stage = "XMPP" // whatever the connection was used for
)

// Attempt is one connection that was tried, and what came of it.
type Attempt struct {
	Target Target
	Addr   string // host:port that was connected to, "" if it did not come to that
	Stage  Stage
	Err    error
}

// String tells all of it.
func (a Attempt) String() string {
	err := a.Err
	if op, ok := err.(*net.OpError); ok && a.Addr != "" && op.Op == "dial" {
		err = op.Err
	}
	if a.Addr == "" || a.Addr == a.Target.Addr() {
		return fmt.Sprintf("%v: %s: %v", a.Target, a.Stage, err)
	}
	return fmt.Sprintf("%v: %s with %s: %v", a.Target, a.Stage, a.Addr, err)
}

// failures is the error of one target, whose addresses are tried side by side.
type failures []Attempt

func (f failures) Error() string {
	parts := make([]string, len(f))
	for i, a := range f {
		parts[i] = a.String()
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the failures one by one, for errors.Is and errors.AsType.
func (f failures) Unwrap() []error {
	errs := make([]error, len(f))
	for i, a := range f {
		errs[i] = a.Err
	}
	return errs
}

// Error says that a domain could not be reached, and everything that was tried.
type Error struct {
	Domain   string
	Lookup   error // what went wrong with SRV records, nil if nothing
	Attempts []Attempt
}

// Error names every attempt and its failure, in one line.
func (e *Error) Error() string {
	var parts []string
	if e.Lookup != nil {
		parts = append(parts, e.Lookup.Error())
	}
	if len(e.Attempts) > 0 {
		parts = append(parts, failures(e.Attempts).Error())
	}
	return fmt.Sprintf("dial: cannot reach %s: %s", e.Domain, strings.ReplaceAll(strings.Join(parts, "; "), "\n", "; "))
}

// Unwrap returns the failures one by one, for errors.Is and errors.AsType.
func (e *Error) Unwrap() []error {
	errs := failures(e.Attempts).Unwrap()
	if e.Lookup != nil {
		errs = append(errs, e.Lookup)
	}
	return errs
}

// add notes that a target failed.
func (e *Error) add(t Target, err error) {
	if all, ok := errors.AsType[failures](err); ok {
		e.Attempts = append(e.Attempts, all...)
		return
	}
	e.Attempts = append(e.Attempts, Attempt{Target: t, Stage: StageXMPP, Err: err})
}

// reached reports whether any attempt got further than TCP.
func (e *Error) reached() bool {
	return slices.ContainsFunc(e.Attempts, func(a Attempt) bool { return a.Stage != StageDNS && a.Stage != StageTCP })
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
	return notFound(err) || errors.Is(err, context.Canceled) ||
		errors.Is(err, ErrNoService) || errors.Is(err, ErrUnverified) || errors.Is(err, ErrPlaintext) || errors.Is(err, ErrNoWebSocket)
}

// notFound reports whether DNS answered that there is no such name or record, as opposed to not answering.
func notFound(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}
