package disco

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // XEP-0115 prescribes it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/xdata"
)

// NOTE. Before it is hashed, info is brought into canonical form: sorted, and reduced to what the hash covers. It is the canonical form that is cached too, so that
// nothing which no hash vouches for (forms without a FORM_TYPE, labels, foreign elements) reaches others through the cache.

// sha1Name is the hash function that everybody must know (XEP-0115, section 9.1).
const sha1Name = "sha-1"

const formType = "FORM_TYPE"

// ErrIllFormed is returned for info that has no verification string, because it says something twice (XEP-0115, section 5.4).
var ErrIllFormed = errors.New("disco: ill-formed info")

var (
	errHash      = errors.New("disco: unknown hash function")
	errMismatch  = errors.New("disco: info does not have the verification string that was announced")
	errSeparator = errors.New("disco: info could be read in two ways")
)

// Ver returns the verification string of info (XEP-0115, section 5.1) for a hash function by its IANA name: sha-1, sha-256 or sha-512.
func Ver(info *discoinfo.Query, hash string) (string, error) {
	c, err := canonical(info)
	if err != nil {
		return "", err
	}
	return digest(c, hash)
}

// verify returns the part of info that the verification string vouches for, or why it does not (XEP-0115, section 5.4).
func verify(c *caps.C, info *discoinfo.Query) (*discoinfo.Query, error) {
	known, err := canonical(info)
	if err != nil {
		return nil, err
	}
	if ambiguous(known) { // guard: S19
		return nil, errSeparator
	}
	ver, err := digest(known, c.Hash)
	if err != nil {
		return nil, err
	}
	if ver != c.Ver { // guard: S19
		return nil, errMismatch
	}
	return known, nil
}

// newHash returns a hash function by its name in IANA's registry of textual names, nil if we do not have it.
func newHash(name string) hash.Hash {
	switch name {
	case sha1Name:
		return sha1.New() //nolint:gosec // see the import
	case "sha-256":
		return sha256.New()
	case "sha-512":
		return sha512.New()
	}
	return nil
}

// digest hashes canonical info.
func digest(c *discoinfo.Query, name string) (string, error) {
	h := newHash(name)
	if h == nil {
		return "", fmt.Errorf("%w: %q", errHash, name)
	}
	h.Write([]byte(plain(c)))
	return base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// plain returns the text that is hashed: the S of XEP-0115, section 5.1.
func plain(c *discoinfo.Query) string {
	var s strings.Builder
	add := func(parts ...string) {
		s.WriteString(strings.Join(parts, "/"))
		s.WriteByte('<')
	}
	for _, id := range c.Identity {
		add(id.Category, id.Type, id.Lang, id.Name)
	}
	for _, f := range c.Feature {
		add(f.Var)
	}
	for i := range c.Form {
		for _, f := range c.Form[i].Field {
			if f.Var != formType {
				add(f.Var)
			}
			for _, v := range f.Value {
				add(v)
			}
		}
	}
	return s.String()
}

// canonical returns what the hash covers, in its order. Go compares strings as the collation i;octet does.
func canonical(info *discoinfo.Query) (*discoinfo.Query, error) {
	c := new(discoinfo.Query)
	for _, id := range info.Identity {
		c.Identity = append(c.Identity, discoinfo.Identity{Category: id.Category, Type: id.Type, Lang: id.Lang, Name: id.Name})
	}
	slices.SortFunc(c.Identity, byIdentity)
	if twice(c.Identity, byIdentity) {
		return nil, fmt.Errorf("%w: an identity twice", ErrIllFormed)
	}
	for _, f := range info.Feature {
		c.Feature = append(c.Feature, discoinfo.Feature{Var: f.Var})
	}
	slices.SortFunc(c.Feature, byVar)
	if twice(c.Feature, byVar) {
		return nil, fmt.Errorf("%w: a feature twice", ErrIllFormed)
	}
	for i := range info.Form {
		f, err := canonicalForm(&info.Form[i])
		if err != nil {
			return nil, err
		}
		if f != nil {
			c.Form = append(c.Form, *f)
		}
	}
	slices.SortFunc(c.Form, byType)
	if twice(c.Form, byType) {
		return nil, fmt.Errorf("%w: a FORM_TYPE twice", ErrIllFormed)
	}
	return c, nil
}

// canonicalForm returns the form with its FORM_TYPE first and the other fields sorted, or nil for a form that does not count.
func canonicalForm(f *xdata.Form) (*xdata.Form, error) {
	t, err := typeOf(f)
	if t == "" || err != nil {
		return nil, err
	}
	c := &xdata.Form{Type: xdata.FormResult}
	c.Field = append(c.Field, xdata.Field{Var: formType, Type: xdata.FieldHidden, Value: []string{t}})
	for i := range f.Field {
		if f.Field[i].Var != formType {
			c.Field = append(c.Field, xdata.Field{Var: f.Field[i].Var, Value: slices.Sorted(slices.Values(f.Field[i].Value))})
		}
	}
	slices.SortStableFunc(c.Field[1:], func(a, b xdata.Field) int { return cmp.Compare(a.Var, b.Var) })
	return c, nil
}

// typeOf returns a form's FORM_TYPE (XEP-0068), empty for a form that has none or does not hide it, which then does not count (XEP-0115, section 5.4, step 3.6).
func typeOf(f *xdata.Form) (string, error) {
	var types []string
	for i := range f.Field {
		if f.Field[i].Var == formType && f.Field[i].Type == xdata.FieldHidden {
			types = append(types, f.Field[i].Value...)
		}
	}
	switch slices.Sort(types); {
	case len(types) == 0:
		return "", nil
	case types[0] != types[len(types)-1]:
		return "", fmt.Errorf("%w: two values of FORM_TYPE", ErrIllFormed)
	}
	return types[0], nil
}

// ambiguous reports whether canonical info holds a separator of the hashed text in a place where it could pass for the border of two values, so that other info
// has the same hash (XEP-0115, section 9.3). Honest info has none. What cannot be told apart so is where the features end and the first form begins.
func ambiguous(c *discoinfo.Query) bool {
	if strings.Count(plain(c), "<") != values(c) {
		return true
	}
	for _, id := range c.Identity {
		if id.Category == "" || id.Type == "" || strings.Contains(id.Category+id.Type+id.Lang, "/") {
			return true
		}
	}
	return false
}

// values counts the values in the hashed text, each of which ends in one separator.
func values(c *discoinfo.Query) int {
	n := len(c.Identity) + len(c.Feature) - len(c.Form) // the var of a FORM_TYPE is not in the text
	for i := range c.Form {
		for _, f := range c.Form[i].Field {
			n += 1 + len(f.Value)
		}
	}
	return n
}

// twice reports whether two neighbours in a sorted list are equal.
func twice[T any](list []T, order func(a, b T) int) bool {
	for i := 1; i < len(list); i++ {
		if order(list[i-1], list[i]) == 0 {
			return true
		}
	}
	return false
}

func byIdentity(a, b discoinfo.Identity) int {
	return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Name, b.Name))
}

func byVar(a, b discoinfo.Feature) int { return cmp.Compare(a.Var, b.Var) }

// byType compares canonical forms, whose first field is the FORM_TYPE.
func byType(a, b xdata.Form) int { return cmp.Compare(a.Field[0].Value[0], b.Field[0].Value[0]) }
