package validate

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/wire"
)

// NOTE. The engine tells places by line. So what it is given is written with one line end inside each tag and none elsewhere: the tag
// number k begins on line k.

// feed is what the engine is given.
type feed struct {
	set    *xsdmodel.Set
	buf    bytes.Buffer
	places []place // by line
	queue  []*node // to be judged apart
}

// place is a tag: of which element, nil for the envelope, and whether it is the end tag.
type place struct {
	node *node
	end  bool
}

// newFeed writes the document.
func newFeed(set *xsdmodel.Set, root *node) *feed {
	f := &feed{set: set, queue: []*node{root}}
	// The engine looks at the first bytes before it parses; the blanks are there so that it sees no second line by that.
	f.buf.WriteString(`<documents xmlns="` + envelope + `"` + strings.Repeat(" ", 512))
	f.line(nil, false)
	for len(f.queue) > 0 {
		n := f.queue[0]
		f.queue = f.queue[1:]
		f.apart(n)
	}
	f.buf.WriteString("</documents")
	f.line(nil, true)
	return f
}

// line ends a tag.
func (f *feed) line(n *node, end bool) {
	f.buf.WriteString("\n>")
	f.places = append(f.places, place{n, end})
}

// apart writes an element as the root of a document, if it is declared as one; else what is inside it.
func (f *feed) apart(n *node) {
	if !n.withheld && n.decl != nil && n.decl == f.set.Element(n.name) {
		f.element(n)
		return
	}
	f.queue = append(f.queue, n.children...)
}

func (f *feed) element(n *node) {
	f.buf.WriteByte('<')
	f.buf.WriteString(n.name.Local)
	f.attr("xmlns", n.name.Space)
	for _, p := range n.raw.Prefixes {
		f.attr("xmlns:"+p.Prefix, p.Space)
	}
	for i, a := range n.raw.Attrs {
		f.attribute(n, i, a)
	}
	f.line(n, false)
	children := n.children
	for _, part := range n.raw.Nodes {
		if part.Elem == nil {
			f.escape(part.Text)
			continue
		}
		c := children[0]
		children = children[1:]
		if c.detached || c.withheld {
			f.queue = append(f.queue, c)
			continue
		}
		f.element(c)
	}
	f.buf.WriteString("</")
	f.buf.WriteString(n.name.Local)
	f.line(n, true)
}

// attribute writes one attribute. Where it has a namespace, its prefix is a new one.
func (f *feed) attribute(n *node, i int, a wire.Attr) {
	switch {
	case a.Name.Space == "":
		f.attr(a.Name.Local, a.Value)
	case a.Name.Space == nsXML:
		f.attr("xml:"+a.Name.Local, a.Value)
	case a.Name.Space == nsXSI && strings.HasSuffix(strings.ToLower(a.Name.Local), "schemalocation"):
		// A hint to load a schema is never followed; the engine would give up over it.
	default:
		prefix := "_" + strconv.Itoa(i)
		for _, p := range n.raw.Prefixes {
			if strings.HasPrefix(p.Prefix, prefix) {
				prefix = p.Prefix + "_"
			}
		}
		f.attr("xmlns:"+prefix, a.Name.Space)
		f.attr(prefix+":"+a.Name.Local, a.Value)
	}
}

func (f *feed) attr(name, value string) {
	f.buf.WriteString(" " + name + `="`)
	f.escape(value)
	f.buf.WriteByte('"')
}

// escape writes text, without line ends.
func (f *feed) escape(s string) {
	for i := range len(s) {
		switch c := s[i]; c {
		case '<', '>', '&', '"', '\t', '\n', '\r':
			f.buf.WriteString("&#" + strconv.Itoa(int(c)) + ";")
		default:
			f.buf.WriteByte(c)
		}
	}
}
