package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pipes is a network where everybody answers, but for those who refuse; it notes who was called.
type pipes struct {
	refuse []string
	tried  []string
}

func (p *pipes) dial(_ context.Context, _, addr string) (net.Conn, error) {
	p.tried = append(p.tried, addr)
	for _, r := range p.refuse {
		if r == addr {
			return nil, syscall.ECONNREFUSED
		}
	}
	here, _ := net.Pipe()
	return here, nil
}

var errUse = errors.New("nothing of use") // what a test's user says of a connection; never changed

// TestS34_SeeOtherHost: <see-other-host/> is followed only when a proved server says so, and not for ever.
func TestS34_SeeOtherHost(t *testing.T) {
	others := zone{
		"xmpp-client example.org.": records(srv("one.", 5222, 0, 0), srv("two.", 5222, 1, 0)),
		"xmpp-client example.net.": records(srv("xmpp.example.net.", 5269, 0, 0)),
	}
	tests := []struct {
		name   string
		secure bool
		other  string
		tried  []string
		errs   string // part of the error; "" is success
	}{
		{"host and port", true, "other.example:5269", []string{"one:5222", "other.example:5269"}, ""},
		{"host alone: its records", true, "example.net", []string{"one:5222", "xmpp.example.net:5269"}, ""},
		{"host alone: no records", true, "other.example", []string{"one:5222", "other.example:5222"}, ""},
		{"U-label", true, "bücher.example:1", []string{"one:5222", "xn--bcher-kva.example:1"}, ""},
		{"IPv4", true, "192.0.2.1", []string{"one:5222", "192.0.2.1:5222"}, ""},
		{"IPv6 and port", true, "[2001:db8::1]:443", []string{"one:5222", "[2001:db8::1]:443"}, ""},
		{"before TLS", false, "other.example:5269", []string{"one:5222", "two:5222"}, "not shown who it is"},
		{"no host", true, "a b", []string{"one:5222", "two:5222"}, "a b"},
		{"no port", true, "other.example:0", []string{"one:5222", "two:5222"}, "not host:port"},
		{"a URL", true, "wss://other.example/", []string{"one:5222", "two:5222"}, "not host:port"},
		{"nothing", true, "", []string{"one:5222", "two:5222"}, errUse.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := new(pipes)
			d := &Dialer{Resolver: others, Dial: p.dial}
			used := 0
			err := d.Try(t.Context(), "example.org", func(_ context.Context, conn net.Conn, _ Info) Verdict {
				defer func() { _ = conn.Close() }()
				if used++; used == 1 {
					return Verdict{Err: errUse, Other: tt.other, Secure: tt.secure}
				}
				if tt.errs == "" {
					return Verdict{}
				}
				return Verdict{Err: errUse}
			})
			if diff := cmp.Diff(tt.tried, p.tried); diff != "" {
				t.Errorf("tried (-want +got):\n%s", diff)
			}
			if (err == nil) != (tt.errs == "") || err != nil && !strings.Contains(err.Error(), tt.errs) {
				t.Errorf("error %v, want one with %q", err, tt.errs)
			}
		})
	}
}

// TestS34_SeeOtherHostEnds: servers that send each other's clients around do not keep them busy.
func TestS34_SeeOtherHostEnds(t *testing.T) {
	p := new(pipes)
	err := (&Dialer{Addr: "host0:1", Dial: p.dial}).Try(t.Context(), "example.org", func(_ context.Context, conn net.Conn, _ Info) Verdict {
		defer func() { _ = conn.Close() }()
		return Verdict{Err: errUse, Other: fmt.Sprintf("host%d:1", len(p.tried)), Secure: true}
	})
	if diff := cmp.Diff([]string{"host0:1", "host1:1", "host2:1", "host3:1", "host4:1", "host5:1"}, p.tried); diff != "" {
		t.Errorf("tried (-want +got):\n%s", diff)
	}
	if !errors.Is(err, errHops) {
		t.Errorf("error %v, want %v", err, errHops)
	}
}

// TestS34_SeeOtherHostIdentity: the other host needs a certificate for the domain of the JID, however it is called itself.
func TestS34_SeeOtherHostIdentity(t *testing.T) {
	ca := newAuthority(t)
	here := listen(t, secure(ca.server(t, "example.org")))
	right := listen(t, secure(ca.server(t, "example.org")))
	wrong := listen(t, secure(ca.server(t, "other.example", "127.0.0.1")))
	for _, tt := range []struct {
		name string
		to   net.Listener
		want string
	}{{"for the domain", right, ""}, {"for the other host", wrong, "not example.org"}} {
		t.Run(tt.name, func(t *testing.T) {
			d := ca.dialer(here.Addr().String())
			err := d.Try(t.Context(), "example.org", func(_ context.Context, conn net.Conn, info Info) Verdict {
				defer func() { _ = conn.Close() }()
				if info.Addr() == here.Addr().String() {
					return Verdict{Err: errUse, Other: tt.to.Addr().String(), Secure: info.Secure()}
				}
				return Verdict{}
			})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestTryGoesOn(t *testing.T) {
	three := zone{starttls: records(srv("a.", 1, 1, 0), srv("b.", 2, 2, 0), srv("c.", 3, 3, 0))}
	tests := []struct {
		name  string
		final bool
		tried []string
		want  string
	}{
		{"to the next server", false, []string{"a:1", "b:2", "c:3"}, "cannot reach example.org: a:1: TCP: connection refused; b:2: XMPP: nothing of use; c:3: XMPP: nothing of use"},
		{"unless that is pointless", true, []string{"a:1", "b:2"}, "cannot reach example.org: a:1: TCP: connection refused; b:2: XMPP: nothing of use"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &pipes{refuse: []string{"a:1"}}
			err := (&Dialer{Resolver: three, Dial: p.dial}).Try(t.Context(), "example.org", func(_ context.Context, conn net.Conn, _ Info) Verdict {
				return Verdict{Err: errors.Join(errUse, conn.Close()), Final: tt.final}
			})
			if diff := cmp.Diff(tt.tried, p.tried); diff != "" {
				t.Errorf("tried (-want +got):\n%s", diff)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, errUse) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestTimeIsShared: one silent server does not use up what the others need.
func TestTimeIsShared(t *testing.T) {
	three := zone{starttls: records(srv("a.", 1, 1, 0), srv("b.", 2, 2, 0), srv("c.", 3, 3, 0))}
	silent := func(ctx context.Context, _, addr string) (net.Conn, error) {
		if addr != "a:1" {
			here, _ := net.Pipe()
			return here, nil
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 32*time.Second)
		defer cancel()
		var got []string
		begun := time.Now()
		err := (&Dialer{Resolver: three, Dial: silent}).Try(ctx, "example.org", func(ctx context.Context, conn net.Conn, info Info) Verdict {
			end, _ := ctx.Deadline()
			got = append(got, fmt.Sprintf("%v %v until %v", time.Since(begun), info, end.Sub(begun)))
			<-ctx.Done()
			return Verdict{Err: errors.Join(context.Cause(ctx), conn.Close())}
		})
		want := []string{"8s b:2 until 20s", "20s c:3 until 32s"} // a quarter for a, as a WebSocket may come; half of the rest for b
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if failed, ok := errors.AsType[*Error](err); !ok || len(failed.Attempts) != 3 || !failed.Temporary() {
			t.Errorf("error %v, want three attempts and a temporary one", err)
		}
	})
}

func TestNoTimeAtAll(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("user gave up"))
	p := new(pipes)
	_, _, err := connect(ctx, &Dialer{Addr: "a:1", Dial: p.dial}, "example.org")
	if err == nil || !strings.Contains(err.Error(), "user gave up") || p.tried != nil {
		t.Errorf("error %v, tried %v", err, p.tried)
	}
}
