package wire

import (
	"errors"
	"fmt"
	"unicode/utf8"
	"unsafe"
)

// NOTE. A tag is read in one pass over the buffer, by index. A scanner works on the window, which is the buffer as far as the limit lets the element reach; where it ends,
// more is read and the scanner goes on at the same index, so that nothing is looked at twice, however the input is cut. Names and values are views
// of the buffer as long as nothing keeps them. Each scanner returns the index behind what it read, or -1 with the error noted.

// window returns the input as far as the element under way may reach.
func (d *Decoder) window() []byte {
	if len(d.src.buf)-d.src.mark > d.limits.Bytes {
		return d.src.buf[:d.src.mark+d.limits.Bytes]
	}
	return d.src.buf
}

// wider reads on and returns the window, which has grown, or nil.
func (d *Decoder) wider() []byte {
	if !d.more() {
		return nil
	}
	return d.window()
}

// view returns b as a string that is valid as long as b's bytes are, which is until the next call of discard.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// malformed ends the input because of what stands at index i, unless that is beyond the limit.
func (d *Decoder) malformed(i int, err error) {
	if !d.overLimit(i + 1 - d.src.mark) {
		d.syntax(condNotWell, err)
	}
}

// nameEnd returns the index behind the name that begins at index i in b, or -1 where it takes scanName to tell: at a prefix, a character above
// ASCII, the end of b, or what is no name.
func nameEnd(b []byte, i int) int {
	if uint(i) >= uint(len(b)) || class[b[i]]&cFirst == 0 {
		return -1
	}
	for i++; i < len(b); i++ {
		if c := class[b[i]]; c&cName == 0 {
			if c&cAfter == 0 {
				break
			}
			return i
		}
	}
	return -1
}

// scanName reads the name that begins at index i, and tells where its colon is, 0 if there is none.
func (d *Decoder) scanName(i int) (colon, next int) {
	if end := nameEnd(d.window(), i); end >= 0 {
		return 0, end
	}
	return d.scanOddName(i)
}

// scanOddName is scanName for a name that has a prefix or characters above ASCII, is not in the buffer yet, or is wrong.
func (d *Decoder) scanOddName(i int) (colon, next int) {
	buf, from := d.window(), i
	want := uint8(cFirst)
	for {
		if i >= len(buf) {
			if buf = d.wider(); buf == nil {
				return 0, -1
			}
			continue
		}
		c := buf[i]
		switch {
		case class[c]&want != 0:
			for i++; i < len(buf) && class[buf[i]]&cName != 0; i++ {
			}
			want = cName
			continue
		case c >= utf8.RuneSelf:
			size := d.nameRune(i, want == cFirst)
			if size < 0 {
				return 0, -1
			}
			buf, i, want = d.window(), i+size, cName
			continue
		case c == ':' && colon == 0 && want == cName:
			colon, want = i, cFirst
			i++
			continue
		}
		if want == cFirst || class[c]&cAfter == 0 {
			d.malformed(i, fmt.Errorf("bad name at %s", quote(buf[from:i+1])))
			return 0, -1
		}
		return colon, i
	}
}

// nameRune returns the length of the character at index i, above ASCII, if it may stand in a name, or -1.
func (d *Decoder) nameRune(i int, first bool) int {
	buf := d.window()
	for !utf8.FullRune(buf[i:]) {
		if buf = d.wider(); buf == nil {
			return -1
		}
	}
	r, size := utf8.DecodeRune(buf[i:])
	if r == utf8.RuneError && size == 1 || !isNameRune(r, first) {
		d.malformed(i+size-1, fmt.Errorf("bad name at %s", quote(buf[i:i+size])))
		return -1
	}
	return size
}

// scanSpace returns the index of the next character that is no white space.
func (d *Decoder) scanSpace(i int) int {
	for buf := d.window(); ; {
		for ; i < len(buf); i++ {
			if !isSpace(buf[i]) {
				return i
			}
		}
		if buf = d.wider(); buf == nil {
			return -1
		}
	}
}

// expect returns the index behind c, which must stand at index i.
func (d *Decoder) expect(i int, c byte) int {
	buf := d.window()
	for i >= len(buf) {
		if buf = d.wider(); buf == nil {
			return -1
		}
	}
	if buf[i] != c {
		d.malformed(i, fmt.Errorf("%s where %q must stand", quote(buf[i:i+1]), c))
		return -1
	}
	return i + 1
}

// scanAttrs reads the attributes of a tag, from behind its name. empty says that the tag ends itself. What is usual is done here, on the window; whoever
// is called for the rest may widen it.
func (d *Decoder) scanAttrs(i int) (next int, empty bool) {
	buf := d.window()
	for {
		at := i
		if i < len(buf) && buf[i] == ' ' {
			i++
		}
		if i >= len(buf) || isSpace(buf[i]) {
			if i = d.scanSpace(i); i < 0 {
				return -1, false
			}
			buf = d.window()
		}
		switch c := buf[i]; {
		case c == '>':
			return i + 1, false
		case c == '/':
			return d.expect(i+1, '>'), true
		case i == at:
			d.malformed(i, fmt.Errorf("no white space before %s", quote(buf[i:i+1])))
			return -1, false
		}
		name, colon := i, 0
		end := nameEnd(buf, i)
		if end < 0 {
			if colon, end = d.scanOddName(i); end < 0 {
				return -1, false
			}
			buf = d.window()
		}
		from := end + len("='")
		if from > len(buf) || buf[end] != '=' || class[buf[from-1]]&cQuote == 0 {
			if from = d.scanEquals(end); from < 0 {
				return -1, false
			}
			buf = d.window()
		}
		to, plain := attrSpan(buf, from, buf[from-1]), true
		if to >= len(buf) || buf[to] != buf[from-1] {
			if to, plain = d.scanValue(to, buf[from-1]); to < 0 {
				return -1, false
			}
			buf = d.window()
		}
		value := buf[from:to:to]
		if !plain {
			value = d.resolveValue(value)
		}
		if d.attribute(buf[name:end], colon-name, value); d.err != nil {
			return -1, false
		}
		i = to + 1
	}
}

// scanEquals reads what stands between an attribute's name and its value: the sign, white space, and the quote.
func (d *Decoder) scanEquals(i int) int {
	if i = d.scanSpace(i); i < 0 {
		return -1
	}
	if i = d.expect(i, '='); i < 0 {
		return -1
	}
	if i = d.scanSpace(i); i < 0 {
		return -1
	}
	if class[d.src.buf[i]]&cQuote == 0 {
		d.malformed(i, errors.New("attribute value is not quoted"))
		return -1
	}
	return i + 1
}

// scanValue returns the index of the quote that ends the value which begins at index i. plain says that the value stands for itself.
func (d *Decoder) scanValue(i int, q byte) (end int, plain bool) {
	plain = true
	for buf := d.window(); ; {
		i = attrSpan(buf, i, q)
		if i >= len(buf) {
			if buf = d.wider(); buf == nil {
				return -1, false
			}
			continue
		}
		switch c := buf[i]; {
		case c == q:
			return i, plain
		case c == '<':
			d.malformed(i, errors.New(`"<" in an attribute value`))
			return -1, false
		case c == '&' || c != ' ' && isSpace(c):
			plain = false
			i++
		case c >= ' ' && c < utf8.RuneSelf:
			i++
		default:
			if i = d.scanChars(i); i < 0 {
				return -1, false
			}
			buf = d.window()
		}
	}
}

// scanChars returns the index behind the characters at index i, which are above ASCII or wrong.
func (d *Decoder) scanChars(i int) int {
	for buf := d.window(); i < len(buf) && (buf[i] >= utf8.RuneSelf || buf[i] < 0x20); {
		switch n := charLen(buf[i:]); {
		case n > 0:
			i += n
		case n < 0:
			if buf = d.wider(); buf == nil {
				return -1
			}
		default:
			d.malformed(i, badChars(buf[i:]))
			return -1
		}
	}
	return i
}
