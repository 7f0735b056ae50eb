// Package stream reads and writes one bidirectional XML stream (RFC 6120, section 4) and runs handlers on the elements that arrive. It knows
// elements, and of stanzas no more than [wire.StanzaHead]; it knows no XEP.
//
// The walk of an arriving stanza: [Stream.Serve] reads it (decoded by package wire into its type), the inbound filters see it, [Mux.Dispatch] gives it to the
// request that waits for it, or else to every handler whose [Pattern] it matches; docs/walk.md has it function by function. The typical call is
//
//	stream.On(mux, func(ctx context.Context, m *stanza.Message) error { ... })
//
// The kinds of handlers: [On] and [Match] call a function, [Go] calls it on a goroutine of its own, [OnRaw] gives it XML; [Expect] and [Wait] wait for one element,
// [Collect] gathers them, [Mux.Await] waits for the reply to a request.
//
// Rules:
//
//   - Handlers run inline, on the reader's goroutine, in the order of registration, and must not wait: a call that would wait fails at once
//     with [ErrWouldWait] when it is given the handler's context. A handler made by Go may wait.
//   - All handlers that match run, each once. What it costs to find them does not depend on how many there are. What fails or panics in one stays its own.
//   - A reply goes to the request that waits for it only if element, id and sender fit, all three (RFC 6120, section 8.1.3).
//   - Bytes reach the wire whole or not at all, in the order of the calls of Send. Send waits for room; it never drops in silence.
//   - Bad syntax costs the stream: the peer gets the stream error that says so, and nothing of the stanza it stood in is dispatched.
//   - Whoever makes a [Stream] ends it: with [Stream.Close] in order, with [Stream.Fail] for a reason, with [Stream.Abort] at once.
package stream
