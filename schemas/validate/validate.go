// Package validate checks XML documents against XML Schemas: those of the project, and a user's own.
//
// The typical call:
//
//	v, err := validate.New()
//	findings, err := v.Document(data)
//	err = validate.WriteText(os.Stdout, "stanza.xml", findings)
//
// It finds everything that is wrong, not only the first fault. A document is refused if
//
//   - it is not well-formed, or not the restricted XML of XMPP (RFC 6120, section 11.1), comments and processing instructions aside;
//   - XML Schema 1.0 refuses it, in the profile [Strict] just as it is, in the profile [Default] but for what is said there;
//   - its root is not declared;
//   - a wildcard lets in a child, or an attribute, that the schema of its namespace does not declare;
//   - an xml:lang is no language tag (RFC 6120, section 8.1.5).
//
// [Validator.Stream] checks recorded streams, [Validator.Check] and [Validator.Files] whatever stands in files, archives of several documents included;
// [Validator.Fixtures] is for tests. Package live checks what goes over a stream of a program.
//
// Stanzas of jabber:server and jabber:component:accept are read as jabber:client (RFC 6120, section 4.8.3).
//
// Where a child stands out of place, what is inside it is checked too; but of an element that is not declared globally and whose type has no name, the
// values are not.
//
// NOTE: how it is built. tree.go reads the document and notes where everything stands; files.go and stream.go find documents in what is no document.
// walk.go goes over it with the schemas as package xsdmodel knows them (types.go, content.go), in the default profile after it has put children into order
// (arrange.go), and finds what is not declared, not allowed, or missing, because the engine, github.com/jacoelho/xsd, does not say what it expected and
// loses its way behind the first wrong child. engine.go hands the engine a copy of the document (feed.go), in that order and without misplaced children, and
// turns what it says into findings: of values always, of the rest where the walk had no objection, so that nothing passes that the engine refuses.
package validate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/jacoelho/xsd"

	"github.com/stanzakit/stanzakit/wire"
)

// Validator is a compiled set of schemas. It is safe for concurrent use.
type Validator struct {
	shapes *shapes
	engine *xsd.Engine
}

// Profile says how closely documents are held against the schemas.
type Profile int

// The profiles.
const (
	// Default takes the schemas as XMPP means them: children in any order, xml:lang on every element (RFC 6120, section 8.1.5), and a child of another
	// namespace, if that declares it, also where no wildcard of the schema foresees one (RFC 6120, section 8.4). Nothing else is relaxed; and a child that the content
	// model names is held to the number it gives, where XML Schema 1.0 takes one more for what a wildcard beside it lets in.
	Default Profile = iota
	// Strict takes the schemas as they are.
	Strict
)

// With returns a validator of the same schemas with another profile.
func (v *Validator) With(p Profile) *Validator {
	return &Validator{newShapes(v.shapes.set, p == Strict), v.engine}
}

// Finding is one thing that is wrong with a document.
type Finding struct {
	Line    int    `json:"line"`    // from 1
	Column  int    `json:"column"`  // in bytes, from 1
	Path    string `json:"path"`    // of the element or attribute: message/delay/@stamp; empty if the XML itself is bad
	Message string `json:"message"` // what is wrong, and what was expected
}

// New compiles the project's schemas and the user's own. Of two schemas for one namespace the later source's counts. Faults of a schema
// come all together, with their places.
func New(extra ...Source) (*Validator, error) {
	set, files, err := gather(extra)
	if err != nil {
		return nil, err
	}
	engine, err := compile(files)
	if err != nil {
		return nil, err
	}
	return &Validator{newShapes(set, false), engine}, nil
}

// Document checks one document. What is wrong with it comes as findings, in document order, 10,000 at most; an
// error says that it could not be checked.
func (v *Validator) Document(data []byte) ([]Finding, error) {
	r := &report{lines: newLines(data)}
	err := v.document(r, data)
	return r.sorted(), err
}

// document checks the document that stands at the report's base.
func (v *Validator) document(r *report, data []byte) error {
	root, err := parse(data)
	if err != nil {
		return r.syntax(err)
	}
	return v.root(r, root)
}

// root checks a document that has been read.
func (v *Validator) root(r *report, root *node) error {
	w := &walk{report: r, shapes: v.shapes}
	w.root(root)
	if err := judge(v, w, root); err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	return nil
}

// report gathers findings in a file.
type report struct {
	lines    lines
	base     int    // where in the file the document stands that is being checked
	member   string // the archive's member that it is, "" if there is no archive
	findings []Finding
}

// maxFindings bounds what one document can bring; who has so much to mend will look again.
const maxFindings = 10_000

// addf notes a finding at a place in the document.
func (r *report) addf(offset int, path, format string, args ...any) {
	if len(r.findings) >= maxFindings {
		return
	}
	switch {
	case r.member != "" && path != "":
		path = r.member + "#" + path
	case r.member != "":
		path = r.member
	}
	line, column := r.lines.position(max(r.base+offset, 0))
	r.findings = append(r.findings, Finding{line, column, path, fmt.Sprintf(format, args...)})
}

// syntax notes that the document is none of XML, or of XMPP's; another error it returns.
func (r *report) syntax(err error) error {
	fault, ok := errors.AsType[*wire.SyntaxError](err)
	if !ok {
		return fmt.Errorf("validate: %w", err)
	}
	r.addf(int(fault.Offset), "", "%s: %v", fault.Condition, fault.Err)
	return nil
}

// sorted returns the findings in document order, each once.
func (r *report) sorted() []Finding {
	slices.SortStableFunc(r.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	return slices.Compact(r.findings)
}

// lines holds the offset at which each line of a document begins.
type lines []int

func newLines(data []byte) lines {
	out := lines{0}
	for i, c := range data {
		if c == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// position turns an offset into a line and a column, both from 1.
func (l lines) position(offset int) (line, column int) {
	i, found := slices.BinarySearch(l, offset)
	if !found {
		i--
	}
	return i + 1, offset - l[i] + 1
}
