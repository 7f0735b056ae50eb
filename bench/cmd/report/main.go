// Command report runs every case against every other one and prints one table of ratios: how many times what ours costs the others cost. It writes the table to a file
// for the record, and a plot of it.
//
// Each measurement is a process of its own with one CPU, the cases take turns, and a ratio is made of two measurements of one round: what disturbs the machine for
// a minute disturbs both. The median of the rounds is printed, with the distance between the extremes.
//
//	go run ./cmd/report [-short] [-run regexp]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"
)

type options struct {
	short  bool
	run    string
	rounds int
	slice  time.Duration
	md     string
	svg    string
	readme string
	child  string
	addr   string
}

func main() {
	var o options
	flag.BoolVar(&o.short, "short", false, "a run of less than a minute: fewer rounds, shorter ones, nothing written unless asked for")
	flag.StringVar(&o.run, "run", ".", "only the cases whose name matches this regular expression")
	flag.IntVar(&o.rounds, "rounds", 0, "how often each case has its turn (7, or 1 if short)")
	flag.DurationVar(&o.slice, "for", 0, "how long a turn is (400ms, or 100ms if short)")
	flag.StringVar(&o.md, "md", "", "file to write the table to")
	flag.StringVar(&o.svg, "svg", "", "file to write the plot to")
	flag.StringVar(&o.readme, "readme", "", "file to write a summary to, where it has the place for it")
	flag.StringVar(&o.child, "child", "", "what a process of the measurement measures (for the command itself)")
	flag.StringVar(&o.addr, "addr", "", "where it connects to (for the command itself)")
	flag.Parse()
	if err := o.main(); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func (o *options) main() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if o.rounds == 0 {
		o.rounds = map[bool]int{false: 7, true: 1}[o.short]
	}
	if o.slice == 0 {
		o.slice = map[bool]time.Duration{false: 400 * time.Millisecond, true: 100 * time.Millisecond}[o.short]
	}
	if o.child != "" {
		return child(o.child, o.addr, o.slice)
	}
	only, err := regexp.Compile(o.run)
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := newRunner(ctx, o, only)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.all(); err != nil {
		return err
	}
	lines := evaluate(rows(), r.results)
	table := render(lines)
	notes := ""
	if len(r.missing) > 0 {
		notes = "Left out: " + strings.Join(r.missing, "; ") + ".\n"
	}
	fmt.Print(table, notes)
	fmt.Printf("rounds: %d; time: %.0f s\n", o.rounds, time.Since(began).Seconds())
	if o.md != "" {
		if err := os.WriteFile(o.md, []byte(document(table, notes, o)), 0o644); err != nil {
			return err
		}
	}
	if o.svg != "" {
		if err := os.WriteFile(o.svg, []byte(plot(lines)), 0o644); err != nil {
			return err
		}
	}
	if o.readme != "" {
		return writeReadme(o.readme, lines)
	}
	return nil
}
