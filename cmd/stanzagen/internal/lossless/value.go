package lossless

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/cases"
)

// equal reports whether two lexical forms may stand for the same value, under any reading that both of them have.
func equal(a, b string) bool {
	if a == b {
		return true
	}
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a == b ||
		same(a, b, number) ||
		same(a, b, boolean) ||
		same(a, b, instant) ||
		same(a, b, data) ||
		same(a, b, address)
}

// same reports whether both strings have the reading, and the same value under it.
func same[T comparable](a, b string, read func(string) (T, bool)) bool {
	x, ok := read(a)
	if !ok {
		return false
	}
	y, ok := read(b)
	return ok && x == y
}

var (
	numberForm  = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$`)
	instantForm = regexp.MustCompile(`^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
	dataForm    = regexp.MustCompile(`^[A-Za-z0-9+/]+=*$`)
	addressForm = regexp.MustCompile(`^[^\s<>]+$`)
)

func number(s string) (float64, bool) {
	if !numberForm.MatchString(s) {
		return 0, false
	}
	v, _ := strconv.ParseFloat(s, 64) // out of range: an infinity, which is its value here
	return v, true
}

func boolean(s string) (value, ok bool) {
	switch s {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// moment is a date and time to the microsecond; one without a time zone equals none that has one.
type moment struct {
	micros int64
	zoned  bool
}

func instant(s string) (moment, bool) {
	if !instantForm.MatchString(s) {
		return moment{}, false
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return moment{t.UnixMicro(), true}, true
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999", s)
	return moment{t.UnixMicro(), false}, err == nil
}

// data reads base64, however it is broken into lines and padded.
func data(s string) (string, bool) {
	packed := strings.Join(strings.Fields(s), "")
	if len(packed) < 4 || !dataForm.MatchString(packed) {
		return "", false
	}
	out, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(packed, "="))
	return string(out), err == nil
}

// address reads what may be a JID or a domain, whose letter case does not matter.
func address(s string) (string, bool) {
	if !addressForm.MatchString(s) || !strings.ContainsAny(s, "@.") {
		return "", false
	}
	return cases.Fold().String(s), true
}
