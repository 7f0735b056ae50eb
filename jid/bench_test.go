package jid_test

import (
	"testing"
	"unsafe"

	"github.com/stanzakit/stanzakit/jid"
)

func TestAllocations(t *testing.T) {
	full := jid.MustParse("juliet@example.com/balcony")
	bare := full.Bare()
	text := []byte(full.String())
	seen := map[jid.JID]bool{full: true}
	var j jid.JID
	tests := []struct {
		name string
		want float64
		f    func()
	}{
		{"parse", 0, func() { j, _ = jid.Parse(full.String()) }},
		{"unmarshal", 1, func() { _ = j.UnmarshalText(text) }},
		{"parts", 0, func() { j = full.Bare().DomainJID(); _ = full.Local() + full.Domain() + full.Resource() }},
		{"with resource", 1, func() { j, _ = bare.WithResource("orchard") }},
		{"map key", 0, func() { seen[full] = seen[bare] }},
		{"refuse", 2, func() { j, _ = jid.Parse("a@@b") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := testing.AllocsPerRun(100, tt.f); got > tt.want {
				t.Errorf("%v allocations, want at most %v", got, tt.want)
			}
		})
	}
	if size := unsafe.Sizeof(j); size > 24 {
		t.Errorf("a JID has %d bytes, want 24 at most", size)
	}
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct{ name, in string }{
		{"ASCII", "juliet@im.example.com/balcony"},
		{"capitals", "Juliet@im.Example.com/balcony"},
		{"Unicode", "rémi@bücher.example/♚"},
		{"refused", "juliet@im.example.com@/"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = jid.Parse(bb.in)
			}
		})
	}
}
