package dial

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// zone answers SRV questions; the key is "service name". What it does not know does not exist.
type zone map[string]answer

type answer struct {
	records []*net.SRV
	err     error
	hang    bool // answers only when asked to stop
}

func (z zone) LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error) {
	a, ok := z[service+" "+name]
	switch {
	case !ok || proto != "tcp":
		return "", nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case a.hang:
		<-ctx.Done()
		return "", nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	return name, a.records, a.err
}

func servfail() error { return &net.DNSError{Err: "server misbehaving", IsTemporary: true} }

func srv(target string, port, priority, weight uint16) *net.SRV {
	return &net.SRV{Target: target, Port: port, Priority: priority, Weight: weight}
}

func records(rs ...*net.SRV) answer { return answer{records: rs} }

const (
	direct   = "xmpps-client example.org."
	starttls = "xmpp-client example.org."
)

func TestPlan(t *testing.T) {
	fallback := []string{"example.org:5222"}
	tests := []struct {
		name       string
		zone       zone
		want       []string
		wantLookup string // part of Plan.Lookup
		wantErr    string
	}{
		{name: "no records", zone: zone{}, want: fallback},
		{
			name: "both services are one set",
			zone: zone{
				direct:   records(srv("b.example.org.", 443, 20, 0), srv("d.example.org.", 5223, 40, 0)),
				starttls: records(srv("a.example.org.", 5222, 10, 0), srv("c.example.org.", 5222, 30, 0)),
			},
			want: []string{"a.example.org:5222", "b.example.org:443 (direct TLS)", "c.example.org:5222", "d.example.org:5223 (direct TLS)"},
		},
		{
			name: "direct TLS alone",
			zone: zone{direct: records(srv("a.example.org.", 443, 0, 0))},
			want: []string{"a.example.org:443 (direct TLS)"},
		},
		{
			name: "direct TLS denied, STARTTLS there",
			zone: zone{direct: records(srv(".", 0, 0, 0)), starttls: records(srv("a.example.org.", 5222, 0, 0))},
			want: []string{"a.example.org:5222"},
		},
		{
			name: "STARTTLS denied, direct TLS there",
			zone: zone{direct: records(srv("a.example.org.", 443, 0, 0)), starttls: records(srv(".", 0, 0, 0))},
			want: []string{"a.example.org:443 (direct TLS)"},
		},
		{name: "direct TLS denied, nothing else: no fallback", zone: zone{direct: records(srv(".", 0, 0, 0))}, wantErr: ErrNoService.Error()},
		{name: "STARTTLS denied, nothing else: no fallback", zone: zone{starttls: records(srv(".", 0, 0, 0))}, wantErr: ErrNoService.Error()},
		{name: "direct TLS denied, no answer on STARTTLS: no fallback", zone: zone{direct: records(srv(".", 0, 0, 0)), starttls: {err: servfail()}}, wantErr: "_xmpp-client._tcp.example.org: lookup : server misbehaving"},
		{name: "no answer: fallback, and told", zone: zone{direct: {err: servfail()}, starttls: {err: servfail()}}, want: fallback, wantLookup: "server misbehaving"},
		{
			name:       "one service unanswered",
			zone:       zone{direct: {err: servfail()}, starttls: records(srv("a.example.org.", 5222, 0, 0))},
			want:       []string{"a.example.org:5222"},
			wantLookup: "_xmpps-client",
		},
		{
			name: "good records beside an error",
			zone: zone{starttls: {records: []*net.SRV{srv("a.example.org.", 5222, 0, 0)}, err: errors.New("SRV header contained invalid names")}},
			want: []string{"a.example.org:5222"},
		},
		{
			name: "port 0 is no place to go",
			zone: zone{starttls: records(srv("a.example.org.", 0, 0, 0), srv("b.example.org.", 5222, 5, 0))},
			want: []string{"b.example.org:5222"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &Dialer{Resolver: tt.zone, Rand: func(int) int { return 0 }}
			plan, err := d.Plan(t.Context(), "example.org")
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("error %v, want one with %q", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, names(plan.Targets)); diff != "" {
				t.Errorf("targets (-want +got):\n%s", diff)
			}
			if (tt.wantLookup == "") != (plan.Lookup == nil) || plan.Lookup != nil && !strings.Contains(plan.Lookup.Error(), tt.wantLookup) {
				t.Errorf("Lookup is %v, want one with %q", plan.Lookup, tt.wantLookup)
			}
		})
	}
}

func names(ts []Target) []string {
	var s []string
	for _, t := range ts {
		s = append(s, t.String())
	}
	return s
}

func TestPlanBoundsTargets(t *testing.T) {
	var many []*net.SRV
	for i := range 1000 {
		many = append(many, srv("a.example.org.", uint16(i+1), 0, 1))
	}
	plan, err := (&Dialer{Resolver: zone{starttls: records(many...)}}).Plan(t.Context(), "example.org")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Targets) != maxTargets {
		t.Errorf("%d targets, want %d", len(plan.Targets), maxTargets)
	}
}

func TestPlanDomain(t *testing.T) {
	unasked := zone{} // a name that must not be looked up would show as "wrong"
	for _, name := range []string{"127.0.0.1.", "::1.", "localhost.", "a.localhost."} {
		unasked["xmpp-client "+name] = records(srv("wrong.", 1, 0, 0))
	}
	unasked["xmpp-client xn--bcher-kva.example."] = records(srv("right.", 5222, 0, 0))
	tests := []struct {
		name, domain, want string // want "" is an error
	}{
		{"IPv4", "127.0.0.1", "127.0.0.1:5222"},
		{"IPv6", "[::1]", "[::1]:5222"},
		{"IPv6 without brackets", "::1", "[::1]:5222"},
		{"localhost", "localhost", "localhost:5222"},
		{"below localhost", "a.localhost", "a.localhost:5222"},
		{"final dot", "example.org.", "example.org:5222"},
		{"upper case", "Example.ORG", "example.org:5222"},
		{"U-label", "bücher.example", "right:5222"},
		{"empty", "", ""},
		{"dot", ".", ""},
		{"space", "exa mple.org", ""},
		{"slash", "example.org/", ""},
		{"too long", strings.Repeat("abcdefgh.", 32) + "org", ""},
		{"bad A-label", "xn--a.example", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := (&Dialer{Resolver: unasked}).Plan(t.Context(), tt.domain)
			if (err != nil) != (tt.want == "") {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(names(plan.Targets), " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanAddr(t *testing.T) {
	tests := []struct {
		name, addr string
		direct     bool
		want       string // "" is an error
	}{
		{"host and port", "proxy.example.net:443", false, "proxy.example.net:443"},
		{"direct TLS", "proxy.example.net:443", true, "proxy.example.net:443 (direct TLS)"},
		{"host", "proxy.example.net", false, "proxy.example.net:5222"},
		{"host, direct TLS", "proxy.example.net", true, "proxy.example.net:5223 (direct TLS)"},
		{"IPv6 and port", "[::1]:443", false, "[::1]:443"},
		{"IPv6 in brackets", "[::1]", false, "[::1]:5222"},
		{"IPv6", "::1", false, "[::1]:5222"},
		{"no host", ":5222", false, ""},
		{"port by name", "proxy.example.net:xmpp", false, ""},
		{"port 0", "proxy.example.net:0", false, ""},
		{"port too large", "proxy.example.net:65536", false, ""},
		{"two ports", "proxy.example.net:1:2", false, ""},
	}
	asked := zone{starttls: records(srv("wrong.", 1, 0, 0))}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := (&Dialer{Addr: tt.addr, DirectTLS: tt.direct, Resolver: asked}).Plan(t.Context(), "example.org")
			if (err != nil) != (tt.want == "") {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(names(plan.Targets), " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanWhenDNSHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Dialer{Resolver: zone{direct: {hang: true}, starttls: {hang: true}}, Timeout: 3 * time.Second}
		begun := time.Now()
		plan, err := d.Plan(t.Context(), "example.org")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"example.org:5222"}, names(plan.Targets)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(3*time.Second, time.Since(begun)); diff != "" {
			t.Errorf("both services are asked at once: took (-want +got):\n%s", diff)
		}

		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("user gave up"))
		defer cancel()
		if _, err = d.Plan(ctx, "example.org"); err == nil || !strings.Contains(err.Error(), "user gave up") {
			t.Errorf("error %v, want the cause of ctx", err)
		}
	})
}

// TestOrderWeights takes every number the random source may give for the first place (RFC 2782, "Weight").
func TestOrderWeights(t *testing.T) {
	tests := []struct {
		name    string
		weights []uint16
		want    map[uint16]int // how often each weight comes first among 1 + sum of weights
	}{
		{"in proportion", []uint16{3, 1}, map[uint16]int{1: 2, 3: 3}},
		{"zero has a small chance", []uint16{7, 0}, map[uint16]int{0: 1, 7: 7}},
		{"three", []uint16{10, 60, 30}, map[uint16]int{10: 11, 30: 30, 60: 60}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sum := 0
			for _, w := range tt.weights {
				sum += int(w)
			}
			got := map[uint16]int{}
			for pick := range sum + 1 {
				var ts []Target
				for _, w := range tt.weights {
					ts = append(ts, Target{Weight: w})
				}
				ts = order(ts, func(n int) int { return min(pick, n-1) })
				got[ts[0].Weight]++
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOrderKeepsAll(t *testing.T) {
	for pick := range 7 {
		ts := []Target{{Host: "a", Weight: 1}, {Host: "b", Weight: 2}, {Host: "c", Weight: 3}, {Host: "z", Priority: 1, Weight: 9}}
		seen := map[string]int{}
		for _, target := range order(ts, func(n int) int { return pick % n }) {
			seen[target.Host]++
		}
		if diff := cmp.Diff(map[string]int{"a": 1, "b": 1, "c": 1, "z": 1}, seen); diff != "" {
			t.Errorf("pick %d (-want +got):\n%s", pick, diff)
		}
		if ts[3].Host != "z" {
			t.Errorf("pick %d: priority 1 came before priority 0", pick)
		}
	}
}
