// Package measure runs a case and says what one unit of its work costs.
package measure

import (
	"runtime"
	"time"

	"github.com/stanzakit/stanzakit/bench/cases"
	"github.com/stanzakit/stanzakit/bench/link"
)

// Sample is the cost of one unit: a stanza, an address, an event, a message.
type Sample struct {
	NS            float64 // CPU time, the garbage collector's included
	Allocs, Bytes float64 // objects and bytes allocated
	Setup         time.Duration
}

// Run repeats a case for some time, after a first run that does not count. The process should have one CPU (GOMAXPROCS=1), so that what helps it is counted too.
func Run(c cases.Case, d time.Duration) (Sample, error) {
	began := time.Now()
	run, err := c.Setup()
	if err != nil {
		return Sample{}, err
	}
	if _, err := run(); err != nil {
		return Sample{}, err
	}
	setup := time.Since(began)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, units, took := link.CPU(), 0, time.Duration(0)
	for began := time.Now(); units == 0 || time.Since(began) < d; {
		w, err := run()
		if err != nil {
			return Sample{}, err
		}
		units += w.Units
		took += w.Took
	}
	cpu = link.CPU() - cpu
	runtime.ReadMemStats(&after)
	if took > 0 {
		cpu = took
	}
	n := float64(units)
	return Sample{float64(cpu) / n, float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n, setup}, nil
}
