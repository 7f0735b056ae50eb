package disco

import "testing"

func TestLRU(t *testing.T) {
	l := newLRU[string, int](2)
	l.put("a", 1)
	l.put("b", 2)
	l.get("a")
	l.put("c", 3) // b was not used for longest
	l.put("a", 4)
	for _, test := range []struct {
		key  string
		want int
		ok   bool
	}{{"a", 4, true}, {"b", 0, false}, {"c", 3, true}} {
		if got, ok := l.get(test.key); got != test.want || ok != test.ok {
			t.Errorf("get(%q) = %d, %t, want %d, %t", test.key, got, ok, test.want, test.ok)
		}
	}
	l.remove("a")
	l.remove("a")
	if _, ok := l.get("a"); ok || l.order.Len() != 1 {
		t.Errorf("after remove: a there %t, %d entries, want 1", ok, l.order.Len())
	}
}
