package validate_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

// text is what WriteText makes of the findings in a document, without the file's name.
func text(t testing.TB, v *validate.Validator, doc string) []string {
	t.Helper()
	findings, err := v.Document([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return written(t, findings)
}

// written is what WriteText makes of findings, without the file's name.
func written(t testing.TB, findings []validate.Finding) []string {
	t.Helper()
	var out bytes.Buffer
	if err := validate.WriteText(&out, "f", findings); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "f:"))
	}
	return lines
}

func TestStrict(t *testing.T) {
	tests := []struct {
		name, doc string
		want      []string
	}{
		{name: "several faults", doc: `<iq xmlns='jabber:client' type='put' id='1' seq='2'>
  <query xmlns='jabber:iq:roster'>
    <item jid='a@b@c' subscription='mutual'/>stray
    <item><nick/></item>
  </query>
</iq>`, want: []string{
			`1:27: iq/@type: value "put" is not allowed; expected one of: error, get, result, set`,
			`1:45: iq/@seq: attribute "seq" is not allowed; expected one of: from, id, to, type, xml:lang`,
			`3:11: iq/query/item[1]/@jid: value "a@b@c" is not allowed; expected an XMPP address: [localpart@]domainpart[/resourcepart]`,
			`3:23: iq/query/item[1]/@subscription: value "mutual" is not allowed; expected one of: both, from, none, remove, to`,
			`3:46: iq/query: text is not allowed in "query"`,
			`4:5: iq/query/item[2]/@jid: attribute "jid" is required`,
			`4:11: iq/query/item[2]/nick: element "nick" is not allowed here; expected one of: group, an element of another namespace`,
		}},
		{name: "behind a misplaced child", doc: `<presence xmlns='jabber:client'><footer/><priority>high</priority></presence>`, want: []string{
			`1:33: presence/footer: element "footer" is not allowed here; expected one of: show, status, priority, error, an element of another namespace`,
			`1:42: presence/priority: value "high" is not allowed; expected a whole number from -128 to 127`,
		}},
		{name: "inside a misplaced child", doc: `<ping xmlns='urn:xmpp:ping'><delay xmlns='urn:xmpp:delay' stamp='noon' x='1'/></ping>`, want: []string{
			`1:29: ping/delay: element "delay" of namespace "urn:xmpp:delay" is not allowed: "ping" has no children`,
			`1:59: ping/delay/@stamp: value "noon" is not allowed; expected a date and time of no other zone than UTC`,
			`1:72: ping/delay/@x: attribute "x" is not allowed; expected one of: stamp, from, xml:lang`,
		}},
		{name: "swapped children", doc: `<query xmlns='jabber:iq:version'><version>1</version><name>n</name></query>`, want: []string{
			`1:34: query/version: element "version" is not allowed here; expected name`,
		}},
		{name: "missing children", doc: `<query xmlns='jabber:iq:version'><os>o</os></query>`, want: []string{
			`1:1: query: element "name" is required before "os"`,
			`1:1: query: element "version" is required before "os"`,
		}},
		{name: "root of no schema", doc: `<x xmlns='urn:example:x'><delay xmlns='urn:xmpp:delay' stamp='noon'/></x>`, want: []string{
			`1:1: x: element "x" cannot be a root: namespace "urn:example:x" has no schema`,
			`1:56: x/delay/@stamp: value "noon" is not allowed; expected a date and time of no other zone than UTC`,
		}},
		{name: "root not declared", doc: `<pong xmlns='urn:xmpp:ping'><pang/></pong>`, want: []string{
			`1:1: pong: element "pong" cannot be a root: the schema of namespace "urn:xmpp:ping" does not declare it`,
		}},
		{name: "undeclared where anything may stand", doc: `<message xmlns='jabber:client'><pong xmlns='urn:xmpp:ping'><pang/></pong><x xmlns='urn:example:x'/></message>`, want: []string{
			`1:32: message/pong: element "pong" is not declared in namespace "urn:xmpp:ping"`,
		}},
		{name: "undeclared below what nobody knows", doc: `<message xmlns='jabber:client'><x xmlns='urn:example:x'><pong xmlns='urn:xmpp:ping'/></x></message>`, want: []string{
			`1:57: message/x/pong: element "pong" is not declared in namespace "urn:xmpp:ping"`,
		}},
		{name: "xml:lang", doc: `<message xmlns='jabber:client' xml:lang='in english'><body xml:lang=''/><x xmlns='urn:example:x' xml:lang='de_AT'/></message>`, want: []string{
			`1:32: message/@xml:lang: value "in english" is not allowed; expected a language tag such as en or pt-BR`,
			`1:98: message/x/@xml:lang: value "de_AT" is not allowed; expected a language tag such as en or pt-BR`,
		}},
		{name: "server stanza", doc: `<message xmlns='jabber:server'><body>x</body></message>`},
		{name: "component stanza", doc: `<iq xmlns='jabber:component:accept' type='error' id='1'><error/></iq>`, want: []string{
			`1:57: iq/error: an element is required; expected one of: bad-request, conflict, feature-not-implemented, forbidden, gone, internal-server-error, item-not-found, jid-malformed, not-acceptable, not-allowed, not-authorized, policy-violation, recipient-unavailable, redirect, registration-required, remote-server-not-found, remote-server-timeout, resource-constraint, service-unavailable, subscription-required, undefined-condition, unexpected-request, payment-required of namespace "urn:ietf:params:xml:ns:xmpp-stanzas"`,
			`1:57: iq/error/@type: attribute "type" is required`,
		}},
		{name: "component handshake", doc: `<handshake xmlns='jabber:component:accept'>xyz</handshake>`, want: []string{
			`1:1: handshake: value "xyz" is not allowed; expected text, matching ([0-9a-f]{40})?`,
		}},
		{name: "comments and instructions", doc: "<?xml version='1.0'?>\n<!-- <a> -->\n<?p <b>?><ping xmlns='urn:xmpp:ping'><!-- c --></ping>\n<!-- d -->"},
		{name: "places behind a comment", doc: "<!-- <a b='c'> -->\n<message xmlns='jabber:client'><?p '?><![CDATA[<d>]]></message>", want: []string{
			`2:48: message: text is not allowed in "message"`,
		}},
		{name: "place of prefixed names", doc: `<c:message xmlns:c='jabber:client' xmlns:e='urn:example:e' e:x = '1>' y='2'><c:body/></c:message>`, want: []string{
			`1:71: message/@y: attribute "y" is not allowed; expected one of: from, id, to, type, xml:lang`,
		}},
		{name: "malformed", doc: "<message xmlns='jabber:client'>\n  <body>x</bod>", want: []string{`2:10: not-well-formed: end tag "bod" for "body"`}},
		{name: "document type", doc: `<!DOCTYPE a><a/>`, want: []string{`1:1: restricted-xml: document type declaration`}},
		{name: "empty", doc: ``, want: []string{`1:1: not-well-formed: unexpected EOF`}},
		{name: "schema hint", doc: `<ping xmlns='urn:xmpp:ping' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:xmpp:ping ping.xsd'/>`},
		{name: "nil", doc: `<ping xmlns='urn:xmpp:ping' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/>`, want: []string{
			`1:1: ping: element is not nillable`,
		}},
		{name: "type of the instance", doc: `<ping xmlns='urn:xmpp:ping' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:t='urn:x' xsi:type='t:no'/>`, want: []string{
			`1:1: ping: unknown xsi:type t:no`,
		}},
		{name: "beyond what can be checked", doc: `<message xmlns='jabber:client' type='shout'><delay xmlns='urn:xmpp:delay' stamp='12031-01-01T00:00:00Z'/></message>`, want: []string{
			`1:32: message/@type: value "shout" is not allowed; expected one of: chat, error, groupchat, headline, normal`,
			`1:45: message/delay: element "delay" holds a value that cannot be checked: date/time years outside 0001-9999 are not supported`,
		}},
	}
	v := validator(t).With(validate.Strict)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, text(t, v, tt.doc)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestNestedTooDeep(t *testing.T) {
	doc := strings.Repeat("<a>", 100_000)
	got := text(t, validator(t), doc)
	if len(got) != 1 || !strings.Contains(got[0], "policy-violation: nested deeper than") {
		t.Errorf("want a violation of the limit, got %v", got)
	}
}

func TestManyFindings(t *testing.T) {
	doc := "<message xmlns='jabber:client'>" + strings.Repeat("<footer/>", 20_000) + "</message>"
	if got := text(t, validator(t), doc); len(got) != 10_000 {
		t.Errorf("want 10000 findings, got %d", len(got))
	}
}

func TestConcurrentUse(t *testing.T) {
	v := validator(t)
	doc := `<message xmlns='jabber:client' type='shout'><delay xmlns='urn:xmpp:delay'/></message>`
	want := text(t, v, doc)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { // ends after its documents; waited for below
			for range 20 {
				if diff := cmp.Diff(want, text(t, v, doc)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzDocument(f *testing.F) {
	for _, path := range documents(f, testdata) {
		f.Add(read(f, path))
	}
	v := validator(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		findings, err := v.Document(data)
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
