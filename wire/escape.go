package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// NOTE. Most of what is written stands for itself, so copyPlain copies eight bytes at a time and looks at them at once (SWAR) for the first one that does not, or may not. What
// it stops at is looked at alone: markup is escaped, characters above ASCII are checked and copied, control characters are an error.

// place is a place where characters stand in XML.
type place struct {
	apos uint64 // what to set in eight bytes so that '&' and what must not stand beside it are the same
	as   [utf8.RuneSelf]string
}

// In attribute values, which the encoder puts between apostrophes, and in text.
var (
	inAttr = place{ones, [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\'': "&apos;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}}
	inText = place{0, [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}}
)

// escape writes s with what cannot stand there escaped. What XML cannot hold is an error: control characters, surrogates and bytes that are not UTF-8.
func (e *Encoder) escape(s string, p *place) {
	for {
		e.fit(len(s) + wordSize)
		n := copyPlain(e.buf[len(e.buf):cap(e.buf)], s, p.apos)
		e.buf = e.buf[:len(e.buf)+n]
		if n == len(s) {
			return
		}
		s = s[n:]
		if n = e.special(s, p); n == 0 {
			return
		}
		s = s[n:]
	}
}

// special writes what s begins with that is not plain, and returns how many bytes of s that is; none if it is an error.
func (e *Encoder) special(s string, p *place) int {
	c := s[0]
	if c >= utf8.RuneSelf {
		n := beyondASCII(s)
		if n == 0 {
			e.Fail(badChars(asBytes(s)))
		}
		e.buf = append(e.buf, s[:n]...)
		return n
	}
	switch {
	case p.as[c] != "":
		e.buf = append(e.buf, p.as[c]...)
	case isSpace(c):
		e.buf = append(e.buf, c)
	default:
		e.Fail(badChar(rune(c)))
		return 0
	}
	return 1
}

// copyPlain copies s to dst, which has room for a word more, up to the first byte that is not printable ASCII without markup, and returns how many bytes those are. apos
// is the place's.
func copyPlain(dst []byte, s string, apos uint64) int {
	to, n := unsafe.Pointer(unsafe.SliceData(dst)), len(s)
	if n < wordSize {
		return copyShort(to, s, apos)
	}
	i := 0
	for ; i <= n-2*wordSize; i += 2 * wordSize {
		w, next := word(s, i), word(s, i+wordSize)
		if plain(w, apos)&plain(next, apos)&^(w|next)&highs != highs {
			break
		}
		putWord(to, i, w)
		putWord(to, i+wordSize, next)
	}
	for ; i < n; i += wordSize {
		i = min(i, n-wordSize) // at the end, part of what is plain is copied again
		w := word(s, i)
		putWord(to, i, w)
		if bad := plain(w, apos)&^w&highs ^ highs; bad != 0 {
			return i + bits.TrailingZeros64(bad)/8
		}
	}
	return n
}

// copyShort is copyPlain for less than a word.
func copyShort(to unsafe.Pointer, s string, apos uint64) int {
	if s == "" {
		return 0
	}
	w := shortWord(s, ' '*ones)
	putWord(to, 0, w)
	if bad := plain(w, apos)&^w&highs ^ highs; bad != 0 {
		return bits.TrailingZeros64(bad) / 8
	}
	return len(s)
}

// plain has the high bit set in the bytes of w that are printable and no markup, if w is ASCII. If it is not, that holds for those before the first that is not.
func plain(w, apos uint64) uint64 {
	const some = 0x7f * ones // added to a byte of ASCII, sets the high bit unless the byte is 0
	amp := (w | apos) ^ ('&'*ones | apos)
	angle := (w | ('<'^'>')*ones) ^ '>'*ones
	return (amp + some) & (angle + some) & (w + (0x80-' ')*ones)
}

// beyondASCII returns the length of what s begins with that stands for itself, from one character above ASCII to the last before ASCII goes on for longer than a space or
// the like. It is 0 if s begins with none.
func beyondASCII(s string) int {
	b := asBytes(s)
	i := 0
	for i < len(b) {
		if c := b[i]; c < utf8.RuneSelf {
			if i+1 == len(b) || b[i+1] < utf8.RuneSelf || class[c]&cAttr == 0 {
				break
			}
			i++
			continue
		}
		n := 0
		if b[i] < 0xE0 {
			n = twoByteRun(b[i:])
		}
		if n == 0 {
			n = max(charLen(b[i:]), 0)
		}
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// twoByteRun returns the length of the characters of two bytes each that b begins with, counted in fours.
func twoByteRun(b []byte) int {
	const (
		lanes  = 0x0001000100010001
		shape  = 0xC0E0 * lanes // of a byte 110xxxxx and, above it, one 10xxxxxx
		double = 0x80C0 * lanes
		value  = 0x001E * lanes // 0 in a lane whose character has room in one byte
		tops   = 0x8000 * lanes
	)
	i := 0
	for ; i <= len(b)-8; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if w&shape != double || (w&value+(tops-lanes))&tops != tops {
			break
		}
	}
	return i
}
