package wire

import (
	"errors"
	"fmt"
)

const cdataOpen, cdataClose = "<![CDATA[", "]]>"

// readText reads character data up to the next tag: runs of text and CDATA sections, joined, so that a tag stands between any two. The result stands in d.text, in the buffer itself
// where nothing had to be resolved.
func (d *Decoder) readText() token {
	from := d.src.pos
	end, plain := d.scanText(from)
	if end < 0 {
		return tokNone
	}
	d.src.pos = end
	if plain && !d.textGoesOn() {
		d.text = d.src.buf[from:end]
		if d.err != nil {
			return tokNone
		}
		return tokText
	}
	d.joined = d.joined[:0]
	for d.join(from, end, plain); d.err == nil && d.textGoesOn(); d.join(from, end, plain) {
		if d.goOn(); d.err != nil {
			return tokNone
		}
		from = d.src.pos
		if end, plain = d.scanText(from); end < 0 {
			return tokNone
		}
		d.src.pos = end
	}
	if d.err != nil {
		return tokNone
	}
	d.text = d.joined
	return tokText
}

// join adds what stands from the one index to the other to the text.
func (d *Decoder) join(from, to int, plain bool) {
	run := d.src.buf[from:to]
	if plain {
		d.joined = append(d.joined, run...)
		return
	}
	var err error
	if d.joined, err = unescape(d.joined, run, false); err != nil {
		d.refError(err)
	}
}

// scanText returns the index of the '<' that ends the text which begins at index i. plain says that the text stands for itself.
func (d *Decoder) scanText(i int) (end int, plain bool) {
	from := i
	plain = true
	for buf := d.window(); ; {
		i = textSpan(buf, i)
		if i >= len(buf) {
			if buf = d.wider(); buf == nil {
				return -1, false
			}
			continue
		}
		switch c := buf[i]; {
		case c == '<':
			return i, plain
		case c == '>':
			if i-from >= 2 && buf[i-1] == ']' && buf[i-2] == ']' {
				d.malformed(i, errCDEnd)
				return -1, false
			}
			i++
		case c == '&' || c == '\r':
			plain = false
			i++
		case isSpace(c):
			i++
		default:
			if i = d.scanChars(i); i < 0 {
				return -1, false
			}
			buf = d.window()
		}
	}
}

// textGoesOn reports whether the '<' at pos begins a CDATA section, or a comment or an instruction of a document, rather than a tag.
func (d *Decoder) textGoesOn() bool {
	c, ok := d.peek(1)
	if !ok || c != '!' {
		return ok && c == '?' && d.lenient
	}
	c, ok = d.peek(2)
	return ok && (c == '[' || c == '-' && d.lenient)
}

// goOn skips the comment or the instruction at pos, or adds the CDATA section there to the text.
func (d *Decoder) goOn() {
	switch {
	case d.src.buf[d.src.pos+1] == '?':
		d.skipInstruction()
	case d.src.buf[d.src.pos+2] == '-':
		d.skipComment()
	default:
		d.cdata()
	}
}

// cdata adds the CDATA section at pos to the text.
func (d *Decoder) cdata() {
	for i := range len(cdataOpen) {
		if c, ok := d.peek(i); !ok || c != cdataOpen[i] {
			d.syntax(condNotWell, errors.New("malformed CDATA section"))
			return
		}
	}
	n := d.until(len(cdataOpen), cdataClose)
	if n < 0 {
		return
	}
	body := d.src.buf[d.src.pos+len(cdataOpen) : d.src.pos+n-len(cdataClose)]
	if err := checkChars(body); err != nil {
		d.syntax(condNotWell, err)
		return
	}
	for i, c := range body {
		switch {
		case c != '\r':
			d.joined = append(d.joined, c)
		case i+1 == len(body) || body[i+1] != '\n':
			d.joined = append(d.joined, '\n')
		}
	}
	d.src.pos += n
}

// resolveValue returns what an attribute value stands for: in scratch, which is the tag's.
func (d *Decoder) resolveValue(b []byte) []byte {
	from := len(d.scratch)
	var err error
	if d.scratch, err = unescape(d.scratch, b, true); err != nil {
		d.refError(fmt.Errorf("attribute value: %w", err))
	}
	return d.scratch[from:len(d.scratch):len(d.scratch)]
}

// refError ends the stream for a bad reference: an entity of its own is well-formed, but XMPP forbids it.
func (d *Decoder) refError(err error) {
	cond := condNotWell
	if ent := (*entityError)(nil); errors.As(err, &ent) {
		cond = condRestricted
	}
	d.syntax(cond, err)
}
