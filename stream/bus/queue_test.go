package bus

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQueue(t *testing.T) {
	tests := []struct {
		name  string
		steps []int // n > 0 pushes n values, n < 0 pops n
	}{
		{"one", []int{1, -1}},
		{"fills its first buffer", []int{minQueue, -minQueue}},
		{"grows", []int{minQueue + 1, -minQueue - 1}},
		{"wraps", []int{minQueue, -5, 5, -minQueue}},
		{"grows while wrapped", []int{minQueue, -5, 6, -9}},
		{"grows twice while wrapped", []int{6, -3, 40, -43}},
		{"empties and starts again", []int{3, -3, 9, -9, 2, -2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var q queue[int]
			var want, got []int
			next := 0
			for _, n := range tt.steps {
				for range n {
					q.push(next)
					want = append(want, next)
					next++
				}
				for range -n {
					got = append(got, q.pop())
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("popped (-want +got):\n%s", diff)
			}
			if q.n != 0 {
				t.Errorf("q.n = %d after popping all", q.n)
			}
		})
	}
}

func TestQueueForgetsWhatItDelivered(t *testing.T) {
	var q queue[*int]
	q.push(new(int))
	q.push(new(int))
	q.pop()
	q.pop()
	for i, p := range q.buf {
		if p != nil {
			t.Errorf("buf[%d] still holds what was popped", i)
		}
	}
}
