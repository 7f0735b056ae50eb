package fuzz

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// TestMain makes rapid draw the same values in every run, so that what passed on one machine passes on another. A run with -rapid.seed=N draws others.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f != nil && f.Value.String() == "0" {
		if err := flag.Set("rapid.seed", "20261122"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	m.Run()
}

// draws has rapid draw so many values for each property of the test, unless the command line names another number than rapid's own.
func draws(t *testing.T, n int) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" && f.Value.String() != f.DefValue })
	if given {
		return
	}
	f := flag.Lookup("rapid.checks")
	if err := flag.Set(f.Name, strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flag.Set(f.Name, f.DefValue); err != nil {
			t.Error(err)
		}
	})
}
