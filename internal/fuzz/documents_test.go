package fuzz

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stanzakit/stanzakit/wire"
)

// FuzzDocuments makes documents of the names that the generated types know, in places right and wrong and with values good and bad, and of fragments of markup: nearly
// all come further than bytes do. It asks of each what the other fuzzers ask.
func FuzzDocuments(f *testing.F) {
	for i := range 40 {
		f.Add(rapid.SliceOfN(rapid.Byte(), 10, 200).Example(i))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &drawer{source: &fuzzed{data}}
		checkDocument(t, d, 4)
	})
}

// TestDocuments is FuzzDocuments with what rapid draws.
func TestDocuments(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &drawer{source: rapidly{rt}}
		checkDocument(rt, d, 2)
	})
}

func checkDocument(t tester, d *drawer, depth int) {
	t.Helper()
	known := one(d, subjects())
	doc := d.document(known.name, depth)
	if known.name != nowhere {
		if _, err := wire.Unmarshal([]byte(doc), registry()); err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
	}
	checkRoundTrip(t, []byte(doc))
	markup := d.markup()
	for _, in := range []string{doc, markup} {
		compareTokens(t, in, false)
		compareTokens(t, header+in+footer, true)
		at := d.pick(1 << 12)
		checkSplit(t, header+in+footer, len(header)+at, unlimited)
		checkSplit(t, header+in+footer, len(header)+at, wire.Limits{Bytes: 200, Depth: 3, Elements: 5, Attrs: 3})
	}
	checkRoundTrip(t, []byte(markup))
}

// values are of the kinds that fields have, good and bad, as they are written.
var values = []string{
	"", " ", "0", "1", "01", "+5", "-3", "300", "4294967296", "1.50", "INF", "true", "false", " true\n", "text", "a b", "a@b.example", "A@B.example/C", "@", "[::1]", "aGk=", "aG k=",
	"2024-01-01T00:00:00Z", "2024-01-01T01:00:00.50+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "&lt;&amp;&apos;&#xD;", "\u00e9\u4e2d", "f:q", "result", "get",
}

// document draws an element of this name, children nested so deep at most.
func (d *drawer) document(name xml.Name, depth int) string {
	var b strings.Builder
	b.WriteString("<" + name.Local + " xmlns='" + name.Space + "' xmlns:f='urn:f'")
	var attrs []string
	children := []xml.Name{name, {Space: name.Space, Local: "zz"}, {Space: "urn:zz", Local: "zz"}, {Space: name.Space, Local: "required"}}
	for _, s := range named()[name] {
		for _, f := range fields(s.typ) {
			switch {
			case f.attr && f.xml.Space == "":
				attrs = append(attrs, f.xml.Local)
			case f.attr && f.xml.Space == spaceXML:
				attrs = append(attrs, "xml:"+f.xml.Local)
			case f.attr:
			case f.untagged:
				for _, value := range readFacts().values[key(f.Type)] {
					children = append(children, xml.Name{Space: spaceOf(f.Type), Local: value})
				}
			case !f.chardata:
				children = append(children, f.xml, f.xml) // twice as likely
			}
		}
		for _, b := range readFacts().untyped[key(s.typ)] {
			children = append(children, b.name)
		}
	}
	slices.Sort(attrs)
	attrs = slices.Compact(attrs) // local elements of one name may be of several types
	attrs = append(attrs, "zz", "f:zz", "f:from")
	for range d.pick(5) {
		if i := d.pick(len(attrs)); attrs[i] != "" {
			b.WriteString(" " + attrs[i] + "='" + one(d, values) + "'")
			attrs[i] = "" // no attribute twice
		}
	}
	b.WriteString(">")
	for range d.pick(5) {
		switch kind := d.pick(4); {
		case kind == 0:
			b.WriteString(one(d, values))
		case depth == 0:
		case kind == 1:
			b.WriteString(d.document(one(d, subjects()).name, depth-1))
		default:
			b.WriteString(d.document(one(d, children), depth-1))
		}
	}
	return b.String() + "</" + name.Local + ">"
}

// fragments of markup: one after another, they are right more often than not.
var fragments = []string{
	"<a>", "</a>", "x", "<a/>", "<b c='d'>", "</b>", "<p:a xmlns:p='urn:p'>", "</p:a>", " ", "\n", "<a", "<b", " c='", "'", " c=\"", "\"", "=", "/>", ">", "/", "<", "</", "&", ";", "&lt;", "&amp;", "&#65;", "&#x1F600;",
	"&#0;", "&#xD800;", "&b;", "]", "]]>", "<![CDATA[", "<![CDATA[x]]>", "<!--", "-->", "<!-- x -->", "--", "<?p ?>", "<?xml version='1.0'?>", "<?xml version='1.0' encoding='UTF-8' standalone='no'?>", "<?", "?>", "<!DOCTYPE a>", " xmlns='urn:d'", " xmlns=''", " xmlns:p='urn:q'",
	" xmlns:q='urn:p'", " p:c='d'", " q:c='d'", " xml:lang='de'", " xmlns:xml='urn:x'", "p:", ":", "\r", "\r\n", "\t", "\u00e9", "\u4e2d", "\u0301", "\ufeff", "\ufffe", "\x00", "\x1f", "\x7f", "\xff", "\xc3", "\xe2\x82",
	"<message xmlns='jabber:server'>", "</message>", "jabber:component:accept", "<stream:error>", "</stream:error>", "</stream:stream>",
}

// markup draws a row of fragments, with the end tags that are missing at times.
func (d *drawer) markup() string {
	var b strings.Builder
	var open []string
	for range d.pick(24) {
		s := one(d, fragments)
		if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") && !strings.HasSuffix(s, "/>") && !strings.HasPrefix(s, "</") && s[1] != '!' && s[1] != '?' {
			open = append(open, "</"+strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("< >", r) })[0]+">")
		}
		b.WriteString(s)
	}
	if d.bool() {
		slices.Reverse(open)
		b.WriteString(strings.Join(open, ""))
	}
	return b.String()
}
