// Command peak runs a command for go build's -toolexec, and notes in the file that PEAK names how much memory it took at most.
//
//	PEAK=/tmp/peak go build -toolexec "$(pwd)/peak" ./...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: peak COMMAND [ARGUMENT]...")
		os.Exit(2)
	}
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		err = errors.Join(err, note(os.Getenv("PEAK"), usage.Maxrss))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
}

// note appends a line: kilobytes, the tool, the package.
func note(file string, kilobytes int64) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, kilobytes, filepath.Base(os.Args[1]), os.Getenv("TOOLEXEC_IMPORTPATH"))
	return errors.Join(err, f.Close())
}
