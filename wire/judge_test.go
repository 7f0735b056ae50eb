package wire_test

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// NOTE. The judge knows nothing of package wire: it reads both documents with encoding/xml and reports what the second one lost, gained or changed,
// by the rules of the house for what "lossless" means.

// tester is what tests, fuzzers and properties have in common.
type tester interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
	Fatal(...any)
}

// node is an element as the judge sees it.
type node struct {
	name  xml.Name
	attrs map[xml.Name]string
	text  []string // before the first child, and after each
	kids  []*node
}

// parse reads a well-formed document.
func parse(t tester, doc string) *node {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(doc))
	root := &node{text: []string{""}}
	stack := []*node{root}
	for {
		tok, err := dec.Token()
		if err == io.EOF && len(stack) == 1 && len(root.kids) == 1 {
			return root.kids[0]
		}
		if err != nil {
			t.Fatalf("judge: %v in %s", err, doc)
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: client(tok.Name), attrs: map[xml.Name]string{}, text: []string{""}}
			for _, a := range tok.Attr {
				if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
					continue
				}
				if _, twice := n.attrs[a.Name]; twice {
					t.Fatalf("judge: attribute %v twice in %s", a.Name, doc)
				}
				n.attrs[a.Name] = a.Value
			}
			top.kids, top.text = append(top.kids, n), append(top.text, "")
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text[len(top.text)-1] += string(tok)
		}
	}
}

// client reads the stream's namespace, whatever it is, as jabber:client.
func client(n xml.Name) xml.Name {
	if n.Space == "jabber:server" || n.Space == "jabber:component:accept" {
		n.Space = nsC
	}
	return n
}

// judge returns what the document after lost of the document before.
func judge(t tester, before, after string) []string {
	t.Helper()
	a, b := parse(t, before), parse(t, after)
	return compare(a, b, "/"+a.name.Local)
}

func compare(a, b *node, path string) (out []string) {
	if a.name != b.name {
		return []string{fmt.Sprintf("%s: %v became %v", path, a.name, b.name)}
	}
	for k, v := range a.attrs {
		if w, ok := b.attrs[k]; !ok {
			out = append(out, fmt.Sprintf("%s: attribute %v=%q lost", path, k, v))
		} else if !equal(v, w) {
			out = append(out, fmt.Sprintf("%s: attribute %v: %q became %q", path, k, v, w))
		}
	}
	for k, v := range b.attrs {
		if _, ok := a.attrs[k]; !ok {
			out = append(out, fmt.Sprintf("%s: attribute %v=%q added", path, k, v))
		}
	}
	mixed := len(a.kids) > 0 && a.name.Space == NSHTML && stray(a.text) != ""
	switch {
	case mixed && !slices.Equal(a.text, b.text):
		out = append(out, fmt.Sprintf("%s: mixed text %q became %q", path, a.text, b.text))
	case mixed && !slices.Equal(names(a, false), names(b, false)):
		out = append(out, path+": mixed content: children changed")
	case len(a.kids) == 0 && !equal(a.text[0], b.text[0]):
		out = append(out, fmt.Sprintf("%s: text %q became %q", path, a.text, b.text))
	case stray(a.text) != stray(b.text) && len(a.kids) > 0:
		out = append(out, fmt.Sprintf("%s: text between children %q became %q", path, a.text, b.text))
	}
	return append(out, compareKids(a, b, path)...)
}

// compareKids pairs the children of one name in their order; foreign children of a stanza keep their order among each other.
func compareKids(a, b *node, path string) (out []string) {
	groups, others := byName(a), byName(b)
	for n := range others {
		if _, ok := groups[n]; !ok {
			groups[n] = nil
		}
	}
	for n, x := range groups {
		y := others[n]
		if len(x) != len(y) {
			out = append(out, fmt.Sprintf("%s: %v: %d became %d", path, n, len(x), len(y)))
		}
		for i := range min(len(x), len(y)) {
			out = append(out, compare(x[i], y[i], fmt.Sprintf("%s/%s[%d]", path, n.Local, i+1))...)
		}
	}
	if a.name.Space == nsC && slices.Contains([]string{"message", "presence", "iq"}, a.name.Local) && len(out) == 0 &&
		!slices.Equal(names(a, true), names(b, true)) {
		out = append(out, path+": foreign children changed their order")
	}
	return out
}

func byName(n *node) map[xml.Name][]*node {
	m := map[xml.Name][]*node{}
	for _, k := range n.kids {
		m[k.name] = append(m[k.name], k)
	}
	return m
}

func names(n *node, foreign bool) (out []xml.Name) {
	for _, k := range n.kids {
		if !foreign || k.name.Space != nsC {
			out = append(out, k.name)
		}
	}
	return out
}

// stray returns the text that is not blank, wherever it stands.
func stray(text []string) string {
	var out []string
	for _, s := range text {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// equal reports whether two lexical forms have a reading in common.
func equal(a, b string) bool {
	if a == b || strings.Trim(a, " \t\r\n") == "" && strings.Trim(b, " \t\r\n") == "" {
		return true
	}
	x := readings(a)
	for r := range maps.Keys(readings(b)) {
		if x[r] {
			return true
		}
	}
	return false
}

var (
	reNumber = regexp.MustCompile(`^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$`)
	reTime   = regexp.MustCompile(`^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$`)
	reBase64 = regexp.MustCompile(`^[A-Za-z0-9+/]{3,}[A-Za-z0-9+/]+=*$|^[A-Za-z0-9+/]{2,}==?$`)
	reJID    = regexp.MustCompile(`^[^\s<>]*[@.][^\s<>]*$`)
)

// readings returns the values that a lexical form may stand for.
func readings(s string) map[any]bool {
	s = strings.TrimSpace(s)
	out := map[any]bool{s: true}
	if f, err := strconv.ParseFloat(s, 64); err == nil && reNumber.MatchString(s) {
		out[f] = true
	}
	if s == "true" || s == "1" {
		out[true] = true
	}
	if s == "false" || s == "0" {
		out[false] = true
	}
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil && reTime.MatchString(s) {
		out[at.UTC().Truncate(time.Microsecond)] = true
	}
	packed := strings.Join(strings.Fields(s), "")
	if raw, err := base64.StdEncoding.DecodeString(packed); err == nil && reBase64.MatchString(packed) {
		out["b64:"+string(raw)] = true
	}
	if reJID.MatchString(s) {
		out["jid:"+strings.ToLower(s)] = true
	}
	return out
}

// TestJudge shows that the judge sees losses, since all else relies on it.
func TestJudge(t *testing.T) {
	tests := []struct {
		name, before, after string
		loses               bool
	}{
		{name: "nothing", before: `<a b="1"><c/>x</a>`, after: `<a b='1'>x<c></c></a>`},
		{name: "equal values", before: `<a b="1" c="A@b.c" d="2024-01-01T01:00:00+01:00">aGk=</a>`, after: `<a b="true" c="a@b.c" d="2024-01-01T00:00:00Z">aG k=</a>`},
		{name: "order between names", before: `<a><b/><c/></a>`, after: `<a><c/><b/></a>`},
		{name: "attribute lost", before: `<a b=""/>`, after: `<a/>`, loses: true},
		{name: "attribute added", before: `<a/>`, after: `<a b="0"/>`, loses: true},
		{name: "attribute changed", before: `<a b="x"/>`, after: `<a b="y"/>`, loses: true},
		{name: "child lost", before: `<a><b/><b/></a>`, after: `<a><b/></a>`, loses: true},
		{name: "child added", before: `<a/>`, after: `<a><b/></a>`, loses: true},
		{name: "order among one name", before: `<a><b>1</b><b>2</b></a>`, after: `<a><b>2</b><b>1</b></a>`, loses: true},
		{name: "namespace", before: `<a xmlns="x"/>`, after: `<a xmlns="y"/>`, loses: true},
		{name: "text", before: `<a>x</a>`, after: `<a>y</a>`, loses: true},
		{name: "stray text", before: `<a>x<b/></a>`, after: `<a><b/></a>`, loses: true},
		{name: "foreign order", before: `<message xmlns="jabber:client"><b xmlns="b"/><c xmlns="c"/></message>`,
			after: `<message xmlns="jabber:client"><c xmlns="c"/><b xmlns="b"/></message>`, loses: true},
		{name: "mixed", before: `<p xmlns="` + NSHTML + `">a<b/>c</p>`, after: `<p xmlns="` + NSHTML + `">ac<b/></p>`, loses: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if out := judge(t, tt.before, tt.after); len(out) > 0 != tt.loses {
				t.Errorf("judge says %q", out)
			}
		})
	}
}
