package xmpptest_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/delay"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/ping"
	"github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream/bus"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest"
)

// bound logs a user in with a resource, and makes the session available with a priority unless that is nil.
func bound(t *testing.T, srv *xmpptest.Server, user, resource string, priority *int8) *xmpp.Client {
	t.Helper()
	cfg := srv.Config(user)
	cfg.JID, _ = cfg.JID.WithResource(resource)
	c := login(t, cfg)
	if priority != nil {
		online(t, c, &stanza.Presence{Priority: priority})
	}
	return c
}

func TestMessageRouting(t *testing.T) {
	srv := start(t, nil)
	alice := bound(t, srv, "alice", "desk", nil)
	bobs := map[string]*xmpp.Client{
		"high":   bound(t, srv, "bob", "high", new(int8(5))),
		"also":   bound(t, srv, "bob", "also", new(int8(5))),
		"low":    bound(t, srv, "bob", "low", new(int8(1))),
		"never":  bound(t, srv, "bob", "never", new(int8(-1))),
		"absent": bound(t, srv, "bob", "absent", nil),
	}
	everyone := []string{"also", "high", "low", "never", "absent"}
	const bob = "bob@example.org"
	tests := []struct {
		name  string
		to    string
		typ   stanza.MessageType
		want  []string // who gets it
		error bool     // whether the sender is told that nobody does
	}{
		{name: "chat to the account", to: bob, typ: stanza.MessageChat, want: []string{"also", "high"}},
		{name: "normal to the account", to: bob, want: []string{"also", "high"}},
		{name: "unknown type", to: bob, typ: "telegram", want: []string{"also", "high"}},
		{name: "headline to the account", to: bob, typ: stanza.MessageHeadline, want: []string{"also", "high", "low"}},
		{name: "groupchat to the account", to: bob, typ: stanza.MessageGroupchat, error: true},
		{name: "error to the account", to: bob, typ: stanza.MessageError},
		{name: "to a resource", to: bob + "/low", want: []string{"low"}},
		{name: "to a resource of negative priority", to: bob + "/never", want: []string{"never"}},
		{name: "to a resource without presence", to: bob + "/absent", want: []string{"absent"}},
		{name: "error to a resource", to: bob + "/low", typ: stanza.MessageError, want: []string{"low"}},
		{name: "chat to a resource that is not there", to: bob + "/x", typ: stanza.MessageChat, want: []string{"also", "high"}},
		{name: "normal to a resource that is not there", to: bob + "/x", error: true},
		{name: "to the own account, which is not available", to: "", typ: stanza.MessageChat, error: true},
		{name: "to nobody", to: "nobody@example.org", error: true},
		{name: "to the server", to: "example.org", error: true},
		{name: "to another server", to: "bob@example.net", error: true},
		{name: "error to another server", to: "bob@example.net", typ: stanza.MessageError},
	}
	bounced := bus.Subscribe[*stanza.Message](alice.Bus())
	inboxes := make(map[string]*bus.Subscription[*stanza.Message])
	for name, c := range bobs {
		inboxes[name] = bus.Subscribe[*stanza.Message](c.Bus())
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &stanza.Message{ID: tt.name, Type: tt.typ}
			if tt.to != "" {
				m.To = jid.MustParse(tt.to)
			}
			send(t, alice.Session, m)
			for _, name := range everyone { // what comes after it shows that it has not come
				send(t, alice.Session, &stanza.Message{ID: "mark", To: bobs[name].JID()})
			}
			send(t, alice.Session, &stanza.Message{ID: "mark", To: alice.JID()})
			var got []string
			for _, name := range everyone {
				for m := next(t, inboxes[name]); m.ID != "mark"; m = next(t, inboxes[name]) {
					got = append(got, name)
				}
			}
			failed := false
			for m := next(t, bounced); m.ID != "mark"; m = next(t, bounced) {
				failed = m.Type == stanza.MessageError && m.ID == tt.name
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("who got it (-want +got):\n%s", diff)
			}
			if failed != tt.error {
				t.Errorf("came back as an error: %v, want %v", failed, tt.error)
			}
		})
	}
}

func TestExtensionsPassUnchanged(t *testing.T) {
	srv := start(t, nil)
	alice, bob := login(t, srv.Config("alice")), login(t, srv.Config("bob"))
	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	raw, err := wire.Unmarshal([]byte("<x xmlns='urn:example:x' a='1' xmlns:q='urn:q' q:b='&lt;'><y>q:name</y><z xmlns='urn:z'/> tail</x>"), nil)
	if err != nil {
		t.Fatal(err)
	}
	send(t, alice.Session, &stanza.Message{To: bob.JID(), Any: []wire.Element{raw}})
	if diff := cmp.Diff([]wire.Element{raw}, next(t, inbox).Any); diff != "" {
		t.Errorf("extension (-want +got):\n%s", diff)
	}
}

func TestRequests(t *testing.T) {
	srv := start(t, nil)
	alice, bob := bound(t, srv, "alice", "desk", new(int8(0))), bound(t, srv, "bob", "desk", new(int8(0)))
	befriend(t, alice, bob) // bob sees alice, alice does not see bob
	_ = connect(t, srv.ComponentConfig("echo.example.org"))
	tests := []struct {
		name string
		by   *xmpp.Client
		to   string
		typ  stanza.IQType
		req  wire.Element
		want stanzaerrors.Condition // empty for a result
		kind stanza.ErrorType
	}{
		{"ping of the server", bob, "example.org", "get", &ping.Ping{}, "", ""},
		{"ping of the own account", bob, "", "get", &ping.Ping{}, "", ""},
		{"ping of the own account by name", bob, "bob@example.org", "get", &ping.Ping{}, "", ""},
		{"ping of a friend", bob, "alice@example.org", "get", &ping.Ping{}, "", ""},
		{"ping of a stranger", alice, "bob@example.org", "get", &ping.Ping{}, "service-unavailable", "cancel"},
		{"ping of nobody", alice, "nobody@example.org", "get", &ping.Ping{}, "service-unavailable", "cancel"},
		{"ping of a resource that is not there", alice, "bob@example.org/x", "get", &ping.Ping{}, "service-unavailable", "cancel"},
		{"ping of a resource, which does not answer pings", alice, "bob@example.org/desk", "get", &ping.Ping{}, "service-unavailable", "cancel"},
		{"ping of another server", alice, "example.net", "get", &ping.Ping{}, "remote-server-not-found", "cancel"},
		{"version of the server", alice, "example.org", "get", &version.Query{}, "", ""},
		{"info of the server", alice, "example.org", "get", &discoinfo.Query{}, "", ""},
		{"info of a node of the server", alice, "example.org", "get", &discoinfo.Query{Node: "x"}, "item-not-found", "cancel"},
		{"items of a node of an account", bob, "", "get", &discoitems.Query{Node: "x"}, "item-not-found", "cancel"},
		{"info of a friend", bob, "alice@example.org", "get", &discoinfo.Query{}, "", ""},
		{"info of a stranger", alice, "bob@example.org", "get", &discoinfo.Query{}, "service-unavailable", "cancel"},
		{"roster of a friend", bob, "alice@example.org", "get", &roster.Query{}, "service-unavailable", "cancel"},
		{"what the server does not know", alice, "example.org", "get", &delay.Delay{}, "service-unavailable", "cancel"},
		{"what an account does not know", alice, "", "set", &delay.Delay{}, "service-unavailable", "cancel"},
		{"ping by set", alice, "example.org", "set", &ping.Ping{}, "service-unavailable", "cancel"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			iq := &stanza.IQ{Type: tt.typ, Any: []wire.Element{tt.req}}
			if tt.to != "" {
				iq.To = jid.MustParse(tt.to)
			}
			reply, err := tt.by.Request(within(t), iq)
			e, _ := errors.AsType[*xmpp.StanzaError](err)
			switch {
			case tt.want == "" && (err != nil || reply.To != tt.by.JID()):
				t.Errorf("reply to %v: %v, want a result", reply, err)
			case tt.want != "" && (e == nil || e.Condition != tt.want || e.Type != tt.kind):
				t.Errorf("error %v, want %s of type %s", err, tt.want, tt.kind)
			}
		})
	}
}

func TestDisco(t *testing.T) {
	srv := start(t, nil)
	_, alice := connect(t, srv.ComponentConfig("echo.example.org")), bound(t, srv, "alice", "desk", new(int8(0)))
	info, err := xmpp.Get[discoinfo.Query](within(t), alice.Session, srv.Domain(), &discoinfo.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Identity) != 1 || info.Identity[0].Category != "server" || info.Identity[0].Type != "im" {
		t.Errorf("identities of the server: %+v", info.Identity)
	}
	if !slices.ContainsFunc(info.Feature, func(f discoinfo.Feature) bool { return f.Var == discoinfo.NS }) {
		t.Errorf("features of the server: %+v", info.Feature)
	}
	for who, want := range map[jid.JID]string{srv.Domain(): "echo.example.org", {}: "alice@example.org/desk"} {
		items, err := xmpp.Get[discoitems.Query](within(t), alice.Session, who, &discoitems.Query{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(items.Item, func(it discoitems.Item) bool { return it.JID.String() == want }) {
			t.Errorf("items of %q: %+v, want %s among them", who, items.Item, want)
		}
	}
	account, err := xmpp.Get[discoinfo.Query](within(t), alice.Session, jid.JID{}, &discoinfo.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if len(account.Identity) != 2 || account.Identity[0].Category != "account" || account.Identity[1].Type != "pep" {
		t.Errorf("identities of the account: %+v", account.Identity)
	}
}

// TestClientSendsAsItself sends what a client may say of its sender, and what it may not.
func TestClientSendsAsItself(t *testing.T) {
	srv := start(t, nil)
	bob := login(t, srv.Config("bob"))
	inbox := bus.Subscribe[*stanza.Message](bob.Bus())
	to := " to='" + bob.JID().String() + "'/>"
	tests := []struct{ name, xml, want string }{
		{"nobody", "<message id='1'" + to, ""},
		{"the account", "<message id='1' from='alice@example.org'" + to, ""},
		{"somebody else", "<message from='bob@example.org'" + to, "invalid-from"},
		{"another resource", "<message from='alice@example.org/x'" + to, "invalid-from"},
		{"the server", "<message from='example.org'" + to, "invalid-from"},
		{"no JID", "<message from='@'" + to, "invalid-from"},
		{"somebody else's presence", "<presence from='bob@example.org'/>", "invalid-from"},
		{"somebody else's request", "<iq type='get' id='1' from='bob@example.org'><ping xmlns='urn:xmpp:ping'/></iq>", "invalid-from"},
		{"no stanza", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>", "unsupported-stanza-type"},
		{"a stanza of another namespace", "<message xmlns='jabber:server' from='bob@example.org'" + to, "unsupported-stanza-type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := rawLogin(t, srv, "alice", "wonderland")
			if tt.want != "" {
				if got := provoke(t, conn, tt.xml); got != tt.want {
					t.Errorf("stream error %q, want %q", got, tt.want)
				}
				return
			}
			write(t, conn, tt.xml)
			if got := next(t, inbox); got.From.Bare().String() != "alice@example.org" || !got.From.IsFull() {
				t.Errorf("message from %s, want the sender's full JID", got.From)
			}
		})
	}
}

// TestBadStanzas sends stanzas whose own attributes cannot be read, or make no sense. Each is answered, and the stream goes on.
func TestBadStanzas(t *testing.T) {
	srv := start(t, nil)
	conn := rawLogin(t, srv, "alice", "wonderland")
	const ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
	tests := []struct{ name, xml, want string }{
		{"bad addressee", "<message id='1' to='@'/>", "<error type='modify'><jid-malformed" + ns},
		{"bad addressee of a request", "<iq id='2' type='get' to='a@b@c'><ping xmlns='urn:xmpp:ping'/></iq>", "<error type='modify'><jid-malformed" + ns},
		{"unknown type of a request", "<iq id='3' type='ask'/>", "<error type='modify'><bad-request" + ns},
		{"unknown type of a presence", "<presence id='4' type='ask' to='bob@example.org'/>", "<error type='modify'><bad-request" + ns},
		{"subscription to nobody", "<presence id='5' type='subscribe'/>", "<error type='modify'><bad-request" + ns},
		{"two payloads", "<iq id='6' type='get'><a xmlns='urn:x'/><b xmlns='urn:x'/></iq>", "<error type='modify'><bad-request" + ns},
		{"second resource", "<iq id='7' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "<error type='cancel'><not-allowed" + ns},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, conn, tt.xml)
			readUntil(t, conn, tt.want)
		})
	}
}
