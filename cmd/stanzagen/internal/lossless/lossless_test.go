package lossless_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/lossless"
)

func ExampleCompare() {
	lost, err := lossless.Compare([]byte(`<a><b x="1"/></a>`), []byte(`<a><b x="2"/></a>`))
	fmt.Println(lost, err)
	// Output: [{/a/b[1] attribute x: "1" became "2"}] <nil>
}

// pair is two documents and the places where they differ; none if nothing was lost.
type pair struct {
	name          string
	before, after string
	want          []string
}

// form is what changes without a loss.
func form() []pair {
	return []pair{
		{"the same", `<a x="1">t</a>`, `<a x="1">t</a>`, nil},
		{"prefixes", `<a xmlns="urn:a"><b xmlns="urn:b"/></a>`, `<p:a xmlns:p="urn:a" xmlns:q="urn:b"><q:b/></p:a>`, nil},
		{"prefix of an attribute", `<a xmlns:p="urn:p" p:x="1"/>`, `<a xmlns:q="urn:p" q:x="1"/>`, nil},
		{"default namespace undone", `<p:a xmlns:p="urn:a"><b/></p:a>`, `<a xmlns="urn:a"><b xmlns=""/></a>`, nil},
		{"order of attributes, quotes", `<a x="1" y='2'/>`, `<a y="2" x='1'></a>`, nil},
		{"CDATA, references", `<a><![CDATA[a < b]]></a>`, `<a>a &lt; b</a>`, nil},
		{"comments, instructions", `<a><!-- c -->t<?p i?>u</a>`, `<a>tu</a>`, nil},
		{"blank between elements", "<a>\n  <b/>\n</a>", `<a><b/></a>`, nil},
		{"blank text", `<a> </a>`, `<a/>`, nil},
		{"order of different siblings", `<a><b/><c/><b i="2"/></a>`, `<a><c/><b/><b i="2"/></a>`, nil},
		{"stanza namespaces", `<iq xmlns="jabber:server"><error/></iq>`, `<iq xmlns="jabber:client"><error/></iq>`, nil},
		{"white space in an attribute", "<a x='1\n2'/>", `<a x="1 2"/>`, nil},
		{"element called xmlns", `<a xmlns="urn:a"><xmlns/></a>`, `<p:a xmlns:p="urn:a"><p:xmlns/></p:a>`, nil},
		{"numbers", `<a x="01" y="+1" z="1.50">1e3</a>`, `<a x="1" y="1" z="1.5">1000</a>`, nil},
		{"booleans", `<a x="1">false</a>`, `<a x="true">0</a>`, nil},
		{"dates", `<a x="2002-09-10T23:08:25+02:00">2002-09-10T23:08:25.120Z</a>`, `<a x="2002-09-10T21:08:25Z">2002-09-10T23:08:25.12Z</a>`, nil},
		{"dates without a zone", `<a>2002-09-10T23:08:25.0</a>`, `<a>2002-09-10T23:08:25</a>`, nil},
		{"base64", "<a>AQID\n  BA==</a>", `<a>AQIDBA==</a>`, nil},
		{"JIDs", `<a x="Juliet@Example.COM/Balcony"/>`, `<a x="juliet@example.com/Balcony"/>`, nil},
		{"blank around a value", `<a x=" 1 "> t </a>`, `<a x="1">t</a>`, nil},
		{"stray text pushed together", `<a>t <b/> u</a>`, `<a><b/>t u</a>`, nil},
		{"blank in mixed content", "<p xmlns='http://www.w3.org/1999/xhtml'>t <b/>\n</p>", `<p xmlns="http://www.w3.org/1999/xhtml">t <b/></p>`, nil},
		{"no text in XHTML", `<p xmlns="http://www.w3.org/1999/xhtml"><b/><i/></p>`, `<p xmlns="http://www.w3.org/1999/xhtml"><i/><b/></p>`, nil},
		{
			"order of a stanza's own children", `<message xmlns="jabber:client"><body/><x xmlns="urn:x"/></message>`,
			`<message xmlns="jabber:client"><x xmlns="urn:x"/><body/></message>`, nil,
		},
	}
}

// losses is what must not change.
func losses() []pair {
	const xhtml = `<p xmlns="http://www.w3.org/1999/xhtml">`
	return []pair{
		{"name", `<a/>`, `<b/>`, []string{"/a"}},
		{"namespace", `<a xmlns="urn:a"/>`, `<a xmlns="urn:b"/>`, []string{"/a"}},
		{"attribute lost", `<a x="1" y="2"/>`, `<a y="2"/>`, []string{"/a"}},
		{"attribute empty", `<a x=""/>`, `<a/>`, []string{"/a"}},
		{"attribute added", `<a/>`, `<a x="1"/>`, []string{"/a"}},
		{"attribute changed", `<a><b/><b x="one"/></a>`, `<a><b/><b x="two"/></a>`, []string{"/a/b[2]"}},
		{"attribute of another namespace", `<a xmlns:p="urn:p" p:x="1"/>`, `<a x="1"/>`, []string{"/a", "/a"}},
		{"xml:lang", `<a xml:lang="en"/>`, `<a lang="en"/>`, []string{"/a", "/a"}},
		{"text lost", `<a><b>t</b></a>`, `<a><b/></a>`, []string{"/a/b[1]"}},
		{"text changed", `<a>one</a>`, `<a>two</a>`, []string{"/a"}},
		{"letter case", `<a>One</a>`, `<a>one</a>`, []string{"/a"}},
		{"number", `<a>1</a>`, `<a>1.5</a>`, []string{"/a"}},
		{"boolean", `<a>true</a>`, `<a>0</a>`, []string{"/a"}},
		{"instant", `<a>2002-09-10T23:08:25Z</a>`, `<a>2002-09-10T23:08:25+01:00</a>`, []string{"/a"}},
		{"zone lost", `<a>2002-09-10T23:08:25Z</a>`, `<a>2002-09-10T23:08:25</a>`, []string{"/a"}},
		{"base64", `<a>AQIDBA==</a>`, `<a>AQIDBQ==</a>`, []string{"/a"}},
		{"child lost", `<a><b/><b/></a>`, `<a><b/></a>`, []string{"/a"}},
		{"child added", `<a><b/></a>`, `<a><b/><c/></a>`, []string{"/a"}},
		{"child in another namespace", `<a xmlns="urn:a"><b/></a>`, `<a xmlns="urn:a"><b xmlns="urn:b"/></a>`, []string{"/a", "/a"}},
		{"order of siblings of one name", `<a><b i="x"/><b i="y"/></a>`, `<a><b i="y"/><b i="x"/></a>`, []string{"/a/b[1]", "/a/b[2]"}},
		{"below", `<a><b><c/><c>t</c></b></a>`, `<a><b><c/><c>u</c></b></a>`, []string{"/a/b[1]/c[2]"}},
		{"stray text", `<a>t<b/></a>`, `<a><b/></a>`, []string{"/a"}},
		{"foreign children", `<iq xmlns="jabber:client"><x xmlns="urn:x"/><y xmlns="urn:y"/></iq>`,
			`<iq xmlns="jabber:client"><y xmlns="urn:y"/><x xmlns="urn:x"/></iq>`, []string{"/iq"}},
		{"mixed text moved", xhtml + `t<b/>u</p>`, xhtml + `tu<b/></p>`, []string{"/p", "/p"}},
		{"mixed order", xhtml + `t<b/><i/></p>`, xhtml + `t<i/><b/></p>`, []string{"/p"}},
		{"mixed below", xhtml + `t<b>x</b></p>`, xhtml + `t<b>y</b></p>`, []string{"/p/b[1]"}},
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range append(form(), losses()...) {
		t.Run(tt.name, func(t *testing.T) {
			lost, err := lossless.Compare([]byte(tt.before), []byte(tt.after))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range lost {
				got = append(got, d.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%v (-want +got)\n%s", lost, diff)
			}
		})
	}
}

func TestCompareUnreadable(t *testing.T) {
	for _, bad := range []string{"", "text", "<a>", "</a>", "<a/><b/>", "<a></a></a>", "<a x=1/>"} {
		if _, err := lossless.Compare([]byte(bad), []byte("<a/>")); err == nil {
			t.Errorf("%q: no error as the first document", bad)
		}
		if _, err := lossless.Compare([]byte("<a/>"), []byte(bad)); err == nil {
			t.Errorf("%q: no error as the second document", bad)
		}
	}
}
