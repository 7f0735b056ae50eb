// Package version asks what software an entity runs, and answers the same question (XEP-0092: Software Version). The typical call is
//
//	v, err := version.Get(ctx, session, jid.MustParse("example.org"))
//
// Do not ask everybody whose presence arrives: what contacts can do is known from their capabilities, see package disco (XEP-0092, section 1).
package version
