package wire_test

import (
	"encoding/xml"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

// write is an element whose EncodeXML is a func.
type write func(*wire.Encoder)

func (write) ElementName() xml.Name               { return xml.Name{Local: "write"} }
func (write) DecodeXML(*wire.Decoder, wire.Start) {}
func (w write) EncodeXML(e *wire.Encoder)         { w(e) }

// inA wraps what w writes in an element.
func inA(w func(*wire.Encoder)) wire.Element {
	return write(func(e *wire.Encoder) {
		e.Start("urn:a", "a", nil)
		w(e)
		e.End()
	})
}

func attr(space, local, value string) wire.Attr {
	return wire.Attr{Name: xml.Name{Space: space, Local: local}, Value: value}
}

// TestEncodeRefuses: what XML cannot hold is an error, and then nothing of the element is written.
func TestEncodeRefuses(t *testing.T) {
	raw := func(space, local string) *wire.Raw { return &wire.Raw{Name: xml.Name{Space: space, Local: local}} }
	deep := func(el wire.Element) wire.Element {
		return &Message{ID: "x", Body: []Body{{Text: "y"}}, Any: []wire.Element{&Forwarded{Any: []wire.Element{el}}}}
	}
	withAttr := func(a wire.Attr) *wire.Raw { return &wire.Raw{Name: xml.Name{Local: "b"}, Attrs: []wire.Attr{a}} }
	withPrefix := func(p, space string) *wire.Raw {
		return &wire.Raw{Name: xml.Name{Local: "b"}, Prefixes: []wire.Prefix{{Prefix: p, Space: space}}}
	}
	tests := []struct {
		name string
		el   wire.Element
	}{
		{"no name", raw("", "")},
		{"name with a space", raw("", "b c")},
		{"name with a colon", raw("", "b:c")},
		{"name that is markup", raw("", "b><c")},
		{"name that begins with a digit", raw("", "1")},
		{"name of bad UTF-8", raw("", "b\xff")},
		{"namespace with a space", raw("urn:b c", "b")},
		{"namespace with a line end", raw("urn:b\n", "b")},
		{"namespace of bad UTF-8", raw("urn:\xff", "b")},
		{"namespace with a quote", raw("urn:\"", "b")},
		{"namespace of xmlns", raw("http://www.w3.org/2000/xmlns/", "b")},
		{"attribute without a name", withAttr(attr("", "", "x"))},
		{"attribute name with a space", withAttr(attr("", "b c", "x"))},
		{"attribute name with a prefix", withAttr(attr("", "b:c", "x"))},
		{"attribute that is a declaration", withAttr(attr("", "xmlns", "urn:x"))},
		{"attribute that declares a prefix", withAttr(attr("http://www.w3.org/2000/xmlns/", "b", "urn:x"))},
		{"attribute of a bad namespace", withAttr(attr("urn:b c", "b", "x"))},
		{"prefix with a colon", withPrefix("b:c", "urn:b")},
		{"no prefix", withPrefix("", "urn:b")},
		{"prefix xml", withPrefix("xml", "urn:b")},
		{"prefix xmlns", withPrefix("xmlns", "urn:b")},
		{"prefix of no namespace", withPrefix("b", "")},
		{"prefix of xml's namespace", withPrefix("b", nsLang)},
		{"prefix of a bad namespace", withPrefix("b", "urn:b c")},
		{"prefix bound twice", &wire.Raw{Name: xml.Name{Local: "b"}, Prefixes: []wire.Prefix{{Prefix: "p", Space: "urn:1"}, {Prefix: "p", Space: "urn:2"}}}},
		{"nil", nil},
		{"text outside an element", write(func(e *wire.Encoder) { e.Text("x") })},
		{"attribute outside an element", write(func(e *wire.Encoder) { e.AttrString("a", "x") })},
		{"attributes outside an element", write(func(e *wire.Encoder) { e.Attrs([]wire.Attr{attr("", "a", "x")}) })},
		{"prefix outside an element", write(func(e *wire.Encoder) { e.Prefix("a", "urn:a") })},
		{"attribute after text", inA(func(e *wire.Encoder) { e.Text("x"); e.AttrString("a", "x") })},
		{"element without an end", write(func(e *wire.Encoder) { e.Start("", "a", nil) })},
		{"year 10000", inA(func(e *wire.Encoder) { e.AttrTime("at", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) })},
		{"year 0", inA(func(e *wire.Encoder) { e.TextTime(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)) })},
		{"its own error", write(func(e *wire.Encoder) { e.Fail(errors.New("no")) })},
	}
	for _, bad := range []string{"\x00", "\x0b", "\x1f", "\xff", "\xc0\x80", "\xed\xa0\x80", "\ufffe", "\uffff", "a\x01b"} {
		tests = append(tests, []struct {
			name string
			el   wire.Element
		}{
			{"text " + bad, &wire.Raw{Name: xml.Name{Local: "b"}, Nodes: []wire.Node{{Text: bad}}}},
			{"attribute " + bad, withAttr(attr("", "b", bad))},
			{"foreign attribute " + bad, withAttr(attr("urn:b", "b", bad))},
			{"body " + bad, &Message{Body: []Body{{Text: bad}}}},
			{"condition " + bad, &Query{Condition: Condition(bad)}},
			{"scalar " + bad, &Query{Group: []string{bad}}},
			{"kept attribute " + bad, &Query{Extra: &wire.Extra{Attrs: []wire.Attr{attr("", "b", bad)}}}},
			{"kept text " + bad, &Query{Extra: &wire.Extra{Text: bad}}},
		}...)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := wire.NewStreamEncoder(nsC)
			if err := e.Encode(&Message{ID: "before"}); err != nil {
				t.Fatal(err)
			}
			want := string(e.Bytes())
			for i, el := range []wire.Element{tt.el, deep(tt.el)} {
				if i == 1 && tt.name == "text outside an element" {
					continue // it is inside one there
				}
				err := e.Encode(el)
				if bad := (*wire.EncodeError)(nil); !errors.As(err, &bad) || bad.Err == nil {
					t.Errorf("error %v", err)
				}
				if got := string(e.Bytes()); got != want {
					t.Errorf("written: %s", got)
				}
				if out, err := wire.Append([]byte("kept"), el); err == nil || string(out) != "kept" {
					t.Errorf("Append: %s, %v", out, err)
				}
			}
			if err := e.Encode(&Message{ID: "after"}); err != nil {
				t.Errorf("after an error: %v", err)
			}
			if got := string(e.Bytes()); got != want+"<message id='after'/>" {
				t.Errorf("after an error: %s", got)
			}
		})
	}
}

func TestEncodeErrorPath(t *testing.T) {
	_, err := wire.Marshal(&Message{Err: &StanzaError{Any: []wire.Element{&wire.Raw{Name: xml.Name{Local: "x"}, Nodes: []wire.Node{{Text: "\x00"}}}}}})
	if want := "wire: encode message/error/x: character U+0000 is not allowed in XML"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestEncode says what is written, in a document and in streams.
func TestEncode(t *testing.T) {
	nested := &Message{ID: "1", Body: []Body{{Text: "a"}}, Err: &StanzaError{Condition: "conflict"}, Any: []wire.Element{
		&Forwarded{Delay: Delay{Seconds: 1}, Any: []wire.Element{&Message{ID: "2", Body: []Body{{Text: "b"}}}}}}}
	elem := func(space, local string, nodes ...wire.Node) *wire.Raw {
		return &wire.Raw{Name: xml.Name{Space: space, Local: local}, Nodes: nodes}
	}
	streams := "http://etherx.jabber.org/streams"
	tests := []struct {
		name                        string
		el                          wire.Element
		document, client, component string
	}{
		{"stanza", &Message{ID: "1"}, "<message xmlns='jabber:client' id='1'/>", "<message id='1'/>", "<message id='1'/>"},
		{"nested stanza", nested,
			"<message xmlns='jabber:client' id='1'><body>a</body><error><conflict xmlns='urn:example:errors'/></error>" +
				"<forwarded xmlns='urn:example:fwd'><delay seconds='1'/><message xmlns='jabber:client' id='2'><body>b</body></message></forwarded></message>",
			"<message id='1'><body>a</body><error><conflict xmlns='urn:example:errors'/></error>" +
				"<forwarded xmlns='urn:example:fwd'><delay seconds='1'/><message xmlns='jabber:client' id='2'><body>b</body></message></forwarded></message>",
			"<message id='1'><body>a</body><error><conflict xmlns='urn:example:errors'/></error>" +
				"<forwarded xmlns='urn:example:fwd'><delay seconds='1'/><message xmlns='jabber:client' id='2'><body>b</body></message></forwarded></message>"},
		{"element of the stream", elem("urn:a", "a", wire.Node{Elem: elem("urn:a", "b")}, wire.Node{Elem: elem("", "c", wire.Node{Elem: elem("urn:a", "d")})}, wire.Node{Elem: elem("urn:a", "e")}),
			"<a xmlns='urn:a'><b/><c xmlns=''><d xmlns='urn:a'/></c><e/></a>", "<a xmlns='urn:a'><b/><c xmlns=''><d xmlns='urn:a'/></c><e/></a>",
			"<a xmlns='urn:a'><b/><c xmlns=''><d xmlns='urn:a'/></c><e/></a>"},
		{"no namespace", elem("", "a"), "<a/>", "<a xmlns=''/>", "<a xmlns=''/>"},
		{"handshake", elem("jabber:component:accept", "handshake", wire.Node{Text: "x"}), "<handshake xmlns='jabber:component:accept'>x</handshake>",
			"<handshake xmlns='jabber:component:accept'>x</handshake>", "<handshake>x</handshake>"},
		{"stream prefix", elem(streams, "error", wire.Node{Elem: elem("urn:s", "reset", wire.Node{Elem: elem(streams, "x")})}, wire.Node{Elem: elem(nsC, "y")}),
			"<error xmlns='" + streams + "'><reset xmlns='urn:s'><x xmlns='" + streams + "'/></reset><y xmlns='jabber:client'/></error>",
			"<stream:error><reset xmlns='urn:s'><stream:x/></reset><y/></stream:error>", "<stream:error><reset xmlns='urn:s'><stream:x/></reset><y/></stream:error>"},
		{"stream prefix bound again", &wire.Raw{Name: xml.Name{Space: "urn:a", Local: "a"}, Prefixes: []wire.Prefix{{Prefix: "stream", Space: "urn:b"}},
			Attrs: []wire.Attr{attr("", "q", "stream:c")}, Nodes: []wire.Node{{Elem: elem(streams, "x", wire.Node{Text: "y"})}}},
			"<a xmlns='urn:a' xmlns:stream='urn:b' q='stream:c'><x xmlns='" + streams + "'>y</x></a>",
			"<a xmlns='urn:a' xmlns:stream='urn:b' q='stream:c'><x xmlns='" + streams + "'>y</x></a>",
			"<a xmlns='urn:a' xmlns:stream='urn:b' q='stream:c'><x xmlns='" + streams + "'>y</x></a>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := wire.Marshal(tt.el)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{string(doc)}
			for _, content := range []string{nsC, "jabber:component:accept"} {
				e := wire.NewStreamEncoder(content)
				for range 2 { // the second time it starts afresh
					e.Reset(nil)
					if err := e.Encode(tt.el); err != nil {
						t.Fatal(err)
					}
				}
				got = append(got, string(e.Bytes()))
			}
			if diff := cmp.Diff([]string{tt.document, tt.client, tt.component}, got); diff != "" {
				t.Errorf("document, client stream, component stream (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEncodeAttributes says how attributes of namespaces, prefixes and all kinds of values are written.
func TestEncodeAttributes(t *testing.T) {
	tests := []struct {
		name, want string
		w          func(*wire.Encoder)
	}{
		{"foreign", " xmlns:ns1='urn:1' ns1:b='x' xmlns:ns2='urn:2' ns2:b='y' ns1:c='z' b='w'", func(e *wire.Encoder) {
			e.Attrs([]wire.Attr{attr("urn:1", "b", "x"), attr("urn:2", "b", "y"), attr("urn:1", "c", "z"), attr("", "b", "w")})
		}},
		{"foreign by name", " xmlns:ns1='urn:1' ns1:b='x' xml:lang='de'", func(e *wire.Encoder) {
			e.AttrNS("urn:1", "b", "x")
			e.AttrNS("urn:2", "b", "")
			e.AttrLang("de")
			e.AttrLang("")
		}},
		{"prefixes", " xmlns:p='urn:p' q='p:x' p:r='s'", func(e *wire.Encoder) {
			e.Prefix("p", "urn:p")
			e.Prefix("p", "urn:p")
			e.AttrString("q", "p:x")
			e.AttrNS("urn:p", "r", "s")
		}},
		{"prefix that is taken", " xmlns:ns1='urn:1' xmlns:ns2='urn:2' ns2:a='b'", func(e *wire.Encoder) { e.Prefix("ns1", "urn:1"); e.AttrNS("urn:2", "a", "b") }},
		{"first wins", " a='1'", func(e *wire.Encoder) {
			e.AttrString("a", "1")
			e.Attrs([]wire.Attr{attr("", "a", "2"), attr("", "a", "3")})
		}},
		{"escapes", " a='&lt;&amp;&gt;&apos;\"&#x9;&#xA;&#xD; ]]&gt;é'", func(e *wire.Encoder) { e.AttrString("a", "<&>'\"\t\n\r ]]>é") }},
		{"zeros", " b='false' c='0' d='0' e='0' g='' h=''", func(e *wire.Encoder) {
			e.AttrString("a", "")
			e.AttrBool("b", false)
			e.AttrInt("c", 0)
			e.AttrUint("d", 0)
			e.AttrFloat("e", 0)
			e.AttrTime("f", time.Time{})
			e.AttrStringOrEmpty("g", "")
			e.AttrBytes("h", []byte{})
			e.AttrBytes("i", nil)
			e.AttrStrings("j", nil)
		}},
		{"values", " b='true' c='-9223372036854775808' d='18446744073709551615' e='-0.5' f='1999-12-31T23:00:00.5Z' g='aGk=' h='a b'", func(e *wire.Encoder) {
			e.AttrBool("b", true)
			e.AttrInt("c", math.MinInt64)
			e.AttrUint("d", math.MaxUint64)
			e.AttrFloat("e", -0.5)
			e.AttrTime("f", time.Date(2000, 1, 1, 0, 0, 0, 5e8, time.FixedZone("", 3600)))
			e.AttrBytes("g", []byte("hi"))
			e.AttrStrings("h", []string{"a", "b"})
		}},
		{"floats", " a='INF' b='-INF' c='NaN' d='1E+22' e='1E-07' f='100000000000000000000' g='0.1'", func(e *wire.Encoder) {
			for i, f := range []float64{math.Inf(1), math.Inf(-1), math.NaN(), 1e22, 1e-7, 1e20, .1} {
				e.AttrFloat(string(rune('a'+i)), f)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := wire.Marshal(inA(tt.w))
			if want := "<a xmlns='urn:a'" + tt.want + "/>"; string(out) != want || err != nil {
				t.Errorf("got %s, %v, want %s", out, err, want)
			}
			parse(t, string(out))
		})
	}
}

// TestEncodeContent writes every kind of child and text.
func TestEncodeContent(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	out, err := wire.Marshal(inA(func(e *wire.Encoder) {
		e.ChildEmpty("urn:a", "b")
		e.ChildString("urn:a", "c", "<\r\n\t]]>")
		e.ChildBool("urn:a", "d", true)
		e.ChildInt("urn:a", "e", -1)
		e.ChildUint("urn:a", "f", 1)
		e.ChildFloat("urn:a", "g", 1.5)
		e.ChildTime("urn:a", "h", at)
		e.ChildTime("urn:a", "i", time.Time{})
		e.ChildBytes("urn:a", "j", []byte("hi"))
		e.ChildStrings("urn:a", "k", []string{"x", "y"})
		e.TextBool(false)
		e.TextInt(-2)
		e.TextUint(3)
		e.TextFloat(4)
		e.TextTime(at)
		e.TextTime(time.Time{})
		e.TextBytes([]byte("ho"))
		e.TextStrings([]string{"v", "w"})
	}))
	want := "<a xmlns='urn:a'><b/><c>&lt;&#xD;\n\t]]&gt;</c><d>true</d><e>-1</e><f>1</f><g>1.5</g><h>2000-01-01T00:00:00Z</h><j>aGk=</j><k>x y</k>" +
		"false-234" + "2000-01-01T00:00:00Z" + "aG8=" + "v w</a>"
	if string(out) != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", out, err, want)
	}
}

// TestAppendHeader reads the header back.
func TestAppendHeader(t *testing.T) {
	attrs := []wire.Attr{attr("", "to", "a&'b"), attr("", "id", ""), attr(nsLang, "lang", "de"), attr("urn:x", "y", "z")}
	for _, content := range []string{nsC, "jabber:component:accept", ""} {
		out, err := wire.AppendHeader(nil, content, attrs)
		if err != nil {
			t.Fatal(err)
		}
		head, err := wire.NewDecoder(strings.NewReader(string(out)), nil, wire.Limits{}).Header()
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if diff := cmp.Diff([]wire.Attr{attrs[0], attrs[2], attrs[3]}, head.Attrs); diff != "" || head.Name.Local != "stream" {
			t.Errorf("%s: name %v, attributes (-want +got):\n%s", out, head.Name, diff)
		}
		if want := (wire.Prefix{Space: content}); head.Prefixes[0] != want {
			t.Errorf("%s: default namespace %v, want %v", out, head.Prefixes[0], want)
		}
	}
	for _, bad := range []wire.Attr{attr("", "to", "\x00"), attr("", "t o", "x"), attr("", "xmlns", "x")} {
		if out, err := wire.AppendHeader([]byte("kept"), nsC, []wire.Attr{bad}); err == nil || string(out) != "kept" {
			t.Errorf("%v: %s, %v", bad, out, err)
		}
	}
	if out, err := wire.AppendHeader(nil, "urn:a b", nil); err == nil || out != nil {
		t.Errorf("bad namespace: %s, %v", out, err)
	}
}

// TestStreamRoundTrip reads what a component's stream encoder wrote with a component's decoder.
func TestStreamRoundTrip(t *testing.T) {
	const accept = "jabber:component:accept"
	msg := &Message{ID: "1", Body: []Body{{Text: "a"}}, Any: []wire.Element{&Forwarded{Any: []wire.Element{&Message{ID: "2"}}}}}
	e := wire.NewStreamEncoder(accept)
	if err := e.Encode(msg); err != nil {
		t.Fatal(err)
	}
	decode := func(in, content string) wire.Element {
		d := wire.NewDecoder(strings.NewReader(strings.ReplaceAll(header, nsC, accept)+in), samples(), wire.Limits{})
		d.SetContentNamespace(content)
		_, err := d.Header()
		el, err2 := d.Next()
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if got := string(d.Source()); got != in {
			t.Errorf("source %s, want %s", got, in)
		}
		return el
	}
	if diff := cmp.Diff(wire.Element(msg), decode(string(e.Bytes()), accept), sameElements); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	// Without the content namespace being set, or on another element, the name stays as it is.
	if got := decode("<message/>", nsC).ElementName().Space; got != accept {
		t.Errorf("message of another stream became %s", got)
	}
	if got := decode("<handshake/>", accept).ElementName().Space; got != accept {
		t.Errorf("handshake became %s", got)
	}
	if got := decode("<message xmlns='jabber:server'/>", accept).ElementName().Space; got != "jabber:server" {
		t.Errorf("message of a server became %s", got)
	}
}

func TestStreamPrefixBoundAgainOnItsOwnElement(t *testing.T) {
	e := wire.NewStreamEncoder("jabber:client")
	el := &wire.Raw{
		Name:     xml.Name{Space: "http://etherx.jabber.org/streams", Local: "a"},
		Prefixes: []wire.Prefix{{Prefix: "p", Space: "urn:p"}, {Prefix: "stream", Space: "urn:a"}},
		Nodes:    []wire.Node{{Elem: &wire.Raw{Name: xml.Name{Space: "jabber:client", Local: "b"}}}},
	}
	if err := e.Encode(el); err != nil {
		t.Fatal(err)
	}
	const want = "<a xmlns='http://etherx.jabber.org/streams' xmlns:p='urn:p' xmlns:stream='urn:a'><b xmlns='jabber:client'/></a>"
	if got := string(e.Bytes()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
