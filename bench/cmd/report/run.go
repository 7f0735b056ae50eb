package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/bench/cases"
	"github.com/stanzakit/stanzakit/bench/link"
	"github.com/stanzakit/stanzakit/bench/measure"
	"github.com/stanzakit/stanzakit/bench/workload"
)

// point is what one measurement says, by metric.
type point map[string]float64

// The metrics.
const (
	ns     = "ns" // CPU time of a unit
	allocs = "allocs"
	size   = "bytes" // allocated for a unit
	held   = "held"  // heap and stack of an idle link
	rss    = "rss"
	p50    = "p50"
	p99    = "p99"
	setup  = "setup"
)

// results are the points of each case, by round; a round without one is nil.
type results map[string][]point

// measurement is something that takes its turn in each round.
type measurement struct {
	name  string
	take  func() (point, error)
	turns int // 0 means as many as there are rounds
}

type runner struct {
	ctx     context.Context // that of the command
	o       *options
	self    string
	tmp     string
	only    *regexp.Regexp
	results results
	missing []string // what cannot be measured here
}

func newRunner(ctx context.Context, o *options, only *regexp.Regexp) (*runner, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	return &runner{ctx: ctx, o: o, self: self, tmp: tmp, only: only, results: make(results)}, nil
}

func (r *runner) close() { os.RemoveAll(r.tmp) }

// all lets everything take its turns.
func (r *runner) all() error {
	list := slices.Concat(r.cases(), r.expat(), r.slixmpp(), r.echoes(), r.links())
	list = slices.DeleteFunc(list, func(m measurement) bool { return !r.only.MatchString(m.name) })
	if len(list) == 0 {
		return errors.New("no case has such a name")
	}
	for round := range r.o.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, r.o.rounds)
		for _, m := range list {
			if m.turns > 0 && round >= m.turns || r.slow(m.name) {
				continue
			}
			p, err := m.take()
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			if len(r.results[m.name]) == 0 {
				r.results[m.name] = make([]point, r.o.rounds)
			}
			r.results[m.name][round] = p
		}
	}
	return nil
}

// slow reports whether the case took so long to prepare that one turn is enough.
func (r *runner) slow(name string) bool {
	const most = 2 * time.Second
	for _, p := range r.results[name] {
		if p != nil && p[setup] > float64(most) {
			return true
		}
	}
	return false
}

// cases are those of package cases, each in a process of its own. Those of one kind of stanza get less time.
func (r *runner) cases() []measurement {
	var list []measurement
	for _, c := range cases.All() {
		m := measurement{name: c.Name}
		slice := r.o.slice
		if kindOf(c.Name) != "" {
			slice, m.turns = slice/3, 3
		}
		m.take = func() (point, error) {
			return r.output(one(), r.self, "-child", "case "+c.Name, "-for", slice.String())
		}
		list = append(list, m)
	}
	return list
}

// kindOf returns the kind of stanza that a case is about, "" if it is about all.
func kindOf(name string) string {
	area, _, _ := strings.Cut(name, "/")
	_, variant, _ := strings.Cut(area, ":")
	for _, k := range workload.Kinds() {
		if k.String() == variant {
			return variant
		}
	}
	return ""
}

// one is the environment of a process with one CPU.
func one() []string { return append(os.Environ(), "GOMAXPROCS=1") }

// output runs a process that prints a point. It ends when the command is interrupted, or after a time that none of them needs.
func (r *runner) output(env []string, name string, args ...string) (point, error) {
	const most = 2 * time.Minute
	ctx, cancel := context.WithTimeout(r.ctx, most)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = env
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, errs.Bytes())
	}
	p := make(point)
	if err := json.Unmarshal(out, &p); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return p, nil
}

// small writes the stream of a thousand stanzas to a file, for who does not run in Go.
func (r *runner) small() (file, stanzas string, err error) {
	s := workload.New(1000)
	file = filepath.Join(r.tmp, "stream.xml")
	return file, strconv.Itoa(s.Len()), os.WriteFile(file, s.Bytes, 0o600)
}

// external is a case that another program measures: it is given the stream's file, the number of stanzas, the arguments, and how long to go on.
func (r *runner) external(name string, program []string, args ...string) measurement {
	return measurement{name: name, take: func() (point, error) {
		file, n, err := r.small()
		if err != nil {
			return nil, err
		}
		return r.output(one(), program[0], slices.Concat(program[1:], []string{file, n}, args, []string{fmt.Sprint(r.o.slice.Seconds())})...)
	}}
}

// expat is the C library, if there is a compiler and the library.
func (r *runner) expat() []measurement {
	bin := filepath.Join(r.tmp, "sax")
	if err := exec.CommandContext(r.ctx, "cc", "-O2", "-o", bin, filepath.Join("other", "expat.c"), "-lexpat").Run(); err != nil {
		r.missing = append(r.missing, "expat (needs cc and libexpat1-dev)")
		return nil
	}
	return []measurement{r.external("tokens:1000/expat", []string{bin})}
}

// slixmpp is Debian's, whatever other Python comes first.
func (r *runner) slixmpp() []measurement {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(r.ctx, python, "-I", "-c", "import slixmpp").Run() != nil {
			continue
		}
		var list []measurement
		for _, mode := range []string{"none", "plugins", "fields"} {
			m := r.external("decode:1000/slixmpp."+mode, []string{python, filepath.Join("other", "slix.py")}, mode)
			m.turns = 3
			list = append(list, m)
		}
		return list
	}
	r.missing = append(r.missing, "Slixmpp (needs python3-slixmpp)")
	return nil
}

// echoes are the components under load: their CPU time, and the latency that the peer sees. They have all CPUs, as in real life.
func (r *runner) echoes() []measurement {
	const inFlight = 64
	warm, all := 5_000, 60_000
	if r.o.short {
		all = 20_000
	}
	var list []measurement
	for _, kind := range slices.Sorted(maps.Keys(link.Echoes())) {
		take := func() (point, error) {
			var seen link.Latency
			p, err := r.withPeer(fmt.Sprintf("echo %s %d %d", kind, warm, all), func(l net.Listener) (err error) {
				seen, err = link.Load(l, kind, warm, all, inFlight)
				return err
			})
			if err == nil {
				p[p50], p[p99] = float64(seen.P50), float64(seen.P99)
			}
			return p, err
		}
		list = append(list, measurement{name: "echo/" + kind, take: take, turns: 3})
	}
	return list
}

// links are idle connections.
func (r *runner) links() []measurement {
	var list []measurement
	for _, kind := range []string{link.Plain, link.Component, link.ComponentT, link.Client} {
		take := func() (point, error) {
			return r.withPeer("idle "+kind, func(l net.Listener) error { return link.ServeIdle(l, kind) })
		}
		list = append(list, measurement{name: "idle/" + kind, take: take, turns: 1})
	}
	return list
}

// withPeer runs a child that connects to peer in this process.
func (r *runner) withPeer(what string, peer func(net.Listener) error) (point, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	failed := make(chan error, 1)
	go func() { failed <- peer(l) }() // ends with the listener or the child; waited for below
	p, err := r.output(os.Environ(), r.self, "-child", what, "-addr", l.Addr().String())
	l.Close()
	return p, errors.Join(err, <-failed)
}

// child measures one thing and prints the point.
func child(what, addr string, slice time.Duration) error {
	kind, rest, _ := strings.Cut(what, " ")
	var p point
	switch kind {
	case "case":
		c, err := cases.Find(rest)
		if err != nil {
			return err
		}
		s, err := measure.Run(c, slice)
		if err != nil {
			return err
		}
		p = point{ns: s.NS, allocs: s.Allocs, size: s.Bytes, setup: float64(s.Setup)}
	case "echo":
		var name string
		var warm, all int
		if _, err := fmt.Sscan(rest, &name, &warm, &all); err != nil {
			return err
		}
		took, err := link.RunEcho(name, addr, warm, all)
		if err != nil {
			return err
		}
		p = point{ns: float64(took)}
	case "idle":
		i, err := link.MeasureIdle(rest, addr)
		if err != nil {
			return err
		}
		p = point{held: i.Heap + i.Stack, rss: i.RSS}
	default:
		return fmt.Errorf("cannot measure %q", what)
	}
	return json.NewEncoder(os.Stdout).Encode(p)
}
