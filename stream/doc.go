// Package stream reads and writes one bidirectional XML stream (RFC 6120, section 4) and runs handlers on the elements that arrive. It knows
// elements, and of stanzas no more than [wire.StanzaHead]; it knows no XEP.
//
// The walk of an arriving stanza: [Stream.Serve] reads it (decoded by package wire into its type), the inbound filters see it, [Mux.Dispatch] gives it to the
// request that waits for it, or else to every handler whose [Pattern] it matches. The typical call is
//
//	stream.On(mux, func(ctx context.Context, m *stanza.Message) error { ... })
//
// Rules:
//
//   - Handlers run inline, on the reader's goroutine, in the order of registration, and must not wait: a call that would wait fails at once
//     with [ErrWouldWait] when it is given the handler's context. [Go] gives a handler a goroutine of its own.
//   - All handlers that match run. What it costs to find them does not depend on how many there are.
//   - A reply goes to the request that waits for it only if element, id and sender fit, all three (RFC 6120, section 8.1.3).
//   - Bytes reach the wire whole or not at all, in the order of the calls of Send. Send waits for room; it never drops in silence.
package stream
