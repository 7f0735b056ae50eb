package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The plot's measures, in pixels.
const (
	width  = 900
	left   = 350 // where bars begin
	right  = 90  // for the number behind the longest bar
	step   = 24
	thick  = 15
	top    = 56
	bottom = 30
)

// plot draws the rows that have a bar: how many times as long as ours the others take, on a logarithmic scale. A tick is the bar that the project sets itself.
func plot(lines []line) string {
	var bars []line
	most := 10.0
	for _, l := range lines {
		if l.plot != "" {
			bars = append(bars, l)
			most = max(most, l.number, l.aim)
		}
	}
	x := func(v float64) float64 {
		return left + (width-left-right)*math.Log10(max(v, 1))/math.Log10(most)
	}
	height := top + step*len(bars) + bottom
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	fmt.Fprintf(&b, `<text x="16" y="24" font-size="15" fill="#1f2328">CPU time, stanzakit = 1 (logarithmic; longer means slower than ours)</text>`+"\n")
	fmt.Fprintf(&b, `<text x="16" y="42" fill="#57606a">dark tick: the least this project asks of itself</text>`+"\n")
	for v := 1.0; v <= most; v *= 10 {
		fmt.Fprintf(&b, `<line x1="%.1f" y1="%d" x2="%.1[1]f" y2="%d" stroke="#d0d7de"/>`, x(v), top-4, height-bottom)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#57606a">%gx</text>`+"\n", x(v), height-bottom+16, v)
	}
	for i, l := range bars {
		y := top + step*i
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#1f2328">%s</text>`, left-8, y+thick-3, html.EscapeString(verb(l)+l.plot))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" rx="2" fill="%s"/>`, left, y, max(x(l.number)-left, 1), thick, colour(l))
		if l.limits {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%d" width="2" height="%d" fill="#1f2328"/>`, x(l.must)-1, y-3, thick+6)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="#1f2328">%s</text>`+"\n", max(x(l.number), x(l.must))+6, y+thick-3, l.cells()[3])
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// area returns what a line's case is about: decode, encode, dispatch.
func area(l line) string {
	name, _, _ := strings.Cut(l.ours, "/")
	name, _, _ = strings.Cut(name, ":")
	return name
}

func verb(l line) string {
	switch area(l) {
	case "tokens", "decode":
		return "read: "
	case "encode":
		return "write: "
	case "dispatch":
		return "dispatch: "
	}
	return ""
}

func colour(l line) string {
	switch area(l) {
	case "tokens", "decode":
		return "#4c78a8"
	case "encode":
		return "#72b7b2"
	case "dispatch":
		return "#e39c37"
	}
	return "#9d755d"
}
