package fuzz

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// NOTE. broken is what encoding/xml lets through and this module does not: the grammar of XML 1.0 (fifth edition), Namespaces in XML 1.0 and RFC 6120, section 11,
// for each token that encoding/xml has cut out of the input. It shares nothing with the tokenizer that it is held against.

const (
	nameStart = `A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}` +
		`\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}`
	ncName  = `[` + nameStart + `][` + nameStart + `\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}]*`
	qName   = ncName + `(?::` + ncName + `)?`
	blank   = `[ \t\r\n]`
	ref     = `&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);`
	literal = `(?:"(?:[^<&"]|` + ref + `)*"|'(?:[^<&']|` + ref + `)*')`
	equals  = blank + `*=` + blank + `*`
)

var (
	reStart       = regexp.MustCompile(`^<` + qName + `(?:` + blank + `+` + qName + equals + literal + `)*` + blank + `*/?>$`)
	reEnd         = regexp.MustCompile(`^</` + qName + blank + `*>$`)
	reText        = regexp.MustCompile(`^(?:[^<&]|` + ref + `)*$`)
	reComment     = regexp.MustCompile(`^<!--(?:[^-]|-[^-])*-->$`)
	reInstruction = regexp.MustCompile(`(?s)^<\?` + ncName + `(?:[ \t\r\n].*)?\?>$`)
	reDeclaration = regexp.MustCompile(`^<\?xml` + blank + `+version` + equals + `(?:"1\.0"|'1\.0')` +
		`(?:` + blank + `+encoding` + equals + `(?i:"utf-8"|'utf-8'))?` +
		`(?:` + blank + `+standalone` + equals + `(?:"(?:yes|no)"|'(?:yes|no)'))?` + blank + `*\?>$`)
	reCharRef = regexp.MustCompile(`&#(x?)([0-9a-fA-F]+);`)
)

// document is the state of a check.
type document struct {
	stream bool
	open   []string            // names as written
	scope  []map[string]string // prefixes, of each open element
	roots  int
}

// broken returns the first rule that the document, or the stream up to its end, breaks; empty if none. Of what encoding/xml itself refuses it says so.
func broken(doc string, stream bool) string {
	c := document{stream: stream, scope: []map[string]string{{"": "", "xml": spaceXML}}}
	if !stream {
		doc = strings.TrimPrefix(doc, "\ufeff")
	}
	dec := xml.NewDecoder(strings.NewReader(doc))
	for from := 0; ; {
		tok, err := dec.RawToken()
		if errors.Is(err, io.EOF) && c.roots == 1 && len(c.open) == 0 {
			return ""
		}
		if err != nil {
			return "encoding/xml: " + err.Error()
		}
		raw := doc[from:dec.InputOffset()]
		if rule := characters(raw); rule != "" {
			return rule
		}
		if rule := c.token(tok, raw, from == 0); rule != "" {
			return rule
		}
		if from = int(dec.InputOffset()); stream && c.roots == 1 && len(c.open) == 0 {
			return "" // what follows a stream is not read
		}
	}
}

// characters checks what holds everywhere: UTF-8, the characters of XML (production 2), and references to such only.
func characters(raw string) string {
	legal := func(r rune) bool {
		return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r < 0xD800 || r >= 0xE000 && r < 0xFFFE || r >= 0x10000 && r <= unicode.MaxRune
	}
	if !utf8.ValidString(raw) {
		return "no UTF-8"
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return !legal(r) }) {
		return "forbidden character"
	}
	if strings.HasPrefix(raw, "<!") || strings.HasPrefix(raw, "<?") {
		return ""
	}
	for _, m := range reCharRef.FindAllStringSubmatch(raw, -1) {
		base := 10
		if m[1] != "" {
			base = 16
		}
		if n, err := strconv.ParseInt(m[2], base, 32); err != nil || !legal(rune(n)) {
			return "reference to a forbidden character"
		}
	}
	return ""
}

func (c *document) token(tok xml.Token, raw string, first bool) string {
	switch tok := tok.(type) {
	case xml.StartElement:
		return c.start(tok, raw)
	case xml.EndElement:
		return c.end(raw)
	case xml.CharData:
		return c.text(raw)
	case xml.Directive:
		return "document type declaration"
	case xml.Comment:
		if c.stream {
			return "comment"
		}
		return unless(reComment.MatchString(raw), "malformed comment")
	case xml.ProcInst:
		switch {
		case strings.EqualFold(tok.Target, "xml"):
			return unless(first && reDeclaration.MatchString(raw), "misplaced or malformed declaration")
		case c.stream:
			return "instruction"
		}
		return unless(reInstruction.MatchString(raw), "malformed instruction")
	}
	return "unknown token"
}

func unless(good bool, rule string) string {
	if good {
		return ""
	}
	return rule
}

// start checks a start tag, and the names in it against the namespaces in scope.
func (c *document) start(tok xml.StartElement, raw string) string {
	if len(c.open) == 0 {
		c.roots++
	}
	empty := strings.HasSuffix(raw, "/>")
	switch {
	case !reStart.MatchString(raw):
		return "malformed start tag"
	case c.roots > 1:
		return "two roots"
	case c.stream && empty && len(c.open) == 0:
		return "stream that ends where it begins"
	}
	name := raw[1 : 1+strings.IndexAny(raw[1:], " \t\r\n/>")]
	inner, rule := c.declare(tok.Attr)
	if rule != "" {
		return rule
	}
	if _, bound := inner[tok.Name.Space]; !bound {
		return "unbound prefix"
	}
	if rule := attributes(tok.Attr, inner); rule != "" {
		return rule
	}
	c.open, c.scope = append(c.open, name), append(c.scope, inner)
	return ""
}

// declare returns the prefixes that are bound in an element with these attributes (Namespaces in XML 1.0, section 3).
func (c *document) declare(attrs []xml.Attr) (inner map[string]string, rule string) {
	outer := c.scope[len(c.scope)-1]
	inner = map[string]string{}
	for p, uri := range outer {
		inner[p] = uri
	}
	for _, a := range attrs {
		prefix := a.Name.Local
		switch {
		case a.Name == xml.Name{Local: "xmlns"}:
			prefix = ""
		case a.Name.Space != "xmlns":
			continue
		}
		switch {
		case prefix == "xmlns" || a.Value == "http://www.w3.org/2000/xmlns/":
			return nil, "xmlns declared"
		case (prefix == "xml") != (a.Value == spaceXML):
			return nil, "xml declared as something else"
		case prefix != "" && a.Value == "":
			return nil, "prefix undeclared"
		case strings.ContainsFunc(a.Value, separator):
			return nil, "separator in a namespace name"
		case len(a.Value) > 512:
			return nil, "namespace name too long"
		}
		inner[prefix] = a.Value
	}
	return inner, ""
}

// separator reports whether no IRI holds r, so that software may join names with it (RFC 3987, section 2.2).
func separator(r rune) bool {
	return r <= ' ' || strings.ContainsRune("<>\"{}|\\^`\x7f", r) || r > 0x7f && (unicode.IsSpace(r) || unicode.IsControl(r))
}

// attributes checks that no attribute appears twice, by its written or its expanded name, and that its prefix is bound.
func attributes(attrs []xml.Attr, scope map[string]string) string {
	var written, expanded []xml.Name
	for _, a := range attrs {
		if slices.Contains(written, a.Name) {
			return "duplicate attribute"
		}
		written = append(written, a.Name)
		if a.Name.Space == "" || a.Name.Space == "xmlns" {
			continue
		}
		uri, bound := scope[a.Name.Space]
		if !bound {
			return "unbound prefix"
		}
		name := xml.Name{Space: uri, Local: a.Name.Local}
		if slices.Contains(expanded, name) {
			return "duplicate attribute"
		}
		expanded = append(expanded, name)
	}
	return ""
}

// end checks an end tag; raw is empty for that of an empty element.
func (c *document) end(raw string) string {
	if len(c.open) == 0 {
		return "stray end tag"
	}
	name := c.open[len(c.open)-1]
	c.open, c.scope = c.open[:len(c.open)-1], c.scope[:len(c.scope)-1]
	switch {
	case raw == "":
		return ""
	case !reEnd.MatchString(raw):
		return "malformed end tag"
	}
	return unless(strings.TrimRight(raw[2:len(raw)-1], " \t\r\n") == name, "end tag of another element")
}

// text checks character data, and where it stands.
func (c *document) text(raw string) string {
	if len(c.open) == 0 || c.stream && len(c.open) == 1 {
		return unless(strings.Trim(raw, " \t\r\n") == "", "text where none may be")
	}
	if strings.HasPrefix(raw, "<![CDATA[") {
		return ""
	}
	return unless(reText.MatchString(raw) && !strings.Contains(raw, "]]>"), "malformed text")
}

// TestStrict has each rule broken by a document that encoding/xml accepts, and sees to it that this module does not.
func TestStrict(t *testing.T) {
	tests := []struct{ rule, doc string }{
		{"", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- c --><?p i?><a b='&lt;&#9;>' xmlns:p='urn:p' p:b=\"'\">]]&gt;<![CDATA[<&]]><p:c/></a >\n"},
		{"no UTF-8", "<a><!-- \xff --></a>"},
		{"forbidden character", "<a><!-- \x01 --></a>"},
		{"reference to a forbidden character", "<a>&#xD800;</a>"},
		{"document type declaration", "<!DOCTYPE a><a/>"},
		{"malformed instruction", "<a><?b$?></a>"},
		{"misplaced or malformed declaration", "<a/><?xml version='1.0'?>"},
		{"misplaced or malformed declaration", "<?xml version='1.0'encoding='utf-8'?><a/>"},
		{"misplaced or malformed declaration", "<?XML version='1.0'?><a/>"},
		{"malformed start tag", "<a b='c'd='e'/>"},
		{"malformed start tag", "<:a/>"},
		{"malformed start tag", "<a b:='c'/>"},
		{"two roots", "<a/><b/>"},
		{"xmlns declared", "<a xmlns:xmlns='urn:a'/>"},
		{"xmlns declared", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>"},
		{"xml declared as something else", "<a xmlns:xml='urn:a'/>"},
		{"xml declared as something else", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>"},
		{"prefix undeclared", "<a xmlns:p='urn:p'><b xmlns:p=''/></a>"},
		{"separator in a namespace name", "<a xmlns='urn:a b'/>"},
		{"namespace name too long", "<a xmlns='" + strings.Repeat("n", 513) + "'/>"},
		{"unbound prefix", "<p:a/>"},
		{"unbound prefix", "<a p:b='c'/>"},
		{"unbound prefix", "<xmlns:a/>"},
		{"duplicate attribute", "<a b='1' b='2'/>"},
		{"duplicate attribute", "<a xmlns:p='urn:p' xmlns:q='urn:p' p:b='1' q:b='2'/>"},
		{"duplicate attribute", "<a xmlns='urn:a' xmlns='urn:a'/>"},
		{"text where none may be", "x<a/>"},
		{"text where none may be", "<a/><![CDATA[]]>"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if _, err := theirTokens(strings.TrimPrefix(tt.doc, "\ufeff"), false); err != nil {
				t.Errorf("encoding/xml refuses %q: %v", tt.doc, err)
			}
			if got := broken(tt.doc, false); got != tt.rule {
				t.Errorf("%q breaks %q, want %q", tt.doc, got, tt.rule)
			}
			if tokens, err := ourTokens(tt.doc, false); (err == nil) != (tt.rule == "") {
				t.Errorf("%q: %v, %q", tt.doc, err, tokens)
			}
		})
	}
}
