package wire_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/wire"
)

const (
	header = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' version='1.0'>`
	footer = `</stream:stream>`

	notWell     = "not-well-formed"
	restricted  = "restricted-xml"
	policy      = "policy-violation"
	badFormat   = "bad-format"
	unsupported = "unsupported-encoding"
)

// pieces is a reader that returns one piece of the input at a time.
type pieces []string

func (p *pieces) Read(b []byte) (int, error) {
	if len(*p) == 0 {
		return 0, io.EOF
	}
	n := copy(b, (*p)[0])
	if (*p)[0] = (*p)[0][n:]; (*p)[0] == "" {
		*p = (*p)[1:]
	}
	return n, nil
}

// splits returns the input whole, byte by byte, and in two at every byte behind the stream's header.
func splits(in string) []pieces {
	bytes := make(pieces, len(in))
	for i := range len(in) {
		bytes[i] = in[i : i+1]
	}
	all := []pieces{{in}, bytes}
	from := 1
	if strings.HasPrefix(in, header) {
		from = len(header)
	}
	for i := from; i < len(in); i++ {
		all = append(all, pieces{in[:i], in[i:]})
	}
	return all
}

// verdict is what became of a stream: the elements it gave, encoded, and the condition or the error that ended it.
type verdict struct {
	Elements []string
	End      string
}

// read runs a stream to its end.
func read(r io.Reader, reg *wire.Registry, limits wire.Limits) (v verdict) {
	d := wire.NewDecoder(r, reg, limits)
	_, err := d.Header()
	for err == nil {
		var el wire.Element
		if el, err = d.Next(); err == nil {
			out, bad := wire.Marshal(el)
			if bad != nil {
				out = []byte(bad.Error())
			}
			v.Elements = append(v.Elements, string(out))
		} else if el != nil {
			v.Elements = append(v.Elements, fmt.Sprintf("%T beside an error", el))
		}
	}
	if bad := (*wire.SyntaxError)(nil); errors.As(err, &bad) {
		v.End = bad.Condition
	} else {
		v.End = err.Error()
	}
	if _, again := d.Next(); again != err {
		v.End += fmt.Sprintf(", then %v", again)
	}
	return v
}

// everySplit runs the stream in all its splits, with types and without, and wants the same verdict of all.
func everySplit(t *testing.T, in string, limits wire.Limits, want verdict) {
	t.Helper()
	for i, p := range splits(in) {
		first := p[0]
		if diff := cmp.Diff(want, read(&p, samples(), limits)); diff != "" {
			t.Fatalf("split %d, after %q (-want +got):\n%s", i, first, diff)
		}
	}
	if diff := cmp.Diff(want, read(strings.NewReader(in), nil, limits)); diff != "" {
		t.Fatalf("without types (-want +got):\n%s", diff)
	}
}

// hostile is what no stream may hold, and the condition of the stream error that answers it.
type hostile struct{ name, in, want string }

// run puts each input where a stanza may stand, where content of a stanza may stand if inside is set, and wants the good stanza before it and nothing else.
func run(t *testing.T, tests []hostile, wrap func(string) string) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := header + `<message id='before'/>` + wrap(tt.in) + `<message id='after'/>` + footer
			everySplit(t, in, wire.AfterAuth(), verdict{Elements: []string{`<message xmlns='jabber:client' id='before'/>`}, End: tt.want})
		})
	}
}

func alone(s string) string  { return s }
func inBody(s string) string { return `<message id='bad'><body>x` + s + `</body></message>` }
func inAttr(s string) string {
	return `<message id='bad'><item xmlns='urn:example' new='x` + s + `'/></message>`
}
func inStart(s string) string  { return `<message id='bad' ` + s + `><body>x</body></message>` }
func inStanza(s string) string { return `<message id='bad'>` + s + `</message>` }

// TestS20_Encoding: what is no UTF-8, or no character of XML, never gets through: CVE-2022-25235 and its like smuggled stanzas in it.
func TestS20_Encoding(t *testing.T) {
	tests := []hostile{
		{"lone continuation byte", "\x80", notWell},
		{"lone continuation byte that follows text", "a\xbf", notWell},
		{"truncated sequence of two", "\xc3", notWell},
		{"truncated sequence of three", "\xe2\x82", notWell},
		{"truncated sequence of four", "\xf0\x9f\x98", notWell},
		{"sequence broken by ASCII", "\xe2\x28\xa1", notWell},
		{"overlong slash", "\xc0\xaf", notWell},
		{"overlong less-than", "\xc0\xbc", notWell},
		{"overlong NUL", "\xc0\x80", notWell},
		{"overlong of three bytes", "\xe0\x80\xbc", notWell},
		{"overlong of four bytes", "\xf0\x80\x80\xbc", notWell},
		{"high surrogate", "\xed\xa0\x80", notWell},
		{"low surrogate", "\xed\xbf\xbf", notWell},
		{"surrogate pair", "\xed\xa0\xbd\xed\xb8\x80", notWell},
		{"above the last code point", "\xf4\x90\x80\x80", notWell},
		{"sequence of five", "\xf8\x88\x80\x80\x80", notWell},
		{"byte FE", "\xfe", notWell},
		{"byte FF", "\xff", notWell},
		{"U+FFFE", "\xef\xbf\xbe", notWell},
		{"U+FFFF", "\xef\xbf\xbf", notWell},
		{"NUL", "\x00", notWell},
		{"backspace", "\x08", notWell},
		{"vertical tab", "\x0b", notWell},
		{"escape", "\x1b", notWell},
		{"unit separator", "\x1f", notWell},
		{"reference to NUL", "&#0;", notWell},
		{"reference to a control character", "&#x1F;", notWell},
		{"reference to a surrogate", "&#xD800;", notWell},
		{"reference to the last surrogate", "&#57343;", notWell},
		{"reference to U+FFFE", "&#xFFFE;", notWell},
		{"reference above the last code point", "&#x110000;", notWell},
		{"reference that overflows", "&#x100000041;", notWell},
		{"reference that overflows far", "&#99999999999999999999;", notWell},
	}
	t.Run("text", func(t *testing.T) { run(t, tests, inBody) })
	t.Run("attribute", func(t *testing.T) { run(t, tests, inAttr) })
	t.Run("between stanzas", func(t *testing.T) {
		outside := slices.Clone(tests)
		for i := range outside {
			if outside[i].in[0] == 'a' {
				outside[i].want = badFormat // the first character is enough
			}
		}
		run(t, outside, alone)
	})
	t.Run("CDATA", func(t *testing.T) {
		run(t, tests[:25], func(s string) string { return inBody("<![CDATA[" + s + "]]>") })
	})
	t.Run("element name", func(t *testing.T) {
		run(t, tests[:25], func(s string) string { return inStanza("<a" + s + "/>") })
	})
	t.Run("attribute name", func(t *testing.T) {
		run(t, tests[:25], func(s string) string { return inStanza("<a b" + s + "='c'/>") })
	})
	t.Run("namespace name", func(t *testing.T) {
		run(t, tests, func(s string) string { return inStanza("<a xmlns='urn:x" + s + "'/>") })
	})
}

// TestS20_Markup: what is no well-formed XML ends the stream.
func TestS20_Markup(t *testing.T) {
	t.Run("in a stanza", func(t *testing.T) {
		run(t, []hostile{
			{"end of CDATA in text", "]]>", notWell},
			{"end of CDATA in text after a bracket", "]]]>", notWell},
			{"bare ampersand", "a & b", notWell},
			{"reference without an end", "&amp", notWell},
			{"empty reference", "&;", notWell},
			{"reference with a space", "& amp;", notWell},
			{"reference to no number", "&#;", notWell},
			{"reference to no hexadecimal number", "&#x;", notWell},
			{"hexadecimal digits in a decimal reference", "&#1F;", notWell},
			{"upper-case X", "&#X41;", notWell},
			{"signed reference", "&#+65;", notWell},
			{"reference with an underscore", "&#6_5;", notWell},
			{"mismatched end tag", "<a></b>", notWell},
			{"end tag of other case", "<a></A>", notWell},
			{"end tag with other prefix", "<p:a xmlns:p='urn:a' xmlns:q='urn:a'></q:a>", notWell},
			{"crossed end tags", "<a><b></a></b>", notWell},
			{"end tag with an attribute", "<a></a b='c'>", notWell},
			{"end tag that ends itself", "<a></a/>", notWell},
			{"end tag without a name", "<a></>", notWell},
			{"end tag with a space before its name", "<a></ a>", notWell},
			{"tag without a name", "<>", notWell},
			{"tag with a space before its name", "< a/>", notWell},
			{"tag that begins with a digit", "<1a/>", notWell},
			{"tag that begins with a hyphen", "<-a/>", notWell},
			{"tag that begins with a combining character", "<\u0301a/>", notWell},
			{"tag with a forbidden character", "<a$b/>", notWell},
			{"tag with a multiplication sign", "<a\u00d7/>", notWell},
			{"tag in a tag", "<a <b/>/>", notWell},
			{"slash in a tag", "<a/b/>", notWell},
			{"slash before the space", "<a / >", notWell},
			{"less-than in an attribute", "<a b='<'/>", notWell},
			{"less-than in a quoted tag", `<a b="c<d">x</a>`, notWell},
			{"attribute without a value", "<a b/>", notWell},
			{"attribute without a value, then one", "<a b c='d'/>", notWell},
			{"attribute without quotes", "<a b=c/>", notWell},
			{"attribute without an end", "<a b='c/>", notWell},
			{"attribute without a name", "<a ='b'/>", notWell},
			{"no space between attributes", "<a b='c'd='e'/>", notWell},
			{"no space after the name", "<a'b'='c'/>", notWell},
			{"duplicate attribute", "<a b='c' b='d'/>", notWell},
			{"duplicate attribute of equal values", `<a b='c' b="c"/>`, notWell},
			{"lower-case cdata", "<![cdata[x]]>", notWell},
			{"broken CDATA", "<![CDAT[x]]>", notWell},
		}, inBody)
	})
	t.Run("between stanzas", func(t *testing.T) {
		run(t, []hostile{
			{"text", "hello", badFormat},
			{"text after white space", " \n\t hello", badFormat},
			{"reference to a space", "&#32;", badFormat},
			{"CDATA", "<![CDATA[<message/>]]>", badFormat},
			{"byte order mark", "\ufeff", badFormat},
			{"no-break space", "\u00a0", badFormat},
			{"stray end tag", "</message>", notWell},
			{"end tag of the stream under another prefix", "</s:stream>", notWell},
			{"end of CDATA", "]]>", badFormat},
		}, alone)
	})
}

// TestS20_Header holds whole inputs: nothing but a stream may begin there.
func TestS20_Header(t *testing.T) {
	utf16 := func(s string, first, second int) string {
		var b strings.Builder
		for i := range len(s) {
			unit := [2]byte{}
			unit[first], unit[second] = 0, s[i]
			b.Write(unit[:])
		}
		return b.String()
	}
	tests := []hostile{
		{"byte order mark", "\ufeff" + header + footer, notWell},
		{"UTF-16 with a byte order mark", "\xff\xfe" + utf16(header, 1, 0), notWell},
		{"UTF-16, big-endian, with a byte order mark", "\xfe\xff" + utf16(header, 0, 1), notWell},
		{"UTF-16", utf16(header, 1, 0), notWell},
		{"UTF-16, big-endian", utf16(header, 0, 1), notWell},
		{"declared UTF-16", "<?xml version='1.0' encoding='UTF-16'?>" + header, unsupported},
		{"declared Latin 1", "<?xml version='1.0' encoding='ISO-8859-1'?>" + header, unsupported},
		{"XML 1.1", "<?xml version='1.1'?>" + header, notWell},
		{"declaration without a version", "<?xml encoding='UTF-8'?>" + header, notWell},
		{"empty declaration", "<?xml?>" + header, notWell},
		{"declaration in the wrong order", "<?xml version='1.0' standalone='yes' encoding='UTF-8'?>" + header, notWell},
		{"declaration with more", "<?xml version='1.0' more='x'?>" + header, notWell},
		{"declaration without space", "<?xml version='1.0'encoding='UTF-8'?>" + header, notWell},
		{"declaration with a bad value", "<?xml version='1.0' standalone='maybe'?>" + header, notWell},
		{"upper-case declaration", "<?XML version='1.0'?>" + header, notWell},
		{"white space before the declaration", " <?xml version='1.0'?>" + header, notWell},
		{"two declarations", "<?xml version='1.0'?><?xml version='1.0'?>" + header, notWell},
		{"instruction", "<?php x?>" + header, restricted},
		{"stylesheet", "<?xml-stylesheet href='x'?>" + header, restricted},
		{"comment", "<!-- x -->" + header, restricted},
		{"document type", "<!DOCTYPE stream SYSTEM 'file:///etc/passwd'>" + header, restricted},
		{"document type after the declaration", "<?xml version='1.0'?>\n<!DOCTYPE stream [<!ENTITY a 'b'>]>" + header, restricted},
		{"text", "HTTP/1.1 400 Bad Request\r\n\r\n<html>", notWell},
		{"end tag", footer, notWell},
		{"stream that is empty", `<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>`, badFormat},
		{"unbound prefix", `<stream:stream xmlns='jabber:client'>`, notWell},
		{"duplicate attribute", `<stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='a' to='b'>`, notWell},
		{"entity", `<stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='&a;'>`, restricted},
		{"nothing", " ", io.ErrUnexpectedEOF.Error()},
		{"half a tag", "<stream:stream xmlns='", io.ErrUnexpectedEOF.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { everySplit(t, tt.in, wire.BeforeAuth(), verdict{End: tt.want}) })
	}
}

// TestS20_AtOnce: a peer that speaks another protocol, and then waits for an answer, is told so.
func TestS20_AtOnce(t *testing.T) {
	for in, want := range map[string]string{
		"GET / HTTP/1.1\r\n\r\n":            notWell,
		"\x16\x03\x01":                      notWell,
		header + "HELO":                     badFormat,
		header + "<message/>\n\xc3\xa9":     badFormat,
		header + "<message/>\x00":           notWell,
		header + "<message id='1'><a b='<c": notWell,
		header + "<message id='1'></b>":     notWell,
	} {
		d := wire.NewDecoder(io.MultiReader(strings.NewReader(in), waits{t}), nil, wire.BeforeAuth())
		_, err := d.Header()
		for err == nil {
			_, err = d.Next()
		}
		if bad := (*wire.SyntaxError)(nil); !errors.As(err, &bad) || bad.Condition != want {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// waits is a peer that sends no more.
type waits struct{ t *testing.T }

func (w waits) Read([]byte) (int, error) {
	w.t.Error("read on for no reason")
	return 0, io.EOF
}
