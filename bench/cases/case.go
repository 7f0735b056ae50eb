// Package cases holds what is measured: one case is one library doing one thing, always with the same input. A case does its work again and again; package
// measure and the benchmarks of this module run it, cmd/report compares.
package cases

import (
	"fmt"
	"slices"
	"time"

	"github.com/stanzakit/stanzakit/bench/workload"
)

// Case is one library doing one thing. Its name is "area/library" or "area:variant/library": decode/mellium, decode:chat/stanzakit.
type Case struct {
	Name string
	// Setup prepares the input and returns what is measured.
	Setup func() (Run, error)
}

// Run does the work once.
type Run func() (Work, error)

// Work is what a run did.
type Work struct {
	Units int           // stanzas, addresses, events
	Took  time.Duration // if only a part of the time counts; 0 means all of it
}

// All returns every case that runs in this process.
func All() []Case {
	return slices.Concat(decoding(), perKind(), encoding(), bridging(), dispatching(), addresses(), events())
}

// Find returns the case of a name.
func Find(name string) (Case, error) { return find(All(), name) }

// Counted are the cases whose instructions are counted: on a short stream, since each takes fifty times as long then.
func Counted() []Case {
	short := func() *workload.Stream { return workload.New(200) }
	return []Case{
		reading("tokens", short, tokens),
		reading("decode", short, typed),
		encode("encode", short, encodeOurs),
		reading("xml.Decode", short, plain(xmlDecode)),
		encode("xml.Encoder", short, encodeXML),
	}
}

// FindCounted returns the one of a name.
func FindCounted(name string) (Case, error) { return find(Counted(), name) }

func find(in []Case, name string) (Case, error) {
	for _, c := range in {
		if c.Name == name {
			return c, nil
		}
	}
	return Case{}, fmt.Errorf("cases: no case is called %q", name)
}

// mix is the stream of the big cases.
func mix() *workload.Stream { return workload.New(20_000) }

// few is how many stanzas there are in the stream of one kind.
const few = 1000

// reading is a case that reads a stream; read returns how many stanzas it saw, which must be all.
func reading(name string, stream func() *workload.Stream, prepare func() (read func(*workload.Stream) (int, error), err error)) Case {
	return Case{name, func() (Run, error) {
		s := stream()
		read, err := prepare()
		if err != nil {
			return nil, err
		}
		return func() (Work, error) {
			n, err := read(s)
			if err == nil && n != s.Len() {
				err = fmt.Errorf("cases: %s: %d stanzas of %d", name, n, s.Len())
			}
			return Work{Units: n}, err
		}, nil
	}}
}

// plain is the preparation of a reader that needs none.
func plain(read func(*workload.Stream) (int, error)) func() (func(*workload.Stream) (int, error), error) {
	return func() (func(*workload.Stream) (int, error), error) { return read, nil }
}
