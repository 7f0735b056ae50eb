package dial

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNext(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string // event and text, and what is left
	}{
		{"nothing", "", []string{"rest "}},
		{"white space", " \r\n\t", []string{"rest "}},
		{"an element", "<a/>", []string{"2 <a/>", "rest "}},
		{"two", "<a x='1'>t</a> <b></b>", []string{"2 <a x='1'>t</a>", "2 <b></b>", "rest "}},
		{"children of the same name", "<a><a/><a></a></a><b/>", []string{"2 <a><a/><a></a></a>", "2 <b/>", "rest "}},
		{"marks in values", `<a x='/>' y="<'">&lt;</a>`, []string{`2 <a x='/>' y="<'">&lt;</a>`, "rest "}},
		{"apostrophes in text", "<a>don't</a><b/>", []string{"2 <a>don't</a>", "2 <b/>", "rest "}},
		{"CDATA", "<a><![CDATA[</a>]]></a>", []string{"2 <a><![CDATA[</a>]]></a>", "rest "}},
		{"slash at the end of a value", "<a x='/'>t</a>", []string{"2 <a x='/'>t</a>", "rest "}},
		{"unfinished", "<a/><b><c/>", []string{"2 <a/>", "rest <b><c/>"}},
		{"unfinished tag", "<a x='", []string{"rest <a x='"}},
		{"stream header", "<?xml version='1.0'?><stream:stream to='x'><a/>", []string{"4 <?xml version='1.0'?>", "1 <stream:stream to='x'>", "2 <a/>", "rest "}},
		{"closing tag", "<a/></stream:stream>", []string{"2 <a/>", "3 </stream:stream>", "rest "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			b := []byte(tt.in)
			for {
				what, item, rest, ok := next(b)
				if !ok {
					got = append(got, "rest "+string(rest))
					break
				}
				got = append(got, fmt.Sprintf("%d %s", what, item))
				b = rest
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestToMessage is RFC 7395, 3.3 to 3.6: what a stream's bytes become.
func TestToMessage(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{
			"header",
			`<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version="1.0" xml:lang='en'>`,
			[]string{`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org' version="1.0" xml:lang='en'/>`},
		},
		{"a stanza gets its namespace", "<message to='a'><body>x</body></message>", []string{"<message xmlns='jabber:client' to='a'><body>x</body></message>"}},
		{"an empty one", "<presence/>", []string{"<presence xmlns='jabber:client'/>"}},
		{"one that has its namespace", "<a xmlns='urn:xmpp:sm:3' h='1'/>", []string{"<a xmlns='urn:xmpp:sm:3' h='1'/>"}},
		{
			"stream error", "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
			[]string{
				"<stream:error xmlns:stream='http://etherx.jabber.org/streams'><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
				"<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>",
			},
		},
		{"white space is not sent", " \n <presence/> ", []string{"<presence xmlns='jabber:client'/>"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			b := []byte(tt.in)
			for {
				what, item, rest, ok := next(b)
				if !ok {
					break
				}
				if msg := toMessage(what, item); msg != nil {
					got = append(got, string(msg))
				}
				b = rest
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFromFrame(t *testing.T) {
	const header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
	tests := []struct {
		name, in string
		begun    bool
		want     string // "" is an error
	}{
		{"open", "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='a' id='1' version='1.0' xml:lang='en'/>", false, header + " from='a' id='1' version='1.0' xml:lang='en'>"},
		{"open with a declaration", "<?xml version='1.0'?><open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", false, header + ">"},
		{"open again", "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='2'/>", true, header + " id='2'>"},
		{"values are escaped", "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='&lt;a&apos;>'/>", false, header + " id='&lt;a&apos;&gt;'>"},
		{"close", "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", true, "</stream:stream>"},
		{"close instead of open", "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='3'/>", false, header + " id='3'></stream:stream>"},
		{
			"see another URI", "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='wss://b.example/?x&amp;y'/>", true,
			"<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>wss://b.example/?x&amp;y</see-other-host></stream:error></stream:stream>",
		},
		{"another namespace", "<open xmlns='jabber:client'/>", false, ""},
		{"not well-formed", "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'>", false, ""},
		{"two", strings.Repeat("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", 2), false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := fromFrame([]byte(tt.in), tt.begun)
			if (err != nil) != (tt.want == "") {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzNext: whatever is written, the pieces and the rest are what was written, and a message is made of each without a panic.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{
		"<?xml version='1.0'?><stream:stream to='x'><a x='/>'/> <b><![CDATA[</b>]]></b></stream:stream>", "<a", "< =='", "<a b='c' d", "</>", "<!--->",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		given, taken := strings.TrimLeft(string(b), " \t\r\n"), ""
		for {
			what, item, rest, ok := next(b)
			if !ok {
				taken += string(rest)
				break
			}
			if len(item) == 0 {
				t.Fatal("an empty piece")
			}
			_ = toMessage(what, item)
			taken += string(item) + string(rest[:len(rest)-len(strings.TrimLeft(string(rest), " \t\r\n"))])
			b = rest
		}
		if diff := cmp.Diff(given, taken); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
