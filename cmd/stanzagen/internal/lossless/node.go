package lossless

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// node is an element. texts[0] stands before the children, texts[i] behind the i-th.
type node struct {
	name     xml.Name
	attrs    map[xml.Name]string
	texts    []string
	children []*node
	scope    map[string]string // prefix -> namespace
}

// id is the name by which elements are compared: a stanza's namespace is the stream's, so the three of them read as one (RFC 6120, section 4.8.3).
func (n *node) id() xml.Name {
	switch n.name.Space {
	case "jabber:server", "jabber:component:accept":
		return xml.Name{Space: client, Local: n.name.Local}
	}
	return n.name
}

const client = "jabber:client"

func (n *node) isStanza() bool {
	id := n.id()
	return id.Space == client && slices.Contains([]string{"message", "presence", "iq"}, id.Local)
}

// foreign lists the names of the children that are of another namespace than a stanza's.
func (n *node) foreign() []xml.Name {
	var out []xml.Name
	for _, c := range n.children {
		if id := c.id(); id.Space != client {
			out = append(out, id)
		}
	}
	return out
}

// stray lists the pieces of text that are not blank.
func (n *node) stray() []string {
	var out []string
	for _, t := range n.texts {
		if !blank(t) {
			out = append(out, strings.TrimSpace(t))
		}
	}
	return out
}

func sameName(a, b *node) bool { return a.id() == b.id() }

func compareNames(a, b xml.Name) int {
	return cmp.Or(strings.Compare(a.Space, b.Space), strings.Compare(a.Local, b.Local))
}

// blank reports whether text is nothing but XML white space.
func blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// parse reads a document. Namespaces are resolved here, because encoding/xml leaves out elements that are called xmlns.
func parse(data []byte) (*node, error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	top := &node{texts: []string{""}}
	open := []*node{top}
	for {
		t, err := dec.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := newNode(t, last.scope)
			last.children = append(last.children, n)
			last.texts = append(last.texts, "")
			open = append(open, n)
		case xml.EndElement:
			if len(open) == 1 {
				return nil, errors.New("end tag without a start tag")
			}
			open = open[:len(open)-1]
		case xml.CharData:
			last.texts[len(last.texts)-1] += string(t)
		}
	}
	if len(top.children) != 1 || len(open) > 1 {
		return nil, errors.New("not one root element")
	}
	return top.children[0], nil
}

func newNode(t xml.StartElement, outer map[string]string) *node {
	n := &node{scope: outer, attrs: map[xml.Name]string{}, texts: []string{""}}
	for _, a := range t.Attr {
		if prefix, ok := declared(a.Name); ok {
			n.scope = maps.Clone(n.scope)
			if n.scope == nil {
				n.scope = map[string]string{}
			}
			n.scope[prefix] = a.Value
		}
	}
	n.name = xml.Name{Space: n.scope[t.Name.Space], Local: t.Name.Local}
	for _, a := range t.Attr {
		if _, ok := declared(a.Name); ok {
			continue
		}
		name := xml.Name{Local: a.Name.Local}
		switch prefix := a.Name.Space; prefix {
		case "":
		case "xml":
			name.Space = prefix
		default:
			name.Space = n.scope[prefix]
		}
		// XML 1.0, section 3.3.3, which encoding/xml leaves out.
		n.attrs[name] = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(a.Value)
	}
	return n
}

// declared returns the prefix that an attribute declares, if it is a namespace declaration; empty for the default namespace.
func declared(attr xml.Name) (prefix string, ok bool) {
	if attr.Space == "xmlns" {
		return attr.Local, true
	}
	return "", attr == xml.Name{Local: "xmlns"}
}
