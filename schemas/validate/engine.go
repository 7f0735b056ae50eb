package validate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jacoelho/xsd"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// envelope is the namespace of the element around what the engine is given: a document and whatever is taken from it to be judged alone.
const envelope = "urn:stanzakit:validate"

const envelopeSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="` + envelope + `">
  <xs:element name="documents"><xs:complexType><xs:sequence>
    <xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="value"/>
</xs:schema>`

// compile gives the schemas to the engine.
func compile(files []*file) (*xsd.Engine, error) {
	engine, err := xsd.Compile(sources(files)...)
	if err == nil {
		return engine, nil
	}
	// The engine names no file: the first that does not compile with what it imports is the one.
	for _, f := range files {
		if _, err := xsd.Compile(sources(imported(files, f, nil))...); err != nil {
			return nil, fmt.Errorf("validate: %s: %w", f.name, err)
		}
	}
	return nil, fmt.Errorf("validate: schemas: %w", err)
}

// sources hands out the files under names that no schemaLocation finds, because imports go by namespace.
func sources(files []*file) []xsd.SchemaSource {
	out := []xsd.SchemaSource{xsd.Reader("envelope", strings.NewReader(envelopeSchema))}
	for i, f := range files {
		if f.model.TargetNamespace == nsXML {
			continue // the engine has its own
		}
		out = append(out, xsd.Reader(strconv.Itoa(i)+"/"+f.name, bytes.NewReader(f.data)))
	}
	return out
}

// imported lists a file and what it imports, directly or not.
func imported(files []*file, f *file, to []*file) []*file {
	if slices.Contains(to, f) {
		return to
	}
	to = append(to, f)
	for _, imp := range f.model.Imports {
		i := slices.IndexFunc(files, func(o *file) bool { return o.model.TargetNamespace == imp.Namespace })
		if i >= 0 {
			to = imported(files, files[i], to)
		}
	}
	return to
}

// maxRounds bounds how often a document is judged again without what the engine gave up on.
const maxRounds = 20

// judge asks the engine about the document and turns what it says into findings.
func judge(v *Validator, w *walk, root *node) error {
	for range maxRounds {
		f := newFeed(v.shapes.set, root)
		in := &lineReader{data: f.buf.Bytes()}
		err := v.engine.Validate(in)
		if err == nil {
			return nil
		}
		if !xsd.IsUnsupported(err) {
			return w.verdict(f, err)
		}
		// The engine stopped here and forgot what it had found, so it must begin again.
		p := f.places[max(in.line-2, 0)]
		if p.node == nil {
			return err
		}
		w.addf(p.node.tag.start, p.node.path(), "element %s holds a value that cannot be checked: %s", quoted(p.node.name.Local), reason(err))
		p.node.withheld = true
		if p.node.parent != nil {
			p.node.parent.faulty = true
		}
	}
	w.addf(root.tag.start, root.path(), "not checked to the end: too many values that cannot be checked")
	return nil
}

func reason(err error) string {
	if e, ok := errors.AsType[*xsd.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// verdict turns the engine's errors into findings.
func (w *walk) verdict(f *feed, err error) error {
	all := []error{err}
	if many, ok := errors.AsType[xsd.Errors](err); ok {
		all = many
	}
	for _, err := range all {
		e, ok := errors.AsType[*xsd.Error](err)
		if !ok || e.Category != xsd.ValidationErrorCategory || e.Code == xsd.ErrValidationXML || e.Line < 1 || e.Line > len(f.places) {
			return err
		}
		p := f.places[e.Line-1]
		if e.Code == xsd.ErrValidationText && !p.end {
			p = place{p.node.parent, true} // the text stands before the tag
		}
		if p.node == nil {
			return err
		}
		w.told(p, e)
	}
	return nil
}

// told turns one error of the engine into a finding, unless the walk has said it better.
func (w *walk) told(p place, e *xsd.Error) {
	n := p.node
	if name, ok := attributeOf(e.Message); ok {
		w.attributeValue(n, name, e)
		return
	}
	content := n
	if !p.end {
		content = n.parent
	}
	switch e.Code {
	case xsd.ErrValidationText:
		if !n.oddText {
			w.addf(n.tag.text, n.path(), "%s", e.Message)
		}
	case xsd.ErrValidationAttribute:
		if !n.oddAttrs {
			w.addf(n.tag.start, n.path(), "%s", e.Message)
		}
	case xsd.ErrValidationElement, xsd.ErrValidationContent:
		if strings.HasPrefix(e.Message, "fixed") {
			w.textValue(n)
		} else if content == nil || !content.faulty {
			w.addf(n.tag.start, n.path(), "%s", e.Message)
		}
	case xsd.ErrValidationFacet:
		w.textValue(n)
	default:
		w.addf(n.tag.start, n.path(), "%s", e.Message)
	}
}

// attributeOf takes the attribute's name out of an error about its value.
func attributeOf(msg string) (name string, ok bool) {
	for _, prefix := range []string{"invalid attribute ", "invalid wildcard attribute ", "fixed attribute mismatch "} {
		if rest, ok := strings.CutPrefix(msg, prefix); ok {
			name, _, _ := strings.Cut(rest, ": ")
			return name, true
		}
	}
	return "", false
}

// attributeValue tells of an attribute whose value is wrong. The engine gives its local name only; one that the type declares goes first.
func (w *walk) attributeValue(n *node, local string, e *xsd.Error) {
	s := w.shape(n)
	at := -1
	for i, a := range n.raw.Attrs {
		if a.Name.Local == local && (at < 0 || s != nil && s.uses[xsdmodel.Name(a.Name)] != nil) {
			at = i
		}
	}
	if at < 0 {
		w.addf(n.tag.start, n.path(), "%s", e.Message)
		return
	}
	a, place := n.raw.Attrs[at], n.tag.attrs[at]
	want := w.wantAttribute(s, a)
	if want == "" {
		want = "another: " + e.Message
	}
	w.addf(place.start, n.path()+"/@"+place.name, "value %s is not allowed; expected %s", quoted(a.Value), want)
}

// textValue tells of an element whose text is wrong.
func (w *walk) textValue(n *node) {
	want := "another value"
	if s := w.shape(n); s != nil && s.text {
		want = w.wantContent(s.value)
	}
	if n.decl != nil && n.decl.Fixed != nil {
		want = quoted(*n.decl.Fixed)
	}
	w.addf(n.tag.start, n.path(), "value %s is not allowed; expected %s", quoted(n.raw.Text()), want)
}

// lineReader reads one line at a time, so that its line tells how far the engine has come.
type lineReader struct {
	data []byte
	line int // lines handed out
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	n := min(len(p), len(r.data))
	if i := bytes.IndexByte(r.data[:n], '\n'); i >= 0 {
		n = i + 1
		r.line++
	}
	copy(p, r.data[:n])
	r.data = r.data[n:]
	return n, nil
}
