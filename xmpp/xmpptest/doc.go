// Package xmpptest is for tests of XMPP programs what net/http/httptest is for those of HTTP: a [Server] in the test's own process, on the loopback with
// TLS and a certificate of its own making, and transcripts ([RunTranscripts]) that say line by line what a session is sent and what it must answer.
// The typical call is
//
//	srv := xmpptest.NewServer(t, xmpptest.Options{Users: map[string]string{"alice": "secret", "bob": "hunter2"}})
//	alice, err := xmpp.Dial(t.Context(), srv.Config("alice"))
//
// Rules:
//
//   - The server keeps everything in memory and serves one domain; it has no other servers to talk to. Each service says in its own file what it covers.
//   - Of an account: rosters, presence, subscriptions (RFC 6121), offline messages (XEP-0160), carbons (0280), blocking (0191), private storage (0049), cards (0054), an archive (0313, 0441),
//     personal eventing (0163), change and end of registration (0077); of a stream: management and resumption (0198), client state (0352).
//   - At addresses below the domain, unless [Options] give them to components: rooms at conference (XEP-0045, 0410, 0421, 0313), publish-subscribe at pubsub (0060), files at upload (0363).
//   - Clients come over STARTTLS, direct TLS (XEP-0368) or WebSocket (RFC 7395; see [Server.HTTPClient]).
//   - What goes wrong between a client and its server, and what attackers send, is at hand as methods of [Link] and as [Server.ShowCertificate].
//   - It believes no peer: senders are stamped or checked, input is bounded before and after the login, and what is no XMPP ends the stream.
//   - [Start] is [NewServer] for a program that is no test. Whoever calls it calls [Server.Close].
package xmpptest
