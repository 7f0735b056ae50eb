// Command none reads a stanza and uses no generated type: what a program with three namespaces is compared with.
package main

import (
	"fmt"
	"os"

	"github.com/stanzakit/stanzakit/wire"
)

func main() {
	reg := wire.NewRegistry()
	el, err := wire.Unmarshal([]byte("<message xmlns='jabber:client'><body>hello</body></message>"), reg)
	if err == nil {
		var out []byte
		out, err = wire.Marshal(el)
		fmt.Println(string(out))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
