package bench_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/bench/cases"
)

const record = "allocs.txt"

var update = flag.Bool("update", false, "write "+record+" anew")

// measured returns our cases whose allocations are on record.
func measured() []cases.Case {
	var all []cases.Case
	for _, c := range cases.All() {
		area, library, _ := strings.Cut(c.Name, "/")
		if library == "stanzakit" && !strings.HasSuffix(area, ":10000") {
			all = append(all, c)
		}
	}
	return all
}

func readRecord(t *testing.T) map[string]float64 {
	t.Helper()
	f, err := os.Open(record)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec := make(map[string]float64)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var name string
		var n float64
		if _, err := fmt.Sscan(lines.Text(), &name, &n); err == nil {
			rec[name] = n
		}
	}
	return rec
}

// TestAllocations compares what a unit of each case allocates with the record. More is a step back; less is to be put on record, so that it stays.
func TestAllocations(t *testing.T) {
	rec := readRecord(t)
	var b strings.Builder
	b.WriteString("# Allocations of a unit (stanza, address, event) in our cases. Checked by go test; written by go test -run TestAllocations -update\n")
	for _, c := range measured() {
		run, err := c.Setup()
		if err != nil {
			t.Fatal(err)
		}
		units := 0
		got := testing.AllocsPerRun(3, func() {
			w, err := run()
			if err != nil {
				t.Error(err)
			}
			units = w.Units
		}) / float64(units)
		fmt.Fprintf(&b, "%-28s %.2f\n", c.Name, got)
		want, known := rec[c.Name]
		const slack = 0.02 // of the record, and of one allocation: buffers grow at other moments
		switch {
		case *update:
		case !known:
			t.Errorf("%s is not on record: %.2f", c.Name, got)
		case got > want*(1+slack)+slack:
			t.Errorf("%s: %.2f allocations, %.2f on record", c.Name, got, want)
		case got < want*(1-slack)-slack:
			t.Errorf("%s: %.2f allocations, fewer than the %.2f on record: go test -run TestAllocations -update", c.Name, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(record, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
