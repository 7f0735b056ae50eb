// Package strict tells whether schemas compile in the engine that documents are validated with, and where not.
//
// The typical call:
//
//	for _, f := range strict.Check(fsys, "schemas", []string{"weather.xsd"}) {
//		fmt.Println(f.File, f.Line, f.Column, f.Message)
//	}
//
// NOTE: how it is built. The engine says what is wrong, such as a default that its type does not allow or a content model that is ambiguous, but not where.
// So each declaration is taken out in turn, small ones first: the one without which the fault is gone holds it.
package strict

import (
	"bytes"
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

// Fault is something that the engine refuses.
type Fault struct {
	File         string
	Line, Column int // from 1; 0 if the place is not known
	Message      string
	Hint         string // how to mend it, if there is something to say
}

// maxFaults bounds how many faults of one file are looked for.
const maxFaults = 10

// Check compiles the schemas in fsys, together with those of the project. files are those to look for faults in; dir stands before their names in faults.
func Check(fsys fs.FS, dir string, files []string) []Fault {
	err := compile(fsys, dir)
	if err == nil {
		return nil
	}
	var out []Fault
	for _, file := range files {
		if message, ok := complaint(err, path.Join(dir, file)); ok {
			out = append(out, faults(fsys, dir, file, message)...)
		}
	}
	if len(out) == 0 {
		out = []Fault{{File: dir, Message: strings.TrimPrefix(err.Error(), "validate: ")}}
	}
	return out
}

func compile(fsys fs.FS, dir string) error {
	_, err := validate.New(validate.Source{FS: fsys, Dir: dir})
	return err
}

// complaint returns what the engine has against the file. Other errors are none of its own: what else is wrong with a schema, package load tells.
func complaint(err error, file string) (message string, ok bool) {
	if err == nil {
		return "", false
	}
	text, ok := strings.CutPrefix(err.Error(), "validate: "+file+": schema.")
	if !ok {
		return "", false
	}
	code, message, _ := strings.Cut(text, ": ")
	return message, code != "reference"
}

// hint says how to mend what the engine complains of.
func hint(message string) string {
	if !strings.HasPrefix(message, "UPA") {
		return ""
	}
	return "Unique Particle Attribution: an element or wildcard beside it takes the same element; leave the element to the wildcard, and annotate that " +
		"with sk:field"
}

// faults finds the faults of one file, of which message is the first. What holds one is taken out, so that the engine comes to the next.
func faults(fsys fs.FS, dir, file, message string) []Fault {
	full := path.Join(dir, file)
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return []Fault{{File: full, Message: message}}
	}
	var out []Fault
	for ok := true; ok && len(out) < maxFaults; {
		f := Fault{File: full, Message: message, Hint: hint(message)}
		message, ok = "", false
		for _, d := range declarations(data) {
			without := d.blank(data)
			err := compile(overlay{fsys, file, without}, dir)
			next, other := complaint(err, full)
			if err == nil || other && next != f.Message {
				f.Line, f.Column = position(data, d.start)
				data, message, ok = without, next, other
				break
			}
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Fault) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return out
}

// position turns an offset into a line and a column.
func position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	return bytes.Count(before, []byte("\n")) + 1, offset - bytes.LastIndexByte(before, '\n')
}

// overlay is a tree of files in which one has other content.
type overlay struct {
	fs.FS
	name string
	data []byte
}

// ReadFile implements [fs.ReadFileFS].
func (o overlay) ReadFile(name string) ([]byte, error) {
	if name == o.name {
		return o.data, nil
	}
	return fs.ReadFile(o.FS, name)
}
