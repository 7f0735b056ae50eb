// Package live validates what goes over a stream, as it comes and goes, against the schemas of package validate.
//
// The typical call, on a session whose own stanzas are to be right, and which wants to know what others get wrong:
//
//	v, err := validate.New()
//	live.Attach(session.Mux(), v, live.Config{In: live.Warn, Out: live.Refuse, Logger: slog.Default()})
//
// Rules:
//
//   - Each direction has its [Mode]: off, warn, refuse.
//   - What comes is checked before any other filter and handler sees it; what goes, after all other filters, as it is written.
//   - A refused element that was to be sent makes Send fail with an [*Error].
//   - A refused element that has arrived reaches no typed handler. It is a *wire.Raw from there on, whose Err is the [*Error], as if a value of its own
//     attributes were bad: a session tells of it ([xmpp.BadStanza]) and answers a request with bad-request. A refused reply ends the wait of whoever asked, with an error.
//   - Checking costs about as much as decoding an element and encoding it again, several times over: package live is for tests, for staging, and for
//     the borders where it matters.
//
// [xmpp.BadStanza]: https://pkg.go.dev/github.com/stanzakit/stanzakit/xmpp#BadStanza
package live

import (
	"context"
	"encoding/xml"
	"fmt"
	"log/slog"
	"math"

	"github.com/stanzakit/stanzakit/schemas/validate"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
)

// Mode says what becomes of an element in which something is found.
type Mode int

// The modes.
const (
	Off    Mode = iota // nothing is checked
	Warn               // it is reported and goes its way
	Refuse             // it is reported and does not arrive, or is not sent
)

// Config says what is checked and who is told. The zero value checks nothing.
type Config struct {
	In, Out Mode
	// Report is called for each element with findings, on the goroutine of the reader or of the sender: it must not wait. Nil: nobody is.
	Report func(context.Context, Report)
	// Logger is told where the findings are, and at debug level what they are, since that may quote the element. Nil: it is silent.
	Logger *slog.Logger
}

// Report is an element with findings.
type Report struct {
	Direction stream.Direction
	Element   wire.Element
	XML       []byte // as it was checked; the findings' places are in here
	Findings  []validate.Finding
	Refused   bool
}

// Error says why an element was refused.
type Error struct {
	Name     xml.Name // of the element
	Findings []validate.Finding
}

// Error tells of the first finding and how many there are.
func (e *Error) Error() string {
	first := e.Findings[0]
	more := ""
	if n := len(e.Findings) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	return fmt.Sprintf("live: %s is not valid: %s: %s%s", e.Name.Local, first.Path, first.Message, more)
}

// Attach adds the filters that check what goes over the streams of the mux. The function returned takes them away.
func Attach(m *stream.Mux, v *validate.Validator, cfg Config) (remove func()) {
	remove = func() {}
	if cfg.In != Off {
		remove = stream.Filter(m, stream.In, math.MinInt, (&filter{v, cfg, stream.In, cfg.In}).run)
	}
	if cfg.Out == Off {
		return remove
	}
	in, out := remove, stream.Filter(m, stream.Out, math.MaxInt, (&filter{v, cfg, stream.Out, cfg.Out}).run)
	return func() {
		in()
		out()
	}
}

// filter checks one direction.
type filter struct {
	validator *validate.Validator
	cfg       Config
	direction stream.Direction
	mode      Mode
}

func (f *filter) run(ctx context.Context, el wire.Element) (wire.Element, error) {
	data, err := wire.Marshal(el)
	if err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	findings, err := f.validator.Document(data)
	if err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	if len(findings) == 0 {
		return el, nil
	}
	f.tell(ctx, Report{f.direction, el, data, findings, f.mode == Refuse})
	if f.mode != Refuse {
		return el, nil
	}
	fault := &Error{el.ElementName(), findings}
	if f.direction == stream.Out {
		return nil, fault
	}
	return refused(el, data, fault)
}

// tell reports the findings in an element.
func (f *filter) tell(ctx context.Context, r Report) {
	if f.cfg.Report != nil {
		f.cfg.Report(ctx, r)
	}
	if f.cfg.Logger == nil {
		return
	}
	var paths []string
	for _, finding := range r.Findings {
		paths = append(paths, finding.Path)
	}
	direction := "in"
	if r.Direction == stream.Out {
		direction = "out"
	}
	attrs := []any{"direction", direction, "element", r.Element.ElementName().Local, "refused", r.Refused}
	f.cfg.Logger.WarnContext(ctx, "live: element is not valid", append(attrs, "paths", paths)...)
	for _, finding := range r.Findings {
		f.cfg.Logger.DebugContext(ctx, "live: finding", append(attrs, "path", finding.Path, "message", finding.Message)...)
	}
}

// refused is what goes on in place of an element that has arrived.
func refused(el wire.Element, data []byte, fault *Error) (wire.Element, error) {
	raw := new(wire.Raw)
	if err := wire.UnmarshalInto(data, nil, raw); err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	raw.Err = fault
	if s, ok := el.(wire.Stanza); ok {
		if head := s.StanzaHead(); head.Type == "result" || head.Type == "error" {
			return &reply{raw, head}, nil
		}
	}
	return raw, nil
}

// reply is a refused answer: a stanza, so that it is given to who waits for it, but none that anybody can use.
type reply struct {
	*wire.Raw
	head wire.StanzaHead
}

// StanzaHead implements [wire.Stanza].
func (r *reply) StanzaHead() wire.StanzaHead { return r.head }
