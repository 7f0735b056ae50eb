package bus_test

import (
	"context"
	"fmt"

	"github.com/stanzakit/stanzakit/stream/bus"
)

// LoggedIn is published by whoever has logged a user in.
type LoggedIn struct{ User string }

func Example() {
	b := bus.New(bus.Config{})
	bus.On(b, func(_ context.Context, ev LoggedIn) {
		fmt.Println("welcome", ev.User)
	})
	bus.Publish(b, LoggedIn{User: "juliet"})
	bus.Publish(b, LoggedIn{User: "romeo"})
	b.Close()
	// Output:
	// welcome juliet
	// welcome romeo
}

// A subscription made before asking cannot miss the answer.
func ExampleSubscribe() {
	b := bus.New(bus.Config{})
	defer b.Close()
	answers := bus.Subscribe(b, func(ev LoggedIn) bool { return ev.User == "romeo" })
	defer answers.Close()
	bus.Publish(b, LoggedIn{User: "juliet"})
	bus.Publish(b, LoggedIn{User: "romeo"})
	ev, err := answers.Next(context.Background())
	fmt.Println(ev.User, err)
	// Output: romeo <nil>
}
