package jid

import (
	"cmp"
	"strings"
)

// JID is an address: [ localpart "@" ] domainpart [ "/" resourcepart ] (RFC 7622, 3.1).
// It is comparable and may be the key of a map. The zero JID is no address at all.
type JID struct {
	// s is the whole address in its normal form. Two offsets instead of three strings keep
	// the value at 24 bytes, and let Bare and DomainJID share its memory.
	s          string
	start, end uint16 // the domainpart is s[start:end]; offsets follow from s, so == on JIDs is == on s
}

// New makes a JID of its parts, where "" means that there is no such part. A part is never
// split: an "@" or a "/" in a localpart or domainpart is an error (RFC 7622, 3.1).
func New(localpart, domainpart, resourcepart string) (JID, error) {
	j, part, why := assemble(localpart, domainpart, resourcepart)
	if why == fine {
		return j, nil
	}
	switch part {
	case partLocal:
		return JID{}, newError(localpart, part, why)
	case partDomain:
		return JID{}, newError(domainpart, part, why)
	default:
		return JID{}, newError(resourcepart, part, why)
	}
}

// MustParse is [Parse] for addresses that stand in the program itself: it panics on a bad one.
func MustParse(s string) JID {
	j, err := Parse(s)
	if err != nil {
		panic("jid: MustParse: " + strings.TrimPrefix(err.Error(), "jid: "))
	}
	return j
}

// Local returns the localpart, "" if there is none (RFC 7622, 3.3).
func (j JID) Local() string {
	if j.start == 0 {
		return ""
	}
	return j.s[:j.start-1]
}

// Domain returns the domainpart; only the zero JID has none (RFC 7622, 3.2).
func (j JID) Domain() string { return j.s[j.start:j.end] }

// Resource returns the resourcepart, "" if there is none (RFC 7622, 3.4).
func (j JID) Resource() string {
	if j.IsBare() || j.IsZero() {
		return ""
	}
	return j.s[j.end+1:]
}

// Bare returns j without its resourcepart: the account, the room, the server (RFC 6120, 1.4).
func (j JID) Bare() JID { return JID{s: j.s[:j.end], start: j.start, end: j.end} }

// DomainJID returns the domainpart of j as an address of its own: the server that answers for j.
func (j JID) DomainJID() JID { return JID{s: j.Domain(), end: j.end - j.start} }

// WithResource returns j with another resourcepart, or without one if resourcepart is ""
// (RFC 7622, 3.4). The zero JID can have none.
func (j JID) WithResource(resourcepart string) (JID, error) {
	switch {
	case j.IsZero():
		return JID{}, newError(resourcepart, partDomain, empty)
	case resourcepart == "":
		return j.Bare(), nil
	}
	r, why := prepareResource(resourcepart)
	if why != fine {
		return JID{}, newError(resourcepart, partResource, why)
	}
	j.s = j.s[:j.end] + "/" + r
	return j, nil
}

// String returns the whole address in its normal form, "" for the zero JID.
func (j JID) String() string { return j.s }

// IsZero reports whether j is no address at all.
func (j JID) IsZero() bool { return j.s == "" }

// IsBare reports whether j is an address without a resourcepart (RFC 6120, 1.4).
func (j JID) IsBare() bool { return j.s != "" && int(j.end) == len(j.s) }

// IsFull reports whether j is an address with a resourcepart (RFC 6120, 1.4).
func (j JID) IsFull() bool { return int(j.end) < len(j.s) }

// Compare orders addresses by domainpart, then localpart, then resourcepart, each by its bytes,
// absent parts first; so the resources of one account stand together, after its bare JID.
// It is made for [slices.SortFunc].
func Compare(a, b JID) int {
	return cmp.Or(
		strings.Compare(a.Domain(), b.Domain()),
		strings.Compare(a.Local(), b.Local()),
		strings.Compare(a.Resource(), b.Resource()),
	)
}

// Equal reports whether two JIDs are the same, which == does as well. It serves packages that compare values by method.
func (j JID) Equal(other JID) bool { return j == other }
