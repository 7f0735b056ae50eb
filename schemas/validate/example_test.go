package validate_test

import (
	"fmt"
	"os"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

func Example() {
	v, err := validate.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	findings, err := v.Document([]byte(`<message xmlns='jabber:client' type='shout'>
  <body>Wherefore art thou?</body>
  <delay xmlns='urn:xmpp:delay'/>
</message>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := validate.WriteText(os.Stdout, "stanza.xml", findings); err != nil {
		fmt.Println(err)
	}
	// Output:
	// stanza.xml:1:32: message/@type: value "shout" is not allowed; expected one of: chat, error, groupchat, headline, normal
	// stanza.xml:3:3: message/delay/@stamp: attribute "stamp" is required
}
