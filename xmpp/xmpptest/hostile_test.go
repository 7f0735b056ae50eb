package xmpptest_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// hostile is what no peer may send within a stream, and the stream error that answers it (RFC 6120, section 4.9.3).
func hostile() []struct{ name, xml, condition string } {
	body := func(text string) string { return "<message to='bob@example.org'><body>" + text + "</body></message>" }
	attr := func(text string) string { return "<message to='bob@example.org'" + text + "/>" }
	const (
		malformed  = "not-well-formed"
		restricted = "restricted-xml"
		policy     = "policy-violation"
	)
	return []struct{ name, xml, condition string }{
		{"S20 byte that is no UTF-8", body("a\xffb"), malformed},
		{"S20 truncated sequence", body("a\xc3"), malformed},
		{"S20 truncated sequence before a quote", attr(" id='\xe2\x82'"), malformed},
		{"S20 overlong slash", body("\xc0\xaf"), malformed},
		{"S20 overlong less-than", "\xc0\xbcmessage/><a/>", malformed},
		{"S20 surrogate", body("\xed\xa0\x80"), malformed},
		{"S20 beyond Unicode", body("\xf4\x90\x80\x80"), malformed},
		{"S20 U+FFFE", body("\xef\xbf\xbe"), malformed},
		{"S20 reference to U+FFFE", body("&#xFFFE;"), malformed},
		{"S20 reference to a surrogate", body("&#xD800;"), malformed},
		{"S20 NUL", body("a\x00b"), malformed},
		{"S20 reference to NUL", body("&#0;"), malformed},
		{"S20 control character", body("\x0b"), malformed},
		{"S20 invalid name", "<mess\xffage/>", malformed},

		{"S21 unbound prefix", "<x:message to='bob@example.org'/>", malformed},
		{"S21 unbound prefix of an attribute", attr(" x:a='b'"), malformed},
		{"S21 attribute twice", attr(" id='1' id='2'"), malformed},
		{"S21 attribute twice by two prefixes", attr(" xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'"), malformed},
		{"S21 prefix bound to nothing", attr(" xmlns:a=''"), malformed},
		{"S21 xml bound to something else", attr(" xmlns:xml='urn:x'"), malformed},
		{"S21 xmlns bound", attr(" xmlns:xmlns='urn:x'"), malformed},
		{"S21 namespace with NUL", "<message xmlns='jabber:client\x00x' to='bob@example.org'/>", malformed},
		{"S21 name that begins with a colon", "<:message to='bob@example.org'/>", malformed},
		{"S21 attributes without white space", "<message to='bob@example.org'id='1'/>", malformed},
		{"S21 another end tag", "<message to='bob@example.org'><body></message></body>", malformed},
		{"S21 less-than in a value", attr(" id='<'"), malformed},
		{"S21 bracket bracket greater in text", body("]]>"), malformed},

		{"S23 document type", "<!DOCTYPE m [<!ENTITY a 'aaaa'>]>" + body("&a;"), restricted},
		{"S23 entity", body("&nbsp;"), restricted},
		{"S23 comment", "<!-- -->" + body("hi"), restricted},
		{"S23 comment in a stanza", body("<!-- -->"), restricted},
		{"S23 processing instruction", "<?php ?>" + body("hi"), restricted},
		{"S23 XML declaration between stanzas", "<?xml version='1.0'?>" + body("hi"), malformed},

		{"S24 size", body(strings.Repeat("a", 1<<20)), policy},
		{"S24 size of a value", attr(" id='" + strings.Repeat("a", 1<<20) + "'"), policy},
		{"S24 size of a tag", "<" + strings.Repeat("a", 1<<20) + "/>", policy},
		{"S24 depth", body(strings.Repeat("<a xmlns='urn:x'>", 200)), policy},
		{"S24 elements", body(strings.Repeat("<a xmlns='u'/>", 21_000)), policy},
		{"S24 attributes", attr(manyAttrs(100)), policy},

		{"text between stanzas", "hello" + body("hi"), "bad-format"},
	}
}

func manyAttrs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d='1'", i)
	}
	return b.String()
}

// TestHostileServer sends a client what no server may send.
func TestHostileServer(t *testing.T) {
	dir := t.TempDir()
	for i, c := range hostile() {
		text := "-- config --\nsetup: no handler\n-- recv --\n" + c.xml + "\n-- send --\n" +
			"<stream:error><" + c.condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>\n"
		name := fmt.Sprintf("%02d %s.txt", i, c.name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	noHandler := func(t testing.TB) []xmpp.Plugin {
		return []xmpp.Plugin{&xmpptest.Hooks{Before: func(h *xmpp.Host) error {
			h.Mux().Handle(stream.Pattern{}, func(_ context.Context, el wire.Element) error {
				t.Errorf("handler called with %v", el.ElementName())
				return nil
			})
			return nil
		}}}
	}
	xmpptest.RunTranscripts(t, filepath.Join(dir, "*.txt"), map[string]xmpptest.Setup{"no handler": noHandler})
}

// TestHostileClient sends the server, from a client that is logged in, what no client may send.
func TestHostileClient(t *testing.T) {
	srv := start(t, nil)
	bob, alice := login(t, srv.Config("bob")), login(t, srv.Config("alice"))
	online(t, bob, &stanza.Presence{})
	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	for i, c := range hostile() {
		t.Run(c.name, func(t *testing.T) {
			conn := rawLogin(t, srv, "alice", "wonderland")
			if got := provoke(t, conn, c.xml); got != c.condition {
				t.Errorf("stream error %q, want %q", got, c.condition)
			}
			mark := fmt.Sprint(i)
			send(t, alice.Session, &stanza.Message{ID: mark, To: bob.JID()})
			if got := next(t, inbox); got.ID != mark {
				t.Errorf("bob got a message with id %q, want only %q", got.ID, mark)
			}
		})
	}
}

// TestHostileStranger sends the server what no client may send before it has logged in.
func TestHostileStranger(t *testing.T) {
	srv := start(t, nil)
	cases := []struct{ name, xml, condition string }{
		{"S24 size before the login", header + "<a>" + strings.Repeat("a", 9<<10), "policy-violation"},
		{"S24 elements before the login", header + "<a>" + strings.Repeat("<a/>", 33), "policy-violation"},
		{"S24 size of the header", "<stream:stream a='" + strings.Repeat("a", 9<<10), "policy-violation"},
		{"S23 document type", "<!DOCTYPE a>" + header, "restricted-xml"},
		{"S20 another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?>" + header, "unsupported-encoding"},
		{"another domain", strings.Replace(header, "example.org", "example.net", 1), "host-unknown"},
		{"no domain", strings.Replace(header, "to='example.org'", "", 1), "host-unknown"},
		{"a bad domain", strings.Replace(header, "example.org", "@", 1), "improper-addressing"},
		{"another version", strings.Replace(header, " version='1.0'>", " version='2.0'>", 1), "unsupported-version"},
		{"no version", strings.Replace(header, " version='1.0'>", ">", 1), "unsupported-version"},
		{"another content", strings.Replace(header, "jabber:client", "jabber:server", 1), "invalid-namespace"},
		{"another stream", strings.Replace(header, "etherx", "example", 1), "invalid-namespace"},
		{"another protocol", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n<a>", "not-well-formed"},
		{"a stanza", header + "<message to='bob@example.org'/>", "not-authorized"},
		{"a login without TLS", header + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNlAHdvbmRlcmxhbmQ=</auth>", "not-authorized"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", srv.Addr())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			if got := provoke(t, conn, c.xml); got != c.condition {
				t.Errorf("stream error %q, want %q", got, c.condition)
			}
		})
	}
}

// rawLogin logs in and gives up the connection, to write on it what a client never would.
func rawLogin(t *testing.T, srv *xmpptest.Server, user, password string) net.Conn {
	t.Helper()
	ctx := within(t)
	conn := rawTLS(t, srv)
	mux := stream.NewMux(stream.Config{})
	if err := negotiate.Register(mux.Registry()); err != nil {
		t.Fatal(err)
	}
	st := stream.New(conn, mux, stream.Options{})
	t.Cleanup(st.Abort)
	account := srv.Config(user).JID
	state := &negotiate.State{
		Stream: st, Header: stream.Header{Content: stream.NSClient, To: srv.Domain(), Version: "1.0"}, Domain: srv.Domain().Domain(),
		Creds: sasl.Credentials{Username: user, Password: password}, Policy: sasl.Policy{}, Account: account, Secure: true,
	}
	if err := negotiate.Run(ctx, state, negotiate.Client()); err != nil {
		t.Fatal(err)
	}
	return conn
}

var streamError = regexp.MustCompile(`<stream:error[^>]*><([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>$`)

// provoke writes bytes and returns the condition of the stream error that ends the stream.
func provoke(t *testing.T, conn net.Conn, text string) string {
	t.Helper()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Logf("write: %v", err) // the server need not read to the end what it refuses
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Errorf("read: %v", err)
	}
	m := streamError.FindSubmatch(got)
	if m == nil {
		t.Fatalf("no stream error at the end of %q", got)
	}
	return string(m[1])
}
