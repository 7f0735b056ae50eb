package wire

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
	"unsafe"
)

// NOTE. A tag is read in one pass over the buffer, by index, which calls more where the buffer ends: what has been looked at is not looked at again, however
// the input is cut. The pass checks the form and finds the names and values; only then are references resolved, declarations brought in scope, and
// names resolved. Names are views of the buffer as long as nothing keeps them.

// rawAttr is an attribute as written, its name not yet resolved: places in the buffer.
type rawAttr struct {
	name, colon, end int32 // of the name; colon is 0 if there is no prefix
	from, to         int32 // of the value; in scratch if it is resolved
	plain            bool  // the value stands for itself
	resolved         bool  // what the value stands for is in scratch
	declares         bool  // a namespace declaration
}

// prefix returns the attribute's prefix, empty if there is none.
func (a *rawAttr) prefix(d *Decoder) []byte {
	if a.colon == 0 {
		return nil
	}
	return d.src.buf[a.name:a.colon]
}

// local returns the attribute's local name.
func (a *rawAttr) local(d *Decoder) []byte {
	if a.colon == 0 {
		return d.src.buf[a.name:a.end]
	}
	return d.src.buf[a.colon+1 : a.end]
}

// value returns the attribute's value.
func (a *rawAttr) value(d *Decoder) []byte {
	if a.resolved {
		return d.scratch[a.from:a.to:a.to]
	}
	return d.src.buf[a.from:a.to:a.to]
}

// view returns b as a string that is valid as long as b's bytes are, which is until the next call of discard.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// malformed ends the input because of what stands at index i, unless that is beyond the limit.
func (d *Decoder) malformed(i int, err error) {
	if !d.overLimit(i + 1 - d.src.mark) {
		d.syntax(condNotWell, err)
	}
}

// scanName reads the name that begins at index i and returns the index behind it, or -1, and that of its colon, 0 if there is none.
func (d *Decoder) scanName(i int) (colon, next int) {
	from := i
	want := uint8(cFirst)
	for {
		if i >= len(d.src.buf) {
			if !d.more() {
				return 0, -1
			}
			continue
		}
		c := d.src.buf[i]
		switch {
		case class[c]&want != 0:
			for i++; i < len(d.src.buf) && class[d.src.buf[i]]&cName != 0; i++ {
			}
			want = cName
			continue
		case c >= utf8.RuneSelf:
			size := d.nameRune(i, want == cFirst)
			if size < 0 {
				return 0, -1
			}
			i, want = i+size, cName
			continue
		case c == ':' && colon == 0 && want == cName:
			colon, want = i, cFirst
			i++
			continue
		}
		if want == cFirst || !isSpace(c) && c != '=' && c != '>' && c != '/' {
			d.malformed(i, fmt.Errorf("bad name at %s", quote(d.src.buf[from:i+1])))
			return 0, -1
		}
		return colon, i
	}
}

// nameRune returns the length of the character at index i, above ASCII, if it may stand in a name, or -1.
func (d *Decoder) nameRune(i int, first bool) int {
	for !utf8.FullRune(d.src.buf[i:]) {
		if !d.more() {
			return -1
		}
	}
	r, size := utf8.DecodeRune(d.src.buf[i:])
	if r == utf8.RuneError && size == 1 || !isNameRune(r, first) {
		d.malformed(i+size-1, fmt.Errorf("bad name at %s", quote(d.src.buf[i:i+size])))
		return -1
	}
	return size
}

// scanSpace returns the index of the next character that is no white space, or -1.
func (d *Decoder) scanSpace(i int) int {
	for {
		for i < len(d.src.buf) {
			if !isSpace(d.src.buf[i]) {
				return i
			}
			i++
		}
		if !d.more() {
			return -1
		}
	}
}

// scanAttrs reads the attributes of a tag, from behind its name, and returns the index behind the tag, or -1. empty says that the tag ends itself.
func (d *Decoder) scanAttrs(i int) (next int, empty bool) {
	d.raw = d.raw[:0]
	for {
		at := i
		if i = d.scanSpace(i); i < 0 {
			return -1, false
		}
		switch c := d.src.buf[i]; {
		case c == '>':
			return i + 1, false
		case c == '/':
			if i = d.expect(i+1, '>'); i < 0 {
				return -1, false
			}
			return i, true
		case i == at:
			d.malformed(i, fmt.Errorf("no white space before %s", quote(d.src.buf[i:i+1])))
			return -1, false
		}
		if i = d.scanAttr(i); i < 0 {
			return -1, false
		}
	}
}

// expect returns the index behind c, which must stand at index i, or -1.
func (d *Decoder) expect(i int, c byte) int {
	for i >= len(d.src.buf) {
		if !d.more() {
			return -1
		}
	}
	if d.src.buf[i] != c {
		d.malformed(i, fmt.Errorf("%s where %q must stand", quote(d.src.buf[i:i+1]), c))
		return -1
	}
	return i + 1
}

// scanAttr reads the attribute at index i and returns the index behind it, or -1. Attributes beyond the limit are counted, not kept.
func (d *Decoder) scanAttr(i int) int {
	a := rawAttr{name: int32(i)}
	colon, i := d.scanName(i)
	if i < 0 {
		return -1
	}
	a.colon, a.end = int32(colon), int32(i)
	if i = d.scanSpace(i); i < 0 {
		return -1
	}
	if i = d.expect(i, '='); i < 0 {
		return -1
	}
	if i = d.scanSpace(i); i < 0 {
		return -1
	}
	q := d.src.buf[i]
	if q != '\'' && q != '"' {
		d.malformed(i, errors.New("attribute value is not quoted"))
		return -1
	}
	from := i + 1
	end := d.scanValue(from, q)
	if end < 0 {
		return -1
	}
	value := d.src.buf[from:end]
	if a.plain = stands(value, '<'); !a.plain {
		if k := bytes.IndexByte(value, '<'); k >= 0 {
			d.malformed(from+k, errors.New(`"<" in an attribute value`))
			return -1
		}
	}
	if len(d.raw) <= d.limits.Attrs {
		a.from, a.to = int32(from), int32(end)
		a.declares = a.colon == 0 && string(d.src.buf[a.name:a.end]) == "xmlns" || string(a.prefix(d)) == "xmlns"
		d.raw = append(d.raw, a)
	}
	return end + 1
}

// scanValue returns the index of the quote that ends the value which begins at index i, or -1. A '<' is wrong in a value and found at once, so that a quote that never
// ends does not swallow what follows.
func (d *Decoder) scanValue(i int, q byte) int {
	for {
		if k := bytes.IndexByte(d.src.buf[min(i, len(d.src.buf)):], q); k >= 0 {
			return i + k
		}
		if k := bytes.IndexByte(d.src.buf[min(i, len(d.src.buf)):], '<'); k >= 0 {
			d.malformed(i+k, errors.New(`"<" in an attribute value`))
			return -1
		}
		i = max(i, len(d.src.buf))
		if !d.more() {
			return -1
		}
	}
}
