package cases

import (
	"context"
	"time"

	"github.com/stanzakit/stanzakit/stream/bus"
)

// happened is an event.
type happened struct {
	who  string
	when int64
}

func events() []Case {
	return []Case{{"event:3/stanzakit", publish}}
}

// publish measures the publishing into three queues, and not the reading out of them.
func publish() (Run, error) {
	const subscribers = 3
	b := bus.New(bus.Config{})
	var subs []*bus.Subscription[*happened]
	for range subscribers {
		subs = append(subs, bus.Subscribe[*happened](b))
	}
	ev, ctx := &happened{"juliet@example.com", 1}, context.Background()
	return func() (Work, error) {
		start := time.Now()
		for range batch {
			bus.Publish(b, ev)
		}
		took := time.Since(start)
		for _, s := range subs {
			for range batch {
				if _, err := s.Next(ctx); err != nil {
					return Work{}, err
				}
			}
		}
		return Work{Units: batch, Took: took}, nil
	}, nil
}
