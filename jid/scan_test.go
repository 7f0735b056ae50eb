package jid

import (
	"testing"

	"golang.org/x/text/secure/precis"
)

// TestClass holds the byte table against the profiles that it stands for.
func TestClass(t *testing.T) {
	for b := range len(class) {
		s := string([]byte{byte(b)})
		local, why := prepareLocal(s)
		if got, want := class[b]&inLocal != 0, why == fine && local == s; got != want {
			t.Errorf("byte %#x in a localpart: %v, want %v", b, got, want)
		}
		resource, why := enforce(precis.OpaqueString, s)
		if got, want := class[b]&inResource != 0, why == fine && resource == s; got != want {
			t.Errorf("byte %#x in a resourcepart: %v, want %v", b, got, want)
		}
		domain, why := prepareIDN("a" + s + "a")
		if got, want := class[b]&inDomain != 0, why == fine && domain == "a"+s+"a"; got != want {
			t.Errorf("byte %#x in a domainpart: %v, want %v", b, got, want)
		}
	}
}

// FuzzScan checks that what scan accepts is what full preparation leaves alone.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		"juliet@example.com/balcony", "example.com", "a@b-c.d/ e@f/g", "a@b--c", "ab--c", "0.1", "a.-b", "-", ".",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		j, ok := scan(s)
		if !ok {
			return
		}
		if l := j.Local(); l != "" {
			if got, why := prepareLocal(l); got != l {
				t.Errorf("localpart %q: %q %s", l, got, why)
			}
		}
		if r := j.Resource(); r != "" {
			if got, why := enforce(precis.OpaqueString, r); got != r {
				t.Errorf("resourcepart %q: %q %s", r, got, why)
			}
		}
		if got, why := prepareIDN(j.Domain()); got != j.Domain() {
			t.Errorf("domainpart %q: %q %s", j.Domain(), got, why)
		}
	})
}
