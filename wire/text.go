package wire

import (
	"bytes"
	"errors"
)

const cdataOpen, cdataClose = "<![CDATA[", "]]>"

// readText reads character data up to the next tag: runs of text and CDATA sections, joined, so that a tag stands between any two. The result stands in d.text, in the buffer itself
// where nothing had to be resolved.
func (d *Decoder) readText() token {
	d.text, d.joined = nil, d.joined[:0]
	for first := true; ; first = false {
		run, plain := d.textRun()
		if d.err != nil {
			return tokNone
		}
		more := d.textGoesOn()
		if d.err != nil {
			return tokNone
		}
		if first && plain && !more {
			d.text = run
			return tokText
		}
		if plain {
			d.joined = append(d.joined, run...)
		} else if err := d.unescapeText(run); err != nil {
			return tokNone
		}
		if !more {
			d.text = d.joined
			return tokText
		}
		if d.goOn(); d.err != nil {
			return tokNone
		}
	}
}

// textRun takes the text up to the next '<'; plain says that it stands for itself.
func (d *Decoder) textRun() (run []byte, plain bool) {
	n := d.until(0, "<") - 1
	if n < 0 {
		return nil, false
	}
	run = d.src.buf[d.src.pos : d.src.pos+n]
	plain = true
	for _, c := range run {
		if class[c]&cText == 0 {
			plain = false
			break
		}
	}
	if !plain {
		if err := checkChars(run); err != nil {
			d.syntax(condNotWell, err)
			return nil, false
		}
		if bytes.Contains(run, []byte(cdataClose)) {
			d.syntax(condNotWell, errCDEnd)
			return nil, false
		}
		plain = bytes.IndexByte(run, '&') < 0 && bytes.IndexByte(run, '\r') < 0
	}
	d.src.pos += n
	return run, plain
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

// unescapeText adds what run stands for to the text.
func (d *Decoder) unescapeText(run []byte) error {
	var err error
	if d.joined, err = unescape(d.joined, run, false); err != nil {
		d.refError(err)
	}
	return err
}

// refError ends the stream for a bad reference: an entity of its own is well-formed, but XMPP forbids it.
func (d *Decoder) refError(err error) {
	cond := condNotWell
	if ent := (*entityError)(nil); errors.As(err, &ent) {
		cond = condRestricted
	}
	d.syntax(cond, err)
}
