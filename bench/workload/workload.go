// Package workload makes the XML that every case of the benchmarks reads: a stream of ten kinds of stanzas, in the mix that a client sees. It is the same on
// every machine and every day; the text is the project's own.
package workload

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
)

// Kind is a kind of stanza.
type Kind int

// The kinds, the most frequent first.
const (
	Chat     Kind = iota // a message with a body, chat state, receipt and two ids
	Presence             // presence with show, status, priority and capabilities
	MUC                  // presence of an occupant of a room
	SM                   // stream management's r and a
	MAM                  // a message out of the archive
	Ping                 // a request
	Roster               // a roster push
	Disco                // 20 features
	Form                 // a form of 10 fields in publish-subscribe
	Long                 // a message of 4 KiB with XHTML
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{Chat, Presence, MUC, SM, MAM, Ping, Roster, Disco, Form, Long} }

// String returns the name that tables and records have.
func (k Kind) String() string {
	return [...]string{"chat", "presence", "muc", "sm", "mam", "ping", "roster", "disco", "form", "long"}[k]
}

// share is how many of a hundred stanzas are of the kind.
func (k Kind) share() int { return [...]int{28, 18, 14, 12, 8, 5, 4, 4, 4, 3}[k] }

// The stream's tags.
const (
	Header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' ` +
		`id='b7d0f2c4' from='example.com' to='juliet@example.com' xml:lang='en'>`
	Footer = `</stream:stream>`
)

// Stream is a stream of stanzas with its header and footer.
type Stream struct {
	Bytes []byte
	Kinds []Kind // of each stanza
	begin []int  // where each stanza begins in Bytes; one more for where the last one ends
}

// New returns a stream of n stanzas of these kinds, in their usual shares; no kinds means all.
func New(n int, kinds ...Kind) *Stream {
	if len(kinds) == 0 {
		kinds = Kinds()
	}
	g := &generator{rng: rand.New(rand.NewPCG(20, 26))}
	s := &Stream{Bytes: []byte(Header)}
	var deck []Kind
	for range n {
		if len(deck) == 0 {
			deck = g.deck(kinds)
		}
		k := deck[0]
		deck = deck[1:]
		s.Kinds = append(s.Kinds, k)
		s.begin = append(s.begin, len(s.Bytes))
		s.Bytes = g.stanza(s.Bytes, k)
	}
	s.begin = append(s.begin, len(s.Bytes))
	s.Bytes = append(s.Bytes, Footer...)
	return s
}

// Without returns all kinds but one.
func Without(k Kind) []Kind { return slices.DeleteFunc(Kinds(), func(o Kind) bool { return o == k }) }

// deck returns a hundred stanzas' kinds, if all kinds are asked for, in the order in which they come.
func (g *generator) deck(kinds []Kind) []Kind {
	var deck []Kind
	for _, k := range kinds {
		deck = append(deck, slices.Repeat([]Kind{k}, k.share())...)
	}
	g.rng.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	return deck
}

// Len returns the number of stanzas.
func (s *Stream) Len() int { return len(s.Kinds) }

// Stanza returns the bytes of a stanza; the default namespace is the stream's.
func (s *Stream) Stanza(i int) []byte { return s.Bytes[s.begin[i]:s.begin[i+1]] }

// Size returns the bytes of all stanzas.
func (s *Stream) Size() int { return len(s.Bytes) - len(Header) - len(Footer) }

// Chunk is the most that one read returns.
const Chunk = 16 << 10

// Reader returns a new reader of the whole stream.
func (s *Stream) Reader() *Reader { return &Reader{rest: s.Bytes} }

// Reader reads a stream as a connection would give it. It can be written to as well, and forgets what is written.
type Reader struct{ rest []byte }

// Read reads at most [Chunk] bytes.
func (r *Reader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest[:min(len(r.rest), Chunk)])
	r.rest = r.rest[n:]
	return n, nil
}

// Write forgets.
func (*Reader) Write(p []byte) (int, error) { return len(p), nil }

// String tells what the stream is made of.
func (s *Stream) String() string {
	return fmt.Sprintf("%d stanzas, %.2f MB, %d B on average", s.Len(), float64(s.Size())/1e6, s.Size()/s.Len())
}
