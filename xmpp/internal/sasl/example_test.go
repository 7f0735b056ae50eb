package sasl_test

import (
	"fmt"

	"github.com/stanzakit/stanzakit/xmpp/internal/sasl"
)

// A client logs in to a server; what the loop carries by hand travels in <auth/>, <challenge/>, <response/> and <success/>.
func Example() {
	account, err := sasl.NewAccount("r0m30myr0m30", 4096)
	if err != nil {
		fmt.Println(err)
		return
	}
	server := sasl.NewServer("example.com", func(user string) (sasl.Account, bool) { return account, user == "juliet" })
	conn := sasl.Conn{TLS: true}
	creds := sasl.Credentials{Username: "juliet", Password: "r0m30myr0m30"}
	m, err := sasl.Choose(sasl.Offer{Mechanisms: []string{sasl.ScramSHA1, sasl.ScramSHA256, sasl.Plain}}, conn, creds, sasl.Policy{})
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := server.Begin(m.Name(), conn)
	if err != nil {
		fmt.Println(err)
		return
	}
	message, err := m.Start()
	for err == nil {
		challenge, done, serverErr := x.Step(message)
		if serverErr != nil {
			fmt.Println("server:", serverErr)
			return
		}
		if done {
			fmt.Println(m.Name(), x.Username(), m.Success(challenge))
			return
		}
		message, err = m.Step(challenge)
	}
	fmt.Println("client:", err)

	// Output: SCRAM-SHA-256 juliet <nil>
}
