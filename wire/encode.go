package wire

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/stanzakit/stanzakit/jid"
)

// AttrString writes an attribute, unless it is empty.
func (e *Encoder) AttrString(local, v string) {
	if v != "" {
		e.attr(local, v)
	}
}

// AttrStringOrEmpty writes an attribute whose empty value has a meaning.
func (e *Encoder) AttrStringOrEmpty(local, v string) { e.attr(local, v) }

// AttrLang writes xml:lang, unless it is empty.
func (e *Encoder) AttrLang(v string) {
	if v != "" {
		e.prefixed("xml", "lang", v)
	}
}

// AttrNS writes an attribute of a namespace, unless it is empty.
func (e *Encoder) AttrNS(space, local, v string) {
	if v != "" && e.err == nil {
		e.prefixed(e.prefixFor(space), local, v)
	}
}

// Attrs writes attributes that no field holds.
func (e *Encoder) Attrs(attrs []Attr) {
	for _, a := range attrs {
		if e.err != nil {
			return
		}
		e.anyAttr(a)
	}
}

// anyAttr writes an attribute, unless the start tag has it: a field wins over Extra.
func (e *Encoder) anyAttr(a Attr) {
	prefix := ""
	if a.Name.Space != "" {
		prefix = e.prefixFor(a.Name.Space)
	}
	declares := prefix == "" && a.Name.Local == "xmlns" // which no attribute may
	if n := len(e.frames); n > 0 && e.err == nil && !declares && e.hasAttr(&e.frames[n-1], prefix, a.Name.Local) {
		return
	}
	if prefix == "" {
		e.attr(a.Name.Local, a.Value)
	} else {
		e.prefixed(prefix, a.Name.Local, a.Value)
	}
}

// AttrJID writes an address, unless it is zero.
func (e *Encoder) AttrJID(local string, v jid.JID) {
	if !v.IsZero() {
		e.attr(local, v.String())
	}
}

// AttrBool writes a boolean.
func (e *Encoder) AttrBool(local string, v bool) {
	if v || !e.lacksAttr(local) {
		e.attr(local, strconv.FormatBool(v))
	}
}

// AttrInt writes an integer.
func (e *Encoder) AttrInt(local string, v int64) {
	if v != 0 || !e.lacksAttr(local) {
		e.attr(local, e.formatInt(v))
	}
}

// AttrUint writes an integer.
func (e *Encoder) AttrUint(local string, v uint64) {
	if v != 0 || !e.lacksAttr(local) {
		e.attr(local, e.formatUint(v))
	}
}

// AttrFloat writes a number.
func (e *Encoder) AttrFloat(local string, v float64) {
	if v != 0 || !e.lacksAttr(local) {
		e.attr(local, e.formatFloat(v))
	}
}

// AttrTime writes a date and time (XEP-0082), unless it is zero.
func (e *Encoder) AttrTime(local string, v time.Time) {
	if !v.IsZero() {
		e.attr(local, e.formatTime(v))
	}
}

// AttrBytes writes base64 data, unless it is nil.
func (e *Encoder) AttrBytes(local string, v []byte) {
	if v != nil {
		e.attr(local, e.formatBytes(v))
	}
}

// AttrStrings writes an xs:list, unless it is empty.
func (e *Encoder) AttrStrings(local string, v []string) {
	if len(v) > 0 {
		e.attr(local, e.formatStrings(v))
	}
}

// ChildEmpty writes a child that says all by being there.
func (e *Encoder) ChildEmpty(space, local string) { e.child(space, local, "", false) }

// ChildString writes a child with text.
func (e *Encoder) ChildString(space, local, v string) { e.child(space, local, v, false) }

// ChildBool writes a child with a boolean.
func (e *Encoder) ChildBool(space, local string, v bool) {
	e.child(space, local, strconv.FormatBool(v), !v)
}

// ChildInt writes a child with an integer.
func (e *Encoder) ChildInt(space, local string, v int64) {
	e.child(space, local, e.formatInt(v), v == 0)
}

// ChildUint writes a child with an integer.
func (e *Encoder) ChildUint(space, local string, v uint64) {
	e.child(space, local, e.formatUint(v), v == 0)
}

// ChildFloat writes a child with a number.
func (e *Encoder) ChildFloat(space, local string, v float64) {
	e.child(space, local, e.formatFloat(v), v == 0)
}

// ChildTime writes a child with a date and time, unless it is zero.
func (e *Encoder) ChildTime(space, local string, v time.Time) {
	if !v.IsZero() {
		e.child(space, local, e.formatTime(v), false)
	}
}

// ChildBytes writes a child with base64 data.
func (e *Encoder) ChildBytes(space, local string, v []byte) {
	e.child(space, local, e.formatBytes(v), false)
}

// ChildStrings writes a child with an xs:list.
func (e *Encoder) ChildStrings(space, local string, v []string) {
	e.child(space, local, e.formatStrings(v), false)
}

// TextBool writes a boolean as the element's text.
func (e *Encoder) TextBool(v bool) { e.Text(strconv.FormatBool(v)) }

// TextInt writes an integer as the element's text.
func (e *Encoder) TextInt(v int64) { e.Text(e.formatInt(v)) }

// TextUint writes an integer as the element's text.
func (e *Encoder) TextUint(v uint64) { e.Text(e.formatUint(v)) }

// TextFloat writes a number as the element's text.
func (e *Encoder) TextFloat(v float64) { e.Text(e.formatFloat(v)) }

// TextTime writes a date and time as the element's text, unless it is zero.
func (e *Encoder) TextTime(v time.Time) {
	if !v.IsZero() {
		e.Text(e.formatTime(v))
	}
}

// TextBytes writes base64 data as the element's text.
func (e *Encoder) TextBytes(v []byte) { e.Text(e.formatBytes(v)) }

// TextStrings writes an xs:list as the element's text.
func (e *Encoder) TextStrings(v []string) { e.Text(e.formatStrings(v)) }

// attr writes an attribute without a prefix.
func (e *Encoder) attr(local, value string) {
	name := e.known.place(local, 0)
	if !identical(name.s, local) || !name.name {
		name = e.known.name(local)
	}
	if !e.tag || name == nil || local == "xmlns" {
		e.badAttr(local)
		return
	}
	e.full = len(e.frames)
	e.fit(len(" =''") + len(local) + len(value) + wordSize)
	b, n := e.buf[:cap(e.buf)], len(e.buf)
	b[n] = ' '
	if n++; len(local) <= wordSize {
		binary.LittleEndian.PutUint64(b[n:], name.word)
	} else {
		copy(b[n:], local)
	}
	n += len(local)
	b[n], b[n+1] = '=', '\''
	n += 2
	done := copyPlain(b[n:], value, inAttr.apos)
	e.buf = e.buf[:n+done]
	if done < len(value) {
		e.escape(value[done:], &inAttr)
	}
	e.buf = append(e.buf, '\'')
}

// prefixed writes an attribute with a prefix, which must be bound.
func (e *Encoder) prefixed(prefix, local, value string) {
	if !e.tag || e.known.name(local) == nil {
		e.badAttr(local)
		return
	}
	e.filled()
	e.buf = append(append(append(append(append(e.buf, ' '), prefix...), ':'), local...), "='"...)
	e.escape(value, &inAttr)
	e.buf = append(e.buf, '\'')
}

// badAttr notes why an attribute cannot be written.
func (e *Encoder) badAttr(local string) {
	if !e.tag {
		e.Fail(fmt.Errorf("attribute %q outside a start tag", local))
	} else {
		e.Fail(fmt.Errorf("%q is no attribute name", local))
	}
}
