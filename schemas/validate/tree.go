package validate

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/wire"
)

// maxDepth and maxAttrs bound a document; no honest one comes near.
const (
	maxDepth = 1000
	maxAttrs = 1000
)

// node is an element of the document, and where it stands.
type node struct {
	raw      *wire.Raw
	name     xsdmodel.Name // stanzas of every stream read as jabber:client (RFC 6120, section 4.8.3)
	parent   *node
	children []*node
	ordinal  int // among the siblings of its name, from 1; 0 if there is no other
	tag      tag

	decl  *xsdmodel.Element // what the walk found the element to be; nil if nothing declares it
	order []*node           // the children as the engine is to see them; nil if as they are

	detached bool // stands where it must not: the engine judges it apart from its parent
	withheld bool // holds what the engine cannot judge
	unknown  bool // not declared, and told of
	faulty   bool // the walk, or an earlier pass of the engine, has told what is wrong with its content
	oddAttrs bool // likewise with the presence of its attributes
	oddText  bool // likewise with its text
	freeLang bool // has an xml:lang that no schema speaks of, and may
}

// tag is where the parts of an element stand in the document, in bytes.
type tag struct {
	start int
	attrs []attrPlace
	text  int // the first character that is not blank, 0 if there is none
}

type attrPlace struct {
	name  string // as written
	start int
}

// parse reads the document. A violation of XML or of XMPP's restricted XML is a *wire.SyntaxError.
func parse(data []byte) (*node, error) {
	// Every element and every attribute takes more than a byte, so the document's own size bounds its elements.
	limits := wire.Limits{Bytes: len(data) + 1, Elements: len(data) + 1, Depth: maxDepth, Attrs: maxAttrs}
	d := wire.NewDocumentDecoder(data, nil, limits)
	el, err := d.Next()
	if err != nil {
		return nil, err
	}
	if _, err := d.Next(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	s := &scanner{data: data}
	s.scan()
	root, _ := newNode(el, nil, s.tags)
	return root, nil
}

// newNode joins an element with its place, tags being the places of it and of what follows in the document, and returns those of the latter.
func newNode(el wire.Element, parent *node, tags []tag) (*node, []tag) {
	raw := el.(*wire.Raw) // a decoder without a registry makes nothing else
	n := &node{raw: raw, name: xsdmodel.Name(raw.Name), parent: parent, tag: tags[0]}
	tags = tags[1:]
	for _, c := range raw.Nodes {
		if c.Elem != nil {
			var child *node
			child, tags = newNode(c.Elem, n, tags)
			n.children = append(n.children, child)
		}
	}
	n.number()
	return n, tags
}

// number gives children that share their name with a sibling their ordinals.
func (n *node) number() {
	last := map[string]*node{}
	for _, c := range n.children {
		if before := last[c.name.Local]; before != nil {
			before.ordinal = max(before.ordinal, 1)
			c.ordinal = before.ordinal + 1
		}
		last[c.name.Local] = c
	}
}

// path is the way from the root: iq/query/item[2].
func (n *node) path() string {
	step := n.name.Local
	if n.ordinal > 0 {
		step += "[" + strconv.Itoa(n.ordinal) + "]"
	}
	if n.parent == nil {
		return step
	}
	return n.parent.path() + "/" + step
}

// blank reports whether n has no text but white space of its own.
func (n *node) blank() bool {
	for _, c := range n.raw.Nodes {
		if strings.Trim(c.Text, " \t\r\n") != "" {
			return false
		}
	}
	return true
}

// scanner finds where the elements and attributes of a document stand. The tokenizer of package wire has found it well-formed, so nothing is checked.
type scanner struct {
	data []byte
	pos  int
	tags []tag // in document order
	open []int // the open elements, as indices of tags
}

func (s *scanner) scan() {
	for s.pos < len(s.data) {
		rest := s.data[s.pos:]
		switch {
		case rest[0] != '<':
			s.text(0, len(rest), "<")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			s.text(len("<![CDATA["), len(rest), "]]>")
			s.pos += len("]]>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			s.skip("-->")
		case rest[1] == '?':
			s.skip("?>")
		case rest[1] == '/':
			s.skip(">")
			s.open = s.open[:len(s.open)-1]
		default:
			s.tag()
		}
	}
}

// skip goes on behind the next occurrence of stop.
func (s *scanner) skip(stop string) {
	s.pos += bytes.Index(s.data[s.pos:], []byte(stop)) + len(stop)
}

// text reads character data from the offset i on, up to stop, or to the end.
func (s *scanner) text(i, end int, stop string) {
	from := s.pos + i
	if n := bytes.Index(s.data[from:], []byte(stop)); n >= 0 {
		end = i + n
	}
	text := s.data[from : s.pos+end]
	s.pos += end
	blanks := len(text) - len(bytes.TrimLeft(text, " \t\r\n"))
	if blanks == len(text) || len(s.open) == 0 {
		return
	}
	if t := &s.tags[s.open[len(s.open)-1]]; t.text == 0 {
		t.text = from + blanks
	}
}

// tag reads a start tag.
func (s *scanner) tag() {
	t := tag{start: s.pos}
	s.pos += bytes.IndexAny(s.data[s.pos:], " \t\r\n/>")
	for {
		s.pos += bytes.IndexFunc(s.data[s.pos:], notBlank)
		switch s.data[s.pos] {
		case '/':
			s.pos += len("/>")
			s.tags = append(s.tags, t)
			return
		case '>':
			s.pos++
			s.open = append(s.open, len(s.tags))
			s.tags = append(s.tags, t)
			return
		}
		start := s.pos
		name := s.data[start : start+bytes.IndexAny(s.data[start:], " \t\r\n=")]
		s.pos += bytes.IndexAny(s.data[s.pos:], `"'`)
		quote := s.data[s.pos]
		s.pos++
		s.pos += bytes.IndexByte(s.data[s.pos:], quote) + 1
		if string(name) != "xmlns" && !bytes.HasPrefix(name, []byte("xmlns:")) {
			t.attrs = append(t.attrs, attrPlace{string(name), start})
		}
	}
}

func notBlank(r rune) bool { return r != ' ' && r != '\t' && r != '\r' && r != '\n' }
