package cases

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/wire"
	"mellium.im/xmlstream"
	"mellium.im/xmpp/mux"
	mellium "mellium.im/xmpp/stanza"

	gosrcxmpp "gosrc.io/xmpp"
	gosrc "gosrc.io/xmpp/stanza"
)

// Sizes returns how many handlers, and as many requests under way, there are in the cases of dispatch.
func Sizes() []int { return []int{10, 100, 10_000} }

// batch is how often a run does something that takes nanoseconds.
const batch = 1000

func dispatching() []Case {
	var all []Case
	for _, n := range Sizes() {
		all = append(all,
			Case{fmt.Sprintf("dispatch:%d/stanzakit", n), func() (Run, error) { return dispatchOurs(n, request(n)) }},
			Case{fmt.Sprintf("reply:%d/stanzakit", n), func() (Run, error) {
				return dispatchOurs(n, fmt.Sprintf("<iq xmlns='jabber:client' type='result' id='id%d' from='mallory@example.net/x'><query xmlns='urn:x:%[1]d'/></iq>", n/2))
			}},
			Case{fmt.Sprintf("dispatch:%d/mellium", n), func() (Run, error) { return dispatchMellium(n) }},
			Case{fmt.Sprintf("dispatch:%d/gosrc", n), func() (Run, error) { return dispatchGosrc(n) }},
		)
	}
	return all
}

// request is what is dispatched: its handler is the one in the middle.
func request(n int) string {
	return fmt.Sprintf("<iq xmlns='jabber:client' type='get' id='1' from='romeo@example.net/orchard' to='juliet@example.com/balcony'>"+
		"<query xmlns='urn:x:%d'/></iq>", n/2)
}

// dispatchOurs gives an element to a mux with n handlers and n requests under way. A reply to none of them, though its id fits, is the dearer one of replies:
// it is looked up, and refused for its sender.
func dispatchOurs(n int, text string) (Run, error) {
	iq := xml.Name{Space: "jabber:client", Local: "iq"}
	reg := gen.Registry()
	m := stream.NewMux(stream.Config{Registry: reg})
	hits := 0
	for i := range n {
		m.Claim(stream.Pattern{Name: iq, Type: "get", Child: xml.Name{Space: fmt.Sprint("urn:x:", i), Local: "query"}},
			func(context.Context, wire.Element) error { hits++; return nil })
		if _, err := m.Await(iq, fmt.Sprint("id", i), func(jid.JID) bool { return false }); err != nil {
			return nil, err
		}
	}
	d := wire.NewDocumentDecoder([]byte(text), reg, wire.AfterAuth())
	el, err := d.Next()
	if err != nil {
		return nil, err
	}
	outline, ctx := d.Outline(), handlerContext(m)
	want := strings.Count(text, "type='get'") * batch
	return func() (Work, error) {
		hits = 0
		for range batch {
			m.Dispatch(ctx, el, outline)
		}
		if hits != want {
			return Work{}, fmt.Errorf("cases: %d handlers ran, want %d", hits, want)
		}
		return Work{Units: batch}, nil
	}, nil
}

// handlerContext returns a context as Serve gives it to Dispatch: made once for a stream, and not for each element.
func handlerContext(m *stream.Mux) (ctx context.Context) {
	h := m.Handle(stream.Pattern{}, func(c context.Context, _ wire.Element) error {
		ctx = c
		return nil
	})
	defer h.Remove()
	m.Dispatch(context.Background(), &wire.Raw{Name: xml.Name{Space: "urn:x", Local: "x"}}, nil)
	return ctx
}

// dispatchMellium gives the tokens of the request to a mux with n handlers. Its requests under way are in the session, and not asked here.
func dispatchMellium(n int) (Run, error) {
	hits := 0
	h := func(mellium.IQ, xmlstream.TokenReadEncoder, *xml.StartElement) error { hits++; return nil }
	var opts []mux.Option
	for i := range n {
		opts = append(opts, mux.IQFunc(mellium.GetIQ, xml.Name{Space: fmt.Sprint("urn:x:", i), Local: "query"}, h))
	}
	m := mux.New(mellium.NSClient, opts...)
	var toks []xml.Token
	d := xml.NewDecoder(strings.NewReader(request(n)))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		toks = append(toks, xml.CopyToken(tok))
	}
	start := toks[0].(xml.StartElement)
	r := &replay{}
	return func() (Work, error) {
		hits = 0
		for range batch {
			r.toks = toks[1:]
			if err := m.HandleXMPP(r, &start); err != nil {
				return Work{}, err
			}
		}
		if hits != batch {
			return Work{}, fmt.Errorf("cases: %d handlers ran, want %d", hits, batch)
		}
		return Work{Units: batch}, nil
	}, nil
}

// replay reads tokens that are there already.
type replay struct {
	xmlstream.Encoder // nothing is written
	toks              []xml.Token
}

// Token returns the next one.
func (r *replay) Token() (xml.Token, error) {
	if len(r.toks) == 0 {
		return nil, io.EOF
	}
	tok := r.toks[0]
	r.toks = r.toks[1:]
	return tok, nil
}

// payload is what gosrc's router looks at.
type payload struct{ ns string }

// Namespace is what routes match.
func (p payload) Namespace() string { return p.ns }

// GetSet is of no use here.
func (payload) GetSet() *gosrc.ResultSet { return nil }

// dispatchGosrc looks for a packet's route among n. What the router does with requests under way is not exported.
func dispatchGosrc(n int) (Run, error) {
	r := gosrcxmpp.NewRouter()
	for i := range n {
		r.NewRoute().Packet("iq").StanzaType("get").IQNamespaces(fmt.Sprint("urn:x:", i)).HandlerFunc(func(gosrcxmpp.Sender, gosrc.Packet) {})
	}
	iq := &gosrc.IQ{Attrs: gosrc.Attrs{Type: gosrc.IQTypeGet, Id: "1"}, Payload: payload{fmt.Sprint("urn:x:", n/2)}}
	units := max(batch/(n/10), 10)
	return func() (Work, error) {
		for range units {
			var match gosrcxmpp.RouteMatch
			if !r.Match(iq, &match) {
				return Work{}, errors.New("cases: no route")
			}
		}
		return Work{Units: units}, nil
	}, nil
}
