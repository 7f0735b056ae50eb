package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/strict"
)

// rules are those by which a directory of schemas is read.
type rules struct {
	*teller
	strict bool
	slips  int // that keep the engine from compiling the schemas
}

// ambiguous starts the one slip that the engine tells as well.
const ambiguous = "the content model is ambiguous"

func (r *rules) warn(w *load.Error) {
	if !strings.HasPrefix(w.Msg, ambiguous) {
		r.slips++
	}
	r.tell("warning: ", w)
}

// compiles refuses schemas that documents could not be validated with; lenient rules warn of them, where no slip has told as much.
func (r *rules) compiles(own load.Source) error {
	if !r.strict && r.slips > 0 {
		return nil
	}
	files, err := fs.Glob(own.FS, "*.xsd")
	if err != nil {
		return err
	}
	for _, e := range own.Index {
		files = append(files, e.File)
	}
	slices.Sort(files)
	var out []error
	for _, f := range strict.Check(own.FS, own.Dir, slices.Compact(files)) {
		fault := &load.Error{Pos: ir.Pos{File: f.File, Line: f.Line, Column: f.Column}, Msg: f.Message, Hint: f.Hint}
		switch {
		case r.strict:
			out = append(out, fault)
		case !strings.HasPrefix(f.Message, "UPA"):
			fault.Hint = cmp.Or(fault.Hint, "read all the same; a validator refuses it")
			r.tell("warning: ", fault)
		}
	}
	return errors.Join(out...)
}

// learn finds out what lenient rules would make of faults that strict ones refuse, for hints.
func (r *rules) learn(todo load.Config) {
	if !r.strict {
		return
	}
	r.hints = map[string]string{}
	todo.Lenient, todo.Warn = true, func(w *load.Error) { r.hints[w.Error()] = "--no-strict: " + w.Hint }
	// Whether it would succeed is of no interest.
	_, _ = load.Load(todo)
}

// teller tells of faults in a source as a compiler does: the place, the line, a caret, a hint.
type teller struct {
	con   Console
	src   load.Source
	lines map[string][]string // of the files that faults lie in
	hints map[string]string   // for faults that have none
}

// faults tells the faults of schemas. What is no such fault stays an error.
func (t *teller) faults(err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return err
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, e := range all {
		if fault, ok := errors.AsType[*load.Error](e); ok {
			t.tell("", fault)
		} else {
			fmt.Fprintln(t.con.Err, e)
		}
	}
	return ErrFindings
}

// tell writes one fault; kind stands before the message.
func (t *teller) tell(kind string, e *load.Error) {
	shown := *e
	shown.Pos = t.near(e.Pos, e.Near)
	place := strings.TrimSuffix(shown.Error(), e.Msg)
	fmt.Fprintln(t.con.Err, place+kind+e.Msg)
	if line, caret, ok := t.excerpt(shown.Pos); ok {
		fmt.Fprintf(t.con.Err, "\t%s\n\t%s^\n", line, caret)
	}
	if hint := cmp.Or(e.Hint, t.hints[e.Error()]); hint != "" {
		fmt.Fprintf(t.con.Err, "\t%s\n", hint)
	}
}

// near is the place of a word in the tag that begins at pos: of an attribute, given as name=, or of a name in a value, that of the tag's own name aside.
func (t *teller) near(pos ir.Pos, word string) ir.Pos {
	lines := t.file(pos.File)
	if word == "" || pos.Line < 1 || pos.Line > len(lines) || pos.Column < 1 || pos.Column > len(lines[pos.Line-1]) {
		return pos
	}
	tag, _, _ := strings.Cut(strings.Join(lines[pos.Line-1:], "\n")[pos.Column-1:], ">")
	pattern := `["':\s]` + regexp.QuoteMeta(word) + `["'\s]`
	if attr, ok := strings.CutSuffix(word, "="); ok {
		pattern = `\s` + regexp.QuoteMeta(attr) + `\s*=`
	}
	for _, at := range regexp.MustCompile(pattern).FindAllStringIndex(tag, -1) {
		before := tag[:at[0]+1]
		if strings.HasSuffix(strings.TrimRight(before, "\"' \t\r\n"), "name=") {
			continue
		}
		if n := strings.Count(before, "\n"); n > 0 {
			return ir.Pos{File: pos.File, Line: pos.Line + n, Column: len(before) - strings.LastIndexByte(before, '\n')}
		}
		return ir.Pos{File: pos.File, Line: pos.Line, Column: pos.Column + len(before)}
	}
	return pos
}

// width is how much of a line is shown.
const width = 120

// excerpt is the line that a fault lies in, and what stands before the caret below it.
func (t *teller) excerpt(pos ir.Pos) (line, before string, ok bool) {
	lines := t.file(pos.File)
	if pos.Line < 1 || pos.Line > len(lines) {
		return "", "", false
	}
	line = lines[pos.Line-1]
	head := line[:min(max(pos.Column-1, 0), len(line))]
	blank := len(head) - len(strings.TrimLeft(head, " \t"))
	// Of a long line, the part around the caret.
	if over := utf8.RuneCountInString(head[blank:]) - width/2; over > 0 {
		for range over {
			_, size := utf8.DecodeRuneInString(line[blank:])
			blank += size
		}
	}
	shown := []rune(strings.TrimRight(line[blank:], " \t\r"))
	return printable(string(shown[:min(len(shown), width)])), strings.Repeat(" ", utf8.RuneCountInString(head[blank:])), true
}

// printable replaces what would move the caret, or worse.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// file reads the lines of a file of the source, by the name that places have.
func (t *teller) file(name string) []string {
	below := name
	if t.src.Dir != "." {
		below = strings.TrimPrefix(name, t.src.Dir+"/")
	}
	if lines, ok := t.lines[name]; ok {
		return lines
	}
	if t.lines == nil {
		t.lines = map[string][]string{}
	}
	data, err := fs.ReadFile(t.src.FS, below)
	if err == nil {
		t.lines[name] = strings.Split(string(data), "\n")
	}
	return t.lines[name]
}
