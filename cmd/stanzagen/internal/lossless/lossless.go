// Package lossless says whether a document that was decoded and encoded again still holds everything it held.
//
// The typical call:
//
//	lost, err := lossless.Compare(before, after)
//	for _, d := range lost {
//		fmt.Println(d.Path, d.What)
//	}
//
// Kept must be: every element, attribute and non-blank text; the order of siblings of one name; the order of everything in mixed content (XHTML); the
// order of a stanza's children of other namespaces. Free are prefixes, the order of attributes, quoting, CDATA, blank text between
// elements, the order of siblings of different names, and the lexical form of equal values: numbers, booleans, dates, base64, the letter case of JIDs.
//
// The documents are read with encoding/xml, so that the judgement does not rest on package wire, which is what is judged.
package lossless

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is something that the second document holds otherwise than the first.
type Difference struct {
	Path string // of the element: /message/body[1]
	What string
}

// Compare lists what became different. An error says that one of the documents could not be read.
func Compare(before, after []byte) ([]Difference, error) {
	a, err := parse(before)
	if err != nil {
		return nil, fmt.Errorf("lossless: the first document: %w", err)
	}
	b, err := parse(after)
	if err != nil {
		return nil, fmt.Errorf("lossless: the second document: %w", err)
	}
	c := new(comparer)
	c.element(a, b, "/"+a.name.Local)
	return c.differences, nil
}

// xhtml is the namespace in which text and elements alternate by design.
const xhtml = "http://www.w3.org/1999/xhtml"

// comparer gathers differences.
type comparer struct{ differences []Difference }

func (c *comparer) addf(path, format string, args ...any) {
	c.differences = append(c.differences, Difference{path, fmt.Sprintf(format, args...)})
}

func (c *comparer) element(a, b *node, path string) {
	if a.id() != b.id() {
		c.addf(path, "<%s> became <%s>", label(a.name), label(b.name))
		return
	}
	c.attributes(a, b, path)
	mixed := len(a.children) > 0 && a.id().Space == xhtml && len(a.stray()) > 0
	var pairs [][2]*node
	if mixed {
		if !slices.EqualFunc(a.children, b.children, sameName) {
			c.addf(path, "mixed content: children changed")
			return
		}
		c.mixedText(a, b, path)
		for i := range a.children {
			pairs = append(pairs, [2]*node{a.children[i], b.children[i]})
		}
	} else {
		c.text(a, b, path)
		pairs = c.pair(a, b, path)
		c.foreignOrder(a, b, path)
	}
	seen := map[xml.Name]int{}
	for _, p := range pairs {
		seen[p[0].name]++
		c.element(p[0], p[1], fmt.Sprintf("%s/%s[%d]", path, p[0].name.Local, seen[p[0].name]))
	}
}

func (c *comparer) attributes(a, b *node, path string) {
	names := maps.Clone(a.attrs)
	maps.Copy(names, b.attrs)
	for _, n := range slices.SortedFunc(maps.Keys(names), compareNames) {
		v, before := a.attrs[n]
		w, after := b.attrs[n]
		switch {
		case !after:
			c.addf(path, "attribute %s=%q lost", label(n), v)
		case !before:
			c.addf(path, "attribute %s=%q added", label(n), w)
		case !equal(v, w):
			c.addf(path, "attribute %s: %q became %q", label(n), v, w)
		}
	}
}

// mixedText compares the pieces of text, each in its place.
func (c *comparer) mixedText(a, b *node, path string) {
	for i := range a.texts {
		if t, u := a.texts[i], b.texts[i]; t != u && !(blank(t) && blank(u)) {
			c.addf(path, "text %q became %q", t, u)
		}
	}
}

// text compares text outside of mixed content: a value, or what stands stray between the children.
func (c *comparer) text(a, b *node, path string) {
	if len(a.children) == 0 {
		if t, u := a.texts[0], b.texts[0]; !equal(t, u) && !(blank(t) && blank(u)) {
			c.addf(path, "text %q became %q", t, u)
		}
		return
	}
	if t, u := strings.Join(a.stray(), " "), strings.Join(b.stray(), " "); t != u {
		c.addf(path, "text between children %q became %q", t, u)
	}
}

// pair puts the children of one name side by side, in order.
func (c *comparer) pair(a, b *node, path string) [][2]*node {
	groups := map[xml.Name]*[2][]*node{}
	var order []xml.Name
	for side, n := range []*node{a, b} {
		for _, child := range n.children {
			g := groups[child.id()]
			if g == nil {
				g = new([2][]*node)
				groups[child.id()] = g
				order = append(order, child.id())
			}
			g[side] = append(g[side], child)
		}
	}
	var pairs [][2]*node
	for _, name := range order {
		x, y := groups[name][0], groups[name][1]
		if len(x) != len(y) {
			c.addf(path, "%s: %d became %d", label(name), len(x), len(y))
		}
		for i := range min(len(x), len(y)) {
			pairs = append(pairs, [2]*node{x[i], y[i]})
		}
	}
	return pairs
}

// foreignOrder compares the order of a stanza's children of other namespaces. If they are not the same ones, that has been told already.
func (c *comparer) foreignOrder(a, b *node, path string) {
	if !a.isStanza() {
		return
	}
	x, y := a.foreign(), b.foreign()
	if slices.Equal(x, y) {
		return
	}
	slices.SortFunc(x, compareNames)
	slices.SortFunc(y, compareNames)
	if slices.Equal(x, y) {
		c.addf(path, "foreign children changed their order")
	}
}

// label writes a name as {namespace}local.
func label(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}
