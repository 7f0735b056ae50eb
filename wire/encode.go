package wire

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/stanzakit/stanzakit/jid"
)

// AttrString writes an attribute, unless it is empty.
func (e *Encoder) AttrString(local, v string) {
	if v != "" {
		e.attr("", local, v)
	}
}

// AttrStringOrEmpty writes an attribute whose empty value has a meaning.
func (e *Encoder) AttrStringOrEmpty(local, v string) { e.attr("", local, v) }

// AttrLang writes xml:lang, unless it is empty.
func (e *Encoder) AttrLang(v string) {
	if v != "" {
		e.attr("xml", "lang", v)
	}
}

// AttrNS writes an attribute of a namespace, unless it is empty.
func (e *Encoder) AttrNS(space, local, v string) {
	if v != "" && e.err == nil {
		e.attr(e.prefixFor(space), local, v)
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
	e.attr(prefix, a.Name.Local, a.Value)
}

// AttrJID writes an address, unless it is zero.
func (e *Encoder) AttrJID(local string, v jid.JID) {
	if !v.IsZero() {
		e.attr("", local, v.String())
	}
}

// AttrBool writes a boolean.
func (e *Encoder) AttrBool(local string, v bool) {
	if v || !e.lacksAttr(local) {
		e.attr("", local, strconv.FormatBool(v))
	}
}

// AttrInt writes an integer.
func (e *Encoder) AttrInt(local string, v int64) {
	if v != 0 || !e.lacksAttr(local) {
		e.attr("", local, strconv.FormatInt(v, 10))
	}
}

// AttrUint writes an integer.
func (e *Encoder) AttrUint(local string, v uint64) {
	if v != 0 || !e.lacksAttr(local) {
		e.attr("", local, strconv.FormatUint(v, 10))
	}
}

// AttrFloat writes a number.
func (e *Encoder) AttrFloat(local string, v float64) {
	if v != 0 || !e.lacksAttr(local) {
		e.attr("", local, formatFloat(v))
	}
}

// AttrTime writes a date and time (XEP-0082), unless it is zero.
func (e *Encoder) AttrTime(local string, v time.Time) {
	if !v.IsZero() {
		e.attr("", local, e.formatTime(v))
	}
}

// AttrBytes writes base64 data, unless it is nil.
func (e *Encoder) AttrBytes(local string, v []byte) {
	if v != nil {
		e.attr("", local, base64.StdEncoding.EncodeToString(v))
	}
}

// AttrStrings writes an xs:list, unless it is empty.
func (e *Encoder) AttrStrings(local string, v []string) {
	if len(v) > 0 {
		e.attr("", local, strings.Join(v, " "))
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
	e.child(space, local, strconv.FormatInt(v, 10), v == 0)
}

// ChildUint writes a child with an integer.
func (e *Encoder) ChildUint(space, local string, v uint64) {
	e.child(space, local, strconv.FormatUint(v, 10), v == 0)
}

// ChildFloat writes a child with a number.
func (e *Encoder) ChildFloat(space, local string, v float64) {
	e.child(space, local, formatFloat(v), v == 0)
}

// ChildTime writes a child with a date and time, unless it is zero.
func (e *Encoder) ChildTime(space, local string, v time.Time) {
	if !v.IsZero() {
		e.child(space, local, e.formatTime(v), false)
	}
}

// ChildBytes writes a child with base64 data.
func (e *Encoder) ChildBytes(space, local string, v []byte) {
	e.child(space, local, base64.StdEncoding.EncodeToString(v), false)
}

// ChildStrings writes a child with an xs:list.
func (e *Encoder) ChildStrings(space, local string, v []string) {
	e.child(space, local, strings.Join(v, " "), false)
}

// TextBool writes a boolean as the element's text.
func (e *Encoder) TextBool(v bool) { e.Text(strconv.FormatBool(v)) }

// TextInt writes an integer as the element's text.
func (e *Encoder) TextInt(v int64) { e.Text(strconv.FormatInt(v, 10)) }

// TextUint writes an integer as the element's text.
func (e *Encoder) TextUint(v uint64) { e.Text(strconv.FormatUint(v, 10)) }

// TextFloat writes a number as the element's text.
func (e *Encoder) TextFloat(v float64) { e.Text(formatFloat(v)) }

// TextTime writes a date and time as the element's text, unless it is zero.
func (e *Encoder) TextTime(v time.Time) {
	if !v.IsZero() {
		e.Text(e.formatTime(v))
	}
}

// TextBytes writes base64 data as the element's text.
func (e *Encoder) TextBytes(v []byte) { e.Text(base64.StdEncoding.EncodeToString(v)) }

// TextStrings writes an xs:list as the element's text.
func (e *Encoder) TextStrings(v []string) { e.Text(strings.Join(v, " ")) }

// formatFloat writes a number as XML Schema does.
func formatFloat(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "INF"
	case math.IsInf(v, -1):
		return "-INF"
	case math.Abs(v) >= 1e21 || v != 0 && math.Abs(v) < 1e-6:
		return strconv.FormatFloat(v, 'E', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// formatTime writes a time in UTC (XEP-0082, section 3.2).
func (e *Encoder) formatTime(t time.Time) string {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		e.Fail(fmt.Errorf("year %d cannot be written", y))
	}
	return formatTime(t)
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
