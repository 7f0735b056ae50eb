package cases_test

import (
	"testing"

	"github.com/stanzakit/stanzakit/bench/cases"
)

func TestCases(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range cases.All() {
		t.Run(c.Name, func(t *testing.T) {
			if seen[c.Name] {
				t.Error("two cases of one name")
			}
			seen[c.Name] = true
			run, err := c.Setup()
			if err != nil {
				t.Fatal(err)
			}
			if w, err := run(); err != nil || w.Units == 0 {
				t.Errorf("%d units, error %v", w.Units, err)
			}
		})
	}
}

func BenchmarkCases(b *testing.B) {
	for _, c := range cases.All() {
		b.Run(c.Name, func(b *testing.B) {
			run, err := c.Setup()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			units := 0
			for b.Loop() {
				w, err := run()
				if err != nil {
					b.Fatal(err)
				}
				units += w.Units
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(units), "ns/unit")
		})
	}
}
