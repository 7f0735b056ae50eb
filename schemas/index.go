package schemas

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"strings"
)

// Entry is one line of an index: a namespace and the Go package that is made of it.
type Entry struct {
	Namespace string
	Package   string
	File      string // below the index's FS
	Title     string // number and title of the specification
	Line      int    // in the index, from 1
}

// IndexError is one fault of an index.
type IndexError struct {
	File string
	Line int
	Msg  string
}

// Error is the fault in the form file:line: message.
func (e *IndexError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// ReadIndex reads an index: a line per namespace, sorted, with namespace, package, schema file and title, separated by blanks. Faults come all
// together, as an errors.Join of one *[IndexError] each.
func ReadIndex(fsys fs.FS, name string) ([]Entry, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("schemas: index: %w", err)
	}
	var out []Entry
	var faults []error
	for i, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		e, msg := parseEntry(line)
		if msg == "" && len(out) > 0 && e.Namespace <= out[len(out)-1].Namespace {
			msg = "the lines are not sorted by namespace, or one stands twice"
		}
		if msg != "" {
			faults = append(faults, &IndexError{name, i + 1, msg})
		}
		e.Line = i + 1
		out = append(out, e)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

func parseEntry(line string) (e Entry, msg string) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return Entry{}, "want: namespace package file title"
	}
	e = Entry{Namespace: fields[0], Package: fields[1], File: fields[2], Title: strings.Join(fields[3:], " ")}
	switch {
	case !isPackageName(e.Package):
		return e, fmt.Sprintf("%q is no name for a package", e.Package)
	case !fs.ValidPath(e.File):
		return e, fmt.Sprintf("%q is no path below the index", e.File)
	}
	return e, ""
}

// isPackageName reports whether the name can be a package's: lower-case letters and digits, no word of Go's own.
func isPackageName(s string) bool {
	for i, r := range s {
		if (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && !token.IsKeyword(s)
}
