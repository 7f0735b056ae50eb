package negotiate

import (
	"errors"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/rosterver"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/session"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/starttls"
	"github.com/stanzakit/stanzakit/wire"
)

// Register adds the types that a negotiation reads.
func Register(r *wire.Registry) error {
	return errors.Join(
		r.Add(starttls.Elements...), r.Add(gensasl.Elements...),
		r.Add(bind.Elements...), r.Add(session.Elements...), r.Add(stanza.Elements...), r.Add(rosterver.Elements...),
	)
}
