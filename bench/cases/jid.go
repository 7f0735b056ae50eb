package cases

import "github.com/stanzakit/stanzakit/jid"

func addresses() []Case {
	return []Case{
		parsing("jid:ascii/stanzakit", asciiJIDs(), oursParse),
		parsing("jid:ascii/mellium", asciiJIDs(), melliumParse),
		parsing("jid:precis/stanzakit", precisJIDs(), oursParse),
		parsing("jid:precis/mellium", precisJIDs(), melliumParse),
	}
}

func oursParse(s string) error {
	_, err := jid.Parse(s)
	return err
}

func parsing(name string, jids []string, parse func(string) error) Case {
	return Case{name, func() (Run, error) {
		return func() (Work, error) {
			for range batch / len(jids) {
				for _, s := range jids {
					if err := parse(s); err != nil {
						return Work{}, err
					}
				}
			}
			return Work{Units: batch / len(jids) * len(jids)}, nil
		}, nil
	}}
}

// asciiJIDs are addresses as nearly all are: in their normal form.
func asciiJIDs() []string {
	return []string{
		"juliet@example.com/balcony.7Q2x", "romeo@example.net/orchard", "garden.harbor@im.example.org/phone.4fT9", "example.com", "rooms.example.org",
		"meadow@rooms.example.org/willow", "lantern.needle@chat.example.com", "pubsub.example.com", "ribbon.saddle@example.net/desktop.Zq81",
		"quarry-42@talk.example.org/a0e1b7c3-5d22-4f0b",
	}
}

// precisJIDs are addresses that have to be prepared.
func precisJIDs() []string {
	return []string{"Juliet@Example.COM/Balcony", "rémi@bücher.example/♚", "ネコ@例え.example/いえ", "straße@xn--bcher-kva.example", "Σίσυφος@example.net/πέτρα"}
}
