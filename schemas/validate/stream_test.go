package validate_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const header = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>`

func TestStream(t *testing.T) {
	tests := []struct {
		name, data string
		want       []string
	}{
		{name: "with its end", data: "<?xml version='1.0'?>" + header + "\n<message><body>x</body></message>\n<stream:features/></stream:stream>\n"},
		{name: "without its end", data: header + "\n<presence/><iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq> "},
		{name: "restarted", data: header + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n<?xml version='1.0'?>" + header + "\n<message/><!-- > --></stream:stream>" + header},
		{name: "documents", data: "<ping xmlns='urn:xmpp:ping'/>\n<ping xmlns='urn:xmpp:ping'></ping><!-- <ping> --><?p <?>\n<x xmlns='urn:x'/>", want: []string{
			`3:1: x: element "x" cannot be a root: namespace "urn:x" has no schema`,
		}},
		{name: "namespaces of the header", data: "<s:stream xmlns='urn:xmpp:ping' xmlns:s='http://etherx.jabber.org/streams' xmlns:d='urn:xmpp:delay'>\n<d:delay/>\n<ping x='1'/>", want: []string{
			`2:1: delay/@stamp: attribute "stamp" is required`,
			`3:7: ping/@x: attribute "x" is not allowed; expected no attribute`,
		}},
		{name: "header", data: "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='one' so='1'>\n<message/>", want: []string{
			`1:86: stream/@version: value "one" is not allowed; expected a major and a minor number, to be compared as two separate integers (4.7.5)`,
			`1:100: stream/@so: attribute "so" is not allowed; expected one of: from, id, to, version, xml:lang`,
		}},
		{name: "places", data: header + "\n<message>\n  <body>x</body></message>\n<presence>\n  <priority>high</priority>\n</presence>", want: []string{
			`5:3: presence/priority: value "high" is not allowed; expected a whole number from -128 to 127`,
		}},
		{name: "text", data: header + "\n<message/>so\n<message/>", want: []string{`2:11: text between elements`}},
		{name: "elements like tags in text", data: header + "<message><body a='>'><![CDATA[</body>]]></body><!-- <a> --><?p <a> ?></message>\n<presence x='1'/>", want: []string{
			`1:132: message/body/@a: attribute "a" is not allowed; expected xml:lang`,
			`2:11: presence/@x: attribute "x" is not allowed; expected one of: from, id, to, type, xml:lang`,
		}},
		{name: "cut off", data: header + "\n<message/>\n<message><body>x</bo", want: []string{`3:17: not-well-formed: unexpected EOF`}},
		{name: "cut off in a tag", data: header + "\n<message to='a", want: []string{`2:1: not-well-formed: unexpected EOF`}},
		{name: "wrong end tag", data: header + "\n<message><body></message></body>\n<presence/>", want: []string{`2:16: not-well-formed: end tag "message" for "body"`}},
		{name: "end of nothing", data: "<message xmlns='jabber:client'/></message>", want: []string{`1:33: not-well-formed: end tag without a start tag`}},
		{name: "another end", data: header + "\n</stream>", want: []string{`2:1: not-well-formed: end tag without a start tag`}},
		{name: "document type", data: "<!DOCTYPE a>", want: []string{`1:1: restricted-xml: document type declaration`}},
		{name: "nothing", data: " \n"},
	}
	v := validator(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings, err := v.Stream([]byte(tt.data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, written(t, findings)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte(header + "<message><body>x</body></message></stream:stream>"))
	f.Add([]byte("<a/><b c='>'><![CDATA[<]]></b><!-- --><?p ?></c>"))
	f.Add([]byte("x<stream:stream xmlns:stream='http://etherx.jabber.org/streams'"))
	v := validator(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		findings, err := v.Stream(data)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(data, []byte("\n"))
		for _, f := range findings {
			if f.Line < 1 || f.Line > len(lines) || f.Column < 1 || f.Column > len(lines[f.Line-1])+1 {
				t.Errorf("no such place: %+v", f)
			}
		}
	})
}
