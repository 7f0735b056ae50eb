package xsdmodel

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDepth bounds the nesting of a schema document; no honest one comes near.
const maxDepth = 100

// node is one element of a schema document with its place.
type node struct {
	pos      Pos
	name     Name
	attrs    []xml.Attr
	children []*node
	text     strings.Builder // all text inside, for documentation
	scope    *scope
}

// scope is the namespace declarations of one element; its parent's lie behind it.
type scope struct {
	parent   *scope
	prefixes map[string]string
}

func (s *scope) lookup(prefix string) (string, bool) {
	for ; s != nil; s = s.parent {
		if uri, ok := s.prefixes[prefix]; ok {
			return uri, true
		}
	}
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace", true
	}
	return "", prefix == ""
}

// resolve makes a QName of an attribute value an expanded name; false if its prefix is unbound.
func (s *scope) resolve(qname string) (Name, bool) {
	prefix, local, found := strings.Cut(strings.TrimSpace(qname), ":")
	if !found {
		prefix, local = "", prefix
	}
	uri, ok := s.lookup(prefix)
	return Name{uri, local}, ok
}

// readTree reads a whole document. A fault of the XML itself is an *Error.
func readTree(r io.Reader, file string) (*node, error) {
	dec := xml.NewDecoder(r)
	root := &node{}
	stack := []*node{root}
	for {
		// Before the call this is where the next token begins.
		line, col := dec.InputPos()
		pos := Pos{file, line, col}
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, xmlError(dec, pos, stack, err)
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, &Error{Pos: pos, Msg: "elements are nested too deep"}
			}
			n := newNode(t, pos, top.scope)
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			stack[len(stack)-1].text.WriteString(top.text.String())
		case xml.CharData:
			top.text.Write(t)
		}
	}
	if len(root.children) == 0 {
		return nil, &Error{Pos: Pos{file, 1, 1}, Msg: "no XML document"}
	}
	return root.children[0], nil
}

func newNode(t xml.StartElement, pos Pos, parent *scope) *node {
	n := &node{pos: pos, name: Name{t.Name.Space, t.Name.Local}, scope: parent}
	prefixes := map[string]string{}
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns":
			prefixes[a.Name.Local] = a.Value
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			prefixes[""] = a.Value
		default:
			n.attrs = append(n.attrs, a)
		}
	}
	if len(prefixes) > 0 {
		n.scope = &scope{parent, prefixes}
	}
	return n
}

// xmlError is a fault of the XML itself; start is where the token with the fault begins. The element that is still open there is often the one at fault.
func xmlError(dec *xml.Decoder, start Pos, open []*node, err error) error {
	out := &Error{Pos: start, Msg: fmt.Sprintf("XML: %v", err)}
	syntax, ok := errors.AsType[*xml.SyntaxError](err)
	if ok {
		out.Msg = "XML: " + syntax.Msg
	}
	if !ok || !strings.Contains(syntax.Msg, "closed by") {
		out.Pos.Line, out.Pos.Column = dec.InputPos()
	}
	last := open[len(open)-1]
	switch {
	case len(open) > 1 && open[1].name.Local == "xml":
		out.Hint = "the XML declaration is written <?xml version='1.0'?>"
	case len(open) > 1:
		out.Hint = fmt.Sprintf("<%s> of line %d is open here; is its end tag missing, or its start tag closed by />?", last.name.Local, last.pos.Line)
	}
	return out
}

// attr is an attribute of no namespace.
func (n *node) attr(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// is reports whether the node is the XML Schema element of that name.
func (n *node) is(local string) bool { return n.name == Name{Namespace, local} }

// collapse makes one line of text, as xs:documentation is laid out for the eye.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
