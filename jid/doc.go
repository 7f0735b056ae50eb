// Package jid holds XMPP addresses, as RFC 7622 defines them.
//
// A [JID] is a small value that is kept in its normal form, so that two of them
// are the same address exactly when they are == to each other:
//
//	j, err := jid.Parse("Juliet@Example.com/balcony")
//	if err != nil {
//		return err // a *jid.Error, which names the part at fault
//	}
//	roster[j.Bare()] = j.Resource() // juliet@example.com
//
// # Normal form
//
//   - The localpart is put through the UsernameCaseMapped profile of PRECIS (RFC 8265, 3.3)
//     and holds none of the characters that RFC 7622, 3.3.1 forbids.
//   - The domainpart is in lower case and made of U-labels, never of A-labels (RFC 7622, 3.2):
//     "xn--bcher-kva.example" becomes "bücher.example". One trailing dot is removed. An IPv6
//     address stands in brackets, in the spelling of RFC 5952.
//   - The resourcepart is put through the OpaqueString profile of PRECIS (RFC 8265, 4.2).
//
// Each part has 1023 bytes at most. The labels of a domainpart have 63 at most, as A-labels; the
// DNS's limit to whole names is left to whoever asks the DNS, since not every domainpart is found there.
//
// People type characters that a localpart cannot hold; [Escape] and [Unescape] are XEP-0106's
// answer to that. They are never applied on their own.
package jid
