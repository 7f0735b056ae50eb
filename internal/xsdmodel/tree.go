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
			return nil, xmlError(dec, file, err)
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, &Error{pos, "elements are nested too deep"}
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
		return nil, &Error{Pos{file, 1, 1}, "no XML document"}
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

func xmlError(dec *xml.Decoder, file string, err error) error {
	line, col := dec.InputPos()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return &Error{Pos{file, line, col}, "XML: " + syntax.Msg}
	}
	return &Error{Pos{file, line, col}, fmt.Sprintf("XML: %v", err)}
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
