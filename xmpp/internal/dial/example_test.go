package dial_test

import (
	"context"
	"fmt"
	"net"

	"github.com/stanzakit/stanzakit/xmpp/internal/dial"
)

// hosted answers for a domain whose server is run elsewhere.
type hosted struct{}

func (hosted) LookupSRV(_ context.Context, service, _, name string) (string, []*net.SRV, error) {
	if service == "xmpps-client" {
		return name, []*net.SRV{{Target: "xmpp.hosting.example.", Port: 443, Priority: 20}}, nil
	}
	return name, []*net.SRV{{Target: "xmpp.hosting.example.", Port: 5222, Priority: 10}}, nil
}

// The records of both services make one list.
func ExampleDialer_Plan() {
	d := &dial.Dialer{Resolver: hosted{}}
	plan, err := d.Plan(context.Background(), "example.org")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range plan.Targets {
		fmt.Println(t)
	}

	// Output:
	// xmpp.hosting.example:5222
	// xmpp.hosting.example:443 (direct TLS)
}
