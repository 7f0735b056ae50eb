package stream

import (
	"context"
	"errors"
)

// ErrWouldWait is returned by calls that would wait when they are made from a stream handler.
var ErrWouldWait = errors.New("stream: a stream handler must not wait; use an event, stream.Go or xmpp.HandleIQ")

type inlineKey struct{}

// inlineContext is the context of what runs on the reader's goroutine. It has a type of its own so that to know it costs no search.
type inlineContext struct{ context.Context }

// Value returns what the context it was made of has, and that it is inline.
func (c *inlineContext) Value(key any) any {
	if key == (inlineKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// MayWait returns [ErrWouldWait] if ctx is that of a stream handler. Calls that wait for the reader begin with it.
func MayWait(ctx context.Context) error {
	if isInline(ctx) {
		return ErrWouldWait
	}
	return nil
}

func isInline(ctx context.Context) bool {
	if _, ok := ctx.(*inlineContext); ok {
		return true
	}
	return ctx.Value(inlineKey{}) != nil
}

// Waiting returns ctx for work that a handler has handed to another goroutine, where it may wait.
func Waiting(ctx context.Context) context.Context { return context.WithValue(ctx, inlineKey{}, nil) }

// inline returns ctx for what runs on the reader's goroutine. Serve makes it once, not for every element.
func inline(ctx context.Context) context.Context {
	if isInline(ctx) {
		return ctx
	}
	return &inlineContext{ctx}
}
