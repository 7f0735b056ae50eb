// Package dial finds the server of an XMPP domain and connects to it: SRV records (RFC 6120, 3.2), direct TLS beside
// STARTTLS (XEP-0368), and the identity check of TLS, which is always about the domain of the JID and never about the name
// that DNS led to (RFC 6120, 13.7.2).
//
//	d := &dial.Dialer{}
//	conn, info, err := d.Connect(ctx, "example.org")
//	if !info.DirectTLS {
//		// stream header, <starttls/>, <proceed/>; then, with every byte read so far thrown away:
//		conn, err = dial.Upgrade(ctx, conn, d.TLS, "example.org")
//	}
//
// Who wants to go on with the next target when negotiation fails on one (RFC 6120, 3.2.1) loops over Plan and Open.
package dial
