// Package form is the runtime of the generated data forms in gen/forms: it reads the fields of a jabber:x:data form into typed ones and writes them again
// (XEP-0004, XEP-0068, XEP-0122).
//
// Programs use the generated packages; the typical calls there are
//
//	config := &mucroomconfig.Form{RoomName: "Rust", MembersOnly: new(true), WhoIs: mucroomconfig.WhoIsAnyone}
//	query := &mucowner.Query{Form: config.Submit()}
//	...
//	err := config.Read(x) // x is an *xdata.Form
//
// Of this package itself, they want [TypeOf] and [Find] for forms of any kind, [Items] for tables of results, [Check] for submissions of strangers, and
// the errors.
//
// Rules:
//
//   - Nothing is lost: a field that the definition does not know, or whose value its type cannot hold, is kept in [Extra] and written again.
//   - A bad value costs its field: all others are read, and the error says which were not.
//   - A field of another type than the definition's is read as XEP-0004 has it: the values count, several lines of text are one text with line breaks.
package form
