package negotiate

import (
	"errors"

	"github.com/stanzakit/stanzakit/gen/bind"
	"github.com/stanzakit/stanzakit/gen/bind0"
	"github.com/stanzakit/stanzakit/gen/fast0"
	"github.com/stanzakit/stanzakit/gen/rosterver"
	gensasl "github.com/stanzakit/stanzakit/gen/sasl"
	"github.com/stanzakit/stanzakit/gen/sasl2"
	"github.com/stanzakit/stanzakit/gen/saslcb0"
	"github.com/stanzakit/stanzakit/gen/session"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/starttls"
	"github.com/stanzakit/stanzakit/gen/streamlimits0"
	"github.com/stanzakit/stanzakit/wire"
)

// Register adds the types that a negotiation reads.
func Register(r *wire.Registry) error {
	return errors.Join(
		r.Add(starttls.Elements...), r.Add(gensasl.Elements...), r.Add(sasl2.Elements...), r.Add(saslcb0.Elements...), r.Add(fast0.Elements...),
		r.Add(bind.Elements...), r.Add(bind0.Elements...), r.Add(session.Elements...), r.Add(sm3.Elements...), r.Add(streamlimits0.Elements...),
		r.Add(stanza.Elements...), r.Add(rosterver.Elements...),
	)
}
