// Package link measures connections: what an echoing component costs for each message, and what an idle link holds. Who is measured runs in a process of its own and
// speaks, over the loopback, to a peer in the process that asked.
package link

import (
	"syscall"
	"time"
)

// CPU returns the time that this process has spent, in its own code and in the system's.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
