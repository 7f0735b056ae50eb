package link

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"time"
)

// Latency says how long messages took, there and back.
type Latency struct {
	P50, P99 time.Duration
	Rate     float64 // messages in a second
}

// messageEnd is what the echoes are counted by.
const messageEnd = "</message>"

// Load accepts an echo of a kind, has the messages echoed, so many at a time, and hangs up.
func Load(l net.Listener, kind string, warm, all, inFlight int) (Latency, error) {
	conn, err := l.Accept()
	if err != nil {
		return Latency{}, err
	}
	defer conn.Close()
	if kind != TCP {
		if err := acceptComponent(conn); err != nil {
			return Latency{}, err
		}
	}
	x := &load{conn: conn, all: all, sent: make([]time.Time, 0, all), took: make([]time.Duration, 0, all)}
	if err := x.send(inFlight); err != nil {
		return Latency{}, err
	}
	if err := x.run(); err != nil {
		return Latency{}, err
	}
	took := x.took[warm:]
	rate := float64(len(took)) / time.Since(x.sent[warm]).Seconds()
	slices.Sort(took)
	return Latency{took[len(took)/2], took[len(took)*99/100], rate}, nil
}

// load is a conversation with an echo, which answers in order.
type load struct {
	conn net.Conn
	all  int
	out  []byte
	sent []time.Time
	took []time.Duration
}

// send sends the next n messages in one write.
func (x *load) send(n int) error {
	x.out = x.out[:0]
	now := time.Now()
	for range min(n, x.all-len(x.sent)) {
		x.out = fmt.Appendf(x.out, "<message from='romeo@example.net/orchard' to='juliet@"+component+"' type='chat' id='m%07d'>"+
			"<body>ribbon harbor lantern slowly meadow then needle bring answer there</body></message>", len(x.sent))
		x.sent = append(x.sent, now)
	}
	_, err := x.conn.Write(x.out)
	return err
}

// run sends one for each that comes back.
func (x *load) run() error {
	buf := make([]byte, 64<<10)
	kept := 0
	for len(x.took) < x.all {
		n, err := x.conn.Read(buf[kept:])
		if err != nil {
			return fmt.Errorf("link: after %d of %d messages: %w", len(x.took), x.all, err)
		}
		data := buf[:kept+n]
		got := bytes.Count(data, []byte(messageEnd))
		now := time.Now()
		for range got {
			x.took = append(x.took, now.Sub(x.sent[len(x.took)]))
		}
		if i := bytes.LastIndex(data, []byte(messageEnd)); i >= 0 {
			data = data[i+len(messageEnd):]
		}
		kept = copy(buf, data)
		if err := x.send(got); err != nil {
			return err
		}
	}
	return nil
}
