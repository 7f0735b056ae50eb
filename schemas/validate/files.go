package validate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Form says what stands in a file.
type Form int

// The forms.
const (
	Documents Form = iota // one document
	Streams               // a recorded stream, or documents one after the other: see [Validator.Stream]
)

// Result is what was found in a file.
type Result struct {
	File     string
	Findings []Finding
	Data     []byte // the file
}

// Check checks what stands in a file. One named *.txtar or *.txt is a txtar archive: its members named *.xml are checked, and those that transcripts of package
// xmpptest have, recv and send, as streams of jabber:client; there must be one. Findings in an archive have their place in it, and the member before the path: roster.xml#query/item.
func (v *Validator) Check(name string, data []byte, form Form) (Result, error) {
	r := &report{lines: newLines(data)}
	var err error
	if isArchive(name) {
		err = v.archive(r, data, form)
	} else {
		err = v.form(r, data, form)
	}
	if err != nil {
		err = fmt.Errorf("%w in %s", err, name)
	}
	return Result{name, r.sorted(), data}, err
}

func isArchive(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".txtar" || ext == ".txt"
}

func (v *Validator) form(r *report, data []byte, form Form) error {
	if form == Streams {
		return v.stream(r, data, nil)
	}
	return v.document(r, data)
}

// transcriptHeader is the start tag around the sections of a transcript.
const transcriptHeader = "<stream:stream xmlns='jabber:client' xmlns:stream='" + nsStream + "'>"

// archive checks the members of a txtar archive.
func (v *Validator) archive(r *report, data []byte, form Form) error {
	var errs []error
	for _, m := range members(data) {
		r.base, r.member = m.start, m.name
		switch {
		case filepath.Ext(m.name) == ".xml":
			errs = append(errs, v.form(r, data[m.start:m.end], form))
		case m.name == "recv" || m.name == "send":
			errs = append(errs, v.stream(r, data[m.start:m.end], []byte(transcriptHeader)))
		}
	}
	if len(errs) == 0 {
		return errNoMember
	}
	return errors.Join(errs...)
}

// member is a file in an archive.
type member struct {
	name       string
	start, end int
}

// members lists the files of a txtar archive: what follows each line "-- name --".
func members(data []byte) []member {
	var out []member
	at := 0
	for line := range bytes.Lines(data) {
		if name, ok := bytes.CutPrefix(bytes.TrimRight(line, blanks), []byte("-- ")); ok && bytes.HasSuffix(name, []byte(" --")) {
			if len(out) > 0 {
				out[len(out)-1].end = at
			}
			name := strings.TrimSpace(string(bytes.TrimSuffix(name, []byte(" --"))))
			out = append(out, member{name, at + len(line), len(data)})
		}
		at += len(line)
	}
	return out
}

// Files checks files, and every *.xml below directories, of which there must be one. An error says that one could not be read or checked; the others follow.
func (v *Validator) Files(form Form, paths ...string) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		for _, root := range paths {
			n := 0
			err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err == nil && (d.IsDir() || path != root && filepath.Ext(path) != ".xml") {
					return nil
				}
				n++
				result := Result{File: path}
				if err == nil {
					result, err = v.file(path, form)
				}
				if !yield(result, err) {
					return errStop
				}
				return nil
			})
			if n == 0 && err == nil && !yield(Result{File: root}, fmt.Errorf("validate: no *.xml below %s", root)) || err != nil {
				return
			}
		}
	}
}

var errNoMember = errors.New("validate: no member named *.xml, recv or send")

// errStop ends a walk whose caller has seen enough.
var errStop = errors.New("validate: stopped")

func (v *Validator) file(path string, form Form) (Result, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Result{File: path}, fmt.Errorf("validate: %w", err)
	}
	return v.Check(path, data, form)
}

// TB is what Fixtures needs of a [testing.TB].
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Fixtures fails the test with each finding in the files, and in every *.xml below the directories.
func (v *Validator) Fixtures(t TB, paths ...string) {
	t.Helper()
	for result, err := range v.Files(Documents, paths...) {
		if err != nil {
			t.Errorf("%v", err)
		}
		for _, f := range result.Findings {
			t.Errorf("%s", f.text(result.File))
		}
	}
}
