package bus

import (
	"bytes"
	"runtime"
)

// goroutineID returns the number of the calling goroutine, which the runtime never gives out twice.
// Go tells it only in the first line of a stack trace, "goroutine 18 [running]:". It is asked for when
// a handler starts and when one is stopped, to see whether stopping would wait for its own caller;
// a context could not tell, because Close and Stop are called from defers that have none.
func goroutineID() string {
	var buf [40]byte
	line := buf[:runtime.Stack(buf[:], false)]
	id, _, _ := bytes.Cut(bytes.TrimPrefix(line, []byte("goroutine ")), []byte(" "))
	return string(id)
}
