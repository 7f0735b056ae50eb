package jid_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
)

func TestMethods(t *testing.T) {
	tests := []struct {
		name, in, bare, domain string
		isBare, isFull, isZero bool
	}{
		{name: "zero", isZero: true},
		{name: "server", in: "example.com", bare: "example.com", domain: "example.com", isBare: true},
		{name: "account", in: "a@example.com", bare: "a@example.com", domain: "example.com", isBare: true},
		{name: "server's resource", in: "example.com/x", bare: "example.com", domain: "example.com", isFull: true},
		{name: "session", in: "a@example.com/x@y/z", bare: "a@example.com", domain: "example.com", isFull: true},
		{name: "prepared", in: "Ä@BÜCHER.example/Ö", bare: "ä@bücher.example", domain: "bücher.example", isFull: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var j jid.JID
			if err := j.UnmarshalText([]byte(tt.in)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.bare, j.Bare().String()); diff != "" {
				t.Errorf("Bare (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.domain, j.DomainJID().String()); diff != "" {
				t.Errorf("DomainJID (-want +got):\n%s", diff)
			}
			want := []bool{tt.isBare, tt.isFull, tt.isZero}
			if diff := cmp.Diff(want, []bool{j.IsBare(), j.IsFull(), j.IsZero()}); diff != "" {
				t.Errorf("IsBare, IsFull, IsZero (-want +got):\n%s", diff)
			}
			if tt.isZero {
				return
			}
			// What was cut out of an address is the same value as what was parsed.
			if j.Bare() != jid.MustParse(tt.bare) || j.DomainJID() != jid.MustParse(tt.domain) {
				t.Errorf("%q: Bare or DomainJID is not == to its own text, parsed", j)
			}
		})
	}
}

func TestWithResource(t *testing.T) {
	tests := []struct{ name, in, resource, want string }{
		{"to a bare one", "a@b", "x", "a@b/x"},
		{"in place of another", "a@b/y/z", "x", "a@b/x"},
		{"none", "a@b/y", "", "a@b"},
		{"prepared", "a@b", "e\u0301\u00a0", "a@b/\u00e9 "},
		{"refused", "a@b", "\x00", ""},
		{"of nobody", "", "x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var j jid.JID
			if tt.in != "" {
				j = jid.MustParse(tt.in)
			}
			got, err := j.WithResource(tt.resource)
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (err != nil) != (tt.want == "") {
				t.Errorf("error = %v", err)
			}
			if tt.want != "" && got != jid.MustParse(tt.want) {
				t.Errorf("%q is not == to its own text, parsed", got)
			}
		})
	}
}

func TestNew(t *testing.T) {
	tests := []struct{ name, local, domain, resource, want, err string }{
		{name: "all", local: "A", domain: "B", resource: "C", want: "a@b/C"},
		{name: "domain", domain: "b", want: "b"},
		{name: "no domain", local: "a", resource: "c", err: `jid: "": domainpart is empty`},
		{
			name: "slash in localpart", local: "a/b", domain: "c",
			err: `jid: "a/b": localpart holds a character that is not allowed there`,
		},
		{
			name: "at in domainpart", domain: "a@b",
			err: `jid: "a@b": domainpart has a label that IDNA2008 does not allow`,
		},
		{
			name: "slash in domainpart", domain: "a/b",
			err: `jid: "a/b": domainpart has a label that IDNA2008 does not allow`,
		},
		{
			name: "bad resourcepart", domain: "a", resource: "\t",
			err: `jid: "\t": resourcepart holds a character that is not allowed there`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jid.New(tt.local, tt.domain, tt.resource)
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if diff := cmp.Diff(tt.err, text); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMustParsePanics(t *testing.T) {
	defer func() {
		want := `jid: MustParse: "a@": domainpart is empty`
		if diff := cmp.Diff(any(want), recover()); diff != "" {
			t.Errorf("panic (-want +got):\n%s", diff)
		}
	}()
	jid.MustParse("a@")
}

func TestCompare(t *testing.T) {
	want := []string{"", "b", "b/x", "a@b", "a@b/x", "a@b/y", "a-b@b", "b@b", "b.c", "a@b.c"}
	var js []jid.JID
	for _, s := range want {
		var j jid.JID
		if err := j.UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
		js = append(js, j)
	}
	slices.Reverse(js)
	slices.SortFunc(js, jid.Compare)
	var got []string
	for _, j := range js {
		got = append(got, j.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConcurrently is for the race detector: the profiles are shared, and their library's cases.Caser
// promises nothing about that.
func TestConcurrently(t *testing.T) {
	want := jid.MustParse("\u03c3\u00e9@b\u00fccher.example/\u265a ")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { // ends after its rounds; waited for below
			for range 50 {
				if got, err := jid.Parse("\u03a3E\u0301@B\u00dcCHER.example/\u265a\u00a0"); got != want {
					t.Errorf("%q, %v; want %q", got, err, want)
				}
			}
		})
	}
	all.Wait()
}
