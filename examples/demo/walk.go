package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// walk prints the steps of stanzas, one line each.
type walk struct {
	mu  sync.Mutex // guards out
	out io.Writer
}

func (w *walk) title(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(w.out, "\n== "+format+"\n", args...)
}

func (w *walk) step(who, what, format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(w.out, "%-10s %-8s %s\n", who, what, fmt.Sprintf(format, args...))
}

// bytes prints the stanzas that are read and written, as they are on the wire. Negotiation is left out: it shows proofs of passwords.
func (w *walk) bytes(who string) func(stream.Direction, []byte) {
	return func(dir stream.Direction, b []byte) {
		isStanza := bytes.HasPrefix(b, []byte("<message")) || bytes.HasPrefix(b, []byte("<iq"))
		if !isStanza || bytes.Contains(b, []byte("xmpp-bind")) {
			return
		}
		what := "bytes"
		if dir == stream.Out {
			what = "reply"
		}
		w.step(who, what, "%s", b)
	}
}

// types prints the Go types that the bytes became.
func (w *walk) types(who string, s *xmpp.Session) {
	stream.Filter(s.Mux(), stream.In, 0, func(_ context.Context, el wire.Element) (wire.Element, error) {
		switch el := el.(type) {
		case *stanza.Message:
			w.step(who, "type", "%T with %d body, extensions %s", el, len(el.Body), goTypes(el.Any))
		case *stanza.IQ:
			w.step(who, "type", "%T of type %s, payload %s", el, el.Type, goTypes(el.Any))
		}
		return el, nil
	})
}

func goTypes(els []wire.Element) string {
	names := make([]string, len(els))
	for i, el := range els {
		names[i] = fmt.Sprintf("%T", el)
	}
	return fmt.Sprint(names)
}
