package form_test

import (
	"flag"
	"fmt"
	"os"
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
