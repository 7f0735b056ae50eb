// Package xmpp is the session layer: clients and components, stanzas in and out, requests and their replies, roster and presence, plugins. The typical
// program is
//
//	client, err := xmpp.Dial(ctx, xmpp.Config{JID: jid.MustParse("bot@example.org"), Password: secret})
//	messages := bus.Subscribe[*stanza.Message](client.Bus())
//	err = client.Send(ctx, &stanza.Presence{})
//	for m := range messages.All(ctx) {
//		err = client.Send(ctx, xmpp.ReplyText(m, m.Body[0].Text))
//	}
//
// Rules:
//
//   - What arrives is seen by stream handlers first ([OnMessage], [OnPresence], package stream), inline and in order: they must not wait. Events come
//     after them ([Session.Bus]), each on its subscriber's goroutine: there one may wait.
//   - Asking is a function ([Get], [Set]); answering is [HandleIQ], whose handler returns the reply or an error and never sends it itself. Every request
//     of type get or set that reaches us is answered exactly once.
//   - Nothing is believed because it arrived: replies must fit in kind, id and sender; roster pushes count only from the own account.
//   - A [Plugin] adds behaviour before the stream opens. [Need] finds another plugin.
package xmpp
