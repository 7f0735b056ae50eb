package realserver

import (
	"slices"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/internal/corpus"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// disco asks the server, the account and the server's own components what they are; no answer holds anything without a type.
func disco(t *testing.T, s *server) {
	mux := stream.NewMux(stream.Config{Registry: gen.Registry()})
	cfg := s.config(t, "ALICE")
	cfg.Mux = mux
	alice := s.dial(t, cfg)
	domain := s.domain(t)
	for _, to := range []jid.JID{domain, alice.Account(), jid.MustParse(s.get(t, "XMPP_MUC_DOMAIN")), jid.MustParse(s.get(t, "XMPP_UPLOAD_DOMAIN"))} {
		info := ask[discoinfo.Query](t, alice, to, &discoinfo.Query{})
		if len(info.Identity) == 0 || len(info.Feature) == 0 {
			t.Errorf("%s is %+v", to, info)
		}
		if to != domain {
			continue
		}
		if !slices.ContainsFunc(info.Identity, func(id discoinfo.Identity) bool { return id.Category == "server" && id.Type == "im" }) {
			t.Errorf("the server is %+v", info.Identity)
		}
		if !slices.ContainsFunc(info.Feature, func(f discoinfo.Feature) bool { return f.Var == ping.NS }) {
			t.Errorf("the server's features lack %s: %+v", ping.NS, info.Feature)
		}
		contact(t, info)
	}
	items := ask[discoitems.Query](t, alice, domain, &discoitems.Query{})
	muc := jid.MustParse(s.get(t, "XMPP_MUC_DOMAIN"))
	if !slices.ContainsFunc(items.Item, func(i discoitems.Item) bool { return i.JID == muc }) {
		t.Errorf("%s is not among the server's items: %+v", muc, items.Item)
	}
}

// ask sends a request and looks through the whole reply for what has no type.
func ask[T any, P wire.Ptr[T]](t *testing.T, c *xmpp.Client, to jid.JID, req wire.Element) P {
	t.Helper()
	reply, err := c.Request(deadline(t), &stanza.IQ{To: to, Type: stanza.IQGet, Any: []wire.Element{req}})
	if err != nil {
		t.Fatalf("%s: %v", to, err)
	}
	for _, raw := range corpus.Raws(reply) {
		t.Errorf("%s answers with an untyped %v (%v)", to, raw.Name, raw.Err)
	}
	payload, ok := wire.Find[T, P](reply.Any)
	if !ok {
		t.Fatalf("%s answers without a payload", to)
	}
	return payload
}

// contact wants the form of the server's contact addresses (XEP-0157, XEP-0128), which both servers send.
func contact(t *testing.T, info *discoinfo.Query) {
	t.Helper()
	for _, form := range info.Form {
		for _, f := range form.Field {
			if f.Var == "FORM_TYPE" && slices.Equal(f.Value, []string{"http://jabber.org/network/serverinfo"}) {
				return
			}
		}
	}
	t.Errorf("no contact addresses among the forms %+v", info.Form)
}

// pingServer pings the server and the own account (XEP-0199, section 4.2).
func pingServer(t *testing.T, s *server) {
	alice := s.dial(t, s.config(t, "ALICE"))
	for _, to := range []jid.JID{s.domain(t), {}} {
		if _, err := xmpp.Get[xmpp.None](deadline(t), alice.Session, to, &ping.Ping{}); err != nil {
			t.Errorf("ping of %q: %v", to, err)
		}
	}
}

// versionOfServer compares what the server says of itself with what its package says.
func versionOfServer(t *testing.T, s *server) {
	alice := s.dial(t, s.config(t, "ALICE"))
	got, err := xmpp.Get[version.Query](deadline(t), alice.Session, s.domain(t), &version.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.EqualFold(got.Name, s.name) || got.Version == "" || !strings.HasPrefix(s.get(t, "XMPP_SERVER_VERSION"), got.Version) {
		t.Errorf("%s %s, want %s %s", got.Name, got.Version, s.name, s.get(t, "XMPP_SERVER_VERSION"))
	}
}
