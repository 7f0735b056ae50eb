package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stanzakit/stanzakit/bench/workload"
)

// line is a row with its numbers.
type line struct {
	*row
	mine, others float64 // medians of what was measured; others is 0 if there is no other
	number       float64 // what targets are compared with
	spread       float64 // of number between the rounds, as a part of it
}

// evaluate makes the lines of all rows whose cases were measured.
func evaluate(rows []*row, res results) []line {
	var lines []line
	for _, r := range rows {
		mine, others, ratios := pairs(r, res)
		if len(mine) == 0 || r.other != "" && len(others) == 0 {
			continue
		}
		l := line{row: r, mine: median(mine), others: median(others)}
		numbers := mine
		if r.scale != value {
			numbers = ratios
		}
		l.number = median(numbers)
		if l.number >= noise {
			l.spread = (slices.Max(numbers) - slices.Min(numbers)) / l.number
		}
		lines = append(lines, l)
	}
	return lines
}

// noise is what is nothing: what a stream allocates once is not allocated for a stanza.
const noise = 0.05

// pairs returns what was measured in each round, and the ratios inside the rounds that have both. A case with one turn is compared with every round of the other.
func pairs(r *row, res results) (mine, others, ratios []float64) {
	a, b := res[r.ours], res[r.other]
	for _, p := range a {
		if p != nil {
			mine = append(mine, p[r.metric])
		}
	}
	for _, p := range b {
		if p != nil {
			others = append(others, p[r.metric])
		}
	}
	at := func(points []point, all []float64, i int) (float64, bool) {
		if points[i] != nil {
			return points[i][r.metric], true
		}
		return median(all), len(all) == 1
	}
	if len(mine) == 0 || len(others) == 0 {
		return mine, others, nil
	}
	for i := range a {
		x, okX := at(a, mine, i)
		y, okY := at(b, others, i)
		switch {
		case !okX || !okY:
		case r.scale == part:
			ratios = append(ratios, x/y)
		default:
			ratios = append(ratios, y/x)
		}
	}
	return mine, others, ratios
}

func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	xs = slices.Sorted(slices.Values(xs))
	n := len(xs)
	return (xs[(n-1)/2] + xs[n/2]) / 2
}

// verdict says which target a line reaches.
func (l *line) verdict() string {
	if !l.limits {
		return ""
	}
	reaches := func(target float64) bool {
		if l.scale == times {
			return l.number >= target
		}
		return l.number <= target+noise
	}
	switch {
	case reaches(l.aim):
		return "aim"
	case reaches(l.must):
		return "must"
	}
	return "**missed**"
}

// amount writes a measured value with its unit.
func amount(v float64, metric string) string {
	switch metric {
	case allocs:
		return fmt.Sprintf("%.1f", v)
	case size:
		return fmt.Sprintf("%.0f B", v)
	case held, rss:
		return fmt.Sprintf("%.1f kB", v/1000)
	}
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.1f ms", v/1e6)
	case v >= 1000:
		return fmt.Sprintf("%.2f µs", v/1000)
	}
	return fmt.Sprintf("%.3g ns", v)
}

// cells are the columns of a line.
func (l *line) cells() []string {
	number := func(v float64) string {
		if l.scale == value {
			return amount(v, l.metric)
		}
		if v >= 100 {
			return fmt.Sprintf("%.0fx", v)
		}
		return fmt.Sprintf("%.3gx", v)
	}
	other, ratio, must, aim := "", "", "", ""
	if l.other != "" {
		other = amount(l.others, l.metric)
	}
	if l.scale != value {
		ratio = number(l.number)
	}
	if l.limits {
		must, aim = number(l.must), number(l.aim)
	}
	return []string{l.what, amount(l.mine, l.metric), other, ratio, fmt.Sprintf("%.0f%%", l.spread*100), must, aim, l.verdict()}
}

// render writes the lines as a table that Markdown and people can read.
func render(lines []line) string {
	table := [][]string{{"what", "ours", "other", "ratio", "spread", "must", "aim", "reached"}}
	for _, l := range lines {
		table = append(table, l.cells())
	}
	width := make([]int, len(table[0]))
	for _, cells := range table {
		for i, c := range cells {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	write := func(cells []string) {
		for i, c := range cells {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i == 0 || i == len(cells)-1 {
				c += pad
			} else {
				c = pad + c
			}
			b.WriteString("| " + c + " ")
		}
		b.WriteString("|\n")
	}
	write(table[0])
	for i, w := range width {
		rule := strings.Repeat("-", w)
		if i > 0 && i < len(width)-1 {
			rule = rule[1:] + ":"
		}
		b.WriteString("| " + rule + " ")
	}
	b.WriteString("|\n")
	for _, cells := range table[1:] {
		write(cells)
	}
	return b.String()
}

// document is the record: the table, and what it was measured with.
func document(table, notes string, o *options) string {
	return fmt.Sprintf(`# Benchmarks

%s, %s, %s %s/%s; %d rounds of %v.

Made by `+"`make bench`"+`; not to be edited. CPU time of one stanza (address, event, message), the garbage collector's included; the ratio is made inside a round, and the median of the
rounds is given; the spread is that between the extremes. Input: %v, in reads of 16 KiB; Slixmpp and expat get 1000 of them, and so do the rows of one kind. "Other" is
the library that the line names last; what it builds is no more than what ours builds, and mostly less: package cases has what each of them is made to do, and leaves undone.

%s
%s
![how many times as long the others take](result.svg)
`, time.Now().Format(time.DateOnly), machine(), runtime.Version(), runtime.GOOS, runtime.GOARCH, o.rounds, o.slice, workload.New(20_000), table, notes)
}

// machine says what kind of computer this is.
func machine() string {
	model := "unknown CPU"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(v)
				break
			}
		}
	}
	return fmt.Sprintf("%d x %s", runtime.NumCPU(), model)
}
