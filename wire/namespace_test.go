package wire_test

import (
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/wire"
)

// TestS21_Namespaces: a name that two programs may read differently ends the stream: CVE-2022-25236 and the prefixes that encoding/xml takes for namespaces.
func TestS21_Namespaces(t *testing.T) {
	run(t, []hostile{
		{"unbound element prefix", "<p:a/>", notWell},
		{"unbound prefix named like a namespace", "<vcard-temp:vCard/>", notWell},
		{"unbound attribute prefix", "<a p:b='c'/>", notWell},
		{"prefix of a sibling", "<a xmlns:p='urn:p'/><p:b/>", notWell},
		{"prefix of a child", "<a p:b='c'><d xmlns:p='urn:p'/></a>", notWell},
		{"prefix xmlns on an element", "<xmlns:a/>", notWell},
		{"prefix stream unbound", "<a xmlns:stream=''><stream:error/></a>", notWell},
		{"empty declaration of a prefix", "<a xmlns:p=''/>", notWell},
		{"empty declaration of a bound prefix", "<a xmlns:p='urn:p'><b xmlns:p=''/></a>", notWell},
		{"xml bound to something else", "<a xmlns:xml='urn:x'/>", notWell},
		{"another prefix bound to xml's namespace", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", notWell},
		{"xml's namespace as the default", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", notWell},
		{"xmlns bound", "<a xmlns:xmlns='urn:x'/>", notWell},
		{"xmlns bound to its own namespace", "<a xmlns:xmlns='http://www.w3.org/2000/xmlns/'/>", notWell},
		{"prefix bound to the namespace of xmlns", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", notWell},
		{"the namespace of xmlns as the default", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", notWell},
		{"prefix without a name", "<p: xmlns:p='urn:p'/>", notWell},
		{"name without its prefix", "<:a/>", notWell},
		{"attribute name without its prefix", "<a :b='c'/>", notWell},
		{"declaration of no prefix", "<a xmlns:='urn:p'/>", notWell},
		{"two colons", "<p:a:b xmlns:p='urn:p'/>", notWell},
		{"local name that begins with a digit", "<p:1 xmlns:p='urn:p'/>", notWell},
		{"two attributes by two prefixes", "<a xmlns:p='urn:p' xmlns:q='urn:p' p:b='c' q:b='d'/>", notWell},
		{"two attributes by two prefixes, declared outside", "<x xmlns:p='urn:p'><a xmlns:q='urn:p' p:b='c' q:b='d'/></x>", notWell},
		{"two attributes by two prefixes, declared by reference", "<a xmlns:p='urn:p' xmlns:q='urn:&#112;' p:b='c' q:b='d'/>", notWell},
		{"two languages", "<a xml:lang='de' xml:lang='en'/>", notWell},
		{"two default namespaces", "<a xmlns='urn:a' xmlns='urn:b'/>", notWell},
		{"prefix declared twice", "<a xmlns:p='urn:a' xmlns:p='urn:b'/>", notWell},
		{"space", "<a xmlns='urn:a b'/>", notWell},
		{"leading space", "<a xmlns=' jabber:client'/>", notWell},
		{"trailing line end", "<a xmlns='jabber:client\n'/>", notWell},
		{"tab by reference", "<a xmlns='jabber:client&#9;'/>", notWell},
		{"line end by reference", "<a xmlns:p='jabber:client&#10;x'/>", notWell},
		{"delete", "<a xmlns='urn:\x7f'/>", notWell},
		{"C1 control character", "<a xmlns='urn:\u0084'/>", notWell},
		{"next line", "<a xmlns='urn:\u0085'/>", notWell},
		{"no-break space", "<a xmlns='urn:\u00a0'/>", notWell},
		{"line separator", "<a xmlns='urn:\u2028'/>", notWell},
		{"separator of expat's users", "<a xmlns='jabber:client|message'/>", notWell},
		{"separator of ElementTree's users", "<a xmlns='jabber:client}message'/>", notWell},
		{"less-than by reference", "<a xmlns='urn:&lt;a'/>", notWell},
		{"name of 2 KiB", "<a xmlns='urn:" + strings.Repeat("x", 2<<10) + "'/>", policy},
	}, inStanza)
	t.Run("stanza's own tag", func(t *testing.T) {
		run(t, []hostile{
			{"two recipients", "to='a@b.example' to='c@d.example'", notWell},
			{"two recipients apart", "to='a@b.example' type='chat' to='a@b.example'", notWell},
			{"recipient under an unbound prefix", "stream2:to='a@b.example'", notWell},
			{"two ids", "id='x'", notWell},
		}, inStart)
	})
}

// TestS21_Declarations: so many namespace declarations in scope serve only to make each lookup slow.
func TestS21_Declarations(t *testing.T) {
	var b strings.Builder
	b.WriteString(header)
	for i := range 20 {
		b.WriteString("<a")
		for j := range 20 {
			b.WriteString(" xmlns:p" + string(rune('a'+i)) + string(rune('a'+j)) + "='urn:p'")
		}
		b.WriteString(">")
	}
	in := pieces{b.String()}
	if got := read(&in, nil, wire.AfterAuth()); got.End != policy || got.Elements != nil {
		t.Errorf("got %+v", got)
	}
}

// TestS23_Restricted: RFC 6120, section 11.1 forbids what makes XML dangerous, wherever it stands.
func TestS23_Restricted(t *testing.T) {
	tests := []hostile{
		{"comment", "<!-- x -->", restricted},
		{"empty comment", "<!---->", restricted},
		{"comment with a stanza in it", "<!-- <message id='x'/> -->", restricted},
		{"instruction", "<?php system('x') ?>", restricted},
		{"instruction named like the declaration", "<?xml-stylesheet x?>", restricted},
		{"instruction without a name", "<? x?>", restricted},
		{"XML declaration", "<?xml version='1.0'?>", notWell},
		{"document type", "<!DOCTYPE message>", restricted},
		{"document type with a subset", "<!DOCTYPE m [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;'>]>", restricted},
		{"external document type", "<!DOCTYPE m SYSTEM 'http://evil.example/x.dtd'>", restricted},
		{"entity declaration", "<!ENTITY a 'b'>", restricted},
		{"element declaration", "<!ELEMENT a ANY>", restricted},
		{"lower-case document type", "<!doctype html>", restricted},
		{"declaration of nothing", "<!>", restricted},
		{"entity", "&lol;", restricted},
		{"entity of HTML", "&nbsp;", restricted},
		{"entity of other case", "&AMP;", restricted},
		{"entity with a long name", "&" + strings.Repeat("lol", 30) + ";", restricted},
	}
	t.Run("between stanzas", func(t *testing.T) { run(t, tests, alone) })
	t.Run("in a stanza", func(t *testing.T) { run(t, tests, inStanza) })
	t.Run("in text", func(t *testing.T) { run(t, tests, inBody) })
	t.Run("in an attribute", func(t *testing.T) { run(t, tests[14:], inAttr) })
	t.Run("before the end tag", func(t *testing.T) {
		run(t, tests, func(s string) string { return "<message id='bad'><body/>" + s + "</message>" })
	})
}
