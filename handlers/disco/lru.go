package disco

import "container/list"

// lru is a map that forgets what was not used for longest when it is full. It is not safe for concurrent use.
type lru[K comparable, V any] struct {
	max   int
	order *list.List // of pair[K, V], the latest used in front
	at    map[K]*list.Element
}

type pair[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](limit int) *lru[K, V] {
	return &lru[K, V]{max: limit, order: list.New(), at: make(map[K]*list.Element)}
}

// get returns the value of a key and makes it the latest used.
func (l *lru[K, V]) get(k K) (v V, ok bool) {
	el, ok := l.at[k]
	if !ok {
		return v, false
	}
	l.order.MoveToFront(el)
	return el.Value.(pair[K, V]).value, true
}

// put sets the value of a key and makes it the latest used.
func (l *lru[K, V]) put(k K, v V) {
	if el, ok := l.at[k]; ok {
		el.Value = pair[K, V]{k, v}
		l.order.MoveToFront(el)
		return
	}
	if l.order.Len() >= l.max {
		l.remove(l.order.Back().Value.(pair[K, V]).key)
	}
	l.at[k] = l.order.PushFront(pair[K, V]{k, v})
}

// remove forgets a key.
func (l *lru[K, V]) remove(k K) {
	if el, ok := l.at[k]; ok {
		l.order.Remove(el)
		delete(l.at, k)
	}
}
