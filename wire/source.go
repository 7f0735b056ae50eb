package wire

import (
	"errors"
	"io"
)

const (
	leastChunk = 512      // room offered to a read of a link on which little happens; thousands may be idle
	mostChunk  = 16 << 10 // and of one on which much does
	quietReads = 4        // so many small reads in a row make the room smaller
	keepBuf    = 64 << 10 // a larger buffer is given back once its stanza is done
)

// source is the tokenizer's buffer. Everything since mark stays in it, so that an element can be read again as a Raw: offsets are
// valid until the next call of discard, slices too (growing copies, nothing is changed in place).
type source struct {
	r    io.Reader
	buf  []byte
	pos  int   // next byte to read
	mark int   // first byte that must stay
	base int64 // offset of buf[0] in the input
	err  error // what the reader returned last; sticky

	chunk int // least room offered to a read: more the more there is to read; 0 before the first
	quiet int // small reads in a row
}

// more reads at least one byte behind the buffer's end, or reports false and leaves the reason in s.err.
func (s *source) more() bool {
	if s.err != nil || s.r == nil {
		if s.err == nil {
			s.err = io.EOF
		}
		return false
	}
	s.makeRoom()
	for range 100 {
		room := cap(s.buf) - len(s.buf)
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		s.err = err
		if n > 0 {
			s.adapt(n, room)
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// makeRoom makes a larger buffer if a read would not find its chunk. A large element doubles it each time.
func (s *source) makeRoom() {
	s.chunk = max(s.chunk, leastChunk)
	if cap(s.buf)-len(s.buf) >= s.chunk {
		return
	}
	grown := make([]byte, len(s.buf), max(2*len(s.buf), len(s.buf)+s.chunk))
	copy(grown, s.buf)
	s.buf = grown
}

// adapt learns from a read of n bytes into so much room.
func (s *source) adapt(n, room int) {
	switch {
	case n == room:
		s.chunk, s.quiet = min(4*s.chunk, mostChunk), 0
	case n > s.chunk/4:
		s.quiet = 0
	default:
		if s.quiet++; s.quiet == quietReads {
			s.chunk, s.quiet = max(s.chunk/2, leastChunk), 0
		}
	}
}

// discard forgets everything before pos. It reports whether it gave the buffer back: one that was large, or is larger than what happens on the link needs.
func (s *source) discard() (gaveBack bool) {
	switch rest := len(s.buf) - s.pos; {
	case s.pos == 0:
	case rest == 0 && cap(s.buf) > min(keepBuf, 2*s.chunk) && s.r != nil:
		s.base += int64(len(s.buf))
		s.buf, s.pos, gaveBack = nil, 0, true
	case s.r != nil && (rest == 0 || s.pos >= cap(s.buf)/2):
		s.base += int64(s.pos)
		copy(s.buf, s.buf[s.pos:])
		s.buf, s.pos = s.buf[:rest], 0
	}
	s.mark = s.pos
	return gaveBack
}

// offset is where pos is in the input.
func (s *source) offset() int64 { return s.base + int64(s.pos) }

// ended says whether the input is over, rather than failing.
func (s *source) ended() bool { return errors.Is(s.err, io.EOF) }
