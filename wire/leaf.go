package wire

import (
	"encoding/binary"
	"strings"
)

// child writes a child with a plain value. isZero says that the value is its type's zero, which is not written where the wire lacked the child.
func (e *Encoder) child(space, local, text string, isZero bool) {
	if e.err != nil {
		return
	}
	if n := len(e.frames); n > 0 {
		x := e.frames[n-1].extra
		if isZero && (e.zero > 0 || x != nil && x.lacks(space, local)) {
			return
		}
		switch {
		case x != nil && len(x.Children) > 0:
			text = strings.Clone(text) // it may stand in scratch, which what is kept uses too
			if e.shadowed(n-1, space, local, text) {
				return
			}
		case x == nil && e.leaf(space, local, text):
			return
		}
	}
	e.Start(space, local, nil)
	e.filled()
	e.Text(text)
	e.End()
}

// leaf is child for what is most common, written at once: the name is known, the namespace that of the parent, which has no Extra, and the text plain. It reports whether
// that is so, and writes nothing if it is not.
func (e *Encoder) leaf(space, local, text string) bool {
	depth, name := len(e.frames), e.known.place(local, 0)
	if e.stream && depth == 1 && space == nsClient {
		space = e.content
	}
	if !identical(space, e.frames[depth-1].def) || !identical(name.s, local) || !name.name || len(local) > wordSize {
		return false
	}
	e.fit(len("><></>") + 2*len(local) + len(text) + wordSize)
	b, n := e.buf[:cap(e.buf)], len(e.buf)
	if e.tag {
		b[n] = '>'
		n++
	}
	b[n] = '<'
	binary.LittleEndian.PutUint64(b[n+1:], name.word)
	n += 1 + len(local)
	if text == "" {
		b[n], b[n+1] = '/', '>'
		n += 2
	} else {
		b[n] = '>'
		if n++; copyPlain(b[n:], text, inText.apos) < len(text) {
			return false
		}
		n += len(text)
		b[n], b[n+1] = '<', '/'
		binary.LittleEndian.PutUint64(b[n+2:], name.word)
		n += 2 + len(local)
		b[n] = '>'
		n++
	}
	e.buf, e.tag = e.buf[:n], false
	e.filled()
	return true
}
