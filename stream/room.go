package stream

import "context"

// NOTE. A sender that finds no room, or others who wait for it, waits for its turn: turns are taken in the order they are asked for, so that a large element is not kept waiting by
// small ones.

// room reports whether n bytes fit in, or need not wait because nothing will be accepted.
func (w *writer) room(n int) bool {
	return w.refusal() != nil || w.queue == nil || w.queued()+n <= w.limit
}

// refusal returns why nothing is accepted any more, nil while it is.
func (w *writer) refusal() error {
	if w.err == nil && w.sealed {
		return ErrClosed
	}
	return w.err
}

// await waits for the caller's turn and then for room. mu is held before and after, not in between.
func (w *writer) await(ctx context.Context, n int) error {
	if err := MayWait(ctx); err != nil {
		return err
	}
	w.waiting++
	defer func() { w.waiting-- }()
	if w.turn == nil {
		w.turn = make(chan struct{}, 1)
	}
	if err := w.takeTurn(ctx); err != nil {
		return err
	}
	defer func() { <-w.turn }()
	for !w.room(n) {
		if err := w.wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) takeTurn(ctx context.Context) error {
	w.mu.Unlock()
	defer w.mu.Lock()
	select {
	case w.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// wait unlocks mu until something has changed, or ctx has ended.
func (w *writer) wait(ctx context.Context) error {
	if w.change == nil {
		w.change = make(chan struct{})
	}
	change := w.change
	w.mu.Unlock()
	defer w.mu.Lock()
	select {
	case <-change:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// changed wakes whoever waits. mu is held.
func (w *writer) changed() {
	if w.change != nil {
		close(w.change)
		w.change = nil
	}
}
