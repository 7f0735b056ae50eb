// Command instr decodes or encodes a stream of 200 stanzas so many times, for a tool that counts instructions. See instr.sh.
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/stanzakit/stanzakit/bench/cases"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: instr CASE REPETITIONS")
		os.Exit(2)
	}
	if err := repeat(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "instr:", err)
		os.Exit(1)
	}
}

// repeat runs a case and prints how many units the repetitions had.
func repeat(name, times string) error {
	n, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	c, err := cases.FindCounted(name)
	if err != nil {
		return err
	}
	run, err := c.Setup()
	if err != nil {
		return err
	}
	units := 0
	for range n {
		w, err := run()
		if err != nil {
			return err
		}
		units += w.Units
	}
	fmt.Println(units)
	return nil
}
