package wire

import (
	"bytes"
	"io"
	"testing"
)

// portions is a reader that returns so many bytes at a time.
type portions struct{ sizes []int }

func (p *portions) Read(b []byte) (int, error) {
	if len(p.sizes) == 0 {
		return 0, io.EOF
	}
	n := min(p.sizes[0], len(b))
	if p.sizes[0] -= n; p.sizes[0] == 0 {
		p.sizes = p.sizes[1:]
	}
	copy(b, bytes.Repeat([]byte{'x'}, n))
	return n, nil
}

// TestSource reads in portions, handles each read at once, and looks at the buffer that is kept.
func TestSource(t *testing.T) {
	quiet := []int{100, 100, 100, 100}
	tests := []struct {
		name  string
		sizes []int
		most  int // that is kept
		least int // that was had in between
	}{
		{"a quiet link", quiet, leastChunk, leastChunk},
		{"much at once", []int{200_000}, keepBuf, mostChunk},
		{"much, then little", append(append([]int{200_000}, bytesOf(100, 40)...), 1), 2 * leastChunk, mostChunk},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, largest, total := source{r: &portions{tt.sizes}}, 0, 0
			want := 0
			for _, n := range tt.sizes {
				want += n
			}
			for s.more() {
				largest = max(largest, cap(s.buf))
				total += len(s.buf) - s.pos
				s.pos = len(s.buf)
				s.discard()
			}
			if total != want || s.offset() != int64(want) {
				t.Errorf("%d bytes to the offset %d, want %d", total, s.offset(), want)
			}
			if cap(s.buf) > tt.most || largest < tt.least {
				t.Errorf("a buffer of %d bytes, of %d before; want %d at most, %d at least", cap(s.buf), largest, tt.most, tt.least)
			}
		})
	}
}

// bytesOf returns n times size.
func bytesOf(size, n int) (all []int) {
	for range n {
		all = append(all, size)
	}
	return all
}
