// Command mutants measures what validation refuses. It takes every valid fixture, spoils it in each way that the schemas forbid, one fault at a time,
// and counts how many of these mutants package validate lets pass.
//
// The typical call:
//
//	go run ./internal/mutants
//
// It prints the totals of each schema and every mutant that survived. The exit status is 1 if more than one in a hundred did, or was refused for something
// else than its fault, or if a fixture is not valid; with --complete also if an element stands in no fixture. exceptions.tsv lists the survivors that are as they should be, each with the sentence
// of the specification.
//
// NOTE: how it is built. model.go finds the declaration of each element of a fixture with package xsdmodel, and shares nothing else with what it measures.
// mutate.go makes the mutants, with content.go for children and values.go for texts and attributes; report.go counts.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

// config is what the command was asked for.
type config struct {
	schemas  string // directory; the project's own if empty
	fixtures string
	complete bool
}

func main() {
	var cfg config
	flag.StringVar(&cfg.schemas, "schemas", "", "directory of schemas (default: those that are built in)")
	flag.StringVar(&cfg.fixtures, "fixtures", "testdata/fixtures", "directory of fixtures")
	flag.BoolVar(&cfg.complete, "complete", false, "fail if an element stands in no fixture")
	flag.Parse()
	ok, err := run(cfg, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run makes the mutants of every fixture, validates them, and writes the report.
func run(cfg config, out io.Writer) (ok bool, err error) {
	m, err := newModel(cfg.schemas)
	if err != nil {
		return false, err
	}
	r, err := newReport(m)
	if err != nil {
		return false, err
	}
	fixtures, err := readFixtures(cfg.fixtures)
	if err != nil {
		return false, err
	}
	for _, f := range fixtures {
		if err := r.fixture(f); err != nil {
			return false, err
		}
	}
	return r.write(out, cfg.complete), nil
}
