package validate

import (
	"encoding/xml"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/wire"
)

// TestMutants spoils every fixture in every way that its schema forbids, one fault at a time, and expects each to be found where it is.
func TestMutants(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	m := &mutator{t: t, v: v, made: map[string]int{}, missed: map[string]int{}}
	err = filepath.WalkDir("../../testdata/fixtures", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".xml") {
			m.document(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	made, missed := 0, 0
	for kind, n := range m.made {
		t.Logf("%s: %d made, %d missed", kind, n, m.missed[kind])
		made, missed = made+n, missed+m.missed[kind]
		if n == 0 {
			t.Errorf("no mutant of kind %q", kind)
		}
	}
	if len(m.made) != 7 || made < 2000 {
		t.Errorf("%d mutants of %d kinds are too few to say anything", made, len(m.made))
	}
	if missed*100 > made {
		t.Errorf("%d of %d mutants missed, more than one in a hundred", missed, made)
	}
}

type mutator struct {
	t            *testing.T
	v            *Validator
	file         string
	root         *node
	made, missed map[string]int // by kind
}

func (m *mutator) document(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	m.file = path
	if m.root, err = parse(data); err != nil {
		m.t.Fatal(err)
	}
	w := &walk{report: &report{lines: newLines(data)}, shapes: m.v.shapes}
	w.root(m.root)
	m.element(m.root)
}

// expect validates the document as it has been changed, which must bring a finding at the path, or, for a change in an element's content, at
// the element or one of its children.
func (m *mutator) expect(kind, path string, inside bool) {
	m.made[kind]++
	data, err := wire.Marshal(m.root.raw)
	if err != nil {
		m.t.Fatalf("%s: %s %s: %v", m.file, kind, path, err)
	}
	findings, err := m.v.Document(data)
	if err != nil {
		m.t.Errorf("%s: %s %s: %v", m.file, kind, path, err)
		return
	}
	for _, f := range findings {
		// Numbers of siblings change with what is added or taken away.
		got, want := unnumbered(f.Path), unnumbered(path)
		if got == want || inside && strings.HasPrefix(got, want+"/") && !strings.Contains(got[len(want)+1:], "/") {
			return
		}
	}
	m.missed[kind]++
	m.t.Logf("missed: %s: %s at %s: %v\n%s", m.file, kind, path, findings, data)
}

func unnumbered(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i], _, _ = strings.Cut(p, "[")
	}
	return strings.Join(parts, "/")
}

// element changes an element in every way, and then its children.
func (m *mutator) element(n *node) {
	if s := m.v.shapes.elements[n.decl]; n.decl != nil && !s.any {
		m.attributes(n, s)
		m.addChild(n, s)
		m.dropChild(n)
		if s.text {
			m.spoilText(n, s)
		} else if !s.mixed {
			m.nodes(n, append(slices.Clone(n.raw.Nodes), wire.Node{Text: "stray"}), "add text", n.path())
		}
	}
	for _, c := range n.children {
		m.element(c)
	}
}

func (m *mutator) attributes(n *node, s *shape) {
	attrs := n.raw.Attrs
	defer func() { n.raw.Attrs = attrs }()
	if !s.admits("") {
		n.raw.Attrs = append(slices.Clone(attrs), wire.Attr{Name: xml.Name{Local: "undeclared"}, Value: "1"})
		m.expect("add attribute", n.path()+"/@undeclared", false)
	}
	for i, a := range attrs {
		u := s.uses[xsdmodel.Name(a.Name)]
		if u == nil {
			continue
		}
		path := n.path() + "/@" + n.tag.attrs[i].name
		if u.required {
			n.raw.Attrs = slices.Delete(slices.Clone(attrs), i, i+1)
			m.expect("drop attribute", path, false)
		}
		if bad, ok := m.spoilt(u.value.Name, u.value.Type); ok {
			n.raw.Attrs = slices.Clone(attrs)
			n.raw.Attrs[i].Value = bad
			m.expect("spoil attribute", path, false)
		}
	}
}

// nodes validates the document with other content in n.
func (m *mutator) nodes(n *node, nodes []wire.Node, kind, path string) {
	old := n.raw.Nodes
	n.raw.Nodes = nodes
	m.expect(kind, path, true)
	n.raw.Nodes = old
}

// addChild adds a child of the element's own namespace that nothing declares, and, where no wildcard takes it, one of another namespace.
func (m *mutator) addChild(n *node, s *shape) {
	spaces := []string{n.name.Space}
	if s.content == nil || !slices.ContainsFunc(terms(s.content), func(t *term) bool {
		return t.wildcard != nil && admits(t.wildcard, t.target, "urn:example:foreign")
	}) {
		spaces = append(spaces, "urn:example:foreign")
	}
	for _, space := range spaces {
		child := wire.Node{Elem: &wire.Raw{Name: xml.Name{Space: space, Local: "undeclared"}}}
		m.nodes(n, append(slices.Clone(n.raw.Nodes), child), "add child", n.path())
		m.nodes(n, append([]wire.Node{child}, n.raw.Nodes...), "add child", n.path())
	}
}

// dropChild takes away each child that the schema requires.
func (m *mutator) dropChild(n *node) {
	t := n.decl.Complex
	if t == nil {
		t = m.v.shapes.set.ComplexType(n.decl.Type)
	}
	if t == nil {
		return
	}
	for _, content := range m.v.shapes.set.Content(t) {
		for _, names := range m.required(content) {
			var at []int
			for i, c := range n.raw.Nodes {
				if c.Elem != nil && slices.Contains(names, xsdmodel.Name(c.Elem.ElementName())) {
					at = append(at, i)
				}
			}
			if len(at) == 1 {
				m.nodes(n, slices.Delete(slices.Clone(n.raw.Nodes), at[0], at[0]+1), "drop child", n.path())
			}
		}
	}
}

// required lists, from the schema as it is written, the elements one of which must stand in a content model.
func (m *mutator) required(p *xsdmodel.Particle) [][]xsdmodel.Name {
	if p.Min == 0 {
		return nil
	}
	var out [][]xsdmodel.Name
	switch p.Kind {
	case xsdmodel.ElementParticle:
		return [][]xsdmodel.Name{{p.Element.Name}}
	case xsdmodel.GroupRef:
		return m.required(m.v.shapes.set.Group(p.Group).Content)
	case xsdmodel.Choice:
		var names []xsdmodel.Name
		for _, part := range p.Parts {
			if part.Kind != xsdmodel.ElementParticle || part.Min == 0 {
				return nil
			}
			names = append(names, part.Element.Name)
		}
		return [][]xsdmodel.Name{names}
	}
	for _, part := range p.Parts {
		out = append(out, m.required(part)...)
	}
	return out
}

func (m *mutator) spoilText(n *node, s *shape) {
	bad, ok := m.spoilt(s.value.Name, s.value.Type)
	if ok && len(s.value.Facets) == 0 {
		m.nodes(n, []wire.Node{{Text: bad}}, "spoil text", n.path())
	}
}

// spoilt returns a value that the type does not have; false if it has all, or nearly all.
func (m *mutator) spoilt(name xsdmodel.Name, t *xsdmodel.SimpleType) (string, bool) {
	const bad = "@ spoilt @"
	if t == nil && !name.Builtin() {
		t = m.v.shapes.set.SimpleType(name)
	}
	if t == nil {
		free := []string{"string", "normalizedString", "token", "anySimpleType", "anyURI", "Name"}
		return bad, name.Builtin() && !slices.Contains(free, name.Local)
	}
	if len(t.Enums) > 0 {
		return bad, true
	}
	for _, f := range t.Facets {
		if f.Name == "minLength" || f.Name == "pattern" && strings.HasSuffix(f.Value, "+") {
			return "", true
		}
		if f.Name == "pattern" {
			return bad, true
		}
	}
	if t.Variety == xsdmodel.Atomic {
		return m.spoilt(t.Base, t.BaseType)
	}
	return bad, t.Variety == xsdmodel.List
}

// terms lists every term of a content model.
func terms(e expr) []*term {
	var out []*term
	list := func(parts []expr) {
		for _, p := range parts {
			out = append(out, terms(p)...)
		}
	}
	switch e := e.(type) {
	case *term:
		return []*term{e}
	case sequence:
		list(e)
	case choice:
		list(e)
	case all:
		list(e)
	case repeat:
		return terms(e.expr)
	}
	return out
}
