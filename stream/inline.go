package stream

import (
	"context"
	"errors"
)

// ErrWouldWait is returned by calls that would wait when they are made from a stream handler.
var ErrWouldWait = errors.New("stream: a stream handler must not wait; use an event, stream.Go or xmpp.HandleIQ")

type inlineKey struct{}

// MayWait returns [ErrWouldWait] if ctx is that of a stream handler. Calls that wait for the reader begin with it.
func MayWait(ctx context.Context) error {
	if ctx.Value(inlineKey{}) != nil {
		return ErrWouldWait
	}
	return nil
}

// Waiting returns ctx for work that a handler has handed to another goroutine, where it may wait.
func Waiting(ctx context.Context) context.Context { return context.WithValue(ctx, inlineKey{}, nil) }

// inline returns ctx for what runs on the reader's goroutine. Serve makes it once, not for every element.
func inline(ctx context.Context) context.Context {
	if MayWait(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, inlineKey{}, true)
}
