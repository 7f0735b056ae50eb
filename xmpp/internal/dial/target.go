package dial

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// What is tried for one domain is bounded, whatever DNS and the domain's files say.
const (
	maxTargets = 16
	maxURL     = 2048
)

// ErrPlaintext refuses a WebSocket without TLS.
var ErrPlaintext = errors.New("dial: WebSocket without TLS")

// Target is one place where a domain's server may be reached.
type Target struct {
	// Host is a name or an IP address. It only leads the way: TLS asks for the domain, never for Host.
	Host string
	Port uint16
	// DirectTLS says that TLS starts with the first byte (XEP-0368) and not with STARTTLS.
	DirectTLS bool
	// URL is the WebSocket there, wss:// or ws://, if it is one (RFC 7395).
	URL string
	// Priority and Weight are those of the SRV record (RFC 2782); the order of a Plan already follows them.
	Priority, Weight uint16
}

// Addr is Host and Port as net.Dial wants them.
func (t Target) Addr() string { return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port))) }

// hostname is Host as URLs want it.
func (t Target) hostname() string {
	if strings.Contains(t.Host, ":") {
		return "[" + t.Host + "]"
	}
	return t.Host
}

// Secure reports whether a connection to the target is protected from the first byte.
func (t Target) Secure() bool { return t.DirectTLS || strings.HasPrefix(t.URL, "wss://") }

// String is Addr with the way TLS starts there, or the URL.
func (t Target) String() string {
	switch {
	case t.URL != "":
		return t.URL
	case t.DirectTLS:
		return t.Addr() + " (direct TLS)"
	}
	return t.Addr()
}

// isURL reports whether an address is meant to be the URL of a WebSocket.
func isURL(addr string) bool { return strings.Contains(addr, "://") }

// webSocket reads the URL of a WebSocket. One without TLS is refused unless plaintext permits it.
func webSocket(raw string, plaintext bool) (Target, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return Target{}, fmt.Errorf("dial: %w", err)
	}
	port := uint64(443)
	switch {
	case u.Scheme == "ws" && plaintext:
		port = 80
	case u.Scheme == "ws" || u.Scheme == "http": // guard: S35
		return Target{}, fmt.Errorf("%w: %.200q", ErrPlaintext, raw)
	case u.Scheme != "wss":
		return Target{}, fmt.Errorf("dial: %.200q is no URL of a WebSocket", raw)
	}
	host, err := ascii(u.Hostname())
	if err != nil {
		return Target{}, err
	}
	if p := u.Port(); p != "" {
		port, err = strconv.ParseUint(p, 10, 16)
	}
	if err != nil || port == 0 || u.User != nil || u.Fragment != "" || len(raw) > maxURL {
		return Target{}, fmt.Errorf("dial: %.200q is no URL of a WebSocket", raw)
	}
	return Target{Host: host, Port: uint16(port), URL: u.String()}, nil
}

// targets turns SRV records into targets. The target "." says that the service is not there, and port 0 that somebody
// erred; neither is a place to connect to.
func targets(records []*net.SRV, direct bool) []Target {
	var ts []Target
	for _, r := range records {
		host := strings.TrimSuffix(r.Target, ".")
		if host == "" || r.Port == 0 {
			continue
		}
		ts = append(ts, Target{Host: host, Port: r.Port, DirectTLS: direct, Priority: r.Priority, Weight: r.Weight})
	}
	return ts
}

// order sorts the records of both services as if they were of one (XEP-0368, 3): by priority, and at random by weight among
// equals (RFC 2782, "Weight").
func order(ts []Target, intn func(int) int) []Target {
	slices.SortStableFunc(ts, func(a, b Target) int {
		if a.Priority != b.Priority {
			return int(a.Priority) - int(b.Priority)
		}
		return int(a.Weight) - int(b.Weight) // zero first, which the running sum below relies on
	})
	for rest := ts; len(rest) > 0; {
		end := slices.IndexFunc(rest, func(t Target) bool { return t.Priority != rest[0].Priority })
		if end < 0 {
			end = len(rest)
		}
		shuffle(rest[:end], intn)
		rest = rest[end:]
	}
	return ts[:min(len(ts), maxTargets)]
}

// shuffle moves to the front, place by place, the first target whose running sum of weights reaches a random number from 0
// to the sum of all that remain.
func shuffle(ts []Target, intn func(int) int) {
	for ; len(ts) > 1; ts = ts[1:] {
		sum := 0
		for _, t := range ts {
			sum += int(t.Weight)
		}
		pick, running := intn(sum+1), 0
		for i, t := range ts {
			running += int(t.Weight)
			if running >= pick {
				copy(ts[1:i+1], ts[:i]) // those passed over keep their order
				ts[0] = t
				break
			}
		}
	}
}
