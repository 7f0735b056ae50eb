package wire_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stanzakit/stanzakit/wire"
)

// escaped is what s should be in XML, character by character; ok says whether XML can hold it.
func escaped(s string, attr bool) (out string, ok bool) {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)), r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0xFFFE, r == 0xFFFF:
			return "", false
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '\r', attr && (r == '\t' || r == '\n'):
			fmt.Fprintf(&b, "&#x%X;", r)
		case r == '\'' && attr:
			b.WriteString("&apos;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), true
}

// delicate are characters that need a look, the bounds of what XML holds, and bytes that it does not.
var delicate = []string{
	"&", "<", ">", "'", `"`, "\t", "\n", "\r", "\x7f", "%", "(", ";", "=", "?", " ", "é", "ж", "\u0080", "\u07ff", "\u0800", "日", "\ud7ff", "\ue000", "\ufffd", "🙂", "\U00010000",
	"\U0010ffff", "жук", "ж ж ж", "жжжжжжжж", "日本語", "日 本", "é<é", "&&", "<>&'\"", "]]>", "a&b",
	"\x00", "\x08", "\x0b", "\x1f", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2a", "\xdf", "жжж\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe1\x80", "\xe1\x80a", "\xed\xa0\x80",
	"\xed\xbf\xbf", "\ufffe", "\uffff", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x99", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
}

// TestEscape writes each piece at each place that a look at eight or sixteen bytes makes different, as text and as an attribute.
func TestEscape(t *testing.T) {
	const most = 35
	for _, fill := range []string{"x", "ж"} {
		for _, piece := range delicate {
			for before := range most {
				for _, after := range []int{0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17} {
					checkEscape(t, strings.Repeat(fill, before)+piece+strings.Repeat(fill, after))
				}
			}
		}
	}
	for _, a := range delicate {
		for _, b := range delicate {
			checkEscape(t, a+b)
			checkEscape(t, "words before "+a+" between "+b+" and after")
		}
	}
}

func checkEscape(t *testing.T, s string) {
	t.Helper()
	for _, attribute := range []bool{false, true} {
		el, want := &wire.Raw{Name: xml.Name{Local: "a"}, Nodes: []wire.Node{{Text: s}}}, "<a>%s</a>"
		if attribute {
			el, want = &wire.Raw{Name: xml.Name{Local: "a"}, Attrs: []wire.Attr{attr("", "b", s)}}, "<a b='%s'/>"
		}
		text, ok := escaped(s, attribute)
		got, err := wire.Append(nil, el)
		switch {
		case ok && (err != nil || string(got) != fmt.Sprintf(want, text)):
			t.Fatalf("%q: got %q, %v, want %q", s, got, err, fmt.Sprintf(want, text))
		case !ok && (err == nil || len(got) > 0):
			t.Fatalf("%q: got %q, want an error", s, got)
		}
	}
}

// TestEncodeNames: names and namespaces that an encoder has found good are no pass for others.
func TestEncodeNames(t *testing.T) {
	e := wire.NewStreamEncoder(nsC)
	named := func(space, local string) error {
		e.Reset(nil)
		return e.Encode(&wire.Raw{Name: xml.Name{Space: space, Local: local}, Attrs: []wire.Attr{attr("", local, "x")}})
	}
	long := "name with spaces"
	for range 2 {
		if err := named("urn:a", long[:4]); err != nil {
			t.Error(err)
		}
		for _, bad := range []string{long, long[:5], long[4:9], long[4:4], "urn:a", "xmlns"} {
			if bad == "urn:a" {
				if err := named(bad, "a"); err != nil { // now it is known, as a namespace
					t.Error(err)
				}
			}
			if err := named("urn:a", bad); err == nil {
				t.Errorf("%q written as a name: %s", bad, e.Bytes())
			}
		}
	}
	for i := range 1000 { // far more than an encoder remembers
		space, local := fmt.Sprintf("urn:x:%d", i%300), fmt.Sprintf("a-name_of.Some.Length%d", i)[:4+i%20]
		if err := named(space, local); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("<%s xmlns='%s' %[1]s='x'/>", local, space); string(e.Bytes()) != want {
			t.Fatalf("got %s, want %s", e.Bytes(), want)
		}
		if err := named(space+" ", local); err == nil {
			t.Fatalf("namespace with a space written: %s", e.Bytes())
		}
	}
	if err := e.Encode(&wire.Raw{Name: xml.Name{Space: "http://www.w3.org/2000/xmlns/", Local: "a"}}); !errors.As(err, new(*wire.EncodeError)) {
		t.Errorf("namespace of xmlns: %v", err)
	}
}
