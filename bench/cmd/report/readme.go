package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// What stands between these lines in the README is the report's.
const readmeBegin, readmeEnd = "<!-- bench: written by make bench -->\n", "<!-- bench: end -->\n"

// writeReadme puts the lines that have a target into the README at path, with the plot.
func writeReadme(path string, lines []line) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(old), readmeBegin)
	_, after, ends := strings.Cut(rest, readmeEnd)
	if !begins || !ends {
		return fmt.Errorf("%s has no place for the report: %q and %q", path, readmeBegin, readmeEnd)
	}
	return os.WriteFile(path, []byte(before+readmeBegin+summary(lines)+readmeEnd+after), 0o644)
}

// summary is what the README says: the lines with a target, without the targets, which are for those who work on the project.
func summary(lines []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, %s. Every line and how it was measured: [bench/RESULT.md](bench/RESULT.md).\n\n", time.Now().Format(time.DateOnly), machine())
	b.WriteString("| a stanza of the mix, if nothing else is said | here | there | ratio |\n| --- | --: | --: | --: |\n")
	for _, l := range lines {
		if !l.limits {
			continue
		}
		cells := l.cells()
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cells[0], cells[1], cells[2], cells[3])
	}
	b.WriteString("\n![how many times as long the others take](bench/result.svg)\n")
	return b.String()
}
