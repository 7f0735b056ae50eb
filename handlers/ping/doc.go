// Package ping asks whether an entity is there, answers the same question, and watches that the server is (XEP-0199: XMPP Ping). The typical call is
//
//	rtt, err := ping.Send(ctx, session, jid.MustParse("example.org"))
//
// Asking needs no plugin. Answering is [Plugin]:
//
//	xmpp.Dial(ctx, xmpp.Config{Plugins: []xmpp.Plugin{&ping.Plugin{Interval: time.Minute}}})
package ping
