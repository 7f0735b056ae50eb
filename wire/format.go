package wire

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"time"
	"unsafe"
)

// NOTE. A method format… writes a value into scratch and returns that: the string is good until the next one is called. Whoever takes it must not keep it.

// maxScratch is how much of scratch is kept for the next value.
const maxScratch = 4 << 10

// formatted makes b scratch and returns it as a string.
func (e *Encoder) formatted(b []byte) string {
	if e.scratch = b[:0]; cap(b) > maxScratch {
		e.scratch = nil
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func (e *Encoder) formatInt(v int64) string { return e.formatted(strconv.AppendInt(e.scratch, v, 10)) }

func (e *Encoder) formatUint(v uint64) string {
	return e.formatted(strconv.AppendUint(e.scratch, v, 10))
}

func (e *Encoder) formatFloat(v float64) string { return e.formatted(appendFloat(e.scratch, v)) }

func (e *Encoder) formatBytes(v []byte) string {
	return e.formatted(base64.StdEncoding.AppendEncode(e.scratch, v))
}

func (e *Encoder) formatStrings(v []string) string {
	b := e.scratch
	for i, s := range v {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, s...)
	}
	return e.formatted(b)
}

func (e *Encoder) formatTime(t time.Time) string {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		e.Fail(fmt.Errorf("year %d cannot be written", y))
	}
	return e.formatted(appendTime(e.scratch, t))
}

// appendFloat writes a number as XML Schema does.
func appendFloat(b []byte, v float64) []byte {
	switch {
	case math.IsInf(v, 1):
		return append(b, "INF"...)
	case math.IsInf(v, -1):
		return append(b, "-INF"...)
	case math.Abs(v) >= 1e21 || v != 0 && math.Abs(v) < 1e-6:
		return strconv.AppendFloat(b, v, 'E', -1, 64)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func formatFloat(v float64) string { return string(appendFloat(nil, v)) }

// appendTime writes a time in UTC (XEP-0082, section 3.2).
func appendTime(b []byte, t time.Time) []byte { return t.UTC().AppendFormat(b, time.RFC3339Nano) }

func formatTime(t time.Time) string { return string(appendTime(nil, t)) }
