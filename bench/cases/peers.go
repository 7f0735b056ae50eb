package cases

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"unsafe"

	"github.com/stanzakit/stanzakit/bench/workload"
	xmppo "github.com/xmppo/go-xmpp"
	gosrc "gosrc.io/xmpp/stanza"
)

// gosrcNext reads a stream packet by packet, from a reader as large as its transport's. A message out of the archive ends it: it takes the inner </message> for
// the outer one's. So the stream it reads has none.
func gosrcNext(s *workload.Stream) (int, error) {
	n := 0
	return n, eachGosrc(s, func(gosrc.Packet) { n++ })
}

func eachGosrc(s *workload.Stream, f func(gosrc.Packet)) error {
	const transport = 32 << 10
	d := xml.NewDecoder(bufio.NewReaderSize(s.Reader(), transport))
	if _, err := gosrc.InitStream(d); err != nil {
		return err
	}
	for {
		p, err := gosrc.NextPacket(d)
		if err != nil {
			return err
		}
		if _, closed := p.(gosrc.StreamClosePacket); closed {
			return nil
		}
		f(p)
	}
}

// xmppoRecv reads a stream as xmppo's Client does. Its client can only be had from a server that it logs in to, so the fields that Recv needs are set from
// outside. Stream management's elements are errors to it ("unexpected XMPP message"): they are counted and passed over, as a program has to.
func xmppoRecv(s *workload.Stream) (int, error) {
	d := xml.NewDecoder(s.Reader())
	for {
		tok, err := d.Token()
		if err != nil {
			return 0, err
		}
		if _, ok := tok.(xml.StartElement); ok {
			break
		}
	}
	c := new(xmppo.Client)
	set(c, "p", d)
	set(c, "stanzaWriter", io.Discard)
	n := 0
	for {
		_, err := c.Recv()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil && !strings.HasPrefix(err.Error(), "unexpected XMPP message urn:xmpp:sm:3") {
			return n, err
		}
		n++
	}
}

// set sets an unexported field.
func set[T any](of any, field string, v T) {
	f := reflect.ValueOf(of).Elem().FieldByName(field)
	*(*T)(unsafe.Pointer(f.UnsafeAddr())) = v
}
