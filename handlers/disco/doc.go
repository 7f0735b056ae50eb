// Package disco asks entities what they are, what they can do and what belongs to them, and answers the same questions about ourselves: service discovery
// (XEP-0030), its extensions (XEP-0128) and entity capabilities (XEP-0115). The typical call is
//
//	info, err := disco.Info(ctx, session, jid.MustParse("conference.example.org"), "")
//	if err == nil && disco.HasFeature(info, "http://jabber.org/protocol/muc") { … }
//
// Rules:
//
//   - Asking needs no plugin: [Info] and [Items]. Answering is [Plugin]; its zero value says that we are a bot.
//   - Another plugin adds what it brings in its Setup: d, err := xmpp.Need[disco.Plugin](h), then d.AddFeature(ping.NS).
//   - What we are goes out as a digest with every presence that says that we are available. [Plugin.Caps] reads the digests of others, so that one question serves
//     all who run the same software. Only an answer that its digest confirms is believed of anybody but who gave it.
package disco
