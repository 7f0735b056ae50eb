// Package xmpptest is for tests of XMPP programs what net/http/httptest is for those of HTTP: a [Server] in the test's own process, on the loopback with
// TLS and a certificate of its own making, and transcripts ([RunTranscripts]) that say line by line what a session is sent and what it must answer.
// The typical call is
//
//	srv := xmpptest.NewServer(t, xmpptest.Options{Users: map[string]string{"alice": "secret", "bob": "hunter2"}})
//	alice, err := xmpp.Dial(t.Context(), srv.Config("alice"))
//
// Rules:
//
//   - The server keeps everything in memory and serves one domain. It has accounts, rosters, presence, subscriptions, messages, components and service
//     discovery; it has no other servers to talk to, no offline storage and no rooms.
//   - It believes no peer: senders are stamped or checked, input is bounded before and after the login, and what is no XMPP ends the stream.
//   - [Start] is [NewServer] for a program that is no test. Whoever calls it calls [Server.Close].
package xmpptest
