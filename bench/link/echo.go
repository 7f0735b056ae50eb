package link

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/stream"
	"github.com/stanzakit/stanzakit/xmpp"
	gosrcxmpp "gosrc.io/xmpp"
	gosrc "gosrc.io/xmpp/stanza"
	"mellium.im/xmlstream"
	melliumxmpp "mellium.im/xmpp"
	melliumcomponent "mellium.im/xmpp/component"
	melliumjid "mellium.im/xmpp/jid"
	mellium "mellium.im/xmpp/stanza"
)

// meter measures what the messages cost between the first ones, which warm up, and the last one.
type meter struct {
	n, warm, all int
	began        time.Duration
	done         chan time.Duration // gets the whole cost once
}

func newMeter(warm, all int) *meter {
	return &meter{warm: warm, all: all, done: make(chan time.Duration, 1)}
}

// count is called with the messages that have been answered.
func (m *meter) count(n int) {
	before := m.n
	m.n += n
	if before < m.warm && m.n >= m.warm {
		m.began = CPU()
	}
	if before < m.all && m.n >= m.all {
		m.done <- CPU() - m.began
	}
}

// Echoes returns the programs that echo.
func Echoes() map[string]func(addr string, m *meter) error {
	single := func(addr string, m *meter) error { return echoOurs(addr, m, dialSingle) }
	return map[string]func(string, *meter) error{
		TCP: echoTCP, "stanzakit": func(addr string, m *meter) error { return echoOurs(addr, m, nil) }, Single: single, "gosrc": echoGosrc, "mellium": echoMellium,
	}
}

// Echoes of special names.
const (
	TCP    = "tcp"              // sends bytes back: the floor
	Single = "stanzakit.single" // ours, with a write for each message
)

// RunEcho connects to addr, echoes that many messages and returns the CPU time for each.
func RunEcho(kind, addr string, warm, all int) (time.Duration, error) {
	run := Echoes()[kind]
	if run == nil {
		return 0, fmt.Errorf("link: no echo %q", kind)
	}
	m := newMeter(warm, all)
	if err := run(addr, m); err != nil {
		return 0, err
	}
	return <-m.done / time.Duration(all-warm), nil
}

func echoTCP(addr string, m *meter) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := conn.Read(buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return err
		}
		m.count(bytes.Count(buf[:n], []byte("</m"))) // a tag may be cut in two; of tens of thousands it does not matter
	}
}

// echo is the plugin that a user would write.
type echo struct{ m *meter }

// Setup answers every message with its body.
func (e *echo) Setup(h *xmpp.Host) error {
	stream.On(h.Mux(), func(ctx context.Context, msg *stanza.Message) error {
		err := h.Session().Send(ctx, &stanza.Message{From: msg.To, To: msg.From, ID: msg.ID, Type: msg.Type, Body: msg.Body})
		e.m.count(1)
		return err
	})
	return nil
}

// single is a connection that takes apart what the stream has put together: it writes each message by itself, as a stream would that coalesces nothing.
type single struct{ net.Conn }

func dialSingle(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	return single{conn}, err
}

// Write writes as often as there are messages.
func (s single) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		part := p[written:]
		if i := bytes.Index(part, []byte(messageEnd)); i >= 0 {
			part = part[:i+len(messageEnd)]
		}
		n, err := s.Conn.Write(part)
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func echoOurs(addr string, m *meter, dial func(context.Context, string, string) (net.Conn, error)) error {
	c, err := xmpp.DialComponent(context.Background(), xmpp.ComponentConfig{
		Domain: jid.MustParse(component), Secret: secret, Addr: addr, DialContext: dial, Plugins: []xmpp.Plugin{&echo{m}},
	})
	if err != nil {
		return err
	}
	<-c.Done()
	return nil
}

func echoGosrc(addr string, m *meter) error {
	router := gosrcxmpp.NewRouter()
	router.HandleFunc("message", func(s gosrcxmpp.Sender, p gosrc.Packet) {
		msg := p.(gosrc.Message)
		_ = s.Send(gosrc.Message{Attrs: gosrc.Attrs{From: msg.To, To: msg.From, Id: msg.Id, Type: msg.Type}, Body: msg.Body})
		m.count(1)
	})
	ended := make(chan error, 1)
	c, err := gosrcxmpp.NewComponent(gosrcxmpp.ComponentOptions{
		TransportConfiguration: gosrcxmpp.TransportConfiguration{Address: addr, Domain: component}, Domain: component, Secret: secret,
	}, router, func(err error) { ended <- err })
	if err != nil {
		return err
	}
	if err := c.Connect(); err != nil {
		return err
	}
	<-ended // says that the peer closed the connection
	return nil
}

func echoMellium(addr string, m *meter) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	s, err := melliumcomponent.NewSession(context.Background(), melliumjid.MustParse(component), []byte(secret), conn)
	if err != nil {
		return err
	}
	type message struct {
		mellium.Message
		Body string `xml:"body"`
	}
	err = s.Serve(melliumxmpp.HandlerFunc(func(t xmlstream.TokenReadEncoder, start *xml.StartElement) error {
		var msg message
		if err := xml.NewTokenDecoder(xmlstream.MultiReader(xmlstream.Token(*start), t)).Decode(&msg); err != nil {
			return err
		}
		msg.To, msg.From = msg.From, msg.To
		defer m.count(1)
		return t.Encode(msg)
	}))
	if m.n >= m.all {
		return nil
	}
	return err
}
