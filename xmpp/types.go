package xmpp

import (
	"errors"
	"sync"

	gencomponent "github.com/stanzakit/stanzakit/gen/component"
	genroster "github.com/stanzakit/stanzakit/gen/roster"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/negotiate"
)

// kind is what sessions of one kind have in common: the types that they read in any case. It is made once, and each session's registry begins as a clone of it, so that
// thousands of sessions have one table.
type kind struct {
	once  sync.Once
	types *wire.Registry
	err   error
}

var (
	clients    = &kind{}
	components = &kind{}
)

// registry returns a new registry with the types that add adds, the same for every call.
func (k *kind) registry(add func(*wire.Registry) error) (*wire.Registry, error) {
	k.once.Do(func() {
		k.types = wire.NewRegistry()
		k.err = add(k.types)
	})
	if k.err != nil {
		return nil, k.err
	}
	return k.types.Clone(), nil
}

// clientTypes adds what a client reads. Names that handlers are found by come first: low numbers make small tables.
func clientTypes(r *wire.Registry) error {
	return errors.Join(r.Add(stanza.Elements...), wire.Register[genroster.Query](r), streamTypes(r), negotiate.Register(r))
}

// componentTypes adds what a component reads.
func componentTypes(r *wire.Registry) error {
	return errors.Join(r.Add(stanza.Elements...), streamTypes(r), r.Add(gencomponent.Elements...))
}

func streamTypes(r *wire.Registry) error {
	return errors.Join(wire.Register[streams.Error](r), wire.Register[streams.Features](r))
}
