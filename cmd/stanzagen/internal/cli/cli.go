// Package cli holds the commands of stanzagen. Flags are package main's business.
//
// The typical call:
//
//	con := cli.Console{Out: os.Stdout, Err: os.Stderr}
//	os.Exit(con.Status(cli.Validate(con, cli.ValidateConfig{Files: files})))
//
// What a command finds goes to Out, or to Err where Out is for something else; ErrFindings says only that there was something.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Console is where a command writes.
type Console struct{ Out, Err io.Writer }

// ErrFindings says that the command has run and has told what is wrong.
var ErrFindings = errors.New("stanzagen: findings")

// Exit status of every command.
const (
	statusOK       = 0
	statusFindings = 1 // it ran, and what it looked at is not as it should be
	statusFailed   = 2 // it could not run, or not on every file
)

// Status turns a command's result into an exit status, and tells of an error.
func (c Console) Status(err error) int {
	switch {
	case err == nil:
		return statusOK
	case errors.Is(err, ErrFindings):
		return statusFindings
	}
	fmt.Fprintln(c.Err, "stanzagen:", err)
	return statusFailed
}

// eachFile reads the files one after the other and gives them to look, which reports whether all is well. A file that cannot be read does not keep
// the others from being looked at.
func eachFile(con Console, files []string, look func(file string, data []byte) (ok bool, err error)) error {
	var result error
	unread := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(con.Err, "stanzagen:", err)
			unread++
			continue
		}
		ok, err := look(file, data)
		if err != nil {
			return err
		}
		if !ok {
			result = ErrFindings
		}
	}
	if unread > 0 {
		return fmt.Errorf("%d of %d files could not be read", unread, len(files))
	}
	return result
}
