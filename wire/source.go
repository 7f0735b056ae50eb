package wire

import (
	"errors"
	"io"
)

const (
	readChunk = 4 << 10  // least room offered to a read
	keepBuf   = 64 << 10 // a larger buffer is given back once its stanza is done
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
}

// more reads at least one byte behind the buffer's end, or reports false and leaves the reason in s.err.
func (s *source) more() bool {
	if s.err != nil || s.r == nil {
		if s.err == nil {
			s.err = io.EOF
		}
		return false
	}
	if cap(s.buf)-len(s.buf) < readChunk {
		grown := make([]byte, len(s.buf), max(2*cap(s.buf), readChunk, len(s.buf)+readChunk))
		copy(grown, s.buf)
		s.buf = grown
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		s.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// discard forgets everything before pos. It reports whether it gave a large buffer back.
func (s *source) discard() (gaveBack bool) {
	switch rest := len(s.buf) - s.pos; {
	case s.pos == 0:
	case rest == 0 && cap(s.buf) > keepBuf && s.r != nil:
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
