package forms

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
)

// node is an element of a definition.
type node struct {
	name     string
	pos      ir.Pos
	attrs    map[string]string
	text     string // blanks are one space
	children []*node
}

// parse reads the elements of a file, nil if it is not XML.
func (b *builder) parse(file string, data []byte) *node {
	d := xml.NewDecoder(bytes.NewReader(data))
	var root *node
	var stack []*node
	for {
		pos := ir.Pos{File: file}
		pos.Line, pos.Column = d.InputPos()
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && root != nil:
			return root
		case err != nil:
			pos.Line, pos.Column = d.InputPos()
			b.fault(pos, "not well-formed: %v", err)
			return nil
		}
		switch t := t.(type) {
		case xml.StartElement:
			n := b.element(pos, t)
			if len(stack) > 0 {
				top := stack[len(stack)-1]
				top.children = append(top.children, n)
			} else {
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			top := stack[len(stack)-1]
			top.text = strings.Join(strings.Fields(top.text), " ")
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text += string(t)
			}
		}
	}
}

func (b *builder) element(pos ir.Pos, t xml.StartElement) *node {
	n := &node{name: t.Name.Local, pos: pos, attrs: map[string]string{}}
	if t.Name.Space != Namespace {
		b.fault(pos, "<%s/> is not in namespace %s", t.Name.Local, Namespace)
	}
	for _, a := range t.Attr {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			n.attrs[a.Name.Local] = a.Value
		}
	}
	return n
}

// shape refuses attributes and children that an element does not have, and text beside children.
func (b *builder) shape(n *node, attrs, children string) {
	for _, name := range slices.Sorted(keys(n.attrs)) {
		if !slices.Contains(strings.Fields(attrs), name) {
			b.fault(n.pos, "<%s/> has no attribute %s", n.name, name)
		}
	}
	for _, c := range n.children {
		if !slices.Contains(strings.Fields(children), c.name) {
			b.fault(c.pos, "<%s/> has no child <%s/>", n.name, c.name)
		}
	}
	if children != "" && n.text != "" {
		b.fault(n.pos, "text in <%s/>: %s", n.name, n.text)
	}
}

// need returns an attribute that must be there.
func (b *builder) need(n *node, name string) string {
	v := n.attrs[name]
	if v == "" {
		b.fault(n.pos, "<%s/> needs an attribute %s", n.name, name)
	}
	return v
}

// flag returns an attribute that is true, false or absent.
func (b *builder) flag(n *node, name string) bool {
	v, present := n.attrs[name]
	if present && v != "true" && v != "false" {
		b.fault(n.pos, "%s is %q, neither true nor false", name, v)
	}
	return v == "true"
}

// number returns an attribute that counts something, 0 if it is absent.
func (b *builder) number(n *node, name string) uint32 {
	v, present := n.attrs[name]
	if !present {
		return 0
	}
	count, err := strconv.ParseUint(v, 10, 32)
	if err != nil || count == 0 {
		b.fault(n.pos, "%s is %q, no number from 1", name, v)
	}
	return uint32(count)
}

// list returns the words of an attribute, nil if it is absent; each must be one of those allowed.
func (b *builder) list(n *node, name string, allowed []string) []string {
	var out []string
	for _, word := range strings.Fields(n.attrs[name]) {
		if !slices.Contains(allowed, word) {
			b.fault(n.pos, "%s: %q is not one of %s", name, word, strings.Join(allowed, ", "))
		}
		out = append(out, word)
	}
	return out
}
