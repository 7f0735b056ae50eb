package wire_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

// TestWellFormed holds what a stream may hold; each is read in all its splits.
func TestWellFormed(t *testing.T) {
	body := func(text string) string { return `<message xmlns='jabber:client'><body>` + text + `</body></message>` }
	attr := func(value string) string { return `<a xmlns='urn:a' b='` + value + `'/>` }
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"white space between stanzas", " \t\r\n<message/>\n \n", "<message xmlns='jabber:client'/>"},
		{"white space in tags", "<message\n\tid = 'a'\r\n type\t=\"b\" \n></message \n>", "<message xmlns='jabber:client' id='a' type='b'/>"},
		{"empty element", "<message/>", "<message xmlns='jabber:client'/>"},
		{"empty element with space", "<message />", "<message xmlns='jabber:client'/>"},
		{"quotes in quotes", `<a xmlns='urn:a' b="it's" c='"'/>`, `<a xmlns='urn:a' b='it&apos;s' c='"'/>`},
		{"greater-than in an attribute", `<a xmlns='urn:a' b='1>0/>'/>`, attr("1&gt;0/&gt;")},

		{"predefined entities", "<message><body>&lt;&gt;&amp;&quot;&apos;</body></message>", body(`&lt;&gt;&amp;"'`)},
		{"character references", "<message><body>&#65;&#x42;&#x0043;&#x1F600;&#xd7ff;&#xE000;&#xFFFD;&#x10FFFF;</body></message>",
			body("ABC\U0001F600\ud7ff\ue000\ufffd\U0010FFFF")},
		{"reference to an ampersand", "<message><body>&#38;lt;&amp;amp;</body></message>", body("&amp;lt;&amp;amp;")},
		{"references to white space", "<message><body>&#9;&#10;&#13;</body></message>", body("\t\n&#xD;")},
		{"references in an attribute", "<a xmlns='urn:a' b='&lt;&#9;&#xA;&#13;&apos;&quot;'/>", attr(`&lt;&#x9;&#xA;&#xD;&apos;"`)},
		{"line ends in text", "<message><body>a\r\nb\rc\n\r\r\nd</body></message>", body("a\nb\nc\n\n\nd")},
		{"line ends in an attribute", "<a xmlns='urn:a' b='a\r\nb\rc\nd\te  f'/>", attr("a b c d e  f")},
		{"brackets", "<message><body>]] ]> ]]&gt; [[ ]</body></message>", body("]] ]&gt; ]]&gt; [[ ]")},

		{"CDATA", "<message><body><![CDATA[<a>&amp;</a>]]></body></message>", body("&lt;a&gt;&amp;amp;&lt;/a&gt;")},
		{"CDATA amid text", "<message><body>a<![CDATA[b]]>c<![CDATA[]]><![CDATA[]]]]>d&#101;<![CDATA[>]]></body></message>", body("abc]]de&gt;")},
		{"line ends in CDATA", "<message><body><![CDATA[a\r\nb\rc\r]]>\n</body></message>", body("a\nb\nc\n\n")},
		{"end of CDATA made of two", "<message><body><![CDATA[]]]]><![CDATA[>]]></body></message>", body("]]&gt;")},

		{"characters of all lengths", "<message><body>\u007f\u0080\u07ff\u0800\ufffd\U00010000</body></message>",
			body("\u007f\u0080\u07ff\u0800\ufffd\U00010000")},
		{"byte order mark in text", "<message><body>\ufeff</body></message>", body("\ufeff")},
		{"non-characters that XML allows", "<message><body>\U0001FFFE\ufdd0</body></message>", body("\U0001FFFE\ufdd0")},
		{"names beyond ASCII", "<été-1._x xmlns='urn:a' \u4e2d\u00b7='x'/>", "<été-1._x xmlns='urn:a' \u4e2d\u00b7='x'/>"},

		{"prefix", "<p:a xmlns:p='urn:a'><p:b/><c xmlns=''/></p:a>", "<a xmlns='urn:a'><b/><c xmlns=''/></a>"},
		{"prefix declared after its use", "<p:a p:b='c' xmlns:p='urn:a'/>", "<a xmlns='urn:a' xmlns:ns1='urn:a' ns1:b='c'/>"},
		{"prefix bound again", "<p:a xmlns:p='urn:a'><p:b xmlns:p='urn:b'><p:c/></p:b><p:d/></p:a>",
			"<a xmlns='urn:a'><b xmlns='urn:b'><c/></b><d/></a>"},
		{"equal local names", "<a xmlns='urn:a' xmlns:p='urn:a' b='1' p:b='2' xml:b='3'/>", "<a xmlns='urn:a' b='1' xmlns:ns1='urn:a' ns1:b='2' xml:b='3'/>"},
		{"xml declared", "<a xmlns='urn:a' xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='de'/>", "<a xmlns='urn:a' xml:lang='de'/>"},
		{"names that begin with xml", "<xmlish xmlns='urn:a' xmlnsfoo='b'/>", "<xmlish xmlns='urn:a' xmlnsfoo='b'/>"},
		{"no namespace", "<a xmlns=''><b/></a>", "<a><b/></a>"},
		{"element of the stream's namespace", "<stream:features><a xmlns='urn:a'/></stream:features>",
			"<features xmlns='http://etherx.jabber.org/streams'><a xmlns='urn:a'/></features>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := verdict{End: io.EOF.Error()}
			if tt.want != "" {
				want.Elements = []string{tt.want}
			}
			everySplit(t, header+tt.in+footer, wire.AfterAuth(), want)
		})
	}
}

// TestHeaders holds the beginnings that a stream may have.
func TestHeaders(t *testing.T) {
	for _, in := range []string{
		header,
		"\n " + header,
		"<?xml version='1.0'?>" + header,
		"<?xml version='1.0'?>\r\n" + header,
		`<?xml version = "1.0" encoding="utf-8" standalone='no' ?>` + "\n" + header,
		"<?xml version='1.0' encoding='UTF-8'?> \t" + header,
		"<?xml version='1.0' standalone='yes'?>" + header,
	} {
		everySplit(t, in+"<message/>"+footer, wire.BeforeAuth(), verdict{Elements: []string{"<message xmlns='jabber:client'/>"}, End: io.EOF.Error()})
	}
	d := wire.NewDecoder(strings.NewReader("<?xml version='1.0'?><s:stream to='a' xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' xml:lang='de'>"), nil, wire.Limits{})
	head, err := d.Header()
	if err != nil {
		t.Fatal(err)
	}
	want := &wire.Raw{Name: head.Name, Attrs: []wire.Attr{{Value: "a"}, {Value: "de"}}, Prefixes: []wire.Prefix{{Prefix: "s", Space: head.Name.Space}, {Space: nsC}}}
	want.Attrs[0].Name.Local = "to"
	want.Attrs[1].Name.Space, want.Attrs[1].Name.Local = nsLang, "lang"
	if diff := cmp.Diff(want, head); diff != "" || head.Name.Space != "http://etherx.jabber.org/streams" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if _, err := d.Next(); err != io.ErrUnexpectedEOF {
		t.Errorf("end without an end tag: %v", err)
	}
}

// TestRestart reads one stream after another from one input.
func TestRestart(t *testing.T) {
	d := wire.NewDecoder(&pieces{header + "<a/><b/>" + "<?xml version='1.0'?>\n" + header + "<c/>"}, nil, wire.Limits{})
	next := func(want string) {
		t.Helper()
		if el, err := d.Next(); err != nil || el.ElementName().Local != want {
			t.Fatalf("got %v, %v, want %s", el, err, want)
		}
	}
	open := func() {
		t.Helper()
		if _, err := d.Header(); err != nil {
			t.Fatal(err)
		}
	}
	open()
	next("a")
	next("b")
	d.Restart(nil)
	open()
	next("c")
	if n := d.Buffered(); n != 0 {
		t.Errorf("%d bytes left", n)
	}

	// What came before TLS must not be believed after it (S26).
	d = wire.NewDecoder(&pieces{header + "<proceed/><injected/>"}, nil, wire.Limits{})
	open()
	next("proceed")
	if d.Buffered() == 0 {
		t.Error("nothing was injected")
	}
	before := d.Offset() + int64(d.Buffered())
	d.Restart(&pieces{header + "<features/>" + footer})
	if d.Offset() != before {
		t.Errorf("offset %d, want %d", d.Offset(), before)
	}
	open()
	next("features")
	if _, err := d.Next(); err != io.EOF || d.Err() != io.EOF {
		t.Errorf("end: %v", err)
	}
}

// TestDocuments reads whole documents, where comments and instructions may stand.
func TestDocuments(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"plain", "<a/>", "<a/>"},
		{"prolog and epilog", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- x -->\r\n<?y z?> <a/>\n<!-- b --> <?c?>\n", "<a/>"},
		{"comments and instructions in content", "<a>b<!-- c -->d&amp;<?e f?>&lt;<!---->g<?h?></a>", "<a>bd&amp;&lt;g</a>"},
		{"comments between elements", "<a><!-- b --><c/><!-- d --><?e?></a>", "<a><c/></a>"},
		{"many instructions", strings.Repeat("<?a?>", 1000) + "<a/>", "<a/>"},
		{"server's stanza", "<message xmlns='jabber:server'><body/></message>", "<message xmlns='jabber:client'><body/></message>"},

		{"empty", "", ""},
		{"white space", " \n", ""},
		{"prolog only", "<?xml version='1.0'?><!-- -->", ""},
		{"cut off", "<a><b/>", ""},
		{"text before", "x<a/>", ""},
		{"text after", "<a/>x", ""},
		{"two roots", "<a/><a/>", ""},
		{"document type", "<!DOCTYPE a><a/>", ""},
		{"declaration after the root", "<a/><?xml version='1.0'?>", ""},
		{"byte order mark twice", "\ufeff\ufeff<a/>", ""},
		{"comment with two hyphens", "<a><!-- b -- c --></a>", ""},
		{"comment that ends with three", "<a><!-- b ---></a>", ""},
		{"short comment", "<a><!--></a>", ""},
		{"half a comment", "<a><!-x--></a>", ""},
		{"control character in a comment", "<a><!-- \x01 --></a>", ""},
		{"control character in an instruction", "<a><?b \x01?></a>", ""},
		{"comment without an end", "<a/><!-- b", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			el, err := wire.Unmarshal([]byte(tt.in), samples())
			if tt.want == "" {
				if bad := (*wire.SyntaxError)(nil); !errors.As(err, &bad) || el != nil {
					t.Fatalf("got %v, %v", el, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if out, err := wire.Marshal(el); string(out) != tt.want || err != nil {
				t.Errorf("got %s, %v, want %s", out, err, tt.want)
			}
			if err := wire.UnmarshalInto([]byte(tt.in), nil, new(wire.Raw)); err != nil {
				t.Errorf("UnmarshalInto: %v", err)
			}
		})
	}
	for _, in := range []string{"<a/>x", "<a>", "<a/><b/>", ""} {
		if err := wire.UnmarshalInto([]byte(in), nil, new(wire.Raw)); err == nil {
			t.Errorf("UnmarshalInto accepts %q", in)
		}
	}
}
