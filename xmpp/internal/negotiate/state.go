package negotiate

import (
	"crypto/tls"
	"slices"

	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/sm3"
	"github.com/stanzakit/stanzakit/gen/streams"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// State is what a negotiation knows and has reached.
type State struct {
	Stream *stream.Stream
	Header stream.Header // ours; sent again at every restart, without "from" until the stream is protected

	TLS        *tls.Config // base of the handshake; see dial.TLSConfig
	Domain     string      // whom the certificate must be for
	RequireTLS bool        // false lets a login go on unprotected
	Creds      sasl.Credentials
	Policy     sasl.Policy
	Resource   string      // wanted; empty lets the server choose
	Account    jid.JID     // the bare JID that logs in
	Limits     wire.Limits // once the server is authenticated

	Agent  UserAgent      // what we are (XEP-0388)
	Tag    string         // begins the resource that the server makes (XEP-0386)
	Inline []wire.Element // to enable with the resource, where the server can (XEP-0386)
	Tokens TokenStore     // of FAST (XEP-0484); nil uses none
	Forget bool           // log in with the token, and have it invalidated
	SM     SM

	Secure   bool              // TLS is up and the peer is the domain
	Done     bool              // authenticated
	Bound    jid.JID           // the full JID, when a resource is bound
	Features *streams.Features // offered last
	Result   Result
}

// UserAgent says to the server, and to nobody else, what logs in (XEP-0388, section 2.3).
type UserAgent struct {
	// ID is a UUID of version 4, always the same for an installation of the program. It is what a server knows a returning client by.
	ID string
	// Software and Device are shown to the account's owner.
	Software, Device string
}

// SM is stream management (XEP-0198): what the session wants of it, and what came of that. Counting and queueing are the session's.
type SM struct {
	Enable *sm3.Enable // asked for with a new session; nil leaves stream management alone
	Resume *sm3.Resume // the session to go on with; nil for a new one
	JID    jid.JID     // of the session to go on with

	Resumed *sm3.Resumed // the session goes on; its H counts what the server has handled
	Failed  *sm3.Failed  // the session does not go on, though its H may tell what the server had handled
	Enabled *sm3.Enabled // a new session has stream management
	Refused *sm3.Failed  // a new session has none
}

// Result says how a login was made and what the server has told on the way.
type Result struct {
	// Mechanism is the SASL mechanism, Binding the type of channel binding if there was one.
	Mechanism, Binding string
	// SASL2 says that the login was one of XEP-0388; Token that it took a token in place of a password (XEP-0484).
	SASL2, Token bool
	// Inlined are the namespaces of what was enabled together with the resource (XEP-0386).
	Inlined []string
	// Archive is where the account's archive began and ended when the resource was bound, nil if the server did not say (XEP-0386).
	Archive *mam2.Metadata
	// MaxBytes is the largest stanza that the server takes, IdleSeconds after how long a silence it may end the stream; 0 if it did not say (XEP-0478).
	MaxBytes, IdleSeconds uint32
	// TokenErr is what the token store had to complain about. The login does not depend on it.
	TokenErr error
}

// channel is what a login may rely on in the connection.
func (st *State) channel() sasl.Conn {
	if !st.Secure {
		return sasl.Conn{}
	}
	conn := sasl.Conn{TLS: true}
	if c, ok := st.Stream.Conn().(interface{ ConnectionState() tls.ConnectionState }); ok {
		state := c.ConnectionState()
		if len(state.PeerCertificates) > 0 {
			conn = sasl.OverTLS(state, state.PeerCertificates[0])
		}
	}
	conn.Certificate = st.TLS != nil && (len(st.TLS.Certificates) > 0 || st.TLS.GetClientCertificate != nil)
	return conn
}

// owns reports whether an address that the server gives us is of the account that has logged in. Who logs in as nobody is given an account of the domain.
func (st *State) owns(j jid.JID) bool {
	if st.Creds.Anonymous {
		return j.Domain() == st.Account.Domain()
	}
	return j.Bare() == st.Account
}

// take makes an address ours.
func (st *State) take(full jid.JID) {
	st.Bound = full
	if st.Creds.Anonymous {
		st.Account = full.Bare()
	}
}

// inlined notes what was enabled with the resource.
func (st *State) inlined(els []wire.Element) {
	for _, el := range els {
		if ns := el.ElementName().Space; !slices.Contains(st.Result.Inlined, ns) {
			st.Result.Inlined = append(st.Result.Inlined, ns)
		}
	}
}
