package fuzz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stanzakit/stanzakit/wire"
)

// FuzzEncode: an element that anybody may have built is written well-formed and reads as the same, or is refused and nothing is written.
func FuzzEncode(f *testing.F) {
	for i := range 20 {
		f.Add(rapid.SliceOfN(rapid.Byte(), 10, 100).Example(i))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &drawer{source: &fuzzed{data}}
		checkWild(t, d.wild(4))
	})
}

// TestEncode is FuzzEncode with what rapid draws.
func TestEncode(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &drawer{source: rapidly{rt}}
		checkWild(rt, d.wild(3))
	})
}

// Names and texts that a program may come up with: the first of each are right.
var (
	wildSpaces = []string{"urn:a", "", "urn:b", "jabber:client", nsStreams, spaceXML, "jabber:server", "urn:\u00e9", "urn:'&", strings.Repeat("n", 512),
		"http://www.w3.org/2000/xmlns/", "a b", "a\u00a0b", "<", "\x00", "\xff"}
	wildLocals   = []string{"a", "b", "c", "stream", "error", "lang", "xml", "ns1", "\u00e9", "\u2c00", "xmlns", "", "p:a", "1", "a b", "a'b", "\xff"}
	wildPrefixes = []string{"p", "q", "stream", "ns1", "\u00e9", "xml", "xmlns", "", "1", "p:q", "\xff"}
	wildTexts    = []string{"p:x", "q:x ns1:x", "stream:x", "", "'", "\r\n\t ", "]]>", "\x00", "\xed\xa0\x80", "\ufffe", "a\xff"}
)

// mostly draws one of the first n of a list, at times one of the others.
func (d *drawer) mostly(from []string, n int) string {
	if d.pick(16) == 15 {
		n = len(from)
	}
	return from[d.pick(n)]
}

// wild draws an element that need not be possible.
func (d *drawer) wild(depth int) *wire.Raw {
	name := func() xml.Name { return xml.Name{Space: d.mostly(wildSpaces, 6), Local: d.mostly(wildLocals, 8)} }
	text := func() string {
		if d.bool() {
			return d.text()
		}
		return d.mostly(wildTexts, 7)
	}
	x := &wire.Raw{Name: name()}
	for range d.pick(3) {
		p := wire.Prefix{Prefix: d.mostly(wildPrefixes, 4), Space: d.mostly(wildSpaces, 5)}
		if !slices.ContainsFunc(x.Prefixes, func(q wire.Prefix) bool { return p.Prefix == q.Prefix }) {
			x.Prefixes = append(x.Prefixes, p)
		}
	}
	for range d.pick(4) {
		x.Attrs = append(x.Attrs, wire.Attr{Name: name(), Value: text()})
	}
	for range d.pick(4) {
		if n := (wire.Node{Text: text()}); depth == 0 || d.bool() {
			x.Nodes = append(x.Nodes, n)
		} else {
			x.Nodes = append(x.Nodes, wire.Node{Elem: d.wild(depth - 1)})
		}
	}
	return x
}

// checkWild encodes an element as a document and for a stream.
func checkWild(t tester, x *wire.Raw) {
	t.Helper()
	out, err := wire.Append([]byte("before"), x)
	e := wire.NewStreamEncoder("jabber:client")
	e.Reset([]byte(header))
	streamErr := e.Encode(x)
	if err != nil {
		if bad, ok := errors.AsType[*wire.EncodeError](err); !ok || string(out) != "before" || bad.Err == nil {
			t.Errorf("%+v: %v, and %q was written", x, err, out)
		}
		if streamErr == nil || string(e.Bytes()) != header {
			t.Errorf("%+v: error %v, but in a stream %v, and %q was written", x, err, streamErr, e.Bytes())
		}
		return
	}
	if streamErr != nil {
		t.Errorf("%+v: in a stream: %v", x, streamErr)
	}
	out = bytes.TrimPrefix(out, []byte("before"))
	got, err := wire.Unmarshal(out, nil)
	if err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	in := string(e.Bytes()) + footer
	for _, w := range []struct {
		doc    string
		stream bool
	}{{string(out), false}, {in, true}} {
		if _, err := theirTokens(w.doc, w.stream); newerName(err) {
			continue
		}
		if rule := broken(w.doc, w.stream); rule != "" {
			t.Errorf("%q is not well-formed: %s", w.doc, rule)
		}
	}
	sameTree(t, x, got, string(out))
	d := wire.NewDecoder(strings.NewReader(in), nil, unlimited)
	if _, err := d.Header(); err != nil {
		t.Fatalf("%q: %v", in, err)
	}
	if got, err = d.Next(); err != nil {
		t.Fatalf("%q: %v", in, err)
	}
	sameTree(t, x, got, in)
}

// sameTree wants x to have been read again: an attribute that was there twice once, texts side by side as one, prefixes where something uses them.
func sameTree(t tester, x *wire.Raw, got wire.Element, doc string) {
	t.Helper()
	want := settled(x)
	if diff := difference(want, got, resolved); diff != "" {
		t.Fatalf("%q (-want +got):\n%s", doc, diff)
	}
	samePrefixes(t, want, got.(*wire.Raw), doc)
}

// settled returns the element as a decoder gives it.
func settled(x *wire.Raw) *wire.Raw {
	y := &wire.Raw{Name: x.Name, Prefixes: x.Prefixes}
	for _, a := range x.Attrs {
		if !slices.ContainsFunc(y.Attrs, func(b wire.Attr) bool { return a.Name == b.Name }) {
			y.Attrs = append(y.Attrs, a)
		}
	}
	for _, n := range x.Nodes {
		last := len(y.Nodes) - 1
		switch {
		case n.Elem != nil:
			y.Nodes = append(y.Nodes, wire.Node{Elem: settled(n.Elem.(*wire.Raw))})
		case n.Text == "":
		case last >= 0 && y.Nodes[last].Elem == nil:
			y.Nodes[last].Text += n.Text
		default:
			y.Nodes = append(y.Nodes, n)
		}
	}
	return y
}

// samePrefixes wants every prefix that an element declares, and its texts use, to stand for the same.
func samePrefixes(t tester, want, got *wire.Raw, doc string) {
	t.Helper()
	for _, p := range want.Prefixes {
		uses := func(s string) bool { return strings.Contains(s, p.Prefix+":x") }
		used := slices.ContainsFunc(want.Attrs, func(a wire.Attr) bool { return uses(a.Value) }) || slices.ContainsFunc(want.Nodes, func(n wire.Node) bool { return uses(n.Text) })
		if used && p.Prefix != "" && !slices.Contains(got.Prefixes, p) {
			t.Fatalf("%q: prefix %+v became %+v", doc, p, got.Prefixes)
		}
	}
	for i := range want.Nodes {
		if el := want.Nodes[i].Elem; el != nil {
			samePrefixes(t, el.(*wire.Raw), got.Nodes[i].Elem.(*wire.Raw), doc)
		}
	}
}
