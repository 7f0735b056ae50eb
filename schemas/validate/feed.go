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

// apart writes an element as the root of a document, if it is declared as one, or something of its type, if that has a name; else what is inside it.
func (f *feed) apart(n *node) {
	_, typed := n.raw.Attr(nsXSI, "type")
	switch {
	case n.withheld || n.decl == nil:
		f.queue = append(f.queue, n.children...)
	case n.decl == f.set.Element(n.name):
		f.element(n)
	case typed || n.decl.Type.IsZero():
		f.queue = append(f.queue, n.children...)
	default:
		f.buf.WriteString("<value")
		f.attr("xmlns", envelope)
		xsi, space := n.unused("_xsi"), n.unused("_type")
		f.attr("xmlns:"+xsi, nsXSI)
		f.attr("xmlns:"+space, n.decl.Type.Space)
		f.attr(xsi+":type", space+":"+n.decl.Type.Local)
		f.rest(n)
		f.buf.WriteString("</value")
		f.line(n, true)
	}
}

func (f *feed) element(n *node) {
	f.buf.WriteByte('<')
	f.buf.WriteString(n.name.Local)
	f.attr("xmlns", n.name.Space)
	f.rest(n)
	f.buf.WriteString("</")
	f.buf.WriteString(n.name.Local)
	f.line(n, true)
}

// rest writes what stands between an element's name in the start tag and the end tag.
func (f *feed) rest(n *node) {
	for _, p := range n.raw.Prefixes {
		f.attr("xmlns:"+p.Prefix, p.Space)
	}
	for i, a := range n.raw.Attrs {
		f.attribute(n, i, a)
	}
	f.line(n, false)
	f.content(n)
}

// content writes what is inside an element; where its children have another order than in the document, the text first.
func (f *feed) content(n *node) {
	children := n.children
	for _, part := range n.raw.Nodes {
		switch {
		case part.Elem == nil:
			f.escape(part.Text)
		case n.order == nil:
			f.child(children[0])
			children = children[1:]
		}
	}
	for _, c := range n.order {
		f.child(c)
	}
}

// child writes a child, or has it judged apart.
func (f *feed) child(n *node) {
	if n.detached || n.withheld {
		f.queue = append(f.queue, n)
		return
	}
	f.element(n)
}

// attribute writes one attribute. Where it has a namespace, its prefix is a new one.
func (f *feed) attribute(n *node, i int, a wire.Attr) {
	switch {
	case n.freeLang && xsdmodel.Name(a.Name) == xmlLang:
	case a.Name.Space == "":
		f.attr(a.Name.Local, a.Value)
	case a.Name.Space == nsXML:
		f.attr("xml:"+a.Name.Local, a.Value)
	case a.Name.Space == nsXSI && strings.HasSuffix(strings.ToLower(a.Name.Local), "schemalocation"):
		// A hint to load a schema is never followed; the engine would give up over it.
	default:
		prefix := n.unused("_" + strconv.Itoa(i))
		f.attr("xmlns:"+prefix, a.Name.Space)
		f.attr(prefix+":"+a.Name.Local, a.Value)
	}
}

// unused makes a prefix that the element does not have.
func (n *node) unused(prefix string) string {
	for _, p := range n.raw.Prefixes {
		if strings.HasPrefix(p.Prefix, prefix) {
			prefix = p.Prefix + "_"
		}
	}
	return prefix
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
