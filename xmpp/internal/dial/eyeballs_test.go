package dial

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hosts answers for addresses, each family after a while. There are no SRV records.
type hosts struct {
	zone
	v6, v4       []string
	late6, late4 time.Duration
	err6, err4   error
}

func (h hosts) LookupNetIP(ctx context.Context, network, _ string) ([]netip.Addr, error) {
	list, late, err := h.v4, h.late4, h.err4
	if network == "ip6" {
		list, late, err = h.v6, h.late6, h.err6
	}
	select {
	case <-time.After(late):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var addrs []netip.Addr
	for _, s := range list {
		addrs = append(addrs, netip.MustParseAddr(s))
	}
	if err == nil && addrs == nil {
		err = &net.DNSError{Err: "no such host", IsNotFound: true}
	}
	return addrs, err
}

// way is what happens to who connects to an address: silence, unless it stands or fails after a while.
type way struct {
	after time.Duration
	fails bool
}

// internet is what there is to connect to, and notes who tried when.
type internet struct {
	ways  map[string]way
	began time.Time

	mu    sync.Mutex // guards what follows
	tried []string
	open  int
}

type named struct {
	net.Conn
	addr string
	in   *internet
}

func (n named) Close() error {
	n.in.mu.Lock()
	defer n.in.mu.Unlock()
	n.in.open--
	return n.Conn.Close()
}

func (n named) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(n.addr)} }

func (i *internet) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	i.mu.Lock()
	i.tried = append(i.tried, time.Since(i.began).String()+" "+addr)
	i.mu.Unlock()
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	w, ok := i.ways[host]
	if !ok {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	time.Sleep(w.after)
	if w.fails {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	here, _ := net.Pipe()
	i.mu.Lock()
	i.open++
	i.mu.Unlock()
	return named{here, host, i}, nil
}

// TestEyeballs follows RFC 8305: who is tried, when, and who wins.
func TestEyeballs(t *testing.T) {
	fine := way{after: 10 * time.Millisecond}
	refused := way{after: 10 * time.Millisecond, fails: true}
	tests := []struct {
		name  string
		hosts hosts
		ways  map[string]way
		tried []string
		want  string // the address that is connected to, or part of the error
		took  time.Duration
	}{
		{
			name: "IPv6 first", hosts: hosts{v6: []string{"2001:db8::1"}, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"2001:db8::1": fine, "192.0.2.1": fine},
			tried: []string{"0s [2001:db8::1]:5222"}, want: "2001:db8::1", took: 10 * time.Millisecond,
		},
		{
			name: "IPv6 is silent", hosts: hosts{v6: []string{"2001:db8::1"}, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"192.0.2.1": fine},
			tried: []string{"0s [2001:db8::1]:5222", "250ms 192.0.2.1:5222"}, want: "192.0.2.1", took: 260 * time.Millisecond,
		},
		{
			name: "IPv6 is refused", hosts: hosts{v6: []string{"2001:db8::1"}, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"2001:db8::1": refused, "192.0.2.1": fine},
			tried: []string{"0s [2001:db8::1]:5222", "10ms 192.0.2.1:5222"}, want: "192.0.2.1", took: 20 * time.Millisecond,
		},
		{
			name: "families take turns", hosts: hosts{v6: []string{"2001:db8::1", "2001:db8::2"}, v4: []string{"192.0.2.1", "192.0.2.2"}},
			ways: map[string]way{"192.0.2.2": fine},
			tried: []string{
				"0s [2001:db8::1]:5222", "250ms 192.0.2.1:5222", "500ms [2001:db8::2]:5222", "750ms 192.0.2.2:5222",
			}, want: "192.0.2.2", took: 760 * time.Millisecond,
		},
		{
			name: "IPv4 waits a little for the answer on IPv6", hosts: hosts{v6: []string{"2001:db8::1"}, late6: 30 * time.Millisecond, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"2001:db8::1": fine},
			tried: []string{"30ms [2001:db8::1]:5222"}, want: "2001:db8::1", took: 40 * time.Millisecond,
		},
		{
			name: "and no longer", hosts: hosts{v6: []string{"2001:db8::1"}, late6: time.Hour, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"192.0.2.1": fine},
			tried: []string{"50ms 192.0.2.1:5222"}, want: "192.0.2.1", took: 60 * time.Millisecond,
		},
		{
			name: "IPv4 alone", hosts: hosts{v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"192.0.2.1": fine},
			tried: []string{"0s 192.0.2.1:5222"}, want: "192.0.2.1", took: 10 * time.Millisecond,
		},
		{
			name: "the slow one of two", hosts: hosts{v6: []string{"2001:db8::1"}, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"2001:db8::1": {after: 255 * time.Millisecond}, "192.0.2.1": fine},
			tried: []string{"0s [2001:db8::1]:5222", "250ms 192.0.2.1:5222"}, want: "2001:db8::1", took: 260 * time.Millisecond,
		},
		{
			name: "all refused", hosts: hosts{v6: []string{"2001:db8::1"}, v4: []string{"192.0.2.1"}},
			ways:  map[string]way{"2001:db8::1": refused, "192.0.2.1": refused},
			tried: []string{"0s [2001:db8::1]:5222", "10ms 192.0.2.1:5222"},
			want:  "example.org:5222: TCP with [2001:db8::1]:5222: connection refused; example.org:5222: TCP with 192.0.2.1:5222: connection refused",
			took:  20 * time.Millisecond,
		},
		{name: "no such name", want: "cannot reach example.org: example.org:5222: address of host: lookup : no such host"},
		{
			name: "one family unanswered", hosts: hosts{err6: servfail()}, want: "example.org:5222: address of host: lookup : server misbehaving",
		},
		{
			name: "silence", hosts: hosts{v6: []string{"2001:db8::1"}},
			tried: []string{"0s [2001:db8::1]:5222"}, want: "no answer within 15s", took: 15 * time.Second,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := &internet{ways: tt.ways, began: time.Now()}
				d := &Dialer{Resolver: tt.hosts, WebSocket: WebSocketNever, direct: in.dial}
				conn, _, err := connect(t.Context(), d, "example.org")
				if diff := cmp.Diff(tt.took, time.Since(in.began)); diff != "" {
					t.Errorf("took (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.tried, in.tried); diff != "" {
					t.Errorf("tried (-want +got):\n%s", diff)
				}
				if err != nil {
					if !strings.Contains(err.Error(), tt.want) {
						t.Errorf("error %q, want one with %q", err, tt.want)
					}
					return
				}
				if diff := cmp.Diff(tt.want, conn.(named).addr); diff != "" {
					t.Errorf("connected (-want +got):\n%s", diff)
				}
				if in.open != 1 {
					t.Errorf("%d connections are open, want the one that won", in.open)
				}
			})
		})
	}
}

// TestEyeballsGiveUp: when the caller gives up, no connection and no goroutine is left (synctest would not end).
func TestEyeballsGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &internet{ways: map[string]way{"2001:db8::1": {after: 2 * time.Second}}, began: time.Now()}
		d := &Dialer{Resolver: hosts{v6: []string{"2001:db8::1"}, v4: []string{"192.0.2.1"}}, WebSocket: WebSocketNever, direct: in.dial}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("user gave up"))
		defer cancel()
		_, _, err := connect(ctx, d, "example.org")
		if err == nil || !strings.Contains(err.Error(), "user gave up") {
			t.Errorf("error %v, want the cause of ctx", err)
		}
		if in.open != 0 {
			t.Errorf("%d connections are left open", in.open)
		}
	})
}

// TestAddresses: where an address is given there is nothing to look up.
func TestAddresses(t *testing.T) {
	tests := []struct{ name, domain, addr, want string }{
		{"IPv4 domain", "192.0.2.7", "", "192.0.2.7:5222"},
		{"IPv6 domain", "[2001:db8::7]", "", "[2001:db8::7]:5222"},
		{"IPv4 Addr", "example.org", "192.0.2.7:443", "192.0.2.7:443"},
		{"IPv6 Addr", "example.org", "[2001:db8::7]:443", "[2001:db8::7]:443"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var tried []string
			d := &Dialer{Addr: tt.addr, Resolver: hosts{}, WebSocket: WebSocketNever, direct: func(_ context.Context, network, addr string) (net.Conn, error) {
				tried = append(tried, network+" "+addr)
				return nil, syscall.ECONNREFUSED
			}}
			if _, _, err := connect(t.Context(), d, tt.domain); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff([]string{"tcp " + tt.want}, tried); diff != "" {
				t.Errorf("tried (-want +got):\n%s", diff)
			}
		})
	}
}

// TestProxyIsGivenNames: what a proxy connects to is not looked up here.
func TestProxyIsGivenNames(t *testing.T) {
	asked := errors.New("an address was asked for")
	p := new(pipes)
	d := &Dialer{Resolver: hosts{zone: zone{starttls: records(srv("xmpp.example.org.", 5222, 0, 0))}, err4: asked, err6: asked}, Dial: p.dial}
	conn, _, err := connect(t.Context(), d, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if diff := cmp.Diff([]string{"xmpp.example.org:5222"}, p.tried); diff != "" {
		t.Errorf("tried (-want +got):\n%s", diff)
	}
}
