// Command three is none with the types of three namespaces.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/stanzakit/stanzakit/gen/receipts"
	"github.com/stanzakit/stanzakit/gen/rsm"
	"github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/wire"
)

func main() {
	reg := wire.NewRegistry()
	err := errors.Join(reg.Add(version.Elements...), reg.Add(receipts.Elements...), reg.Add(rsm.Elements...))
	var el wire.Element
	if err == nil {
		el, err = wire.Unmarshal([]byte("<message xmlns='jabber:client'><body>hello</body></message>"), reg)
	}
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
