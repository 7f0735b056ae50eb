package jid

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error says why a text is not an address. RFC 6120, 8.3.3.8 has the stanza error to answer it
// with: jid-malformed.
type Error struct {
	Input  string // the text that was refused; cut after 64 bytes, as it came from somebody else
	Part   string // "localpart", "domainpart" or "resourcepart" (RFC 7622, 3.1)
	Reason string // what is wrong with that part, as in "is empty"
}

// Error returns the whole message, with the input quoted.
func (e *Error) Error() string {
	return "jid: " + strconv.Quote(e.Input) + ": " + e.Part + " " + e.Reason
}

const (
	partLocal    = "localpart"
	partDomain   = "domainpart"
	partResource = "resourcepart"
)

// reason is what is wrong with a part; a plain string, because preparing hostile input must
// not cost an allocation for each fault.
type reason string

const (
	fine       reason = ""
	empty      reason = "is empty"
	tooLong    reason = "is longer than 1023 bytes"
	notUTF8    reason = "is not UTF-8"
	forbidden  reason = "holds a character that is not allowed there"
	unstable   reason = "has no stable normal form"
	badIP      reason = "is not an IPv6 address in brackets"
	emptyLabel reason = "has an empty label"
	longLabel  reason = "has a label longer than 63 bytes"
	badLabel   reason = "has a label that IDNA2008 does not allow"
)

const maxErrorInput = 64

// newError clones what it keeps: an error may be held longer than the buffer its input came from.
func newError(input, part string, why reason) *Error {
	if len(input) <= maxErrorInput {
		return &Error{Input: strings.Clone(input), Part: part, Reason: string(why)}
	}
	n := maxErrorInput
	for n > maxErrorInput-utf8.UTFMax && !utf8.RuneStart(input[n]) {
		n--
	}
	return &Error{Input: input[:n] + "…", Part: part, Reason: string(why)}
}
