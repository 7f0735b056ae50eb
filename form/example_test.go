package form_test

import (
	"fmt"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/forms/mucroomconfig"
	"github.com/stanzakit/stanzakit/gen/xdata"
)

// A service offers a form, a client fills it in, and the service reads and checks the answer.
func Example() {
	asked := (&mucroomconfig.Form{RoomName: "Go"}).Offer(mucroomconfig.VarRoomName, mucroomconfig.VarMembersOnly, mucroomconfig.VarWhoIs)

	var config mucroomconfig.Form
	if err := config.Read(asked); err != nil {
		fmt.Println(err)
	}
	config.MembersOnly = new(true)
	config.WhoIs = mucroomconfig.WhoIsAnyone
	answer := config.Submit()

	if err := form.Check(answer, &mucroomconfig.FormDefinition); err != nil {
		fmt.Println(err)
	}
	for _, f := range answer.Field {
		fmt.Println(f.Var, f.Value)
	}
	// Output:
	// FORM_TYPE [http://jabber.org/protocol/muc#roomconfig]
	// muc#roomconfig_roomname [Go]
	// muc#roomconfig_membersonly [true]
	// muc#roomconfig_whois [anyone]
}

// A field that cannot be read is an error that names it; all others are read.
func ExampleFieldError() {
	var config mucroomconfig.Form
	err := config.Read(&xdata.Form{Type: xdata.FormSubmit, Field: []xdata.Field{
		{Var: mucroomconfig.VarMembersOnly, Value: []string{"perhaps"}},
		{Var: mucroomconfig.VarRoomName, Value: []string{"Go"}},
	}})
	fmt.Println(err)
	fmt.Println(config.RoomName)
	// Output:
	// form: http://jabber.org/protocol/muc#roomconfig: muc#roomconfig_membersonly: "perhaps": not a boolean
	// Go
}
