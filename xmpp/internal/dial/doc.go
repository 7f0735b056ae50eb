// Package dial gets from the domain of a JID to a connection on which XMPP can begin: SRV records (RFC 6120, 3.2), direct TLS beside STARTTLS (XEP-0368),
// IPv6 beside IPv4 (RFC 8305), WebSocket where TCP is not to be had (XEP-0156, RFC 7395), and servers that send their clients on. The identity check of
// TLS is always about the domain of the JID and never about the name that DNS led to (RFC 6120, 13.7.2).
//
//	d := &dial.Dialer{}
//	err := d.Try(ctx, "example.org", func(ctx context.Context, conn net.Conn, info dial.Info) dial.Verdict {
//		if !info.Secure() {
//			// stream header, <starttls/>, <proceed/>; then, with every byte read so far thrown away:
//			conn, err = dial.Upgrade(ctx, conn, d.TLS, "example.org")
//		}
//		… // the login; on to the domain's next server if it fails (RFC 6120, 3.2.1)
//		return dial.Verdict{Err: err}
//	})
//
// The order of things: plan.go says where to go, try.go goes through it, open.go and eyeballs.go make one connection, tls.go checks who is there;
// hostmeta.go, http.go, websocket.go, frames.go and scan.go are about WebSocket.
package dial
