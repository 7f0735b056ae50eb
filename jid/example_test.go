package jid_test

import (
	"errors"
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/jid"
)

func Example() {
	j, err := jid.Parse("Juliet@Example.com/balcony")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j)
	fmt.Println(j.Local(), j.Domain(), j.Resource())
	fmt.Println(j.Bare() == jid.MustParse("juliet@example.com"))
	// Output:
	// juliet@example.com/balcony
	// juliet example.com balcony
	// true
}

func ExampleError() {
	_, err := jid.Parse("romeo and juliet@example.com")
	if e, ok := errors.AsType[*jid.Error](err); ok {
		fmt.Println(e.Part, e.Reason)
	}
	// Output: localpart holds a character that is not allowed there
}

func ExampleJID_WithResource() {
	room := jid.MustParse("coven@chat.shakespeare.lit")
	occupant, err := room.WithResource("Third Witch")
	fmt.Println(occupant, err)
	// Output: coven@chat.shakespeare.lit/Third Witch <nil>
}

func ExampleCompare() {
	js := []jid.JID{jid.MustParse("b@x/2"), jid.MustParse("b@x"), jid.MustParse("a@y"), jid.MustParse("a@x")}
	slices.SortFunc(js, jid.Compare)
	fmt.Println(js)
	// Output: [a@x b@x b@x/2 a@y]
}

func ExampleEscape() {
	j, err := jid.New(jid.Escape("d'artagnan"), "musketeers.lit", "")
	fmt.Println(j, err)
	fmt.Println(jid.Unescape(j.Local()))
	// Output:
	// d\27artagnan@musketeers.lit <nil>
	// d'artagnan
}
