package fuzz

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

// FuzzSplit: what a stream gives, and the byte and the reason that end it, do not depend on how it is cut into reads.
func FuzzSplit(f *testing.F) {
	for i, doc := range seeds(f) {
		f.Add([]byte(doc), uint16(len(doc)/2), uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint16, limit uint8) {
		limits := []wire.Limits{wire.AfterAuth(), wire.BeforeAuth(), {Bytes: 300, Depth: 4, Elements: 6, Attrs: 3}}[limit%3]
		checkSplit(t, string(data), int(at), limits)
		checkSplit(t, header+string(data)+footer, len(header)+int(at), limits)
	})
}

// checkSplit reads a stream in one read, and in others.
func checkSplit(t tester, in string, at int, limits wire.Limits) {
	t.Helper()
	want := verdict(strings.NewReader(in), limits)
	at = min(at, len(in))
	for name, r := range map[string]io.Reader{
		"byte by byte":             iotest.OneByteReader(strings.NewReader(in)),
		"in two":                   io.MultiReader(strings.NewReader(in[:at]), strings.NewReader(in[at:])),
		"in pieces":                &pieces{in: in, size: 2 + at%61},
		"end with the last bytes":  iotest.DataErrReader(strings.NewReader(in)),
		"nothing read at times":    &pieces{in: in, size: 1 + at%7, idle: true},
		"in halves of what it may": iotest.HalfReader(strings.NewReader(in)),
	} {
		if diff := cmp.Diff(want, verdict(r, limits)); diff != "" {
			t.Errorf("%q, %s, cut at %d, %+v (-whole +cut):\n%s", in, name, at, limits, diff)
		}
	}
}

// pieces reads so many bytes at a time; idle has it read none at all before each piece.
type pieces struct {
	in   string
	size int
	idle bool
	turn bool
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.turn = !p.turn; p.turn && p.idle {
		return 0, nil
	}
	if p.in == "" {
		return 0, io.EOF
	}
	n := copy(b, p.in[:min(p.size, len(p.in))])
	p.in = p.in[n:]
	return n, nil
}

// verdict reads a stream to its end and tells all there is to tell of it, a line each.
func verdict(r io.Reader, limits wire.Limits) (lines []string) {
	d := wire.NewDecoder(r, registry(), limits)
	head, err := d.Header()
	for el := wire.Element(head); err == nil; {
		out, bad := wire.Marshal(el)
		lines = append(lines, fmt.Sprintf("%T at %d: %s %v from %q", el, d.Offset(), out, bad, d.Source()))
		for _, n := range d.Outline().Nodes {
			lines = append(lines, fmt.Sprintf("%d %d", n.Depth, n.ID))
		}
		if el, err = d.Next(); err != nil && el != nil {
			lines = append(lines, "an element beside an error")
		}
	}
	lines = append(lines, fmt.Sprintf("end: %v", err))
	if bad, ok := errors.AsType[*wire.SyntaxError](err); ok {
		lines = append(lines, bad.Condition)
	}
	if _, again := d.Next(); again != err {
		lines = append(lines, fmt.Sprintf("then %v", again))
	}
	return lines
}
